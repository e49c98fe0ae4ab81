"""Makes the page of each filing: sentence, sum, entries with questions, signature, law; it writes no download."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mingbai import downloads
from mingbai.edition import Edition
from mingbai.filings import Value
from mingbai.kinds import Field, LegalBasis
from mingbai.messages import say
from mingbai.pages import figures_page
from mingbai.pages.charts import Bars, bars, equation
from mingbai.pages.described import described
from mingbai.pages.flows import flow
from mingbai.pages.listing import Crumb, card, crumbs, title, unit_then
from mingbai.pages.places import row_words
from mingbai.pages.remarks import Said, meant
from mingbai.pages.rendering import Here, Page, Press
from mingbai.pages.replies import Answer, answers, letters
from mingbai.pages.scans import scans
from mingbai.pages.standing import display, due_of, punctuality
from mingbai.pages.steps import steps
from mingbai.pages.tables import ledger
from mingbai.pages.values import shown, written_day
from mingbai.privacy import PublicTable
from mingbai.sealed import SCRIPT
from mingbai.sentences import day, quoting, sentence
from mingbai.units import Unit


@dataclass(frozen=True)
class Law:
    """An article with the number it had before, and what it says."""

    law: str
    article: str
    formerly: str
    says: Markup


@dataclass(frozen=True)
class Fix:
    """One change after publication."""

    day: str
    sort: str
    rows: Sequence[tuple[str, str]]
    reason: str


@dataclass(frozen=True)
class Neighbour:
    """The filing before or after this one."""

    words: str
    address: str


def pages(edition: Edition, press: Press, lang: str) -> Iterator[Page]:
    """Yield the page of every filing."""
    given = answers(edition, lang)
    for table in edition.tables.values():
        yield page(edition, press, table, given, lang)


def page(
    edition: Edition, press: Press, table: PublicTable, given: Mapping[str, Sequence[Answer]], lang: str
) -> Page:
    """Return the page of one filing; a kind's own `page.html` takes the place of the table."""
    unit, here = unit_then(edition, table), Here(lang, table.id.address)
    called = title(table, lang)
    name = unit.name.in_(lang)
    way = crumbs(
        edition,
        unit,
        lang,
        Crumb(table.kind.title.in_(lang), f"/u/{unit.slug}/{table.kind.id}/"),
        Crumb(table.id.period.title(lang), None),
    )
    context: dict[str, object] = {
        "unit": unit,
        "name": name,
        "called": called,
        "card": card(edition, table, lang),
        "crumbs": way,
        "table": table,
        "kind": table.kind,
        "about": table.id.address,
        "equation": equation(table, lang) if table.nil is None else None,
        "ledger": ledger(edition, table, given, lang),
        "steps": steps(edition, table, given, lang),
        "checked": table.kind.role == "figures" and figures_page.exists(edition),
        "letters": letters(edition, table, lang),
        "charts": drawn(table, lang),
        "flow": flow(table, lang),
        "facts": facts(table, lang),
        "laws": laws(table.kind.legal_basis, lang),
        "asked": given.get(table.id.address, ()),
        "fixes": [fix(table, number, lang) for number in range(len(table.corrections))],
        "unsaid": day(unsaid, lang) if (unsaid := edition.unsaid(table)) else None,
        "signed": signed(edition, table, unit, lang),
        "csv": "/" + downloads.csv_path(table) if table.nil is None else None,
        "fingerprint": downloads.fingerprint(table) if table.nil is None else None,
        "json": "/" + downloads.json_path(table),
        "package": f"/u/{table.id.unit}/datapackage.json" if _packed(edition, table.id.unit) else None,
        "meant": meant(table, lang),
        "earlier": neighbour(edition, table, 1, lang),
        "later": neighbour(edition, table, -1, lang),
        "scans": scans(edition, here, press.memory, lang),
        "sealed": _sealed(edition, table),
    }
    own = (table.kind.folder / "page.html").is_file()
    context["own"] = press.own_page(table.kind, here, context) if own else Markup("")
    full = say("filing.heading", lang, unit=name, title=called.text)
    said = sentence(table, unit, lang)
    return Page(here, "filing.html", full, said, "units", context, described=described(edition, table, here))


def _sealed(edition: Edition, table: PublicTable) -> str | None:
    """Return where the sealed records of a filing are served, None where it has none."""
    return f"{table.id.address}{SCRIPT}" if table.id in edition.sealed else None


def _packed(edition: Edition, slug: str) -> bool:
    """Return whether the unit has a Data Package: only filings with rows are in it."""
    return any(table.nil is None for table in edition.by_unit.get(slug, ()))


@dataclass(frozen=True)
class Signed:
    """Who signs and when; what the receiving portal witnessed, and how that stands to the day it was due."""

    body: str
    day: str
    received: str
    witnessed: bool
    timing: str
    shown: str
    place: str
    reviewed: str


def signed(edition: Edition, table: PublicTable, unit: Unit, lang: str) -> Signed:
    """Return the signature of a filing: a body and a day, never a person (design §6.8)."""
    received = edition.received[table.id]
    hung = display(edition, table)
    span = {"first": day(hung.first, lang), "last": day(hung.last, lang)}
    state = "on" if hung.left >= 0 else "over"
    witnessed = edition.portal.received.is_witnessed(table.id)
    return Signed(
        body=say(f"body.{unit.sort}", lang, name=unit.name.in_(lang)),
        day=written_day(received.date(), lang),
        received=say("filing.received", lang, day=day(received.date(), lang), time=f"{received:%H:%M}"),
        witnessed=witnessed,
        timing=_timing(edition, table, lang),
        shown=say(f"filing.shown.{state}", lang, **span),
        place=table.place or "",
        reviewed=say(f"filing.reviewed.{unit.sort}", lang, day=day(table.reviewed, lang))
        if table.reviewed
        else "",
    )


def _timing(edition: Edition, table: PublicTable, lang: str) -> str:
    judged = punctuality(edition, table)
    if judged is None:
        return ""
    due, came = due_of(edition, table), edition.received[table.id].date()
    apart = (due - came).days
    key = "early" if apart > 0 else "on_day" if apart == 0 else "late"
    return say(f"filing.timing.{key}", lang, due=day(due, lang), days=abs(apart))


def laws(basis: Sequence[LegalBasis], lang: str) -> list[Law]:
    """Return the legal basis in words, the older number beside the one in force."""
    return [
        Law(
            each.law.in_(lang),
            each.article.in_(lang),
            each.formerly.in_(lang) if each.formerly else "",
            quoting(each.says.in_(lang), lang),
        )
        for each in basis
    ]


def facts(table: PublicTable, lang: str) -> list[Said]:
    """Return what is said about the whole and does not stand in the equation or the title already."""
    rule = table.kind.equation or {}
    told = {rule.get("start"), rule.get("end"), table.kind.show.get("title"), *rule.get("plus", ())}
    told |= set(rule.get("minus", ()))
    found = []
    for field in table.header_fields:
        value = table.header.get(field.name)
        if field.name not in told and _worth_saying(field, value):
            one = shown(field, value, lang)
            found.append(Said(titled(field, lang), one))
    return found


def titled(field: Field, lang: str) -> str:
    """Return the title of a field with its unit."""
    title = field.title.in_(lang)
    return say("words.titled", lang, title=title, unit=field.unit.in_(lang)) if field.unit else title


def _worth_saying(field: Field, value: Value) -> bool:
    """Return whether a fact is shown: a blank number or day reads 未公布, a blank remark is no remark."""
    if isinstance(value, list):
        return False  # declared for the engine, such as relations between figures
    return field.type != "string" or (value is not None and value != "")


def drawn(table: PublicTable, lang: str) -> list[Bars]:
    """Return the bar charts that have something to show."""
    found = (bars(table, chart, lang) for chart in table.kind.charts if chart["sort"] == "bars")
    return [each for each in found if each is not None]


def fix(table: PublicTable, number: int, lang: str) -> Fix:
    """Return one correction with links to the rows it names."""
    told = table.corrections[number]
    anchors = {row.key: row.anchor for row in table.rows}
    rows = [(row_words(key, lang), anchors.get(key, "")) for key in told.rows]
    return Fix(day(told.date, lang), say(f"fix.{told.sort}", lang), rows, told.reason)


def neighbour(edition: Edition, table: PublicTable, step: int, lang: str) -> Neighbour | None:
    """Return the filing of the same unit and kind one step away: 1 is earlier, -1 is later."""
    mine = edition.of_kind(table.id.unit, table.id.kind)
    place = mine.index(table) + step
    if not 0 <= place < len(mine):
        return None
    return Neighbour(mine[place].id.period.title(lang), mine[place].id.address)
