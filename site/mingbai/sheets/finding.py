"""Says what is wrong in a file, where, and what to do, in both languages; it decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from mingbai.messages import LANGUAGES, Text, say

SEVERITIES = ("error", "warning")


@dataclass(frozen=True)
class Finding:
    """One problem. `row` is the line in a spreadsheet (the header is 1), `field` the name of the column."""

    file: str
    row: int | None
    field: str | None
    rule: str
    severity: str
    says: Text
    does: Text

    @classmethod
    def of(
        cls, key: str, file: str, row: int | None = None, field: str | None = None, /, **facts: object
    ) -> "Finding":
        """Make an error from the catalogue: `<key>` is its sentence, `<key>.do` what to do."""
        says, does = (
            Text(*(say(each, lang, **_shown(facts, lang)) for lang in LANGUAGES))
            for each in (key, f"{key}.do")
        )
        return cls(file, row, field, key.split(".", 1)[1], "error", says, does)

    def as_warning(self) -> "Finding":
        """Return the same as a warning, which does not block."""
        return replace(self, severity="warning")

    def message(self, lang: str) -> str:
        """Return the sentence."""
        return self.says.in_(lang)

    def remedy(self, lang: str) -> str:
        """Return what to do."""
        return self.does.in_(lang)


def _shown(facts: Mapping[str, object], lang: str) -> dict[str, str]:
    return {name: shown(value, lang) for name, value in facts.items()}


def shown(value: object, lang: str) -> str:
    """Return a value the way a clerk writes it: money with separators, dates in words, a blank as such."""
    if value is None:
        return say("sheets.blank_cell", lang)
    if isinstance(value, Text):
        return value.in_(lang)
    if isinstance(value, Decimal):
        return f"{value:,.2f}" if value == value.quantize(Decimal("0.01")) else f"{value:,f}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日" if lang == "zh" else f"{value.day} {value:%B %Y}"
    return str(value)
