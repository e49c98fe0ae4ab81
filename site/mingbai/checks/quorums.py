"""Holds the sort of rule that counts who came and who agreed, by the rules of the body that met."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from mingbai.checks.cases import Case
from mingbai.checks.rules import Rule
from mingbai.errors import KindError
from mingbai.kinds import Contract
from mingbai.kinds.reading import mapping
from mingbai.messages import LANGUAGES, Text, say
from mingbai.sheets.finding import Finding

Mark = tuple[str, Fraction, str, bool]  # who is counted, the share, of whom, more than that share


class Quorum(Rule):
    """Enough came and enough agreed, by the rules of the body that met.

    A share of one half means more than half (过半数); any other includes the number itself (以上, 民法典 Art. 1259)
    unless the mark for passing is `strict`.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"body", "due", "present", "yes", "rules"})
    may: ClassVar[frozenset[str]] = frozenset({"no", "abstain"})
    tells: ClassVar[frozenset[str]] = frozenset({"need", "what", "yes", "due", "present", "body"})

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self.counts = {part: self.column(part) for part in ("due", "present", "yes")}
        self.body = self.column("body")
        try:
            rules = mapping(entry["rules"], f"{where}: rules")
            self.marks: Mapping[Any, list[Mark]] = {body: marks(mark) for body, mark in rules.items()}
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as reason:
            raise KindError(f"{where}: rules: {reason!r} / 人数规定写得不对") from None
        self._require_options(self.body, list(self.marks), "rules")

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every row in which too few came, and for every row in which too few agreed."""
        for row in case.rows:
            counts = {part: row.cells.get(name) for part, name in self.counts.items()}
            body = row.cells.get(self.body)
            if not self.applies(self.row_scope(case, row)):
                continue
            for part, share, of, strict in self.marks.get(body, ()):
                count, whole = counts[part], counts[of]
                if isinstance(count, int) and isinstance(whole, int) and count < fewest(share, whole, strict):
                    what = Text(*(say(f"checks.quorum.{part}", lang) for lang in LANGUAGES))
                    yield self.found(
                        case,
                        row,
                        {**counts, "body": body, "what": what, "need": fewest(share, whole, strict)},
                    )


def marks(mark: Mapping[str, Any]) -> list[Mark]:
    """Return (who is counted, share, of whom, more than that share) for coming and for agreeing.

    Raises KeyError, ValueError for a mark that does not say it.
    """
    half = Fraction(1, 2)
    unlike = set(mark) - {"strict"} ^ {"quorum", "of", "pass", "pass_of"}
    if unlike:
        raise ValueError(f"{', '.join(sorted(map(str, unlike)))}: missing or unknown")
    if not {mark["of"], mark["pass_of"]} <= {"due", "present"}:
        raise ValueError(f"of {mark['of']}, pass_of {mark['pass_of']}")
    come, agree = (Fraction(mark[part]) for part in ("quorum", "pass"))
    words = any(isinstance(mark[part], bool) for part in ("quorum", "pass"))
    if words or not (0 < come <= 1 and 0 <= agree <= 1) or not isinstance(mark.get("strict", False), bool):
        raise ValueError(f"quorum {mark['quorum']}, pass {mark['pass']}, strict {mark.get('strict')}")
    strict = mark.get("strict", False) or agree == half
    return [("present", come, mark["of"], come == half), ("yes", agree, mark["pass_of"], strict)]


def fewest(share: Fraction, of: int, strict: bool) -> int:
    """Return the fewest people that make up `share` of `of`, or more than it if `strict`."""
    exact = share * of
    return exact.__floor__() + 1 if strict else exact.__ceil__()
