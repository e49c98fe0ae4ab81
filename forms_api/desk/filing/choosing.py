"""Says what an account may publish: for which units, which kinds they owe, which periods wait; it reads no upload."""

from dataclasses import dataclass

from forms_api.acceptance import Acceptance
from forms_api.desk import sight
from forms_api.desk.accounts import Account
from mingbai.filings import FilingId
from mingbai.kinds import Kind
from mingbai.messages import say
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.receiving.layout import Server
from mingbai.sentences import day
from mingbai.units import Unit

SHOWN = 12  # periods that wait; the others can be typed


@dataclass(frozen=True)
class Waiting:
    """A filing that is owed and has not come."""

    id: FilingId
    words: str
    standing: str
    badge: str


@dataclass(frozen=True)
class Choice:
    """What was chosen, as it was typed; nothing says that it is right."""

    unit: str
    kind: str
    period: str


def server_portal(service: Acceptance, server: Server) -> Portal:
    """Return the server's files as they are now, by the rules that the service has read."""
    portal = service.portal.with_files_at(server.portal)
    portal.state = server.state
    return portal


def units(service: Acceptance, account: Account) -> list[Unit]:
    """Return the units of today for which `account` may publish."""
    today, tree = service.clock().date(), service.portal.units
    return [each for each in tree.on(today) if sight.may_publish(tree, account, each.slug, today)]


def kinds(portal: Portal, unit: Unit) -> list[Kind]:
    """Return the kinds that a unit of this sort owes, by section."""
    owed = [kind for kind in portal.kinds.values() if unit.sort in kind.owed_by]
    return sorted(owed, key=lambda kind: (kind.section.zh, kind.title.zh))


def waiting(service: Acceptance, portal: Portal, unit: Unit, lang: str) -> list[Waiting]:
    """Return what the unit still owes of periods that are over, the longest overdue first."""
    owed = portal.duties(service.clock().date(), unit.slug)
    open_ = [duty for duty in owed if duty.status in ("missing", "not_due")]
    found = []
    for duty in sorted(open_, key=lambda each: (each.due, each.kind.id))[:SHOWN]:
        words = say(
            "desk.filing.waits",
            lang,
            kind=duty.kind.title.in_(lang),
            period=duty.period.title(lang),
            due=day(duty.due, lang),
        )
        standing = say(f"badge.{duty.status}", lang, days=duty.days)
        found.append(Waiting(duty.id, words, standing, "late" if duty.status == "missing" else "due"))
    return found


def filing_of(portal: Portal, unit: Unit, choice: Choice) -> FilingId | None:
    """Return the filing that was chosen, None for a kind the unit does not owe or a label that is no period."""
    if choice.kind not in {kind.id for kind in kinds(portal, unit)}:
        return None
    try:
        return FilingId(unit.slug, choice.kind, Period.parse(choice.period.strip()))
    except ValueError:
        return None
