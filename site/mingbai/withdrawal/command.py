"""Is the part of the command line that withdraws and that lists releases of a server; it takes nothing itself."""

import argparse
from datetime import datetime
from pathlib import Path

from mingbai import releases
from mingbai.calling import Parser
from mingbai.errors import UsageError
from mingbai.filings import FilingId
from mingbai.folders import CONFIG, FILINGS
from mingbai.messages import hint, say
from mingbai.periods import Period
from mingbai.portal.settings import read_settings
from mingbai.receiving.command import server_at
from mingbai.withdrawal.taking import withdraw


def add_withdraw(command: argparse.ArgumentParser) -> None:
    """Add the options of `mingbai withdraw`."""
    command.add_argument("folder", type=Path, help=hint("cli.builder.folder"))
    command.add_argument("path", help=hint("cli.withdraw.path"))
    command.add_argument("--rows", nargs="+", default=[], help=hint("cli.withdraw.rows"))
    command.add_argument("--reason", required=True, help=hint("cli.withdraw.reason"))
    command.add_argument("--from-history", action="store_true", help=hint("cli.withdraw.history"))
    command.set_defaults(run=_withdraw)


def add_releases(command: Parser) -> None:
    """Add `list`, `rollback NAME`, `prune`."""
    for name, run in (("list", _list), ("rollback", _rollback), ("prune", _prune)):
        part = command.add_command(name, f"cli.releases.{name}")
        part.add_argument("folder", type=Path, help=hint("cli.builder.folder"))
        part.set_defaults(run=run)
        if name == "rollback":
            part.add_argument("name", help=hint("cli.releases.which"))


def _withdraw(options: argparse.Namespace) -> int:
    server = server_at(options.folder)
    today = datetime.now(read_settings(server.portal / CONFIG).timezone).date()
    done = withdraw(
        server, _id(options.path), options.rows, options.reason, today, from_history=options.from_history
    )
    key = "withdrawal.done" if done.built else "withdrawal.not_built"
    print(say(key, seconds=round(done.seconds), sheet=done.sheet))
    print("\n".join(done.addresses))
    if not options.from_history:
        print(say("withdrawal.in_history"))
    return 0 if done.built else 1


def _id(path: str) -> FilingId:
    """Return the filing that a path or an address names. Raises UsageError."""
    bare = path.removesuffix(".csv").removesuffix(".yaml").strip("/").removeprefix("en/")
    parts = bare.removeprefix(f"{FILINGS}/").removeprefix("u/").split("/")
    try:
        unit, kind, period = parts
        return FilingId(unit, kind, Period.parse(period))
    except ValueError:
        raise UsageError(say("withdrawal.bad_path", path=path)) from None


def _list(options: argparse.Namespace) -> int:
    for each in releases.kept(server_at(options.folder).portal):
        mark = "* " if each.is_up else "  "
        print(say("releases.row", mark=mark, name=each.name, as_of=each.as_of, commit=each.commit[:12]))
    return 0


def _rollback(options: argparse.Namespace) -> int:
    up = releases.rollback(server_at(options.folder).portal, options.name)
    print(say("releases.up", name=up.name, as_of=up.as_of))
    return 0


def _prune(options: argparse.Namespace) -> int:
    print(say("releases.pruned", count=len(releases.prune(server_at(options.folder).portal))))
    return 0
