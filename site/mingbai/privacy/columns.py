"""Knows from the header of a column that its cells are somebody's accounts, birth days or doors; it reads no number."""

import re

from mingbai.privacy.folding import CELL, NOTHING, fold

_LONGEST_HEADER = 24
_SPACE = re.compile(f"[\\s{NOTHING}\"'*`#]")
_FIGURE = (
    "余额|金额|支出|收入|资金|费|[元数率]|人次|笔数|标准|情况|缴费|缴纳|待遇|补贴|名称|类型|类别|状态|开户行"
)
_HEADERS = {
    "account": re.compile(
        f"^(?!.*(?:{_FIGURE}))(?:.*(?:[1一]卡通|社保(?:卡|账|帐|号|编)|^社保$|社会保障|[账帐][号户]|卡号|银行卡|存折)"
        r"|(?:bank)?(?:card|account)(?:no|number|id)?\.?)",
        re.IGNORECASE,
    ),
    "birth": re.compile(
        "^.*(?:出生(?!人|率|缺|数|地|证|医|登)|生日|诞辰)|^(?:birth(?:day|date)?|dob|dateofbirth|born)$",
        re.IGNORECASE,
    ),
    "address": re.compile("^.*(?:住址|地址|门牌|住所|居住地|户籍地|住处)|^(?:home)?address$", re.IGNORECASE),
}
# Columns of figures: neighbours in them are no number cut in pieces.
_QUANTITY = re.compile(
    "[元亩数额量户人次吨斤米天年月]$|金额|余额|收入|支出|合计|小计|面积|单价|价格|总价|比例|率$|得分|票"
    "|^(?:income|expenditure|amount|price|total|count|sum|area|balance)|_(?:count|sum|total|amount|yuan|mu)$",
    re.IGNORECASE,
)
_YEAR, _MONTH = "(?:1[89]|20)?[0-9]{2}", "(?:1[0-2]|0?[1-9]|十[12]?)"
_CELLS = {
    "account": re.compile(r"[A-Z]{0,3}[0-9](?:[ \-.]?[0-9]){8,29}|[A-Z][0-9]{8}", re.IGNORECASE),
    "birth": re.compile(
        rf"{_YEAR} ?[年\-./] ?{_MONTH} ?(?:[月\-./] ?(?:[0-9]{{1,2}}|[23]?十[1-9]?)?日?)?(?:[ T].*)?"
        r"|(?:1[89]|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-3][0-9])?"
        r"|[1-4][0-9]{4}(?:\.0)?"  # a day as spreadsheets count it
    ),
    "address": re.compile(
        ".*[0-9十百] ?(?:号(?!文|公告|井|楼$)|室|单元|栋|幢|门)|[0-9]{1,4}(?:-[0-9]{1,4}){1,3}|.*[组社队] ?[0-9]{1,4}$"
        "|[0-9]{1,4}$",
        re.DOTALL,
    ),
}
_DECIMAL = re.compile(r"[0-9]+\.[0-9]{1,2}")


def sort_of_column(header: str) -> str | None:
    """Return what the cells below a header hold: "account", "birth" or "address", None if it says no such thing."""
    plain = _SPACE.sub("", fold(header))
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
