"""Knows what makes a run of digits an identity, mobile or card number; it looks at digits only, never at a text.

Sources: GB 11643-1999 (identity numbers, check digit ISO 7064 MOD 11-2), GB 32100-2015 (credit codes, MOD 31), ISO/IEC
7812 (Luhn) with the leading digits that banks in China and the international card companies use.
"""

import re

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DAY = re.compile(
    r"(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|[12][0-9])"
)
_YEAR = re.compile("18[89][0-9]|19[0-9]{2}|20[0-4][0-9]")
# 6 digits of a place and 2 of a year. A place: province, prefecture, county; 15 digits have nothing else to check.
_OLD_PLACE = re.compile(
    "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])(?:0[1-9]|[1-6][0-9]|70|90)(?:0[1-9]|[1-9][0-9])"
)
_MOBILE = re.compile("(?:86|0086)?1[3-9][0-9]{9}")
# UnionPay (16 to 19 digits), older cards of Chinese banks, then Visa, Mastercard and JCB with 16.
_ISSUERS = re.compile(
    "62[0-9]{14,17}|(?:9558|9559|6[089][0-9]{2}|940[0-9]|4[0-9]{3}|5[1-5][0-9]{2})(?:[0-9]{12}|[0-9]{15})"
    "|35(?:2[89]|[3-8][0-9])[0-9]{12}|65[0-9]{14}"
)
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_OFFICES = re.compile(
    "[159AN][123459]|9[123]"
)  # who registers: party and state, civil affairs, trade, agriculture


def is_day(digits: str) -> bool:
    """Tell whether eight digits are a day, year first, on which somebody who lives may be born."""
    return bool(_YEAR.match(digits) and _DAY.fullmatch(digits[4:]))


def is_identity(digits: str) -> bool:
    """Tell whether 17 digits and a digit or X are an identity number. Any place will do: places come and go."""
    if digits[0] == "0" or not is_day(digits[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == digits[17].upper() and not _is_trade_code(digits)


def is_old_identity(digits: str) -> bool:
    """Tell whether 15 digits can be an identity number as they were given out until 1999; there is no check digit."""
    return bool(_OLD_PLACE.match(digits) and is_day("19" + digits[6:12]) and digits[12:] != "000")


def is_mobile(digits: str) -> bool:
    """Tell whether 11 digits, or 13 or 15 with the code of the country, can be a mobile number."""
    return bool(_MOBILE.fullmatch(digits))


def is_card(digits: str) -> bool:
    """Tell whether 16 to 19 digits are a bank card's: issuer and check digit, and no day in the middle."""
    if not _ISSUERS.fullmatch(digits) or (len(digits) == 18 and is_day(digits[6:14])):
        return False
    mirrored = [int(each) for each in reversed(digits)]
    return (sum(mirrored[::2]) + sum(sum(divmod(2 * each, 10)) for each in mirrored[1::2])) % 10 == 0


def is_credit_code(code: str) -> bool:
    """Tell whether 18 characters are the credit code of an organisation (MOD 31 over 17 characters)."""
    if not _OFFICES.match(code) or any(each not in _CREDIT for each in code):
        return False
    total = sum(_CREDIT.index(each) * pow(3, place, 31) for place, each in enumerate(code[:17]))
    return _CREDIT[-total % 31] == code[17]


def _is_trade_code(digits: str) -> bool:
    """Tell whether a number belongs to a business: codes of trade begin with 9, identities of citizens never do."""
    return digits[0] == "9" and is_credit_code(digits.upper())
