"""Reads the label of a column: its words without ornament, its unit, and whether it leads to a person; it maps none."""

import re
import unicodedata
from decimal import Decimal

from mingbai.kinds.contracts import PERSON
from mingbai.privacy.identifiers import identifiers

SCALES = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000}
SCALES["亿"] = 100_000_000
MONEY = "元"
_LONGEST_LABEL = 8
_SPACE = re.compile(r"\s+")
_BRACKETED = re.compile(r"^(.+?)[(\[【]([^()\[\]【】]*)[)\]】]$")
_OF_UNIT = re.compile(r"^(?:金额)?单位:?")
_TIMES = "亿|千万|百万|十万|万|千|百"
_UNIT = re.compile(rf"^(?:{_TIMES})?(?:元|圆|亩|户|人|件|个|次|平方米|平方公里|天|%)$")
_BARE_MONEY = re.compile(rf"^(.+?)(?:[/,]((?:{_TIMES})?元)|((?:{_TIMES})元))$")
_MONEY_WITHIN = re.compile(f"(?:{_TIMES})元")
_MONEY = f"((?:{_TIMES})?元)"
_UNIT_LINE = re.compile(
    rf"(?:单位(?::|为|是)?(?:人民币)?{_MONEY}(?![\u4e00-\u9fff])|[(\[【](?:人民币)?{_MONEY}[)\]】])"
)
# Columns that lead to a person besides those that no filing may have (`kinds.contracts.PERSON`). Who signs for an
# office (经手人, 审批人) is none of them: such a column is left out by name like any other.
_PERSON_WORDS = (
    "姓名|名字|户名|身份证|证件号|公民身份|(?:电话|手机|微信)(?:号码?)?$|联系方式|住址|(?:家庭|详细|居住|通讯)地址|^地址$|门牌"
    "|银行卡|卡号|账号|帐号|(?:银行|收款|发放|个人)[账帐]户|^[账帐]户$|一卡通|存折|社保号|社保卡|社会保障[号卡]|医保[号卡]|残疾证"
    "|出生|生日|签名|签字|手印"
    "|(?:户主|监护人|领款人|领取人|收款人|受益人|受助人|申请人|当事人|(?:救助|补助|帮扶|慰问|补贴|受助)对象)(?!数|户数|人数|口|类|属)"
)
_LEADS_TO_PERSON = re.compile(_PERSON_WORDS)
_IS_LABEL_OF_PERSON = re.compile(rf"^.{{0,6}}(?:{_PERSON_WORDS})(?:号|号码|编号|年月|日期|年月日|姓名)?$")
SERIAL = frozenset({"序号", "序", "编号", "no", "no.", "行号", "序列", "顺序号"})


def plain(text: str) -> str:
    """Return the words of a label: no spaces, no line ends, no star, narrow characters, small letters."""
    folded = _SPACE.sub("", unicodedata.normalize("NFKC", text)).strip("*:").casefold()
    return folded.replace("、", "").replace("·", "")


def parted(text: str) -> tuple[str, str | None]:
    """Return the plain words of a label and the unit that stands behind them, None without one."""
    words = plain(text)
    bracketed = _BRACKETED.match(words)
    if bracketed is not None:
        unit = _OF_UNIT.sub("", bracketed[2]).replace("圆", MONEY)
        unit = unit + MONEY if unit in SCALES and unit else unit
        return (bracketed[1], unit) if _UNIT.match(unit) else (words, None)
    money = _BARE_MONEY.match(words)
    if money is not None:
        return money[1], money[2] or money[3]
    within = _MONEY_WITHIN.search(
        words
    )  # wherever it stands: a clerk who maps the column means the figures with it
    return words, None if within is None else within[0]


def unit_line(text: str) -> str | None:
    """Return the unit of money that a line outside the rows names: 单位：万元 is 万元, （万元） too."""
    found = _UNIT_LINE.search(_SPACE.sub("", unicodedata.normalize("NFKC", text)))
    return None if found is None else found[1] or found[2]


def scale(unit: str | None, of: str) -> Decimal | None:
    """Return how many `of` one `unit` is, 1 without a unit, None where they do not go together."""
    if unit is None or unit == of:
        return Decimal(1)
    if unit.endswith(of) and unit.removesuffix(of) in SCALES:
        return Decimal(SCALES[unit.removesuffix(of)])
    return None


def is_person(*labels: str) -> bool:
    """Tell whether a label leads to a person."""
    return any(PERSON.search(each) or _LEADS_TO_PERSON.search(each) for each in map(plain, labels) if each)


def is_label_of_person(label: str) -> bool:
    """Tell whether a text is a label that leads to a person, not a cell that speaks of one: 户主, but not 户主外出."""
    words = plain(label)
    return bool(_IS_LABEL_OF_PERSON.match(words) or (len(words) <= _LONGEST_LABEL and PERSON.search(words)))


def told(text: str) -> str:
    """Return a name that may be shown: one that holds a personal number is not."""
    return "…" if identifiers(text) else _SPACE.sub(" ", text).strip()
