"""Puts the examples of kinds in place in a small village, each with the examples that its rules look things up in."""

import re
from pathlib import Path

from mingbai.filings import FilingId
from mingbai.kinds import Kind, load_kinds
from mingbai.periods import Period
from tests.village import Village

KINDS = load_kinds([Path(__file__).resolve().parents[1] / "datasets" / "kinds"])
HOMES = {"county": "county", "town": "town", "village": "east", "community": "lane"}


def use_every_kind(village: Village) -> None:
    """Let the portal use every kind there is; the usual village uses a few."""
    _use(village, "")


def use_with_companions(village: Village, kind: Kind) -> None:
    """Let the portal use `kind` and what its rules look things up in, and read no other rules."""
    _use(village, f"    kinds: [{', '.join(each.id for each in (kind, *companions(kind)))}]\n")


def _use(village: Village, line: str) -> None:
    settings = (village.root / "mkdocs.yml").read_text(encoding="utf-8")
    village.write("mkdocs.yml", re.sub(r"    kinds: .*\n", line, settings))


def home(kind: Kind) -> str:
    """The unit of the village that may publish the kind."""
    return next((HOMES[sort] for sort in kind.owed_by if sort in HOMES), "county")


def place(
    village: Village,
    kind: Kind,
    period: Period,
    rows: bytes | None,
    facts: bytes | None,
    unit: str | None = None,
) -> FilingId:
    id = FilingId(unit or home(kind), kind.id, period)
    for end, content in ((".csv", rows), (".yaml", facts)):
        if content is not None:
            village.write(f"{id.path}{end}", content)
    return id


def companions(kind: Kind) -> list[Kind]:
    """Return the kinds in which the rules of `kind` look things up, and those in which theirs do."""
    found: dict[str, Kind] = {}
    waiting = [kind]
    while waiting:
        for rule in waiting.pop().rules:
            name = rule["to"].get("kind") if isinstance(rule.get("to"), dict) else None
            if name is not None and name not in found and name != kind.id:
                found[name] = KINDS[name]
                waiting.append(KINDS[name])
    return list(found.values())


def place_companions(village: Village, kind: Kind) -> set[FilingId]:
    """Put their examples in place for the same unit."""
    placed: set[FilingId] = set()
    for other in companions(kind):
        files = [other.folder / "example.csv", other.folder / "example.yaml"]
        period = Period.parse(other.example_period)
        placed.add(place(village, other, period, *(path.read_bytes() for path in files), unit=home(kind)))
    return placed


def place_example(village: Village, kind: Kind) -> FilingId:
    rows = (kind.folder / "example.csv").read_bytes()
    facts = kind.folder / "example.yaml"
    period = Period.parse(kind.example_period)
    return place(village, kind, period, rows, facts.read_bytes() if facts.is_file() else None)
