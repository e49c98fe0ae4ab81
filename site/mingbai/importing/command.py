"""Is the part of the command line that imports: options, what it prints and asks; it decides nothing about a sheet."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from mingbai import sealed
from mingbai.calling import day
from mingbai.errors import UsageError
from mingbai.filings import FilingId
from mingbai.importing.asking import answered
from mingbai.importing.drafts import draft, finish
from mingbai.importing.labels import told as shown_name
from mingbai.importing.ranges import area_of
from mingbai.importing.request import Request
from mingbai.importing.telling import told
from mingbai.importing.understood import Draft
from mingbai.messages import hint, say
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.workbooks import MOST_BYTES, Area

_YES = ("y", "yes", "是", "写")


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `mingbai import`."""
    command.add_argument("file", type=Path, help=hint("cli.import.file"))
    for name in ("unit", "kind", "period"):
        command.add_argument(f"--{name}", required=True, help=hint(f"cli.import.{name}"))
    command.add_argument("--sheet", help=hint("cli.import.sheet"))
    command.add_argument("--range", type=_area, help=hint("cli.import.range"))
    for name in ("map", "fact", "every", "blank"):
        command.add_argument(f"--{name}", action="append", default=[], help=hint(f"cli.import.{name}"))
    command.add_argument("--hidden-rows", choices=("take", "leave"), help=hint("cli.import.hidden_rows"))
    command.add_argument("--household", help=hint("cli.import.household"))
    command.add_argument("--slips", type=Path, help=hint("cli.import.slips"))
    command.add_argument("--until", type=day, help=hint("cli.import.until"))
    command.add_argument("--dry-run", action="store_true", help=hint("cli.import.dry_run"))
    command.add_argument("--yes", action="store_true", help=hint("cli.import.yes"))


def run(portal: Portal, options: argparse.Namespace, as_of: date) -> int:
    """Import one spreadsheet: show, ask where somebody sits there, write. Raises UsageError for a wrong call."""
    lang, request = options.lang, _request(portal, options)
    data = _read(options.file, lang)
    made = draft(portal, data, request, as_of)
    asks = sys.stdin.isatty() and not options.yes
    if made.errors and asks:
        print(told(made, lang))
    while made.errors and asks and (more := answered(made, _answer, lang)) is not None:
        made = draft(portal, data, more, as_of)
    print(told(made, lang))
    if not made.ready:
        print(say("importing.not_written", lang))
        return 1
    if options.dry_run:
        print(say("importing.dry", lang))
        return 0
    if asks and _answer(say("importing.ask_write", lang)).strip().casefold() not in _YES:
        print(say("importing.not_written", lang))
        return 1
    if options.slips is not None:
        _seal(portal, made, options)
    _write(portal, made, lang)
    return 0


def _seal(portal: Portal, made: Draft, options: argparse.Namespace) -> None:
    """Seal what each of the list may see of their own row. Raises NotSealed before anything is written."""
    if not made.by_person or options.until is None:
        raise sealed.NotSealed(say("importing.no_slips", options.lang))
    rows = [
        {taken.field.title.zh: taken.together(each.rows) for taken in made.columns}
        for each in made.households
    ]
    sealed.make(portal, made.request.id, rows, made.request.file, options.until, options.slips)
    facts = {"count": len(rows), "day": options.until.isoformat(), "file": options.slips}
    print(say("sealed.done", options.lang, **facts))
    print(say("sealed.report", options.lang, **facts))


def _area(typed: str) -> Area:
    area = area_of(typed)
    if area is None:
        raise UsageError(hint("importing.no_range", said=shown_name(typed)))
    return area


def _answer(question: str) -> str:
    """Ask at the terminal; who goes away has said nothing."""
    try:
        return input(question)
    except EOFError:
        return ""


def _write(portal: Portal, made: Draft, lang: str) -> None:
    paths, is_new = finish(portal, made)
    for path in paths:
        print(say("importing.written", lang, path=path))
    if is_new:
        print(say("importing.remembered", lang))
    print(say("importing.next", lang, path=f"{made.request.id.path}.yaml"))


def _read(path: Path, lang: str) -> bytes:
    """Return the bytes of a file, no more than a spreadsheet may have and one. Raises UsageError without a file."""
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError:
        raise UsageError(say("importing.no_file", lang, path=shown_name(path.name))) from None


def _request(portal: Portal, options: argparse.Namespace) -> Request:
    lang = options.lang
    if options.unit not in portal.units.slugs():
        raise UsageError(say("cli.no_unit", lang, unit=options.unit))
    if options.kind not in portal.kinds:
        kinds = "、".join(portal.kinds)
        raise UsageError(say("importing.no_kind", lang, kind=options.kind, kinds=kinds))
    try:
        period = Period.parse(options.period)
    except ValueError:
        raise UsageError(say("importing.no_period", lang, label=options.period)) from None
    return Request(
        file=shown_name(options.file.name),
        id=FilingId(options.unit, options.kind, period),
        sheet=options.sheet,
        area=options.range,
        mapping=_pairs(options.map, lang),
        facts=_pairs(options.fact, lang),
        every=_pairs(options.every, lang),
        blanks=frozenset(options.blank),
        hidden_rows=options.hidden_rows,
        household=options.household,
    )


def _pairs(said: Sequence[str], lang: str) -> dict[str, str]:
    """Return name and value of `name=value`; a label may hold a = itself, a field's name never does."""
    pairs = {}
    for each in said:
        name, equals, value = each.rpartition("=")
        if not equals or not name.strip():
            raise UsageError(say("importing.no_pair", lang, said=shown_name(each)))
        pairs[name.strip()] = value.strip()
    return pairs
