"""Shows a filing that nobody has published yet as its page will be; it writes no file and asks no frame."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from mingbai import duties
from mingbai.duties import Duty, Received
from mingbai.edition import Edition
from mingbai.pages import filing_pages
from mingbai.pages.rendering import Here, Press
from mingbai.portal import Portal
from mingbai.privacy import PublicTable


def body(portal: Portal, table: PublicTable, now: datetime, here: Here) -> Markup:
    """Return the page of `table` without its frame, as if it were received at `now`; it is shown at `here`.

    It looks as it will; who hears the page is told that its heading stands below that of the page around it.
    """
    there = portal.with_files_at(portal.root)
    came = {f"{table.id.path}{end}": now for end in (".csv", ".yaml")}
    there.__dict__["received"] = Received(came, came, witnessed=True)
    edition = Edition(there, now.date(), {table.id: table}, {table.id: now}, _duty(portal, table, now))
    press = Press(edition, {}, Path())
    page = filing_pages.page(edition, press, table, {}, here.lang)
    shown = press.body(replace(page, here=here))
    return Markup(str(shown).replace("<h1", '<h1 aria-level="2"'))


def _duty(portal: Portal, table: PublicTable, now: datetime) -> tuple[Duty, ...]:
    """Return the duty that the filing fulfils, none for a kind that is not owed by a day."""
    if table.kind.shape != "statement":
        return ()
    unit, id = portal.units.get(table.id.unit), table.id
    due = duties.due_date(table.kind, portal.profile_of(unit), id.period, portal.workdays)
    status, days = duties.judge(due.day, now, table.nil is not None, now.date())
    return (Duty(unit, table.kind, id.period, due.day, status, days, now, True, due.provisional),)
