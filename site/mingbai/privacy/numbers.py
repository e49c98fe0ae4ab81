"""Knows what makes a run of digits an identity, mobile or card number; it looks at digits only, never at a text.

Sources: GB 11643-1999 (identity numbers, check digit ISO 7064 MOD 11-2), ISO/IEC 7812 (Luhn) with
the leading digits that banks in China and the international card companies use.
"""

import re

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DAY = re.compile(
    r"(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|[12][0-9])"
)
_YEAR = re.compile("18[89][0-9]|19[0-9]{2}|20[0-4][0-9]")
_PROVINCE = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]"
# Where an identity number may come from; 71 to 83: residents from Taiwan, Hong Kong and Macao; 9: foreigners with
# permanent residence, then the province and three digits of the nationality (cards since December 2023).
_HOME = re.compile(f"(?:{_PROVINCE}|71|8[1-3])[0-9]{{4}}|9(?:{_PROVINCE})[0-9]{{3}}")
# A place: province, prefecture, county; numbers without a check digit have nothing else to check.
_PLACE = re.compile(f"(?:{_PROVINCE})(?:0[1-9]|[1-6][0-9]|70|90)(?:0[1-9]|[1-9][0-9])")
# A zero may lead to it, as to a number of another town; the codes of electronic invoices are of that form too: a zero,
# four digits of a province, two of a year, three of a batch, two of a sort.
_MOBILE = re.compile(
    "(?:86|0086|0(?!1[1-5]0[0-9](?:1[5-9]|2[0-9])[0-9]{3}(?:1[0-3]|0[4-7])$))?1[3-9][0-9]{9}"
)
# UnionPay (16 to 19 digits), older cards of Chinese banks, then Visa, Mastercard and JCB with 16.
_ISSUERS = re.compile(
    "62[0-9]{14,17}|(?:9558|9559|6[089][0-9]{2}|940[0-9]|4[0-9]{3}|5[1-5][0-9]{2})(?:[0-9]{12}|[0-9]{15})"
    "|35(?:2[89]|[3-8][0-9])[0-9]{12}|65[0-9]{14}"
)

# How every number begins that the functions below accept, and how long it is at least; a quick look before theirs.
_IDENTITY_BEGINS = "[1-9][0-9]{5}(?:1[89]|20)[0-9]{2}[01][0-9][0-3][0-9]{4}"
MAY_BEGIN_IDENTITY = re.compile(_IDENTITY_BEGINS)
MAY_BEGIN = re.compile(
    f"(?:0086|86|0)?1[3-9][0-9]{{9}}|{_IDENTITY_BEGINS}"
    "|[1-6][0-9]{7}[01][0-9][0-3][0-9]{4}|(?:62|9[45]|6[0589]|35|4|5[1-5])[0-9]{14}"
)


def is_day(digits: str) -> bool:
    """Tell whether eight digits are a day, year first, on which somebody who lives may be born."""
    return bool(_YEAR.match(digits) and _DAY.fullmatch(digits[4:]))


def is_identity(digits: str) -> bool:
    """Tell whether 17 digits and a digit or X are an identity number. Any county will do: counties come and go."""
    if not (_HOME.match(digits) and is_day(digits[6:14])):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == digits[17].upper()


def is_place(digits: str) -> bool:
    """Tell whether six digits are of the form of a county's code; the counties themselves are not known here."""
    return bool(_PLACE.fullmatch(digits))


def is_rounded_identity(digits: str) -> bool:
    """Tell whether 18 digits are an identity number of which a spreadsheet kept 15: it writes zeros for the rest."""
    return digits.endswith("000") and is_place(digits[:6]) and is_day(digits[6:14])


def is_old_identity(digits: str) -> bool:
    """Tell whether 15 digits can be an identity number as they were given out until 1999; there is no check digit."""
    return bool(_PLACE.match(digits) and is_day("19" + digits[6:12]) and digits[12:] != "000")


def is_mobile(digits: str) -> bool:
    """Tell whether 11 digits, or 13 or 15 with the code of the country, can be a mobile number."""
    return bool(_MOBILE.fullmatch(digits))


def is_card(digits: str) -> bool:
    """Tell whether 16 to 19 digits are a bank card's: issuer and check digit, and no day in the middle."""
    if not _ISSUERS.fullmatch(digits) or (len(digits) == 18 and is_day(digits[6:14])):
        return False
    mirrored = [int(each) for each in reversed(digits)]
    return (sum(mirrored[::2]) + sum(sum(divmod(2 * each, 10)) for each in mirrored[1::2])) % 10 == 0
