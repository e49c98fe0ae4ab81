"""`mingbai template KIND`: writes the workbook that a clerk fills in for a kind; it overwrites nothing."""

import argparse
from pathlib import Path

from mingbai.calling import add_lang
from mingbai.downloads.templates import template
from mingbai.errors import UsageError
from mingbai.messages import hint, say
from mingbai.portal import Portal


def add_template(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    command.add_argument("kind", help=hint("cli.template.kind"))
    command.add_argument("--out", type=Path, help=hint("cli.template.out"))
    add_lang(command, "zh")


def write_template(portal: Portal, options: argparse.Namespace) -> int:
    """Write it. Raises UsageError for a kind that is not there, and for a file that is."""
    kind, lang = portal.kinds.get(options.kind), options.lang
    if kind is None:
        raise UsageError(say("template.no_kind", lang, kind=options.kind, kinds=[*portal.kinds]))
    target = options.out or Path(f"{kind.id}.xlsx")
    try:
        with target.open("xb") as out:
            out.write(template(kind))
    except FileExistsError:
        raise UsageError(say("template.there", lang, file=target)) from None
    except OSError as reason:
        raise UsageError(say("release.disk", lang, reason=reason)) from reason
    print(say("template.done", lang, file=target, kind=kind.id))
    return 0
