"""Finds what leads to a person without being their number: birth days, doors, accounts, masks that hide too little.

It looks at folded text (see `folding`), never returns what it found, and knows words where `numbers` knows digits.
"""

import re
from collections.abc import Iterator

from mingbai.privacy.bodies import is_account_of_a_body, is_birth_of_no_person, is_door_of_nobody
from mingbai.privacy.columns import ACCOUNTS
from mingbai.privacy.folding import CELL, NOTHING
from mingbai.privacy.masks import MASK, SIGNED, gives_away, signs_give_away
from mingbai.privacy.numbers import is_day, is_place

Trace = tuple[int, int, str, str]  # start, end, sort, severity

_S = "[ \n]{0,3}"
_MONTH = "(?:1[0-2]|0?[1-9]|十[12]?)"
_DAY = "(?:[12][0-9]|3[01]|0?[1-9]|[23]?十[1-9]?|初[1-9十]|廿[1-9]?)"
_DATE = (
    rf"(?<![0-9])(?:1[89]|20)[0-9]{{2}}(?:{_S}[年\-./]{_S}{_MONTH}{_S}[月\-./]{_S}{_DAY}{_S}[日号]?"
    r"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))(?![0-9])"
)
_TO = rf"[\"' :=,;|\t{CELL}为是在于由更正改()\n*]{{0,6}}"
_BORN = (
    f"(?:生年月日|出{_S}生(?:{_S}(?:日{_S}期|年{_S}月{_S}日?|时间))?|生{_S}日|(?<![产发派衍滋诞寄萌])生于"
    "|birth[ _-]?da(?:te|y)|date of birth|d\\.?o\\.?b\\.?|born(?: on)?)"
)
# The month of a year, or a day written short, tells as much where a word says what it is.
_SHORT_DATE = (
    rf"(?<![0-9])(?:(?:1[89]|20)[0-9]{{2}}(?:{_S}[年\-./]{_S}{_MONTH}{_S}(?:月|(?![0-9]))|(?:0[1-9]|1[0-2])(?![0-9]))"
    rf"|[2-9][0-9]{_S}[年\-./]{_S}{_MONTH}(?:{_S}[月\-./]{_S}{_DAY}|{_S}月)?(?![0-9])|{_MONTH}{_S}月{_S}{_DAY}{_S}[日号])"
)
# A day with its year last, or with an English month.
_IN_ENGLISH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR_LAST = (
    r"(?<![0-9])(?:0?[1-9]|[12][0-9]|3[01])[/.\-](?:0?[1-9]|[12][0-9]|3[01])[/.\-](?:19|20)[0-9]{2}(?![0-9])"
    r"|(?<![0-9])(?:0?[1-9]|1[0-2])[/.\-](?:19|20)[0-9]{2}(?![0-9/.\-])"
    rf"|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?[ ,]{{1,2}}(?:of )?{_IN_ENGLISH}\.?[ ,]{{1,2}}(?:18|19|20)[0-9]{{2}}"
    rf"|{_IN_ENGLISH}\.?[ ][0-3]?[0-9](?:st|nd|rd|th)?[ ,]{{1,2}}(?:18|19|20)[0-9]{{2}}"
)
# What is born at a date and is no one person: a count of births, a rule about them.
_NO_PERSON = (
    "(?![ ]?(?:人口|率|登记|医学|缺陷|证|婴|死亡|数|情况|统计|[0-9一二两]+[ ]?[人名个]"
    "|的?(?:儿童|新生|孩|子女|人[员口]|村民|居民)))"
)
_BIRTH = re.compile(
    f"{_BORN}{_TO}(?:{_DATE}|{_SHORT_DATE}|{_YEAR_LAST})"
    f"|{_DATE}[ _]{{0,2}}(?:出生(?:医学)?证明|户口[页本簿])"
    f"|(?:{_DATE}|(?<![0-9])(?:1[89]|20)[0-9]{{2}}{_S}[年\\-./]{_S}{_MONTH}{_S}月?"
    f"|(?<![0-9])[0-9]{{2}}年{_S}{_MONTH}{_S}月(?:{_S}{_DAY}{_S}[日号]?)?){_S}"
    f"(?:出{_S}生{_NO_PERSON}|生(?![产效活成意态物长育日猪鲜死动财字源机命还计根芽锈])(?!于(?!{_S}[一-龥])))",
    re.IGNORECASE,
)
# How a spreadsheet shows what it took for a figure.
_ROUNDED = re.compile(r"(?<![0-9.])([1-8])\.([0-9]{13,17})[eE]\+?17(?![0-9])")

_TAG = re.compile("<[^<>]*>")
_FAR = 400  # characters before, some of them tags
_N = "[0-9十百]{1,6}"
# What makes a number after 组 or 路 belong to a thing or a day and not to a door.
_THINGS = (
    "井|机|桥|桩|杆|灯|线|路|街|镇|院|段|泵|池|塘|库|仓|棚|地|宗|田|文|公|通知|令|楼|渠|闸"
    "|堰|坝|山|林|图|表|标|车|点|渡|洞|涵|管|阀|箱|变|台|站|选手|候选|议题|决议|合同|方案|项目|工|垃圾|监|岗|矿|炉|柜|窗|厅|会|鱼|大棚|水|蓄|排|温|养|果|茶"
    "|菜|苗|堆|晒|厕|充电|摄像|宣传|广告|电|蔬|猪|鸡|牛|沟|圩|岛|坑|坡"
    "|前|起|至|到|开|完|上午|下午|晚|召|之|以|动|竣|验|检|巡|清|参|集|进|发|报|缴|交|领|打|举"
)
# Things whose names begin as those of persons do, 林地 as 林芳: a person's house or hands follow a person's name.
_NAMED_THINGS = (
    "林[地权场班区带木业]|田[块地间埂亩头]|路[灯面段边口牌]|井[口房盖]|水[井渠塔池泵库沟田管站表坝闸]|车[间位库棚辆]|池塘|苗[圃木床]|桥[梁头面涵墩洞]|机[井房组械耕库]|文[件化]"
    "|楼[梯道顶房]|山[林地塘场]|石[桥磨料]|管[道网]|牛[棚舍场]|温[室棚]|台[账区]|仓库|段[落]"
)
_OF_SOMEBODY = (
    f"(?!(?:{_NAMED_THINGS}))[林田路井水车池苗桥文楼山石管温牛仓段][一-龥]{{1,2}}(?:家|户|收|宅|住|屋|门口)"
)
_THING = f"(?:(?=[ ]?{_OF_SOMEBODY})|(?![ ]?(?:<[^<>]*>[ ]?)*(?:{_THINGS})))"
_GROUP = f"{_N}{_S}(?:组|社|队|屯)|(?:村民|居民|生产)(?:小组|组|队)"
_STREET = "[一-龥0-9](?:路|街|巷|弄|胡同|大道|里弄|大院)"
_HOUSE = rf"{_N}(?:{_S}(?:-|之|附){_S}{_N})?{_S}号(?:{_S}附{_S}{_N}{_S}号)?"
ESTATES = "小区|花园|公寓|家园|新村|宿舍|住宅区?|[苑庭]"  # where doors have numbers of house, stair and room
_DOOR = re.compile(
    f"(?:(?:{_GROUP}|{_STREET}){_S}|[一-龥][村湾坪坡]|[一-龥]村[一-龥]{{2,3}}(?<![第共有计约于为达近])){_S}附?{_HOUSE}{_THING}"
    f"|门{_S}牌{_S}号?{_S}(?:码)?{_TO}[一-龥 ]{{0,24}}{_N}(?![0-9万元块个户])"
    f"|{_N}{_S}(?:栋|幢|号楼|号院){_S}(?:{_N}{_S}单元)?{_S}[0-9十]{{1,5}}{_S}(?:室|号|房)"
    f"|{_N}{_S}(?:栋|幢|号楼){_S}[0-9]{{1,2}}-[0-9]{{2,4}}(?![0-9-])"
    rf"|(?:{ESTATES}){_S}[0-9]{{1,3}}-(?:[0-9]{{1,2}}-)?[0-9]{{3,4}}(?![0-9元亩-])"
    f"|{_N}{_S}单元{_S}[0-9]{{3,4}}(?![0-9万元块年])(?:{_S}[室号房户])?"
)

_NAMED = rf"(?:(?:号|编){_S}(?:码|号)?|号?码)"
# Between a name and its number: in the next cell it may only stand where the name says that a number follows.
_LEADS = (
    rf"(?:{_NAMED}?[\"' :=应改为是成()\n*`#/→+_№-]{{0,6}}|(?:{_NAMED}|(?<=[号码户]))[\"' :=,\t|{CELL}*`]{{0,6}})"
    r"(?:No\.?)?(?:(?<=[:,])[一-龥]{2,4}[ ,:=])?"
)
_ACCOUNT = re.compile(
    rf"(?:{ACCOUNTS.replace('_', _S)}|卡{_S}(?=号)){_S}(?:卡|账户?|帐户?)?{_S}{_LEADS}"
    r"[一-龥]?(?!0[0-9]{2,3}-)((?<![A-Za-z])[A-Z]{1,2}[0-9]{7,8}|[0-9](?:[ \-]?[0-9]){8,29})(?!\.?[0-9])"
)
_IDENTITY = re.compile(
    rf"(?:身{_S}份{_S}证|公民身份|证件|身份){_S}{_LEADS}"
    r"([1-9][0-9]{5}[ \-]?(?:[0-9]{6}[ \-]?[0-9]{3}|(?:18|19|20)[0-9]{6}[ \-]?[0-9]{3}[0-9Xx]?))(?![0-9])"
)
# The place and the day of birth, told piece by piece or without what follows.
_BEGUN = re.compile(
    rf"(?:身{_S}份{_S}证|公民身份|证件|身份)[^0-9]{{0,8}}(?:[前后][^0-9]{{0,3}}[0-9]{{1,2}}位)?[^0-9]{{0,6}}"
    r"(?<![0-9])([1-8][0-9]{5})[^0-9]{0,8}([0-9]{8})(?![0-9])"
)

_SEVERITIES = {"account": "error", "id": "error", "birth": "warning", "address": "warning"}
# A quick look for a word without which there is nothing to find, then the pattern.
_SEARCHES = (
    ("account", re.compile("[卡保号折账帐证簿照本籍]"), _ACCOUNT),
    ("id", re.compile("证|身份"), _IDENTITY),
    ("birth", re.compile("[生户bBdD]"), _BIRTH),
    ("address", re.compile(f"[号室房户元牌栋幢]|{ESTATES}"), _DOOR),
)


def traces_in(folded: str) -> Iterator[Trace]:
    """Yield every trace in a folded text: `birth`, `address`, `account`, `mask`."""
    seen = folded.replace(NOTHING, "")
    places = None if len(seen) == len(folded) else [at for at, each in enumerate(folded) if each != NOTHING]
    for start, end, sort, severity in _traces(seen):
        yield (
            (start, end, sort, severity)
            if places is None
            else (places[start], places[end - 1] + 1, sort, severity)
        )


def _traces(text: str) -> Iterator[Trace]:
    yield from _masks(text)
    for sort, words, pattern in _SEARCHES:
        if words.search(text):
            for match in pattern.finditer(text):
                if not _is_anothers(sort, text, match):
                    yield *match.span(match.lastindex or 0), sort, _SEVERITIES[sort]


def _masks(text: str) -> Iterator[Trace]:
    for match in MASK.finditer(text):
        if severity := gives_away(match[0]):
            yield *match.span(), "mask", severity
    for match in SIGNED.finditer(text):
        if severity := signs_give_away(match):
            yield *match.span(), "mask", severity
    for match in (*_ROUNDED.finditer(text), *_BEGUN.finditer(text)):
        digits = f"{match[1]}{match[2]}"
        if is_place(digits[:6]) and is_day(digits[6:14]):
            yield *match.span(), "mask", "error"


def _is_anothers(sort: str, text: str, match: re.Match[str]) -> bool:
    """Tell whether the words around what was found say that it belongs to a body, a thing or a beast."""
    before, after = (
        _TAG.sub("", text[max(0, match.start() - _FAR) : match.start()]),
        text[match.end() : match.end() + 60],
    )
    if sort == "address":
        return is_door_of_nobody(before, match[0], after)
    if sort == "account":
        return match[0][0] in "账帐卡银" and is_account_of_a_body(before, after)
    return sort == "birth" and is_birth_of_no_person(before, match[0], after)
