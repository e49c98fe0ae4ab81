"""Speaks a filing's plain sentence from the template in its kind; a template can reach public values only.

The template is a maintainer's, run in Jinja's sandbox over `totals`, `header`, `rows`, `count`, `largest`,
`unit_name`, `period_word` and `period_title`, with the filters `wan`, `money` and `day`. What is not known is none and
reads 未公布.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from mingbai.errors import KindError
from mingbai.messages import catalogue, say
from mingbai.privacy import PublicRow, PublicTable
from mingbai.units import Unit

_WAN = Decimal(10_000)
_FOLDED = re.compile(
    r"(?<=[，。；：、])\s+"
)  # a folded line of YAML leaves a blank that Chinese does not write
_YI = Decimal(100_000_000)
_CHINESE = re.compile(
    "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]*[\u4e00-\u9fff][\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]*"
)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Reads `header.items` as the fact of that name, never as the method of the dictionary."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look into mappings by key only."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def sentence(table: PublicTable, unit: Unit, lang: str) -> str:
    """Return the plain sentence of `table`. Raises KindError naming the kind whose template does not work."""
    return str(_spoken(table, unit, lang, _PLAIN))


def marked_sentence(table: PublicTable, unit: Unit, lang: str) -> Markup:
    """Return the same sentence for a page: amounts stand out, and rounded ones carry the exact value."""
    return Markup(_spoken(table, unit, lang, _MARKED))


def money(value: object, lang: str = "zh") -> str:
    """Return an amount to the fen with thousands separators: "18,000.00"; a blank is 未公布."""
    number = _number(value)
    return say("words.blank", lang) if number is None else f"{_rounded(number, 2):,.2f}"


def yuan(value: object, lang: str = "zh") -> str:
    """Return an amount exactly and no longer than need be: "486.50", "4,800"; a blank is 未公布."""
    return money(value, lang).removesuffix(".00")


def wan(value: object, lang: str = "zh") -> str:
    """Return an amount as people say it: "11.69 万元", below 10,000 exactly "486.50 元", "0 元"."""
    number = _number(value)
    if number is None:
        return say("words.blank", lang)
    if lang != "zh" or abs(number) < _WAN:
        return say("words.yuan", lang, amount=yuan(number))
    unit, key = (_YI, "words.yi") if abs(number) >= _YI else (_WAN, "words.wan")
    short = f"{_rounded(number / unit, 2):,.2f}".rstrip("0").rstrip(".")
    return say(key, lang, amount=short)


def day(value: object, lang: str = "zh") -> str:
    """Return a date in words: 2026年4月10日, 10 April 2026; a blank is 未公布."""
    if not isinstance(value, date):
        return say("words.blank", lang)
    month = value.month if lang == "zh" else f"{value:%B}"
    return say("words.day", lang, year=value.year, month=month, day=value.day)


@dataclass(frozen=True)
class _Voice:
    """How a sentence is spoken: `amount` and `cell` dress what is put into `words`, which `escaped` text may hold."""

    escaped: bool
    words: Callable[[str], str]
    amount: Callable[[str, object], str]
    cell: Callable[[str, str], str]


def _bold(words: str, value: object) -> Markup:
    """Return an amount in bold, machine-readable to the fen (HTML `data`)."""
    number = _number(value)
    if number is None:
        return Markup("<b>{}</b>").format(words)
    return Markup('<data value="{}"><b>{}</b></data>').format(f"{number:f}", words)


def in_chinese(text: str, lang: str) -> Markup:
    """Return text of a filing, which stays Chinese on an English page."""
    return Markup('<span lang="zh">{}</span>').format(text) if lang != "zh" else Markup("{}").format(text)


def quoting(text: str, lang: str) -> Markup:
    """Return a sentence of the catalogue or of a kind; an English one marks the Chinese words that it quotes."""
    if lang == "zh":
        return escape(text)
    return Markup(_CHINESE.sub(r'<span lang="zh">\g<0></span>', str(escape(text))))


_PLAIN = _Voice(escaped=False, words=str, amount=lambda words, value: words, cell=lambda text, lang: text)
_MARKED = _Voice(escaped=True, words=Markup, amount=_bold, cell=in_chinese)


def _spoken(table: PublicTable, unit: Unit, lang: str, voice: _Voice) -> str:
    if table.nil is not None:
        kind, reason = table.kind.title.in_(lang), voice.cell(table.nil, lang)
        return voice.words(catalogue()["sentence.nil"].in_(lang)).format(kind=kind, reason=reason)
    if table.withheld:
        return say("sentence.withheld", lang)
    source = table.kind.sentence.in_(lang)
    try:
        said = _template(source, lang, voice).render(_facts(table, unit, lang)).strip()
        return _FOLDED.sub("", said)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as reason:
        raise KindError(f"{table.kind.id}/kind.yaml: sentence.{lang}: {reason} / 这句话写不出来") from reason


def _facts(table: PublicTable, unit: Unit, lang: str) -> dict[str, object]:
    return {
        "totals": {**dict.fromkeys(table.kind.totals), **table.totals},
        "header": table.header,
        "rows": table.rows,
        "count": len(table.rows),
        "largest": _largest(table),
        "unit_name": unit.name.in_(lang),
        "period_word": say(f"sentence.period.{table.id.period.cadence}", lang),
        "period_title": table.id.period.title(lang),
    }


def _largest(table: PublicTable) -> PublicRow | None:
    """Return the row with the largest value of the kind's `largest` field, the first of equals."""
    name = table.kind.largest
    if name is None:
        return None
    filled = [(value, row) for row in table.rows if (value := _number(row.cells.get(name))) is not None]
    return max(filled, key=lambda each: each[0])[1] if filled else None


@cache
def _template(source: str, lang: str, voice: _Voice) -> Template:
    """Compile a sentence once: a portal speaks it for hundreds of filings."""
    environment = _Sandbox(
        undefined=StrictUndefined,
        autoescape=voice.escaped,
        finalize=lambda value: say("words.blank", lang) if value is None else value,
    )
    environment.filters["wan"] = lambda value: voice.amount(wan(value, lang), value)
    environment.filters["money"] = lambda value: voice.amount(yuan(value, lang), value)
    environment.filters["day"] = lambda value: day(value, lang)
    return environment.from_string(source)


def _number(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
