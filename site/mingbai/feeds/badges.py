"""Writes a badge for every unit that owes something, an SVG that a town's own site may show."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from mingbai import matrix
from mingbai.edition import Edition
from mingbai.messages import say
from mingbai.units import Unit

LANG = "zh"  # one file for both languages, as calendars are
NAME = "badge.svg"
_EM = 14  # width of a Chinese character in the badge, in its own units


def write(edition: Edition, out: Path) -> None:
    """Write `u/<unit>/badge.svg`."""
    folder = edition.portal.theme / "pages"
    template = Environment(loader=FileSystemLoader(folder), autoescape=True).get_template("badge.svg")
    for unit in matrix.units(edition):
        state, words = freshness(edition, unit, LANG)
        left, right = unit.name.in_(LANG), words
        widths = [sum(_EM if ord(each) > 255 else _EM * 0.6 for each in text) + _EM for text in (left, right)]
        target = out / "u" / unit.slug / NAME
        target.parent.mkdir(parents=True, exist_ok=True)
        drawn = template.render(
            left=left, right=right, state=state, first=round(widths[0]), second=round(widths[1])
        )
        target.write_text(drawn, encoding="utf-8")


def freshness(edition: Edition, unit: Unit, lang: str) -> tuple[str, str]:
    """Return (`fresh`, `late` or `missing`, words): by what is due, never by how long ago something came."""
    missing = sum(duty.status == "missing" for duty in edition.duties_of.get(unit.slug, ()))
    overdue = len(edition.overdue_of.get(unit.slug, ()))
    if missing:
        return "missing", say("fresh.missing", lang, count=missing)
    if overdue:
        return "late", say("fresh.overdue", lang, count=overdue)
    return "fresh", say("fresh.ok", lang)
