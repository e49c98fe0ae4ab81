"""Knows from the header of a column that its cells are somebody's accounts, birth days or doors; it reads no number."""

import re
from functools import lru_cache

from mingbai.privacy.folding import CELL, NOTHING, fold, ordinary

_LONGEST_HEADER = 24
# What a label does not hold: a value after a colon, a number of a house or a day, a second clause.
_SAYS_MORE = re.compile(r"[:=].|[0-9]{2}|[0-9][号室组年月日幢栋]|[,;].*[,;]|[一-龥][,;.][一-龥]")
_BRACKETED = re.compile(r"\([^()]*\)")
_SPACE = re.compile(f"[\\s{NOTHING}\"'*`#]")
_FIGURE = (
    "余额|金额|支出|收入|资金|费|[元数率]|人次|笔数|标准|情况|缴费|缴纳|待遇|补贴$|名称|类型|类别|状态|开户行$|日期|时间"
    "|有效期"
)
# Papers and cards whose numbers stand for one person. Longest first: what follows is the number.
ACCOUNTS = (
    "[1一]卡通|[1一]折通|卡[(/]?折[)]?|折子|(?<=[一-龥])折(?=号)|(?:补贴|补助|惠农|工资|农行|农商|农商行|信用社)卡|社保(?:卡|账|帐|号|编)|社会保障(?:卡|号)|医保(?:卡|账|帐|号|编|证)|[账帐]_[号户]|银行卡|存折|低保证"
    "|残疾(?:人)?证|残联证|户口[簿本]|护照|通行证|优待证|抚恤证|参合证?(?=号|编)|合作医疗(?:证|卡)|农合(?:证|卡)|健康卡|居住证|军[官人]证|士兵证"
    "|退[伍役]证|老年证|退休证|驾驶证|驾照|[五特]保证|特困证|学籍(?=号)"
)
_HEADERS = {
    "id": re.compile(
        "^.*(?:身份证(?!复印|照|正|反|有效|是否|核|地址|住址)|公民身份|证件号|身份号)(?!.*(?:有效期|日期|时间|类型|地址|住址))"
        "|^(?:id_?(?:card|no|number)|identity(?:_?(?:no|number|card))?|idcard_?no)$",
        re.IGNORECASE,
    ),
    "account": re.compile(
        f"^(?!.*(?:{_FIGURE}))(?:.*(?:{ACCOUNTS.replace('_', '')}|^社保$|社会保障|卡号)"
        r"|(?:bank_?)?(?:card|account)_?(?:no|number|id)?\.?$|passport(?:_?(?:no|number))?$)",
        re.IGNORECASE,
    ),
    "birth": re.compile(
        "^.*(?:出生(?!人|率|缺|数|地|证|医|登)|生日|诞辰)|^(?:birth_?(?:day|date)?|dob|date_?of_?birth|born)$",
        re.IGNORECASE,
    ),
    "address": re.compile(
        "^(?!.*(?:数$|变更|不符|在册|一致|统计|率$|[(]条|[(]户|[(]人)).*(?:住址|地址|门牌|住所|居住地|户籍地|住处|房屋坐落)"
        "|^(?:home_?)?address$",
        re.IGNORECASE,
    ),
}
# Columns of figures: neighbours in them are no number cut in pieces.
_QUANTITY = re.compile(
    "[元亩数额量户人次吨斤米天年月]$|季度$|金额|余额|收入|支出|合计|小计|面积|单价|价格|总价|比例|率$|得分|票"
    "|^(?:income|expenditure|amount|price|total|count|sum|area|balance)|_(?:count|sum|total|amount|yuan|mu)$",
    re.IGNORECASE,
)
_YEAR, _MONTH = "(?:1[89]|20)?[0-9]{2}", "(?:1[0-2]|0?[1-9]|十[12]?)"
_CELLS = {
    "id": re.compile(
        r"[1-9][0-9]{5}[ \-]?(?:[0-9]{6}[ \-]?[0-9]{3}|(?:18|19|20)[0-9]{6}[ \-]?[0-9]{3}[0-9X]?)(?:\.0+)?"
        r"|[1-9](?:\.[0-9]{0,17})?E\+?1[4-7]",
        re.IGNORECASE,
    ),
    "account": re.compile(
        r"[一-龥]{0,6}(?:[A-Z]{0,3}[0-9](?:[ \-.]?[0-9]){8,29}|[A-Z][0-9]{7}[0-9X]|[A-Z]{2}[0-9]{7}"
        r"|[0-9](?:\.[0-9]{5,17})?E\+?[0-9]{2})"
        r"(?:\.0|号|X)?",
        re.IGNORECASE,
    ),
    "birth": re.compile(
        rf"{_YEAR} ?[年\-./] ?{_MONTH} ?(?:[月\-./] ?(?:[0-9]{{1,2}}|[23]?十[1-9]?)?日?)?(?:[ T].*)?"
        r"|(?:1[89]|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-3][0-9])?"
        r"|[0-3]?[0-9][/.\-][0-3]?[0-9][/.\-](?:19|20)[0-9]{2}"
        r"|[1-4][0-9]{4}(?:\.0)?"  # a day as spreadsheets count it
    ),
    "address": re.compile(
        ".*[0-9十百] ?(?:号(?!文|公告|井|楼$)|室|单元|栋|幢|门)|[0-9]{1,4}(?:-[0-9]{1,4}){1,3}|.*[组社队] ?[0-9]{1,4}$"
        "|[0-9]{1,4}$",
        re.DOTALL,
    ),
}
_DECIMAL = re.compile(r"[0-9]+\.[0-9]{1,2}")


@lru_cache(maxsize=4096)  # the same headers stand in thousands of files
def sort_of_column(header: str) -> str | None:
    """Return what the cells below a header hold: "account", "birth" or "address", None if it says no such thing."""
    plain = _SPACE.sub("", fold(header))
    if _SAYS_MORE.search(_BRACKETED.sub("", _SPACE.sub("", ordinary(header)))):
        return None
    if not 0 < len(plain) <= _LONGEST_HEADER:
        return None
    return next((sort for sort, pattern in _HEADERS.items() if pattern.search(plain)), None)


def holds_figures(header: str) -> bool:
    """Tell whether a column counts or measures something."""
    return bool(
        _QUANTITY.search(re.sub(r"\(.*?\)", "", _SPACE.sub("", fold(header)))) or "(元)" in fold(header)
    )


def is_personal(sort: str, cell: str) -> bool:
    """Tell whether a cell of a column of that sort holds such a thing of one person, not a blank, a dash or a sum."""
    plain = fold(cell).replace(NOTHING, "").replace(CELL, "").strip(" \"'\t=`*")
    return bool(_CELLS[sort].fullmatch(plain) or (sort == "address" and _CELLS[sort].match(plain))) and not (
        sort == "account" and _DECIMAL.fullmatch(plain)
    )
