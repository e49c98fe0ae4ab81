"""Understands which public requests a client asks for and chooses them; it reads no filing and no submission."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import islice

from werkzeug.datastructures import MultiDict

from forms_api.open311.public import PublicRequest
from forms_api.open311.writing import Wrong
from forms_api.refusals import language
from forms_api.submissions import TYPES
from mingbai.messages import say

SPAN = timedelta(days=90)  # the specification's, where no dates are said
MOST = 1000  # likewise
_STATUSES = ("open", "closed")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(rf"{_DAY.pattern}T[0-9:]{{5,8}}(\.[0-9]{{1,6}})?(Z|[+-][0-9]{{2}}:[0-9]{{2}})")


class Unclear(ValueError):
    """What is asked for cannot be understood; `wrongs` says all of it."""

    def __init__(self, wrongs: list[Wrong]) -> None:
        super().__init__(f"{len(wrongs)} wrong")
        self.wrongs = wrongs


@dataclass(frozen=True)
class Query:
    """Which requests are asked for. `ids`, where there are any, override all the rest."""

    ids: tuple[str, ...]
    types: frozenset[str]
    statuses: frozenset[str]
    first: datetime
    last: datetime
    page: int
    size: int

    def chosen_from(self, found: Mapping[str, PublicRequest]) -> list[PublicRequest]:
        """Return the requests on this page, in the order in which they were found."""
        if self.ids:
            return [found[id] for id in self.ids if id in found]
        start = (self.page - 1) * self.size
        return list(islice(self._fitting(found.values()), start, start + self.size))

    def _fitting(self, found: Iterable[PublicRequest]) -> Iterable[PublicRequest]:
        return (
            each
            for each in found
            if each.type in self.types
            and each.status in self.statuses
            and self.first <= each.asked <= self.last
        )


def read(said: MultiDict[str, str], now: datetime) -> Query:
    """Return the query in `said`; without dates the last 90 days until `now`. Raises Unclear."""
    ids = _list(said, "service_request_id")
    if ids:
        return Query(ids, frozenset(), frozenset(), now, now, 1, MOST)
    wrongs: list[Wrong] = []
    types = _chosen(said, "service_code", TYPES, 404, wrongs)
    statuses = _chosen(said, "status", _STATUSES, 400, wrongs)
    first, last = _span(said, now, wrongs)
    page = _number(said, "page", 1, 10**6, wrongs)
    size = _number(said, "page_size", MOST, MOST, wrongs)
    if wrongs:
        raise Unclear(wrongs)
    return Query((), types, statuses, first, last, page, size)


def _list(said: MultiDict[str, str], name: str) -> tuple[str, ...]:
    """Return the values of a parameter that may come several times, with commas or again."""
    values = (value.strip() for each in said.getlist(name) for value in each.split(","))
    return tuple(dict.fromkeys(value for value in values if value))


def _chosen(
    said: MultiDict[str, str], name: str, allowed: Sequence[str], code: int, wrongs: list[Wrong]
) -> frozenset[str]:
    chosen = _list(said, name)
    if not set(chosen) <= set(allowed):
        wrongs.append(_wrong(name, "choose", code, allowed=", ".join(allowed)))
    return frozenset(chosen or allowed)


def _span(said: MultiDict[str, str], now: datetime, wrongs: list[Wrong]) -> tuple[datetime, datetime]:
    first = _moment(said, "start_date", time.min, now, wrongs)
    last = _moment(said, "end_date", time.max, now, wrongs)
    until = last or now
    try:
        return first or until - SPAN, until
    except OverflowError:  # ninety days before the first year
        return until, until


def _moment(
    said: MultiDict[str, str], name: str, of_day: time, now: datetime, wrongs: list[Wrong]
) -> datetime | None:
    text = said.get(name, "").strip().replace(" ", "+")  # a plus that nobody escaped arrives as a space
    if not text:
        return None
    try:
        return _read(text, of_day, now.tzinfo)
    except ValueError:
        wrongs.append(_wrong(name, "date", 400))
        return None


def _read(text: str, of_day: time, zone: tzinfo | None) -> datetime:
    """Return a moment with its offset, or a day as one in the portal's own time (W3C note on dates)."""
    if _DAY.fullmatch(text):
        return datetime.combine(date.fromisoformat(text), of_day, zone)
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _number(said: MultiDict[str, str], name: str, usual: int, most: int, wrongs: list[Wrong]) -> int:
    text = said.get(name, "").strip()
    if not text:
        return usual
    if text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= most:
        return int(text)
    wrongs.append(_wrong(name, "number", 400, most=most))
    return usual


def _wrong(name: str, sort: str, code: int, **facts: object) -> Wrong:
    return Wrong(code, f"{name}: {say(f'open311.wrong.{sort}', language(), **facts)}")
