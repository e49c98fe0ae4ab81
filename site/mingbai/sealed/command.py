"""Is the part of the command line that seals records and opens one: options and what it prints."""

import argparse
from pathlib import Path

from mingbai.anonymity import id_of
from mingbai.calling import day
from mingbai.errors import UsageError
from mingbai.messages import hint, say
from mingbai.portal import Portal
from mingbai.sealed.keeping import expire, standing
from mingbai.sealed.making import make, records_of
from mingbai.sealed.sealing import Locked, open_record, read_code


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `mingbai seal`."""
    command.add_argument("source", type=Path, help=hint("cli.seal.source"))
    for name in ("unit", "kind", "period"):
        command.add_argument(f"--{name}", required=True, help=hint(f"cli.import.{name}"))
    command.add_argument("--until", type=day, required=True, help=hint("cli.seal.until"))
    command.add_argument("--slips", type=Path, required=True, help=hint("cli.seal.slips"))


def run(portal: Portal, options: argparse.Namespace) -> int:
    """Seal the rows of a list and write its slips. Raises UsageError and NotSealed."""
    expire(portal, portal.today)
    id = id_of(portal, options.unit, options.kind, options.period)
    if not options.source.is_file():
        raise UsageError(say("sealed.no_rows", file=options.source))
    rows = records_of(options.source)
    again = id in standing(portal, portal.today)
    make(portal, id, rows, options.source.name, options.until, options.slips)
    facts = {"count": len(rows), "day": options.until.isoformat(), "file": options.slips}
    print(say("sealed.done", **facts))
    print(say("sealed.report", **facts))
    if again:
        print(say("sealed.again"))
    return 0


def run_open(portal: Portal, typed: str) -> int:
    """Print the record that a code opens. Raises Locked."""
    expire(portal, portal.today)
    code = read_code(typed)
    for kept in standing(portal, portal.today).values():
        try:
            record = open_record(kept.sealed, code)
        except Locked:
            continue
        print("\n".join([kept.id.address, *(f"{name}：{value}" for name, value in record.items())]))
        return 0
    raise Locked(say("sealed.nothing"))
