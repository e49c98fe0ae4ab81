"""Picks out the lines in which something personal may stand; it may pick too many, never too few.

What the exact search finds anywhere must be kept here: a test compares a sifted search with one that is not. All of it
is work that C does on a whole text (tables, `find`, patterns that skip), for most lines of most files are innocent.
"""

import re
from collections.abc import Iterator

from mingbai.privacy.folding import CELL, NOTHING, skeleton
from mingbai.privacy.numbers import is_identity
from mingbai.privacy.words import squeezed, worded

_SOFT = f"{NOTHING} -.*_`~\r".encode()
_SOFT_BUT_STARS = _SOFT.replace(b"*", b"")
_HARD = _SOFT + f",;:|\t{CELL}\"'/\\()[]+&#=".encode()
_DIGITS = bytes(48 if 48 <= code <= 57 else code for code in range(256))
_MASKED = bytes(48 if 48 <= code <= 57 or chr(code) in "*xX#" else code for code in range(256))
_COMMAS = bytes(44 if chr(code) in f"-.*_`~,;:|\t{CELL}/\\()[]+&#=" else code for code in range(256))
# Eleven digits, with no more between them than numbers are written with; the same with some of them masked.
_RUN = b"0" * 11
_MASKED_RUN = b"0" * 9
_TELLING = re.compile(rb"[0-9]*?(?:1[3-9][0-9]{9}|[0-9]{15}|[0-9]{14}[eE])")
_HIDING = re.compile(rb"[0-9*xX#]*?(?:\*|[xX#]{2}|1[3-9][0-9]{8}[xX])")
_ROW = re.compile(rb"[0-9]{3}(?:__|\.\.|--|~~|//)")
_SIGNS_OF_A_ROW = (b"__", b"..", b"--", b"~~", b"//")
_ROW_OR_QUESTIONS = re.compile(rb"[0-9]{3}(?:__|\.\.|--|~~|//|\?\?)")
_IDENTITY_RUN = b"0" * 17
_IDENTITY = re.compile(
    rb"(?=([1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]))"
)
# A number without a strong check digit in several cells.
_MOBILE = re.compile(rb"1(?<![0-9].)[3-9][0-9](?:,+[0-9]{4},*[0-9]{4}|[0-9]{4},+[0-9]{4})(?![0-9])")
_CUT = re.compile(
    rb"(?<![0-9])(?=(?:0086|86|0)?(?:1[3-9]|[1-9][0-9]{3}))[0-9]+(?:,{1,2}[0-9]+){1,3}(?<=[0-9]{2})"
)
_OTHERS = (
    b"0,0,0,0,0,0,0,0,0,0,0",
    b"0000,0000,0000,0000",
    b"000000,0000000000",
    b"0000000000,000000",
    b"00000000,00000000",
    b"000000,000000,000",
)
_ISSUER = re.compile(
    rb"(?<![0-9])(?:1,[3-9]|6,[025689]|4,[0-9]|5,[1-5]|9,[456]|3,5),|(?<![0-9])(?:62|4|5[1-5]|35|9|6[0589])[0-9,]{15}"
    rb"|(?<![0-9])[1-6][0-9]{5},[0-9]{6},[0-9]{3}(?![0-9])"
)
_NUMERAL = "一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參参陸幺十百〇零"
_NO_NUMBER = "\u4e00-\u9fffA-Za-z,，。、；：;:（）()"
_NUMBER = f"(?:[{_NUMERAL}]|[^{_NO_NUMBER}])"
# What says something beside a number only; spaces are gone. Each alternative begins with a letter of its own: only
# then does `re` skip at once whatever begins otherwise.
_SIGNS = re.compile(
    f"生(?:(?<=[^{_NO_NUMBER}]生)|(?<=[{_NUMERAL}日号月]生))|单元(?={_NUMBER})|栋(?={_NUMBER})|幢(?={_NUMBER})"
    f"|小区(?={_NUMBER})|花园(?={_NUMBER})|公寓(?={_NUMBER})|家园(?={_NUMBER})|新村(?={_NUMBER})|宿舍(?={_NUMBER})"
    f"|住宅区?(?={_NUMBER})|苑(?={_NUMBER})|庭(?={_NUMBER})"
    f"|号(?:[楼院]{_NUMBER}|(?<=[^{_NO_NUMBER}]号)|(?<=[{_NUMERAL}]号))"
)
# What stands before 号 where a door may be meant.
_PLACE = re.compile(f"(?:[组社队屯路街巷弄同道院村湾坪坡]|村[一-龥]{{2,3}})附?(?:{_NUMBER}|[之附])*$")


def suspects(text: str) -> list[tuple[int, int]]:
    """Return start and end of every line (what stands between line feeds) that has to be looked at, in order."""
    bones = skeleton(text)
    lines = {*_runs(bones, _DIGITS, _SOFT, _RUN, _TELLING), *_identities(bones), *_in_cells(bones)}
    lines |= {*_runs(bones, _MASKED, _SOFT_BUT_STARS, _MASKED_RUN, _HIDING)}
    lines |= {*_called(bones, text)}
    lines |= {*_hidden(bones, asked="??" in text or "？？" in text)}
    lines |= {*_signed(squeezed(text)), *worded(text).leading}
    return list(_spans(text, sorted(lines)))


def headings(text: str) -> list[tuple[int, int]]:
    """Return start and end of every line that may be the header of a column of something personal, in order."""
    return list(_spans(text, sorted(worded(text).heading)))


def _hits(classes: bytes, run: bytes) -> Iterator[tuple[int, int]]:
    """Yield line and place of every `run`."""
    line, seen, at = 0, 0, classes.find(run)
    while at >= 0:
        line, seen = line + classes.count(b"\n", seen, at), at
        yield line, at
        at = classes.find(run, at + 1)


def _runs(bones: bytes, table: bytes, parting: bytes, run: bytes, needed: re.Pattern[bytes]) -> Iterator[int]:
    """Yield the lines with a `run` of what `table` makes digits, where it holds what is `needed`."""
    digits = bones.translate(None, parting)
    classes = digits.translate(table)
    line, seen, at = 0, 0, classes.find(run)
    while at >= 0:
        if needed.match(digits, at):
            line, seen = line + classes.count(b"\n", seen, at), at
            yield line
        end = at + len(run)
        while classes[end : end + 1] == b"0":
            end += 1
        at = classes.find(run, end)


def _hidden(bones: bytes, *, asked: bool) -> Iterator[int]:
    """Yield the lines where a row of other signs than stars may hide a number; most question marks are folded text."""
    close = bones.translate(None, f"{NOTHING} ".encode())
    if not asked and not any(sign in close for sign in _SIGNS_OF_A_ROW):  # a look that costs next to nothing
        return
    line, seen = 0, 0
    for match in (_ROW_OR_QUESTIONS if asked else _ROW).finditer(close):
        line, seen = line + close.count(b"\n", seen, match.start()), match.start()
        yield line


def _identities(bones: bytes) -> Iterator[int]:
    """Yield the lines with an identity number that anything cuts in pieces which may stand between numbers."""
    digits = bones.translate(None, _HARD)
    classes = digits.translate(_DIGITS)
    line, seen, at = 0, 0, classes.find(_IDENTITY_RUN)
    while at >= 0:
        end = classes.find(b"\n", at)
        end = len(classes) if end < 0 else end
        if any(is_identity(match[1].decode()) for match in _IDENTITY.finditer(digits, at, end)):
            line, seen = line + classes.count(b"\n", seen, at), at
            yield line
        at = classes.find(_IDENTITY_RUN, end)


def _in_cells(bones: bytes) -> Iterator[int]:
    """Yield the lines where neighbouring cells may hold one number."""
    cells = bones.translate(_COMMAS, f"{NOTHING} \r\"'".encode()).replace(b",,", b",")  # a cell may be empty
    line, seen = 0, 0
    for match in _MOBILE.finditer(cells):
        line, seen = line + cells.count(b"\n", seen, match.start()), match.start()
        yield line
    classes = cells.translate(_DIGITS)
    for shape in _OTHERS:
        yield from (line for line, at in _hits(classes, shape) if _ISSUER.match(cells, at))


def _called(bones: bytes, text: str) -> Iterator[int]:
    """Yield the lines where a word says that the cells beside it hold a number, however it is cut."""
    lines = worded(text).any
    if lines:
        cells = bones.translate(_COMMAS, f"{NOTHING} \r\"'".encode()).split(b"\n")
        yield from (line for line in lines if _CUT.search(cells[line]))


def _signed(text: str) -> Iterator[int]:
    """Yield the lines with a day of birth or a door that no word tells."""
    line, seen = 0, 0
    for match in _SIGNS.finditer(text):
        if match[0] != "号" or _PLACE.search(text, max(0, match.start() - 24), match.start()):
            line, seen = line + text.count("\n", seen, match.start()), match.start()
            yield line


def _spans(text: str, lines: list[int]) -> Iterator[tuple[int, int]]:
    number, start = 0, 0
    for line in lines:
        while number < line:
            start, number = text.find("\n", start) + 1, number + 1
        end = text.find("\n", start)
        yield start, len(text) if end < 0 else end
