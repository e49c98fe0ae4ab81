"""Makes invented documents for tests of search, queries drawn from them, and the plain truth to measure answers by."""

import random
import re
import unicodedata
from collections.abc import Iterable, Sequence

from mingbai.messages import Text
from mingbai.search.documents import Amount, Document, Label, Source

HAN = "东渠清淤进度款合同村民代表会议决支出收入保洁员工资年月日路灯维修"
OTHER = ["、", "，", "3", "12", "2026", "ZP-", " ", "（一）", "4人", "㎡", "𠮷", "B"]
TOWNS = [Label("liuhe", Text("柳河镇", "Liuhe")), Label("baishi", Text("白石镇", "Baishi"))]
COUNTY = Label("qinghe", Text("青禾县", "Qinghe"))
KINDS = [Label("money", Text("钱的事", "Money")), Label("matters", Text("定的事", "Matters"))]


def make_corpus(seed: int, size: int) -> list[Document]:
    """Return `size` documents of a few villages; every tenth is undated prose with more and longer cells."""
    chance = random.Random(seed)
    periods = (
        Label("2025-Q4", Text("2025年第4季度", "Q4 2025")),
        Label("2026-Q1", Text("2026年第1季度", "Q1 2026")),
    )
    sources = [
        Source(Label(f"v{n}", Text(f"{HAN[n]}坡村", f"Village {n}")), kind, period, (TOWNS[n % 2], COUNTY))
        for n in range(5)
        for kind in KINDS
        for period in periods
    ]
    return [_document(number, sources[number % len(sources)], chance) for number in range(size)]


def _document(number: int, source: Source, chance: random.Random) -> Document:
    cells = [_cell(chance, 12) for _ in range(3)]
    if number % 10 == 0:
        prose = [_cell(chance, 90) for _ in range(3)]
        return Document(f"page-{number}/", Text(prose[0][:20], f"Page {number}"), Source(), "", tuple(prose))
    fen = chance.randint(100, 5_000_000)
    plain, printed = f"{fen / 100:.2f}", f"{fen / 100:,.2f}"
    year, month, day = 2025 + number % 2, chance.randint(1, 12), chance.randint(1, 28)
    dated = (f"{year}-{month:02}-{day:02}", f"{year}年{month}月{day}日")
    return Document(
        url=f"u/{source.unit.id}/{source.kind.id}/{source.period.id}/#{number}",
        title=Text(cells[0], cells[0]),
        source=source,
        date=dated[0],
        cells=(str(number), *dated, *cells, plain, printed),
        amount=Amount(printed, Text("元", "yuan"), Text("支出", "Expenditure")),
    )


def _cell(chance: random.Random, longest: int) -> str:
    length = chance.randint(1, longest)
    return "".join(
        chance.choice(HAN) if chance.random() < 0.8 else chance.choice(OTHER) for _ in range(length)
    )


def draw_queries(documents: Sequence[Document], seed: int, count: int) -> list[str]:
    """Return queries: stretches of cells, whole cells, several terms, and some that are nowhere."""
    chance = random.Random(seed)
    found = ["清", "12", "月", "、", "2026年", "柳河镇", "柳河镇 清淤", "东坡村 3", "Village 2", "钱的事"]
    found += ["zz", "村村村村村村", "28000.017"]
    while len(found) < count:
        cell = chance.choice(chance.choice(documents).cells)
        first = chance.randrange(len(cell))
        part = cell[first : first + chance.randint(1, 9)]
        other = chance.choice(documents).cells[-1][:2]
        found.append(chance.choice([part, part, cell[:60], f"{part} {other}", part[::-1], part + other]))
    return found


def chinese_runs(cell: str) -> list[str]:
    """Return the runs of Chinese characters of a cell."""
    return re.findall("[\u4e00-\u9fff]+", cell)


def truth(documents: Iterable[Document], query: str) -> set[str]:
    """Return the addresses of the documents that hold every term, found by reading all of them, with no index."""
    wanted = _fold(query).split()
    return {
        each.url
        for each in documents
        if all(_stands(term, (*each.cells, *each.source.words)) for term in wanted)
        and (not wanted or any(_stands(term, each.cells) for term in wanted))
    }


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _stands(term: str, cells: Iterable[str]) -> bool:
    left = "(?<![0-9])" if term[0] in "0123456789" else ""
    right = "(?![0-9])" if term[-1] in "0123456789" else ""
    return any(re.search(left + re.escape(term) + right, _fold(cell)) for cell in cells)
