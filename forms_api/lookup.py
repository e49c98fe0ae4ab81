"""Answers searches at `/api/v1/search` from the index of the built site; it builds none and ranks nothing itself."""

import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from flask import Blueprint, Response, current_app, request

from forms_api.refusals import answer, language, refuse
from forms_api.submissions import Problem
from mingbai.search import SORTS, Index, IndexMissing, Query
from mingbai.search.matching import LONGEST_PAGE, LONGEST_QUERY

lookup = Blueprint("lookup", __name__, url_prefix="/api/v1")
PARAMETERS = ("q", "unit", "kind", "from", "to", "sort", "offset", "limit")
FARTHEST = 1_000_000


class Shelf:
    """The index that answers; a newly built one is taken up with the next question."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._held: Index | None = None

    def index(self) -> Index:
        """Return the index. Raises IndexMissing. An old one is left to those who still read in it."""
        with self._lock:
            self._held = Index.newest(self._folder, self._held)
            return self._held


@lookup.get("/search")
def search() -> Response:
    """Answer a search; 422 names every parameter that cannot be understood, 503 while there is no index."""
    problems: list[Problem] = [
        Problem(name[:40], "unknown") for name in request.args if name not in PARAMETERS
    ][:10]
    said = {name: request.args.get(name, "") for name in PARAMETERS}
    query = _query(said, problems)
    if problems or query is None:
        return refuse("query", problems)
    shelf: Shelf = current_app.extensions["shelf"]
    try:
        found = shelf.index().search(query)
    except IndexMissing:
        return refuse("no_index", retry_after=60)
    response = answer(found.as_json())
    response.headers["Vary"] = "Accept-Language"
    return response


def _query(said: Mapping[str, str], problems: list[Problem]) -> Query | None:
    first, last = _day("from", said, problems), _day("to", said, problems)
    offset, limit = (
        _number("offset", said, 0, FARTHEST, problems),
        _number("limit", said, 20, LONGEST_PAGE, problems),
    )
    if len(said["q"]) > LONGEST_QUERY:
        over = len(said["q"]) - LONGEST_QUERY
        problems.append(Problem("q", "long", (("most", LONGEST_QUERY), ("over", over))))
    if said["sort"] not in ("", *SORTS):
        problems.append(Problem("sort", "query"))
    if problems:
        return None
    return Query(
        q=said["q"],
        units=frozenset({said["unit"]}) if said["unit"] else None,
        kind=said["kind"] or None,
        date_from=first,
        date_to=last,
        sort=said["sort"] or SORTS[0],
        offset=offset,
        limit=limit,
        lang=language(),
    )


def _day(name: str, said: Mapping[str, str], problems: list[Problem]) -> date | None:
    text = said[name]
    if not text:
        return None
    try:
        if len(text) != 10:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Problem(name, "query"))
        return None


def _number(name: str, said: Mapping[str, str], usual: int, most: int, problems: list[Problem]) -> int:
    text = said[name]
    if not text:
        return usual
    if text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) <= most:
        return int(text)
    problems.append(Problem(name, "query"))
    return usual
