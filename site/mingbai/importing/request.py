"""Holds what the clerk asked for: which file for which filing, and everything said about it; it reads nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mingbai.filings import FilingId
from mingbai.workbooks import Area

LEFT_OUT = "-"


@dataclass(frozen=True)
class Request:
    """What is to be imported, and what was said about it.

    `area`: the cells in which the table lies; `mapping`: column (label or letter) to field, or "-" to leave it out;
    `facts`: header facts; `every`: one value for a field in all rows; `blanks`: what stands for a blank;
    `hidden_rows`: "take" or "leave" once said; `household`: the column whose like cells are one household, "-" where
    each row is one; `supervision`, `display`: the parts of the sidecar of that name.
    """

    file: str
    id: FilingId
    sheet: str | None = None
    area: Area | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    every: Mapping[str, str] = field(default_factory=dict)
    blanks: frozenset[str] = frozenset()
    hidden_rows: str | None = None
    household: str | None = None
    supervision: Mapping[str, str] = field(default_factory=dict)
    display: Mapping[str, str] = field(default_factory=dict)

    @property
    def said_of_whole(self) -> bool:
        """Whether anything was said that stands in the sidecar."""
        return bool(self.facts or self.supervision or self.display)
