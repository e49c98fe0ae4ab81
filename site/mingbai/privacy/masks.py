"""Knows how much a masked number still gives away; it looks at folded text, where every sign that hides is a star."""

import re

from mingbai.privacy.folding import NOTHING
from mingbai.privacy.numbers import is_day, is_place

MASK = re.compile(
    rf"(?<![0-9A-Za-z*#某])[0-9*xX#某](?:[ \-{NOTHING}]{{0,2}}[0-9*xX#某]){{8,24}}(?![0-9A-Za-z*#某])"
)
# Other signs hide a number too, where so many of them stand in a row that it has its length.
SIGNED = re.compile(
    r"(?<![0-9A-Za-z])([0-9]{3}(?:[ -]?[0-9]){0,13})[ -]?(([_.?~/-])\3{1,11}) ?([0-9]{0,4}[Xx]?)(?![0-9A-Za-z_])"
)
_LIST_OR_BOLD = re.compile("^[*#]+ +| +[*#]+$")  # signs of Markdown that hide nothing
_HIDDEN = re.compile(
    r"[xX*#某]{2,}|\*|(?<=^1[3-9][0-9]{8})[xX]$"
)  # one X alone hides the end of a mobile only
_LIKE_IDENTITY = re.compile("[1-9*][0-9*]{5}[12*][890*][0-9*]{2}[01*][0-9*][0-3*][0-9*]{4}[0-9xX*]")
_LIKE_OLD = re.compile("[1-6*][0-9*]{14}")
# However many stars: the day or the month of birth; the place with what tells neighbours apart.
_BIRTH = re.compile(
    r"(?:[1-8][0-9]{5}|\*{3,6})((?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-9]{2})?)\*{2,6}[0-9xX]?"
)
_PLACE_AND_END = re.compile(r"([1-8][0-9]{5})(?:(?:19|20)[0-9]{2})?\*{2,10}[0-9]{3}[0-9xX]")
_ENOUGH = 8  # of the digits of an identity number: the place and two more, or the last four and four more
_NO_SIZE = re.compile("[0-9]{5}")  # 1500*600*75 is a table's measure
_LIKE_MOBILE = re.compile("[1*][3-9*][0-9*]{9}")
_LIKE_CARD = re.compile(r"62|6[*]|[*]2|(?:955[89]|940[0-9]|4[0-9]{3}|5[1-5][0-9]{2})(?:.{12}|.{15})$")
# Seven digits or more of a mobile, its beginning and what is hidden in one piece.
_MOST_OF_MOBILE = re.compile(r"1[3-9][0-9](?:\*{2,6}[0-9]{4}|(?=[0-9*]{8}$)[0-9]*\*{3,4}[0-9]*)")


def gives_away(written: str) -> str:
    """Return "error" for a masked number that can be found out, "warning" for one that neighbours can, else "".

    Found out: a birth day to be read, or so few digits hidden that one can try them all: of an identity number four,
    of a mobile two, of a card three. In a village the place and the last four digits lead to one person too.
    """
    severities = {_severity(written), _severity(_LIST_OR_BOLD.sub("", written))}
    return next((each for each in ("error", "warning") if each in severities), "")


def signs_give_away(found: re.Match[str]) -> str:
    """Return the same for what `SIGNED` found."""
    masked = f"{re.sub('[ -]', '', found[1])}{'*' * len(found[2])}{found[4]}"
    return gives_away(masked) if len(masked) in (11, *range(15, 20)) else ""


def _severity(written: str) -> str:
    masked = _HIDDEN.sub(lambda run: "*" * len(run[0]), re.sub(f"[ {NOTHING}-]", "", written))
    bare = masked.strip("*")
    if masked == "*" * ((len(masked) - len(bare)) // 2) + bare + "*" * ((len(masked) - len(bare)) // 2):
        masked = _bold(masked, bare)
    if "*" not in masked:
        return ""
    if _is_found_out(masked):
        return "error"
    return "warning" if _leads_to_one(masked) else ""


def _bold(masked: str, bare: str) -> str:
    """Return what Markdown prints bold without its stars; around a day of birth they hide something."""
    return masked if len(bare) == 8 and is_day(bare) and len(masked) >= 16 else bare


def _is_found_out(masked: str) -> bool:
    hidden, visible = masked.count("*"), sum(each.isdigit() for each in masked)
    if len(masked) == 18 and _LIKE_IDENTITY.fullmatch(masked):
        return visible >= 14 or is_day(masked[6:14])
    if len(masked) == 15 and masked[6:12].isdigit() and _LIKE_OLD.fullmatch(masked):
        return is_day(f"19{masked[6:12]}")
    if len(masked) > 14 and masked[:14].isdigit() and is_day(masked[6:14]) and set(masked[14:-1]) <= {"*"}:
        return True
    if len(masked) == 11:
        return hidden <= 2 and bool(_LIKE_MOBILE.fullmatch(masked) and _NO_SIZE.search(masked))
    return len(masked) in range(16, 20) and hidden <= 4 and bool(_LIKE_CARD.match(masked))


def _leads_to_one(masked: str) -> bool:
    visible = sum(each.isdigit() for each in masked)
    if len(masked) == 18 and _LIKE_IDENTITY.fullmatch(masked) and visible >= _ENOUGH:
        return True
    ends = _PLACE_AND_END.fullmatch(masked)
    if (
        len(masked) == 11
        and masked.count("*") == 3
        and _LIKE_MOBILE.fullmatch(masked)
        and _NO_SIZE.search(masked)
    ):
        return True
    if (ends and is_place(ends[1])) or _MOST_OF_MOBILE.fullmatch(masked):
        return True
    born = _BIRTH.fullmatch(masked)
    return bool(born and (len(born[1]) == 6 or is_day(born[1])))
