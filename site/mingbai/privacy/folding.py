"""Sees through the ways a number is written: it folds each character into one of ASCII and never changes the length.

Positions in a folded text are positions in the text itself. What nobody can see becomes `NOTHING`.
"""

import codecs
import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

NOTHING = "\x00"
CELL = "\x1f"  # stands between the cells of one row where a reader has taken a table apart
_NUMERALS = "〇零○◯一二三四五六七八九"
_SIGNS = {
    **dict.fromkeys("−⁃➖～〜ー﹣﹏", "-"),
    **dict.fromkeys("·•‧・。．․⋅∙･｡", "."),
    **dict.fromkeys("✱∗●○◯■□▇█▮◆★☆▪◼⬛＃…", "*"),
    **dict.fromkeys(
        "×✕✖╳хχ", "x"
    ),  # Cyrillic and Greek letters too: they stand for the X of an identity number
    **dict.fromkeys("ХΧⅩⅹ", "X"),
    **dict.fromkeys("│┃￨丨", "|"),
    **dict.fromkeys("、，﹐", ","),
    **dict.fromkeys("“”‘’「」『』", '"'),
    **dict.fromkeys("【〔〖《", "("),
    **dict.fromkeys("】〕〗》", ")"),
    **dict.fromkeys("ㅤﾠᅟᅠ", NOTHING),
    "幺": "1",  # how a one is read aloud in telephone numbers
}
# The other characters that ordinary Chinese pages hold; a quick table has room for these and those above.
_USUAL = (
    "　\u00a0０１２３４５６７８９：；（）／＋＿｜－—–‐‑‒―\u200b\u200c\u200d\u200e\u200f\u202c\u2060\ufeff\u00ad"
    "①②③④⑤⑥⑦⑧⑨壹贰叁肆伍陆柒捌玖貳參陸参Ｘ…、，。·“”《》〔〕【】「」"
)
_MATTERS = {
    *"0123456789xX",
    *f"{NOTHING}{CELL} \t\r-.*_`~,;:|\"'/\\()[]+&#=",
}  # what a number may be written with
_CIRCLES = re.compile("[○◯]")  # a zero among numerals, else a mask; a skeleton takes them for zeros
_CIRCLE = re.compile(f"(?<=[{_NUMERALS}])[○◯]|[○◯](?=[{_NUMERALS}])")
# Words that end in a numeral which counts nothing, and the sign of an item: 统一 before 一三八 leaves 138 and not 1138.
_WORD = re.compile(
    f"(?<=[统之唯第万期周专逐单])一(?=[{_NUMERALS}])|(?<![⓪①-⑨])[①-⑨](?=[{_NUMERALS}壹贰叁肆伍陆柒捌玖])"
)


def fold(text: str) -> str:
    """Return the text with every digit of every script, Chinese numerals included, as 0–9. Same length."""
    if not text.isascii():
        text = _WORD.sub(" ", _CIRCLE.sub("0", text))
    return text.translate(_TABLE)


def ordinary(text: str) -> str:
    """Return the text folded but for the numerals of words and lists, 一 and ①, which stand for no digit here."""
    return text.translate(_ORDINARY)


@lru_cache(maxsize=2)  # several look at the same text
def skeleton(text: str) -> bytes:
    """Return the text folded as bytes of ASCII, `?` for what folds into nothing: quick, and as long as the text."""
    if text.isascii():
        return text.encode().translate(_BYTES)
    quick, back, rare = _quick()
    if _has_far(text) or rare.search(text):
        return fold(_CIRCLES.sub("0", text)).encode("ascii", "replace")
    return codecs.charmap_encode(text, "replace", quick)[0].translate(back)


def without_unseen(text: str) -> str:
    """Return the text without what nobody can see; it is shorter then."""
    if _has_far(text):
        return "".join(each for each in text if _TABLE[ord(each)] != NOTHING)
    return _unseen().sub("", text.replace(NOTHING, ""))


def _has_far(text: str) -> bool:
    """Tell whether a text has characters beyond U+FFFF; to encode it is the quickest way to know."""
    return len(text.encode("utf-16-le", "surrogatepass")) != 2 * len(text)


@cache
def _unseen() -> re.Pattern[str]:
    codes = [code for code in range(0x10000) if folded_character(chr(code)) == NOTHING]
    return re.compile(f"[{_ranges(codes)}]")


class _Folded(dict[int, str]):
    """Folds a character when it is first met, so that a start costs nothing."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = folded_character(chr(code)) or chr(code)
        return folded


class _Ordinary(dict[int, str]):
    """The same without numerals: a digit is what stands for one in every number (category Nd)."""

    def __missing__(self, code: int) -> str:
        folded = _TABLE[code]
        numeral = folded.isdigit() and unicodedata.category(chr(code)) != "Nd"
        self[code] = folded = chr(code) if numeral else folded
        return folded


_TABLE, _ORDINARY = _Folded(), _Ordinary()


def folded_character(character: str) -> str:
    """Return the ASCII character that one stands for, "" when it stands for itself."""
    if character in _SIGNS:
        return _SIGNS[character]
    if character.isascii():
        return "" if character in f"\t\n\r{CELL}" or character.isprintable() else NOTHING
    number, category = unicodedata.numeric(character, None), unicodedata.category(character)
    if number is not None and number in range(10):
        return str(int(number))
    if category in ("Cc", "Cf", "Mn", "Me", "Cn", "Cs", "Co"):
        return NOTHING
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if category == "Pd":
        return "-"
    wide = unicodedata.normalize("NFKC", character)
    return wide if len(wide) == 1 and wide.isascii() else ""


_BYTES = bytes(ord(folded_character(chr(code)) or chr(code)) if code < 128 else 63 for code in range(256))


@cache
def _quick() -> tuple[Any, bytes, re.Pattern[str]]:
    """Return a table of 256 characters, what its bytes fold into, and a pattern of all that it has no room for."""
    exotic = [chr(code) for code in range(128, 0x10000) if folded_character(chr(code)) in _MATTERS]
    usual = [each for each in dict.fromkeys([*_NUMERALS, *_USUAL, *_SIGNS]) if not each.isascii()][:128]
    characters = "".join([*map(chr, range(128)), *usual])
    back = bytes(ord("0" if _CIRCLES.match(each) else folded_character(each) or each) for each in characters)
    rare = re.compile(f"[{_ranges([ord(each) for each in exotic if each not in usual])}]")
    return codecs.charmap_build(characters), back.ljust(256, b"?"), rare


def _ranges(codes: list[int]) -> str:
    """Return a class for a pattern with neighbours as ranges: a search through ranges is quick."""
    found, start, before = [], codes[0], codes[0]
    for code in [*codes[1:], -1]:
        if code != before + 1:
            found.append(f"{re.escape(chr(start))}-{re.escape(chr(before))}")
            start = code
        before = code
    return "".join(found)
