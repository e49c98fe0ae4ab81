"""Says what is wrong in a file, where, and what to do, in both languages; it decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from mingbai.messages import LANGUAGES, Text, listed, say
from mingbai.sheets.hidden import HIDDEN

SEVERITIES = ("error", "warning")
_LONGEST = 60  # a value in a sentence; a cell may hold a million characters
_LISTED = {"names", "options", "keys", "hint", "fix", "kinds", "titles", "title", "sorts", "most"}


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
        return cls(file, row, field and brief(field), key.split(".", 1)[1], "error", says, does)

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
    told = {name: shown(value, lang) for name, value in facts.items()}
    return {name: value if name in _LISTED else brief(value) for name, value in told.items()}


def brief(text: str) -> str:
    """Return the text on one line, cut where it is too long for a sentence, with a mark for what cannot be seen."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return HIDDEN.sub("\ufffd", short).replace("\n", " ")


def shown(value: object, lang: str) -> str:
    """Return a value the way a clerk writes it: numbers with separators, dates in words, a blank as such.

    A whole number that nobody wrote with decimals has none: days and people are counted, only money has fen.
    """
    if value is None:
        return say("sheets.blank_cell", lang)
    if isinstance(value, Text):
        return value.in_(lang)
    if isinstance(value, list):
        return listed(value, lang)
    if isinstance(value, Decimal):
        # Looked at as text: arithmetic would round what is very long.
        decimals = f"{value:f}".partition(".")[2]
        return f"{value:,.2f}" if 0 < len(decimals) and len(decimals.rstrip("0")) <= 2 else f"{value:,f}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日" if lang == "zh" else f"{value.day} {value:%B %Y}"
    return str(value)
