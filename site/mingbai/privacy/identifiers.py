"""Finds identity, mobile and bank card numbers in a text; it never returns or prints the number itself."""

import re
import unicodedata

_BETWEEN = re.compile("[\\s\\-·.\u2010-\u2015\u200b-\u200f\u2060\ufeff]")
_ID18 = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}[0-9Xx]"
)
_ID15 = re.compile(r"(?<![0-9])[1-9][0-9]{7}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}(?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86|0086)?1[3-9][0-9]{9}(?![0-9])")
_CARD = re.compile(r"(?<![0-9])[0-9]{16,19}(?![0-9])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identifiers(text: str) -> tuple[str, ...]:
    """Return the sorts found: "id", "mobile", "card". Spaces, dashes, full-width and zero-width forms are seen through.

    Sources: GB 11643-1999 (check digit ISO 7064 MOD 11-2); Luhn for cards.
    """
    folded = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    found: list[str] = []
    ids = _ID18.findall(folded)
    if any(_id_checks(each) for each in ids) or _ID15.search(folded):
        found.append("id")
    if _MOBILE.search(folded):
        found.append("mobile")
    if any(_luhn(each) for each in _CARD.findall(folded)):
        found.append("card")
    return tuple(found)


def _id_checks(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17].upper()


def _luhn(number: str) -> bool:
    digits = [int(each) for each in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * each, 10)) for each in digits[1::2])) % 10 == 0
