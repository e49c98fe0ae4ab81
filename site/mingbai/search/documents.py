"""Makes the documents of the index from what is public: a row, a filing, a page of prose each; it takes nothing else.

The cells of a document are written the way people meet them: in the file (`28000.00`, `2026-03-18`) and on the page
(`28,000.00`, `2026年3月18日`), so that both forms are found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from mingbai.filings import Value
from mingbai.kinds import Field, Kind
from mingbai.messages import Text, say
from mingbai.privacy import PublicRow, PublicTable, PublicText
from mingbai.sentences import day, money, sentence
from mingbai.units import Unit, Units


@dataclass(frozen=True)
class Label:
    """A unit, kind or period as a filter: `id` in addresses and facets, `title` on pages."""

    id: str
    title: Text


NOTHING = Label("", Text("", ""))


@dataclass(frozen=True)
class Source:
    """Where documents come from: a filing, or nothing at all (prose). `above`: the units above, nearest first."""

    unit: Label = NOTHING
    kind: Label = NOTHING
    period: Label = NOTHING
    above: tuple[Label, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What the source is called; a term may be found here as long as another is found in the document itself."""
        titles = [each.title for each in (self.unit, self.kind, self.period, *self.above)]
        spoken = [self.period.id, *(word for title in titles for word in (title.zh, title.en))]
        return tuple(dict.fromkeys(word for word in spoken if word))


PROSE = Source()


@dataclass(frozen=True)
class Amount:
    """The amount that stands beside a hit: `figure` as printed, its unit, and the name of its column."""

    figure: str
    unit: Text
    name: Text


@dataclass(frozen=True)
class Document:
    """One hit. `url`: address below a language's tree, without a leading slash; `date`: ISO, "" for none."""

    url: str
    title: Text
    source: Source
    date: str
    cells: tuple[str, ...]
    amount: Amount | None = field(default=None)

    @property
    def unit(self) -> str:
        """The unit's slug."""
        return self.source.unit.id

    @property
    def kind(self) -> str:
        """The kind's id."""
        return self.source.kind.id

    @property
    def period(self) -> str:
        """The period's label."""
        return self.source.period.id

    def entry(self) -> list[Any]:
        """Return the document as plain lists, without source and date; read by `search.js` and `of_entry`."""
        said = self.amount
        amount = (
            None if said is None else [said.figure, said.unit.zh, said.unit.en, said.name.zh, said.name.en]
        )
        return [self.url, self.title.zh, self.title.en, list(self.cells), amount]

    @classmethod
    def of_entry(cls, entry: Sequence[Any], source: Source, day: str) -> "Document":
        """Return the document that `entry` wrote."""
        url, zh, en, cells, said = entry
        amount = None if said is None else Amount(said[0], Text(said[1], said[2]), Text(said[3], said[4]))
        return cls(url, Text(zh, en), source, day, tuple(cells), amount)


def from_tables(tables: Iterable[PublicTable], units: Units) -> list[Document]:
    """Return one document a filing and one a row. Raises TypeError for anything but a PublicTable."""
    found = []
    for table in tables:
        if not isinstance(table, PublicTable):
            raise TypeError(f"search takes PublicTable only, not {type(table).__name__}")
        found += _of_table(table, units)
    return found


def from_page(url: str, title: Text, paragraphs: Iterable[PublicText]) -> Document:
    """Return the document of a page of prose. Raises TypeError for anything but PublicText."""
    cells = tuple(paragraphs)
    for cell in cells:
        if not isinstance(cell, PublicText):
            raise TypeError(f"search takes PublicText only, not {type(cell).__name__}")
    return Document(url.lstrip("/"), title, PROSE, "", _once([title.zh, title.en, *cells]))


def _of_table(table: PublicTable, units: Units) -> list[Document]:
    id = table.id
    unit = _unit_of(table, units)
    source = Source(
        unit=Label(id.unit, unit.name),
        kind=Label(id.kind, table.kind.title),
        period=Label(id.period.label, Text(id.period.title("zh"), id.period.title("en"))),
        above=tuple(Label(each.slug, each.name) for each in units.ancestors(unit.slug)),
    )
    rows = [(row, _own_day(table, row)) for row in table.rows]
    on = _day_of(table, [own for _, own in rows if own is not None])
    url = id.address.lstrip("/")
    documents = [
        Document(
            url=f"{url}#{row.anchor}",
            title=_row_title(table, row),
            source=source,
            date=(own or on).isoformat(),
            cells=_once(text for each in table.fields for text in forms(each, row.cells.get(each.name))),
            amount=_amount(table, row),
        )
        for row, own in rows
    ]
    return [Document(url, _title(source), source, on.isoformat(), _about(table, source, unit)), *documents]


def _unit_of(table: PublicTable, units: Units) -> Unit:
    """Return the unit as it was called then; before its first and after its last row, as it is called now."""
    try:
        return units.get(table.id.unit, table.id.period.last)
    except KeyError:
        return units.get(table.id.unit)


def _title(source: Source) -> Text:
    parts = (source.unit.title, source.kind.title, source.period.title)
    return Text(" ".join(part.zh for part in parts), " ".join(part.en for part in parts))


def _about(table: PublicTable, source: Source, unit: Unit) -> tuple[str, ...]:
    """Return the cells of the filing as a whole: what it is, its plain sentence, header facts, totals, corrections."""
    title = _title(source)
    cells = [title.zh, *(sentence(table, unit, lang) for lang in ("zh", "en"))]
    for each in table.header_fields:
        cells += forms(each, table.header.get(each.name))
    for each in table.fields:
        cells += forms(each, table.totals.get(each.name))
    cells += [text for text in (table.nil, table.opinion, table.place) if text is not None]
    for said in (table.reviewed, table.shown_from, table.shown_until):
        cells += [] if said is None else _days(said)
    for correction in table.corrections:
        cells += [correction.reason, *_days(correction.date)]
    return _once([*cells, title.en, *source.words])


def forms(field: Field, value: Value) -> list[str]:
    """Return the texts in which a value of `field` is met, in files and on pages; none for a blank."""
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return ["true" if value else "false", say("words.yes" if value else "words.no", "zh")]
    if isinstance(value, Decimal):
        return _figures(value, field)
    if isinstance(value, int):
        return [str(value), f"{value:,}"] if field.unit is not None else [str(value)]
    if isinstance(value, date):
        return _days(value)
    if isinstance(value, list):
        return [text for item in value for text in _item(item)]
    return [str(value)]


def _item(item: object) -> list[str]:
    """Return the parts of one item of a list cell, each a text of its own."""
    if isinstance(item, Mapping):
        return [text for part in item.values() for text in _item(part)]
    return [] if item in (None, "") else [str(item)]


_TWO_PLACES = ("yuan", "mu")  # 元 and 亩 are published with two decimals (design §4)


def _figures(value: Decimal, field: Field) -> list[str]:
    found = [f"{value:f}", f"{value:,f}"]
    return [*found, money(value)] if field.unit is not None and field.unit.en in _TWO_PLACES else found


def _days(value: date) -> list[str]:
    return [value.isoformat(), day(value)]


def _once(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(cell) for cell in cells if cell))


def _own_day(table: PublicTable, row: PublicRow) -> date | None:
    """Return the row's own date: the one its kind shows, else the first one filled in."""
    names = [table.kind.show.get("date"), *(each.name for each in table.fields if each.type == "date")]
    values = (row.cells.get(str(name)) for name in names if name is not None)
    return next((value for value in values if isinstance(value, date)), None)


def _day_of(table: PublicTable, own: list[date]) -> date:
    """Return the date of a filing: its event, the last day of its period, or, for a register, its newest row."""
    period = table.id.period
    if table.kind.shape == "register":
        return max(own, default=period.first)
    return period.last


def _row_title(table: PublicTable, row: PublicRow) -> Text:
    what = row.cells.get(str(table.kind.show.get("what")))
    if isinstance(what, str) and what:
        return Text(what, what)
    kind = table.kind.title
    return Text(*(say("search.row", lang, kind=kind.in_(lang), key=row.key) for lang in ("zh", "en")))


def _amount(table: PublicTable, row: PublicRow) -> Amount | None:
    """Return the first amount of the row among those its kind shows."""
    by_name = {each.name: each for each in table.fields}
    for name in _amount_names(table.kind):
        value, about = row.cells.get(name), by_name.get(name)
        if isinstance(value, Decimal) and about is not None and about.unit is not None:
            return Amount(money(value), about.unit, about.title)
    return None


def _amount_names(kind: Kind) -> list[str]:
    names = kind.show.get("amounts") or []
    return [str(name) for name in names]
