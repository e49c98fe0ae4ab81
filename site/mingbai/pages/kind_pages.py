"""Makes the pages about kinds (fields, law, deadlines, privacy) and the catalogue 公开目录; it shows no filing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from mingbai import downloads
from mingbai.edition import Edition
from mingbai.errors import PortalError
from mingbai.kinds import Computed, Field, Kind
from mingbai.messages import say
from mingbai.pages import figures_page, systems_page
from mingbai.pages.filing_pages import laws
from mingbai.pages.reckoning import reckoned
from mingbai.pages.rendering import Here, Page
from mingbai.pages.values import joined, plain
from mingbai.periods import Period
from mingbai.privacy.merging import K_SENSITIVE, K, L
from mingbai.sentences import quoting


@dataclass(frozen=True)
class Entry:
    """One field in the data dictionary."""

    name: str
    title: str
    says: str
    type: str
    unit: str
    cls: str
    required: bool
    options: Sequence[str]


@dataclass(frozen=True)
class Protected:
    """How the fields of one class are protected."""

    cls: str
    words: str
    fields: str


@dataclass(frozen=True)
class Guard:
    """A rule of the kind: its reason, and the files that break it and nothing else."""

    name: str
    why: str
    files: Sequence[str]


@dataclass(frozen=True)
class Item:
    """One line of the catalogue in the standard columns."""

    number: int
    kind: str
    title: str
    content: str
    basis: Sequence[str]
    limit: str
    body: str
    channel: str
    audience: str
    mode: str
    level: str


def pages(edition: Edition, lang: str) -> Iterator[Page]:
    """Yield the list of kinds, one page for each, and the catalogue."""
    kinds = list(edition.kinds)
    heading = say("kinds.heading", lang)
    listed = {
        "kinds": [(kind, deadline(edition, kind, lang), _count(edition, kind)) for kind in kinds],
        "systems": systems_page.exists(edition),
    }
    yield Page(Here(lang, "/k/"), "kinds.html", heading, say("kinds.description", lang), "units", listed)
    for kind in kinds:
        yield _kind(edition, kind, lang)
        yield _privacy(kind, lang)
    items = [_item(edition, number, kind, lang) for number, kind in enumerate(kinds, 1)]
    heading = say("catalogue.heading", lang)
    yield Page(
        Here(lang, "/catalogue/"),
        "catalogue.html",
        heading,
        say("catalogue.description", lang),
        "board",
        {"items": items, "files": downloads.offered(edition, downloads.ALL, list(edition.tables.values()))},
    )


def _count(edition: Edition, kind: Kind) -> int:
    return sum(table.id.kind == kind.id for table in edition.tables.values())


def _kind(edition: Edition, kind: Kind, lang: str) -> Page:
    title = kind.title.in_(lang)
    newest = [table for table in edition.newest if table.id.kind == kind.id and table.nil is None][:3]
    context: dict[str, object] = {
        "kind": kind,
        "fields": [_entry(field, lang) for field in kind.schema.fields]
        + [_computed(kind, each, lang) for each in kind.computed],
        "header": [_entry(field, lang) for field in kind.header_schema.fields] if kind.header_schema else [],
        "laws": laws(kind.legal_basis, lang),
        "limit": deadline(edition, kind, lang),
        "rules": [_rule(kind, rule, lang) for rule in kind.rules],
        "settings": [(_value(each.value), each.basis.in_(lang)) for each in kind.settings.values()],
        "checked": kind.role == "figures" and figures_page.exists(edition),
        **_guarded(kind, lang),
        "newest": [(edition.portal.units.get(table.id.unit).name.in_(lang), table.id) for table in newest],
        "owed_by": joined([say(f"unit.sort.{sort}", lang) for sort in kind.owed_by], lang),
        "stacked": downloads.of_kind(edition, kind),
        "template": f"/k/{kind.id}/template.csv",
        "example": f"/k/{kind.id}/example.csv",
        "schema": f"/k/{kind.id}/schema.json",
    }
    here, summary = Here(lang, f"/k/{kind.id}/"), kind.summary.in_(lang)
    return Page(here, "kind.html", title, summary, "units", context, feed=title)


def _privacy(kind: Kind, lang: str) -> Page:
    """Return the privacy notice of a kind: what of it is public, what never is, for how long, and what one can do."""
    heading = say("privacy_page.heading", lang, kind=kind.title.in_(lang))
    context = {"kind": kind, "heading": heading, **_guarded(kind, lang)}
    description = say("privacy_page.description", lang, kind=kind.title.in_(lang))
    return Page(Here(lang, f"/privacy/{kind.id}/"), "privacy.html", heading, description, "units", context)


def _guarded(kind: Kind, lang: str) -> dict[str, object]:
    return {
        "protected": protected(kind, lang),
        "merging": kind.privacy is not None,
        "k": {"k": K, "sensitive": K_SENSITIVE, "l": L},
    }


def _rule(kind: Kind, rule: Mapping[str, Any], lang: str) -> Guard:
    return Guard(rule["name"], rule["why"][lang], counterexamples(kind, rule["name"]))


def counterexamples(kind: Kind, rule: str) -> list[str]:
    """Return the names of the files that break a rule and nothing else."""
    return [path.name for path in _counterexamples(kind) if path.name.split(".")[0] == rule]


def _counterexamples(kind: Kind) -> list[Path]:
    return sorted((kind.folder / "counterexamples").glob("*.*"))


def _value(value: Any) -> str:
    """Return the number of a setting, or its bands from the highest down."""
    if isinstance(value, list):
        return "；".join(f"≥ {bound}：{name}" for bound, name in value)
    return plain(Decimal(value))


def _entry(field: Field, lang: str) -> Entry:
    return Entry(
        name=field.name,
        title=field.title.in_(lang),
        says=quoting(field.description.in_(lang), lang),
        type=say(f"type.{field.type}", lang),
        unit=field.unit.in_(lang) if field.unit else "",
        cls=say(f"class.{field.cls}", lang),
        required=field.required,
        options=field.options,
    )


def _computed(kind: Kind, column: Computed, lang: str) -> Entry:
    """Return the entry of a column that the site computes."""
    return replace(_entry(column.field, lang), says=reckoned(kind.contract, column, lang))


def protected(kind: Kind, lang: str) -> list[Protected]:
    """Return how each class of field that the kind has is protected, the open ones first."""
    fields = [*kind.schema.fields, *(kind.header_schema.fields if kind.header_schema else ())]
    found = []
    for cls in dict.fromkeys(field.cls for field in fields):
        names = joined([field.title.in_(lang) for field in fields if field.cls == cls], lang)
        found.append(
            Protected(
                say(f"class.{cls}", lang), say(f"class.{cls}.how", lang, k=K, ks=K_SENSITIVE, l=L), names
            )
        )
    return found


def deadline(edition: Edition, kind: Kind, lang: str) -> str:
    """Return by when a filing of the kind is due, by the rules of the county, in words."""
    portal = edition.portal
    if kind.shape == "register":
        return say("deadline.register", lang)
    if kind.shape == "event":
        if kind.due is None:
            return say("deadline.event", lang)
        key = "deadline.event.workdays" if kind.due.workdays else "deadline.event.days"
        return say(key, lang, days=kind.due.days)
    county = portal.profile_of(portal.units.get(portal.settings.county))
    period = Period.containing(edition.as_of, kind.cadence["usual"])
    rule = county.due(kind.id, period.last) or kind.due
    if rule is None:
        raise PortalError(f"{kind.id}: no due days in kind or profile / 没有写期限")
    cadence = say(f"cadence.{'of' if rule.start else 'after'}.{kind.cadence['usual']}", lang)
    return say(
        "deadline.workdays" if rule.workdays else "deadline.days", lang, cadence=cadence, days=rule.days
    )


def _item(edition: Edition, number: int, kind: Kind, lang: str) -> Item:
    return Item(
        number=number,
        kind=kind.id,
        title=kind.title.in_(lang),
        content=kind.summary.in_(lang),
        basis=[
            f"{each.law.in_(lang)}{' ' if lang == 'en' else ''}{each.article.in_(lang)}"
            for each in kind.legal_basis
        ],
        limit=deadline(edition, kind, lang),
        body=kind.publisher.in_(lang),
        channel=kind.channel.in_(lang),
        audience=kind.audience.in_(lang),
        mode=kind.mode.in_(lang),
        level=kind.level.in_(lang),
    )


def files(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of what a clerk starts from: empty template, example and published schema."""
    for kind in edition.kinds:
        names = ",".join(field.name for field in kind.schema.fields)
        yield f"k/{kind.id}/template.csv", b"\xef\xbb\xbf" + f"{names}\r\n".encode()
        yield f"k/{kind.id}/schema.json", (kind.folder / "schema.json").read_bytes()
        for path in _counterexamples(kind):
            yield f"k/{kind.id}/counterexamples/{path.name}", path.read_bytes()
        example = kind.folder / "example.csv"
        if example.is_file():
            yield f"k/{kind.id}/example.csv", b"\xef\xbb\xbf" + example.read_bytes()
