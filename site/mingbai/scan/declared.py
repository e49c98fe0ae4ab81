"""Knows which numbers the portal's own schemas declare to be no person's; it believes nothing that is scanned.

A contract number may have eleven digits, or eighteen with a fitting check digit. Its field says so with `looks_like`
in the schema of its kind, and is left alone for those sorts only.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mingbai.folders import FILINGS
from mingbai.kinds import Field
from mingbai.periods import Period
from mingbai.portal import Portal

_PATH = re.compile(f"{FILINGS}/([^/]+)/([^/]+)/([^/]+)\\.(csv|yaml)")


@dataclass(frozen=True)
class Declared:
    """What is declared for a file: by column or key the sorts its numbers may look like; of a site, those numbers."""

    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: frozenset[tuple[str, str]] = frozenset()  # sort and characters without what parts them


NOTHING_DECLARED = Declared()


def bare(number: str) -> str:
    """Return the letters and digits of a number."""
    return re.sub("[^0-9A-Za-z]", "", number).upper()


def declared_at(portal: Portal | None, paths: Iterable[str]) -> Declared:
    """Return what is declared for a file that lies at all of `paths` (below the portal): no more than for each."""
    found: Declared | None = None
    for path in paths:
        here = Declared(_columns(portal, path)) if portal is not None else NOTHING_DECLARED
        if found is not None and found != here:
            return NOTHING_DECLARED
        found = here
    return found or NOTHING_DECLARED


def _columns(portal: Portal, path: str) -> dict[str, frozenset[str]]:
    match = _PATH.fullmatch(path)
    kind = portal.kinds.get(match[2]) if match else None
    if match is None or kind is None:
        return {}
    try:
        contract = kind.contract_for(Period.parse(match[3]).label)
    except ValueError:
        return {}
    schema = contract.schema if match[4] == "csv" else contract.header
    return {
        each.name: frozenset(each.looks_like) for each in (schema.fields if schema else ()) if each.looks_like
    }


def declared_for_site(portal: Portal | None) -> Declared:
    """Return the numbers of all declared columns: a built site shows them in every form."""
    return NOTHING_DECLARED if portal is None else Declared({}, frozenset(_numbers(portal)))


def _numbers(portal: Portal) -> Iterator[tuple[str, str]]:
    for id in portal.filing_ids():
        contract = portal.kinds[id.kind].contract_for(id.period.label)
        header = contract.header.fields if contract.header else ()
        fields = [each for each in (*contract.schema.fields, *header) if each.looks_like]
        if not fields:
            continue
        raw = portal.read(id)
        for cells in (*(row.cells for row in raw.rows), raw.header):
            yield from _declared_in(cells, fields)


def _declared_in(cells: Mapping[str, object], fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    for each in fields:
        value = bare(str(cells.get(each.name) or ""))
        yield from ((sort, value) for sort in each.looks_like if value)
