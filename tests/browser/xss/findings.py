"""Says what a visit to a page is, and collects what came of all visits; it opens no page.

What counts as run: a call of `hit`, a dialog, a request to another origin, a page that is led away, an evaluated
template. What became an element or an attribute without running is an escape, and no better.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.browser.xss.payloads import TOKEN, Hand


@dataclass(frozen=True)
class Visit:
    """One page to be opened: as who, where, with which form.

    `tried`: each token that is behind the page, and whether the page shows it; `status`: how it is answered, so that
    nobody looks at the wrong page. `sent`: a request that no form can
    make; its answer is then opened as a page.
    """

    page: str
    path: str
    tried: Mapping[str, bool]
    who: str = ""
    form: Mapping[str, str] | None = None
    encoding: str = "application/x-www-form-urlencoded"
    sent: object = None
    status: int = 200


@dataclass(frozen=True)
class Seen:
    """What one visit saw: all words of the page, what ran (how, and what it said), the tokens that became markup."""

    status: int
    words: str
    ran: list[tuple[str, str]]
    born: list[str]


Combination = tuple[str, str, int]  # a page, a field that it shows, and the number of the payload in it


@dataclass
class Findings:
    """What came of all visits: combinations tried, seen as words, and behind pages that do not show the field."""

    tried: set[Combination] = field(default_factory=set)
    seen: set[Combination] = field(default_factory=set)
    silent: set[Combination] = field(default_factory=set)
    executions: Counter[tuple[str, str]] = field(default_factory=Counter)
    escapes: Counter[tuple[str, str]] = field(default_factory=Counter)
    astray: Counter[tuple[str, int]] = field(default_factory=Counter)
    visits: int = 0

    @property
    def lost(self) -> set[Combination]:
        """What was given to a page that shows it and did not arrive there: refused, or cut off."""
        return self.tried - self.seen - self.silent

    @property
    def places(self) -> set[tuple[str, str]]:
        """Every field on every page that has to show it."""
        return {(page, name) for page, name, _ in self.tried - self.silent}

    @property
    def reached(self) -> set[tuple[str, str]]:
        """Those where at least one payload was seen."""
        return {(page, name) for page, name, _ in self.seen}


def note(findings: Findings, hand: Hand, visit: Visit, seen: Seen) -> None:
    """Add what was seen on one visit; words that a page shows without being told to count as well."""
    there = set(TOKEN.findall(seen.words))
    findings.visits += 1
    if seen.status != visit.status:
        findings.astray[(visit.page, seen.status)] += 1
    for token in there | set(visit.tried):
        name = hand.field_of(token)
        if name is None:
            continue
        key = (visit.page, name, int(token[1:4]))
        findings.tried.add(key)
        if token in there:
            findings.seen.add(key)
        elif not visit.tried[token]:
            findings.silent.add(key)
    for how, what in seen.ran:
        found = TOKEN.search(what)
        findings.executions[(visit.page, f"{hand.field_of(found[0]) if found else '?'}: {how}")] += 1
    for token in seen.born:
        findings.escapes[(visit.page, str(hand.field_of(token)))] += 1
