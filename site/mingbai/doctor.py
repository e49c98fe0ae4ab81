"""Looks an installation over: calendar, receive log, kinds, old rules, tables of people; it mends nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mingbai.anonymity import crossing, exposed
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.sealed import overdue

# Month and day from which a missing calendar of the next year is told; the State Council's notice comes in November.
REMIND = (11, 1)
LATEST = (12, 15)  # from this day on it is wrong
NAMED = 5  # how many replaced kinds are named
STALE = 730  # days after which somebody should look at a profile's sources again


@dataclass(frozen=True)
class Sign:
    """One thing that was looked at: `ok`, `warn` or `fail`, and what to do."""

    state: str
    words: str


def examine(portal: Portal, as_of: date, lang: str) -> list[Sign]:
    """Return every sign, the bad ones first. Raises PortalError or KindError for what cannot be opened at all."""
    found = [
        *calendar(portal, as_of, lang),
        *_receiving(portal, lang),
        *_replaced(portal, lang),
        *_switched_off(portal, lang),
        *_profiles(portal, as_of, lang),
        *_people(portal, lang),
        *_sealed(portal, as_of, lang),
    ]
    return sorted(found, key=lambda sign: ("fail", "warn", "ok").index(sign.state))


def calendar(portal: Portal, as_of: date, lang: str) -> Iterator[Sign]:
    """Yield what is to be said of the working-day calendar on that day; a build says the bad ones too."""
    today = (as_of.month, as_of.day)
    wanted = [as_of.year, *([as_of.year + 1] if today >= REMIND else [])]
    missing = [year for year in wanted if year not in portal.workdays.years]
    for year in missing:
        late = year == as_of.year or today >= LATEST
        yield Sign("fail" if late else "warn", say("doctor.calendar.missing", lang, year=year))
    if not missing:
        yield Sign("ok", say("doctor.calendar", lang, years=sorted(portal.workdays.years)))


def _receiving(portal: Portal, lang: str) -> Iterator[Sign]:
    witnessed = portal.received.witnessed
    yield Sign("ok" if witnessed else "warn", say(f"doctor.received.{'log' if witnessed else 'none'}", lang))


def _replaced(portal: Portal, lang: str) -> Iterator[Sign]:
    """One sign for all of them: a portal with every kind of its own has some fifty."""
    named = [f"「{id}」" if lang == "zh" else id for id in portal.replaced]
    kinds = ("" if lang == "zh" else ", ").join(named[:NAMED])
    if len(named) > NAMED:
        kinds = say("doctor.replaced.more", lang, kinds=kinds, count=len(named))
    if named:
        yield Sign("warn", say("doctor.replaced", lang, kinds=kinds))


def _switched_off(portal: Portal, lang: str) -> Iterator[Sign]:
    off = [kind.title.in_(lang) for kind in portal.kinds.values() if not kind.owed_by]
    if off:
        yield Sign("ok", say("doctor.off", lang, kinds=off))


def _people(portal: Portal, lang: str) -> Iterator[Sign]:
    bare = exposed(portal)
    if bare:
        paths = "、".join(id.path for id in bare[:3])
        yield Sign("warn", say("doctor.exposed", lang, count=len(bare), paths=paths))
    found = [id.path for id, _ in crossing(portal)]
    if found:
        yield Sign("warn", say("doctor.crossing", lang, count=len(found), paths=found[:3]))


def _sealed(portal: Portal, as_of: date, lang: str) -> Iterator[Sign]:
    """A build deletes records whose time is over; where none ran since, they are still there."""
    over = overdue(portal, as_of)
    if over:
        paths = "、".join(kept.id.path for kept in over[:3])
        yield Sign("fail", say("doctor.sealed", lang, count=len(over), paths=paths))


def _profiles(portal: Portal, as_of: date, lang: str) -> Iterator[Sign]:
    used = {portal.profile_of(unit).id for unit in portal.units.on(as_of)}
    for id in sorted(used):
        reviewed = portal.profiles[id].newest.reviewed_on
        state = "warn" if (as_of - reviewed).days > STALE else "ok"
        yield Sign(state, say(f"doctor.profile.{state}", lang, profile=id, day=reviewed.isoformat()))
