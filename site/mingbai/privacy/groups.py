"""Cuts a folded text into groups of digits and says which neighbours may be one number; it knows no sort of number.

What has a check digit may be cut in any way, but for lists, days and decimals. What has none is read as one number only
in the ways people group it: otherwise every column of figures would hold a telephone number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from mingbai.privacy.folding import CELL, NOTHING
from mingbai.privacy.names import ends_with_name
from mingbai.privacy.things import is_called, is_measured, is_summed

# Between groups of one number: `soft` is how people write numbers, `cell` a border of cells, `hard` whatever else.
_LINKS = {
    "soft": re.compile(r"[ \-.*_`~]{0,6}"),
    # one empty cell may lie between
    "cell": re.compile(rf"[\"' ]{{0,3}}([,;\t|{CELL}])(?:[\"' ]{{0,3}}\1)?[\"' ]{{0,3}}"),
    "hard": re.compile(rf"[ \-.*_`~,;\t|{CELL}\"'/\\()\[\]+:&#=\r]{{1,6}}"),
}
_DIGITS = re.compile(rf"[0-9](?:{NOTHING}*[0-9])*")
_FARTHEST = 4_000  # characters between two groups, nearly all of them unseen: a tag with its attributes
_EMPHASIS = re.compile("[*_`~]+")  # bold and the like in Markdown: nothing to who reads it
# What is no border of a cell, just before and just after digits.
_WITHIN_BEFORE = re.compile(rf"[^ ,;\t|\"'(\[{CELL}{NOTHING}]{NOTHING}*$")
_WITHIN_AFTER = re.compile(rf"{NOTHING}*[^ ,;\t|\"')\]{CELL}{NOTHING}Xx]")
_LETTERS_BEFORE = re.compile("[0-9A-Za-z]*$")
_LETTERS_AFTER = re.compile("[0-9A-Za-z]*")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
Shapes = dict[str, frozenset[tuple[int, ...]]]
# How people group numbers whose check digit is weak or none.
_SHAPES: Shapes = {
    "mobile": frozenset(
        {
            (3, 4, 4),
            (3, 8),
            (7, 4),
            (4, 4, 3),
            (4, 7),
            (3, 3, 5),
            (3, 2, 2, 2, 2),
            (1, 2, 2, 2, 2, 2),
            (4, 3, 4),
            (5, 4, 4),  # with the code of the country glued to it
            (7, 4, 4),
        }
    ),
    "id": frozenset({(6, 6, 3), (6, 9), (12, 3)}),
    "card": frozenset(
        {(4,) * 4, (8, 8), *((*(4,) * 4, rest) for rest in (1, 2, 3)), *((6, n) for n in range(10, 14))}
    ),
}
_IN_CELLS: Shapes = {
    "mobile": frozenset({(3, 4, 4), (3, 8), (7, 4)}),
    "id": frozenset({(6, 6, 3)}),
    "card": frozenset(
        {(4,) * 4, (8, 8), *((*(4,) * 4, rest) for rest in (1, 2, 3)), (6, 10), (6, 13), (10, 6)}
    ),
}
# The same with nothing but spaces between, and no word that says what it is: figures of a row look like that too.
_SPACED: Shapes = {
    "mobile": frozenset({(3, 4, 4), (4, 3, 4), (4, 4, 3), (3, 8), (7, 4), (5, 4, 4), (7, 4, 4)}),
    "id": _SHAPES["id"],
    "card": _SHAPES["card"],
}
_MOST_CELLS = 4  # of one number, where a label says that it is one


@dataclass(frozen=True)
class Group:
    """Digits from `start` to `end`. `before`: what stands between them and the group before; `link`: of which sort."""

    digits: str
    start: int
    end: int
    before: str
    link: str


def groups_of(text: str) -> list[Group]:
    """Return the groups of digits in a folded text, in order; `link` is "" where no number can go on."""
    found: list[Group] = []
    end = 0
    for match in _DIGITS.finditer(text):
        near = found and match.start() - end <= _FARTHEST
        before = text[end : match.start()].replace(NOTHING, "") if near else ""
        before = "" if _EMPHASIS.fullmatch(before) else before
        link = _link(before) if near else ""
        found.append(Group(match[0].replace(NOTHING, ""), match.start(), match.end(), before, link))
        end = match.end()
    return found


def alike(groups: Sequence[Group], first: int, most: int | None = None) -> int:
    """Count the groups after one of a single digit that are single digits too, all parted alike; `most`: enough."""
    last = first
    while (
        last - first != most
        and last + 1 < len(groups)
        and len(groups[last].digits) == len(groups[last + 1].digits) == 1
        and groups[last + 1].link
        and (last == first or groups[last + 1].before == groups[last].before)
    ):
        last += 1
    return last - first


@lru_cache(maxsize=4096)
def _link(between: str) -> str:
    return next((name for name, each in _LINKS.items() if each.fullmatch(between)), "")


@dataclass(frozen=True)
class Window:
    """Neighbouring groups, `first` to `last`, that are looked at as one number."""

    text: str
    groups: Sequence[Group]
    first: int
    last: int

    @cached_property
    def parts(self) -> Sequence[Group]:
        """The groups within."""
        return self.groups[self.first : self.last + 1]

    @property
    def start(self) -> int:
        """Where the first digit stands."""
        return self.groups[self.first].start

    @property
    def end(self) -> int:
        """Where the last digit ends."""
        return self.groups[self.last].end

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many digits each group has."""
        return tuple(len(each.digits) for each in self.parts)

    @property
    def is_split(self) -> bool:
        """Whether the groups lie in several cells."""
        return any(each.link == "cell" for each in self.parts[1:])

    @cached_property
    def before(self) -> str:
        """What is seen before the first digit, as far back as words may say what follows."""
        return self.text[max(0, self.start - _FARTHEST) : self.start].replace(NOTHING, "")[-40:]

    def is_called(self, sort: str) -> bool:
        """Tell whether the words before say that a number of that sort follows."""
        return is_called(sort, self.before)

    @property
    def _after(self) -> Group | None:
        return self.groups[self.last + 1] if self.last + 1 < len(self.groups) else None

    def may_be_one(self) -> bool:
        """Tell whether one may have written a number with a check digit in these pieces."""
        if self.first == self.last:
            return True
        sizes = self.sizes
        if self.is_split and set(sizes) == {1} and self._is_spelled():
            return True
        borders = {*accumulate(sizes[:-1])}
        parts_a_day = borders >= {6, 14}  # six digits of a place, the day of birth, four more
        return self._are_whole_cells(parts_a_day) if self.is_split else self._is_cut_up(parts_a_day)

    def _is_spelled(self) -> bool:
        """Tell whether single digits are parted alike, and are no piece of a longer row of such."""
        signs = {each.before for each in self.parts[1:]}
        before = self.first > 0 and self.parts[0].before in signs
        after = self._after is not None and self._after.before in signs
        return len(signs) == 1 and not (before and len(self.groups[self.first - 1].digits) == 1) and not after

    def _is_cut_up(self, parts_a_day: bool) -> bool:
        """Months, amounts and ranges in a row have signs of several sorts; a number has mostly one."""
        signs = {each.before for each in self.parts[1:]}
        decimals = any(each.before == "." and len(each.digits) <= 2 for each in self.parts[1:])
        if signs & {" .", ". "} or (len(signs) > 1 and decimals):
            return False
        return len(signs) <= 1 or len(self.parts) <= 5 or set(self.sizes) == {1} or parts_a_day

    def _are_whole_cells(self, parts_a_day: bool) -> bool:
        """Some cells of a list are no number, nor is a piece of a cell, as the year of a day beside an amount."""
        within = _WITHIN_BEFORE.search(self.before) or _WITHIN_AFTER.match(self.text, self.end)
        if within and not any(map(self.is_called, _SHAPES)):
            return False
        sizes, after = self.sizes, self._after
        listed = self.parts[0].link == "cell" and len(self.groups[self.first - 1].digits) == sizes[0]
        listed |= after is not None and after.link == "cell" and len(after.digits) == sizes[-1]
        if listed or (len(sizes) > 6 and set(sizes) != {1}):
            return False
        return parts_a_day or all(each.link != "soft" for each in self.parts[1:])

    def stands_alone(self) -> bool:
        """Tell whether the digits are no piece of a digest, a code or a decimal number."""
        before = self.text[max(0, self.start - 70) : self.start]
        matches = (_LETTERS_BEFORE.search(before), _LETTERS_AFTER.match(self.text, self.end))
        around = "".join(match[0] for match in matches if match)
        single = self.first == self.last
        if any(each.isdigit() for each in around) or (around and not single):
            return False
        lead, after = self.parts[0], self._after
        if self.first and lead.before == "." and self.groups[self.first - 1].digits not in tuple("123456789"):
            return not single  # the decimals of a number, and not the first of a list: 1.138…
        return not (single and after and after.before == "." and self._is_decimal(after))

    def _is_decimal(self, fraction: Group) -> bool:
        """Tell whether digits after a point are those of an amount; zeros are what a spreadsheet makes of a number."""
        if len(fraction.digits) == 2:
            return True
        rest = self.text[fraction.end : fraction.end + 12]
        in_a_cell = not _WITHIN_BEFORE.search(self.before) and not _WITHIN_AFTER.match(rest)
        return len(fraction.digits) < 7 and bool(int(fraction.digits)) and (in_a_cell or is_measured(rest))

    def is_amount(self, sort: str) -> bool:
        """Tell whether a unit follows, and no word before says that this is a number to call or to pay to."""
        return is_measured(self.text[self.end : self.end + 12].replace(NOTHING, "")) and not self.is_called(
            sort
        )

    def reads_as(self, sort: str) -> bool:
        """Tell whether the groups may be read as one number of a sort that chance makes often."""
        sizes, links = self.sizes, {each.link for each in self.parts[1:]}
        if not links:
            return True
        if sort == "mobile" and self.parts[0].digits in ("86", "0086"):
            return Window(self.text, self.groups, self.first + 1, self.last).reads_as(sort)
        if self._is_address():
            return False
        if links != {"soft"}:
            return self._reads_over_cells(sort, links)
        signs = {each.before.strip(" ") for each in self.parts[1:]}
        if signs != {""} or all(each.before == "" for each in self.parts[1:]) or self.is_called(sort):
            if signs == {"."} and set(sizes) != {1}:  # else a decimal number, or what counts versions
                return sizes in _SHAPES[sort] and (len(sizes) > 2 or self.is_called(sort))
            return sizes in _SHAPES[sort] or (self._is_set_off() and self._is_plain())
        unionpay = sort == "card" and min(sizes) > 3 and self.parts[0].digits.startswith("62")
        return (unionpay or sizes in _SPACED[sort] or set(sizes) == {1}) and self._stands_apart(sort)

    def _reads_over_cells(self, sort: str, links: set[str]) -> bool:
        sizes = self.sizes
        if links == {"cell"} and set(sizes) == {1}:
            return self._is_spelled()
        if any(each.before.strip(" ") == "+" for each in self.parts[1:]):
            return False
        if links == {"cell"} and len(sizes) <= _MOST_CELLS and self.is_called(sort):
            return True
        bracketed = sort == "mobile" and sizes == (3, 8) and self.parts[1].before.strip(" -") == ")"
        return bracketed or (sizes in _IN_CELLS[sort] and (links == {"cell"} or sizes == (3, 4, 4)))

    def _stands_apart(self, sort: str) -> bool:
        """Tell whether spaces part the groups of one number, and not the figures of a row that goes on."""
        lead, after = self.parts[0], self._after
        if self.first and lead.link == "soft" and not lead.before.strip(" "):
            if self.groups[self.first - 1].digits not in ("86", "0086"):
                return False
        if is_summed(self.before) or is_measured(self.text[self.end : self.end + 12]):
            return False
        goes_on = after is not None and after.link == "soft" and not after.before.strip(" ")
        return not goes_on or ends_with_name(self.before) or (sort == "card" and lead.digits.startswith("62"))

    def _is_address(self) -> bool:
        """Tell whether the groups are the address of a computer: four numbers below 256 with points between."""
        dotted = len(self.parts) == 4 and {each.before for each in self.parts[1:]} == {"."}
        return dotted and all(int(each.digits) < 256 for each in self.parts)

    def _is_set_off(self) -> bool:
        """Tell whether the groups are parted alike, and from those beside otherwise or not at all."""
        within = {each.before for each in self.parts[1:]}
        beside = [self.parts[0], *([self._after] if self._after else [])]
        return len(within) == 1 and not any(each.link == "soft" and each.before in within for each in beside)

    def _is_plain(self) -> bool:
        """Tell whether the groups look like one number cut up and not like figures in a row: no year, nothing long."""
        sizes = self.sizes
        if all(each.before == "" for each in self.parts[1:]):
            return True
        if max(sizes) > 10 or any(_YEAR.fullmatch(each.digits) for each in self.parts):
            return False
        return len(sizes) <= 4 or (len(set(sizes[:-1])) == 1 and sizes[-1] <= sizes[0])
