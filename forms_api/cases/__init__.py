"""Keeps cases: what a case is (`model`), how it is stored (`storing`) and read back (`reading`); it decides nothing.

The story of a case is its events, to which one only adds; where it stands (level, owner, deadline) follows from them.
"""

from forms_api.cases.model import Answer, Case, Entry, Event, RequestReused, Stored, Verdict, moment
from forms_api.cases.reading import (
    all_cases,
    by_number,
    by_receipt,
    closed_cases,
    merged_into,
    open_cases,
    photo,
    released_addresses,
)
from forms_api.cases.storing import add, answer, note, release

__all__ = [
    "Answer",
    "Case",
    "Entry",
    "Event",
    "RequestReused",
    "Stored",
    "Verdict",
    "add",
    "all_cases",
    "answer",
    "by_number",
    "by_receipt",
    "closed_cases",
    "merged_into",
    "moment",
    "note",
    "open_cases",
    "photo",
    "release",
    "released_addresses",
]
