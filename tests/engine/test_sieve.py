"""The quick filter loses nothing that the exact search finds, and its folding keeps every place."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from mingbai.privacy import CELL, found_in, suspects
from mingbai.privacy.folding import fold, ordinary, skeleton
from tests.planting import VALUES, WRITINGS

PIECES = st.one_of(
    st.sampled_from([
        *"0123456789Xx*-. ,;|/()\n\t\"'",
        *"〇一二三零壹①５\u200b\u202e\u3000·—、，：",
        *"组路号栋单元室户出生日年月十社保账卡",
        *"证件身份折照籍、生于", "E+17", "4.2068319590417", "420683195904170000", "2026-03-15",
        "户口簿", "护照", "生日", "63.8", "某某", "……", "农历", "初七",
        "电话", "手机号", "号码", "身份证前六位", "____", "....", "----", "????", "小区", "9-1-601", "0138", "，",
        "6,2,2,8,4,8,0,4,0,2,5,6,4,8,9,0,0,1,8", "622848,,0402564890018", "13864,271905", "13800138000", "d.o.b.",
        CELL, "1380013", "19800305", "330106", "出生", "birth", "12号", "一卡通号", "****", "𝟏", "⑩", "Ⅹ", "○",
    ]),
    st.builds(
        lambda seed, sort, way: WRITINGS[way](VALUES[sort](random.Random(seed)), random.Random(seed)),
        st.integers(0, 10**6),
        st.sampled_from(sorted(VALUES)),
        st.sampled_from(sorted(WRITINGS)),
    ),
)  # fmt: skip


def exact(text: str) -> set[tuple[int, int, str]]:
    """Look at every line of a text."""
    found, at = set(), 0
    for line in text.split("\n"):
        found |= {(at + mark.start, at + mark.end, mark.sort) for mark in found_in(line)}
        at += len(line) + 1
    return found


def sifted(text: str) -> set[tuple[int, int, str]]:
    """Look at the lines that the filter lets through."""
    return {
        (start + mark.start, start + mark.end, mark.sort)
        for start, end in suspects(text)
        for mark in found_in(text[start:end])
    }


@settings(max_examples=1500, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=14).map("".join))
def test_the_filter_loses_nothing(text: str) -> None:
    assert sifted(text) == exact(text)


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(ordinary(text)) == len(skeleton(text)) == len(text)


def test_a_filter_that_knows_plain_digits_only_would_be_noticed() -> None:
    text = "一三八〇〇一三八〇〇〇\n"

    assert exact(text)
    assert not any(each.isascii() and each.isdigit() for each in text)


def test_most_lines_of_an_ordinary_table_are_let_go() -> None:
    chance = random.Random(1)
    lines = [
        f"{at},2026-03-{chance.randint(1, 28):02},环境卫生,保洁员工资,{chance.randrange(10**6) / 100:.2f},记-{at:03}"
        for at in range(2000)
    ]

    assert len(suspects("\n".join(lines))) < 20
