"""Is the part of the command line that anonymises: options and what it prints; it merges nothing itself."""

import argparse
from pathlib import Path

from mingbai.anonymity.merged import anonymise, id_of, table_of, write
from mingbai.anonymity.report import report
from mingbai.calling import add_lang
from mingbai.errors import UsageError
from mingbai.messages import hint, say
from mingbai.portal import Portal


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `mingbai anonymise`."""
    for name in ("unit", "kind", "period"):
        command.add_argument(f"--{name}", required=True, help=hint(f"cli.import.{name}"))
    command.add_argument("--from", dest="source", type=Path, help=hint("cli.anonymise.from"))
    command.add_argument("--report", type=Path, help=hint("cli.anonymise.report"))
    command.add_argument("--dry-run", action="store_true", help=hint("cli.anonymise.dry_run"))
    add_lang(command, "zh")


def run(portal: Portal, options: argparse.Namespace) -> int:
    """Merge a filing, print the report, write what had to be merged. Raises UsageError, NotCounted and TooFew."""
    id = id_of(portal, options.unit, options.kind, options.period)
    done = anonymise(portal, table_of(portal, id, options.source))
    words = report(done, options.lang)
    print(words)
    if options.dry_run:
        return 0
    if options.report:
        _keep(options.report, words)
    wrote = done.changed or options.source is not None
    if wrote:
        write(portal, done)
    print(say("anonymity.wrote" if wrote else "anonymity.kept", options.lang, path=id.path))
    return 0


def _keep(path: Path, words: str) -> None:
    try:
        path.write_text(words + "\n", encoding="utf-8")
    except OSError as reason:
        raise UsageError(say("anonymity.no_report", file=path, reason=reason.strerror)) from None
