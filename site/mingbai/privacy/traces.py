"""Finds what leads to a person without being their number: birth days, doors, accounts, masks that hide too little.

It looks at folded text (see `folding`), never returns what it found, and knows words where `numbers` knows digits.
"""

import re
from collections.abc import Iterator

from mingbai.privacy.folding import CELL, NOTHING
from mingbai.privacy.numbers import is_day

Trace = tuple[int, int, str, str]  # start, end, sort, severity

_S = "[ \n]{0,3}"
_MONTH = "(?:1[0-2]|0?[1-9]|十[12]?)"
_DAY = "(?:[12][0-9]|3[01]|0?[1-9]|[23]?十[1-9]?)"
_DATE = (
    rf"(?<![0-9])(?:1[89]|20)[0-9]{{2}}(?:{_S}[年\-./]{_S}{_MONTH}{_S}[月\-./]{_S}{_DAY}{_S}[日号]?"
    r"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))(?![0-9])"
)
_TO = rf"[\"' :=,;|\t{CELL}为是在于()\n*]{{0,6}}"
_BORN = (
    f"(?:出{_S}生(?:{_S}(?:日{_S}期|年{_S}月{_S}日?|时间))?|生{_S}日|生于"
    "|birth[ _-]?da(?:te|y)|date of birth|dob|born(?: on)?)"
)
_BIRTH = re.compile(
    f"{_BORN}{_TO}{_DATE}|{_DATE}{_S}(?:出{_S}生(?!人口|率|登记|医学|缺陷|证)|生(?![产效活成意态物长育日]))"
    rf"|出{_S}生{_S}年{_S}月{_S}日?{_TO}(?:1[89]|20)[0-9]{{2}}{_S}[年\-./]{_S}{_MONTH}(?![0-9])",
    re.IGNORECASE,
)

_N = "[0-9十百]{1,6}"
# What makes a number after 组 or 路 belong to a thing or a day and not to a door.
_THING = (
    "(?![ ]?(?:井|机|桥|桩|杆|灯|线|路|街|镇|院|段|泵|池|塘|库|仓|棚|地|宗|田|文|公|通知|令|楼|渠|闸"
    "|堰|坝|山|林|图|表|标|车|点|渡|洞|涵|管|阀|箱|变|台|站|选手|候选|议题|决议|合同|方案|项目|工|垃圾|监|岗|矿|炉|柜|窗|厅|会|鱼|大棚|水|蓄|排|温|养|果|茶"
    "|菜|苗|堆|晒|厕|充电|摄像|宣传|广告|电|蔬|猪|鸡|牛|沟|圩|岛|坑|坡"
    "|前|起|至|到|开|完|上午|下午|晚|召|之|以|动|竣|验|检|巡|清|参|集|进|发|报|缴|交|领|打|举))"
)
_GROUP = f"{_N}{_S}(?:组|社|队|屯)|(?:村民|居民|生产)(?:小组|组|队)"
_STREET = "[一-龥0-9](?:路|街|巷|弄|胡同|大道|里弄|大院)"
_HOUSE = rf"{_N}(?:{_S}(?:-|之|附){_S}{_N})?{_S}号"
_DOOR = re.compile(
    f"(?:(?:{_GROUP}|{_STREET}){_S}|[一-龥][村湾坪坡])附?{_HOUSE}{_THING}"
    f"|门{_S}牌{_S}号?{_S}(?:码)?{_TO}[一-龥 ]{{0,24}}{_N}(?![0-9万元块个户])"
    f"|{_N}{_S}(?:栋|幢|号楼|号院){_S}(?:{_N}{_S}单元)?{_S}[0-9十]{{1,5}}{_S}(?:室|号|房)"
    f"|{_N}{_S}单元{_S}[0-9]{{3,4}}(?![0-9万元块年])(?:{_S}[室号房户])?"
)

_ACCOUNT = re.compile(
    rf"(?:[1一]卡通|社{_S}保(?:卡|账|帐|号)|社会保障(?:卡|号)|[账帐]{_S}号|银行卡号?|存折){_S}(?:卡|账户?|帐户?)?{_S}(?:号码?)?"
    r"[\"' :=为是()]{0,5}[0-9](?:[ \-]?[0-9]){8,29}(?![0-9.])"
)

# A quick look for a word without which there is nothing to find, then the pattern.
_SEARCHES = (
    ("account", re.compile("[卡保号折]"), _ACCOUNT),
    ("birth", re.compile("[生诞bBdD]"), _BIRTH),
    ("address", re.compile("[号室房户元牌]"), _DOOR),
)

_MASK = re.compile(rf"(?<![0-9A-Za-z*#])[0-9*xX#](?:[ \-{NOTHING}]{{0,2}}[0-9*xX#]){{9,24}}(?![0-9A-Za-z*#])")
_HIDDEN = re.compile(r"[xX*#]{2,}|\*")
_LIKE_IDENTITY = re.compile("[1-9*][0-9*]{5}[12*][890*][0-9*]{2}[01*][0-9*][0-3*][0-9*]{4}[0-9xX*]")
_LIKE_OLD = re.compile("[1-6*][0-9*]{14}")
_NO_SIZE = re.compile("[0-9]{5}")  # 1500*600*75 is a table's measure
_LIKE_MOBILE = re.compile("[1*][3-9*][0-9*]{9}")


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
    for match in _MASK.finditer(text):
        if tells_too_much(match[0]):
            yield *match.span(), "mask", "error"
    for sort, words, pattern in _SEARCHES:
        if words.search(text):
            for match in pattern.finditer(text):
                yield *match.span(), sort, "error" if sort == "account" else "warning"


def tells_too_much(written: str) -> bool:
    """Tell whether a masked number can be found out: a birth day to be read, or so few digits hidden that one can try.

    Of an identity number 14 digits or the day of birth, of a mobile number all but two, of a card all but three.
    """
    masked = _HIDDEN.sub(lambda run: "*" * len(run[0]), re.sub(f"[ {NOTHING}-]", "", written))
    bare = masked.strip("*")
    if masked == "*" * ((len(masked) - len(bare)) // 2) + bare + "*" * ((len(masked) - len(bare)) // 2):
        masked = bare  # stars on both sides alike are how Markdown prints something bold
    hidden, visible = masked.count("*"), sum(each.isdigit() for each in masked)
    if hidden == 0:
        return False
    if len(masked) == 18 and _LIKE_IDENTITY.fullmatch(masked):
        return visible >= 14 or is_day(masked[6:14])
    if len(masked) == 15 and masked[6:12].isdigit() and _LIKE_OLD.fullmatch(masked):
        return is_day(f"19{masked[6:12]}")
    if len(masked) > 14 and masked[:14].isdigit() and is_day(masked[6:14]) and set(masked[14:-1]) <= {"*"}:
        return True
    if len(masked) == 11:
        return hidden <= 2 and bool(_LIKE_MOBILE.fullmatch(masked) and _NO_SIZE.search(masked))
    return len(masked) in (16, 17, 19) and hidden <= 3 and masked[:2] in ("62", "6*", "*2")
