"""Asks about a column of free text in which only names of persons seem to stand; whether they are, the clerk says.

A schema cannot forbid a name in a remark. A column of nothing but two or three characters, each beginning with a common
surname, is asked about; a name in a sentence is left to whoever confirms free text.
"""

from collections.abc import Sequence
from dataclasses import replace

from mingbai.importing.lines import Line
from mingbai.importing.mapping import Match
from mingbai.importing.table import Table
from mingbai.importing.taking import entries

# The hundred most frequent surnames, four of five people in China (公安部, 二〇二〇年全国姓名报告).
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪"
    "廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
_FEWEST, _SHARE = 3, 0.9  # cells that there must be, and how many of them must look like names
_SURE = ("told", "remembered")  # what the clerk has said already


def asked_about(matches: Sequence[Match], table: Table, lines: Sequence[Line]) -> tuple[Match, ...]:
    """Return the matches; one whose column seems to hold names is open until the clerk says what it is."""
    return tuple(
        replace(each, how="names") if _is_free(each) and _are_names(each, table, lines) else each
        for each in matches
    )


def _is_free(match: Match) -> bool:
    field = match.field
    return (
        match.taken
        and match.how not in _SURE
        and field is not None
        and field.cls == "text"
        and not field.options
    )


def _are_names(match: Match, table: Table, lines: Sequence[Line]) -> bool:
    cells = [str(table.grid.at(row, match.column.number).value or "").strip() for row in entries(lines)]
    said = [each for each in cells if each]
    return len(set(said)) >= _FEWEST and sum(map(_is_name, said)) >= _SHARE * len(said)


def _is_name(cell: str) -> bool:
    han = all("\u4e00" <= sign <= "\u9fff" for sign in cell)
    return han and len(cell) in (2, 3) and cell[0] in _SURNAMES
