"""Keeps cases: what a case is (`model`), stored (`storing`), read (`reading`), listed (`lists`), drafted (`drafts`).

The story of a case is its events, to which one only adds; where it stands (level, owner, deadline) follows from them.
"""

from forms_api.cases.drafts import Draft, add_draft, draft_of
from forms_api.cases.lists import (
    STATES,
    Wanted,
    all_cases,
    drafted_cases,
    found_cases,
    merged_into,
    open_cases,
    together,
    undrafted_cases,
)
from forms_api.cases.model import Answer, Case, Entry, Event, RequestReused, Stored, Verdict, moment
from forms_api.cases.reading import by_number, by_receipt, photo, released_addresses
from forms_api.cases.storing import add, answer, note, release

__all__ = [
    "STATES",
    "Answer",
    "Case",
    "Draft",
    "Entry",
    "Event",
    "RequestReused",
    "Stored",
    "Verdict",
    "Wanted",
    "add",
    "add_draft",
    "all_cases",
    "answer",
    "by_number",
    "by_receipt",
    "draft_of",
    "drafted_cases",
    "found_cases",
    "merged_into",
    "moment",
    "note",
    "open_cases",
    "photo",
    "release",
    "released_addresses",
    "together",
    "undrafted_cases",
]
