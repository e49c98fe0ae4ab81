"""What is searched for is found, all of it and nothing else."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingbai.messages import Text
from mingbai.privacy import public_text, publish
from mingbai.search import (
    Document,
    Index,
    IndexMissing,
    Query,
    QueryRefused,
    from_page,
    from_tables,
    server,
    shards,
    snippets,
    tokens,
)
from mingbai.search.columns import Columns, arrange
from mingbai.search.documents import PROSE
from tests.search_corpus import chinese_runs, draw_queries, make_corpus, truth
from tests.village import AS_OF, Village, build_village

VECTORS = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "search_vectors.json").read_text(encoding="utf-8")
)
CORPUS = make_corpus(seed=7, size=240)
QUERIES = draw_queries(CORPUS, seed=8, count=400)
EVERYTHING = 100


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    yield from opened(CORPUS, tmp_path_factory.mktemp("index"))


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path)


def opened(documents: Sequence[Document], folder: Path) -> Iterator[Index]:
    server.build(documents, folder)
    index = Index.open(folder)
    yield index
    index.close()


def urls(index: Index, q: str, **asked: Any) -> list[str]:
    """Return the addresses of all hits, page by page; [] for an answer that is only near."""
    found: list[str] = []
    while True:
        answer = index.search(Query(q, offset=len(found), limit=EVERYTHING, **asked))
        found += [] if answer.relaxed else [row.url.removeprefix("/") for row in answer.rows]
        if answer.relaxed or len(found) >= answer.total:
            return found


def disagreements(documents: Sequence[Document], queries: Sequence[str], folder: Path) -> list[str]:
    """Return the queries whose answers are not what reading every document gives."""
    return [
        q
        for index in opened(documents, folder)
        for q in queries
        if set(urls(index, q)) != truth(documents, q)
    ]


def one(*cells: str, url: str = "a/") -> Document:
    return Document(url, Text("题", "Title"), PROSE, "2026-01-01", cells)


# ---- tokens -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS["normalise"], ids=lambda each: each["text"])
def test_a_text_is_folded_like_the_vector(vector: dict[str, Any]) -> None:
    assert tokens.normalise(vector["text"]) == vector["folded"]


@pytest.mark.parametrize("vector", VECTORS["grams"], ids=lambda each: each["cell"])
def test_a_cell_is_cut_like_the_vector(vector: dict[str, Any]) -> None:
    assert sorted(tokens.grams(vector["cell"]), key=lambda gram: gram.encode("utf-16-be")) == vector["grams"]


def test_queries_are_cut_like_the_vectors() -> None:
    for each in VECTORS["terms"]:
        assert list(tokens.terms(each["query"])) == each["terms"]
    for each in VECTORS["grams_of"]:
        assert list(tokens.grams_of(each["term"])) == each["grams"]
    for each in VECTORS["subjects"]:
        assert list(tokens.subjects(each["terms"])) == each["subjects"]
    for each in VECTORS["halves"]:
        assert list(tokens.halves(each["term"], each["late"])) == each["halves"]
    for each in VECTORS["pairs"]:
        assert list(tokens.pairs(each["terms"])) == each["pairs"]


def test_places_and_snippets_are_like_the_vectors() -> None:
    for each in VECTORS["occurrences"]:
        assert tokens.occurrences(each["folded"], each["term"]) == each["at"]
    for each in VECTORS["spans"]:
        assert [list(span) for span in tokens.spans(each["text"], each["terms"])] == each["spans"]
    for each in VECTORS["pieces"]:
        found = snippets.pieces(each["cells"], each["title"], each["needles"])
        assert [list(piece) for piece in found] == each["pieces"]


@pytest.mark.parametrize("vector", VECTORS["packed"], ids=lambda each: str(each["count"]))
def test_numbers_are_packed_like_the_vector(vector: dict[str, Any]) -> None:
    assert shards.pack(vector["numbers"], vector["count"]) == vector["packed"]


@given(st.text(max_size=30), st.data())
def test_every_part_of_a_text_is_a_part_of_the_folded_text(text: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, len(text)))

    assert tokens.normalise(text[first:last]) in tokens.normalise(text)


@given(
    st.lists(st.text(alphabet="清淤1月、 a", max_size=9), max_size=3),
    st.text(alphabet="清淤1月、a", min_size=1, max_size=7),
)
@settings(max_examples=400)
def test_grams_prove_a_term_wherever_they_are_said_to(cells: list[str], text: str) -> None:
    (term,) = tokens.terms(text)
    held = set().union(*(tokens.grams(cell) for cell in cells))
    if tokens.begins(term):
        all_held = any(gram.startswith(term) for gram in held)
    else:
        all_held = held.issuperset(tokens.grams_of(term))

    there = any(tokens.contains(cell, term) for cell in cells)

    assert all_held or not there
    if not (tokens.is_long(term) and tokens.may_mislead(cells)):
        assert all_held == there


def test_a_list_of_months_may_mislead_and_a_plain_row_does_not() -> None:
    assert tokens.may_mislead(["1月、2月、3月"])
    assert tokens.may_mislead(["甲乙丙", "乙丙丁"])
    assert not tokens.may_mislead(
        ["8", "2026-02-06", "2026年2月6日", "东渠清淤首付款", "32000.00", "32,000.00"]
    )


# ---- the index ----------------------------------------------------------------------------------------------------


def test_answers_are_what_reading_every_document_gives(tmp_path: Path) -> None:
    found = [q for q in QUERIES if truth(CORPUS, q)]

    assert len(found) > 200
    assert disagreements(CORPUS, QUERIES, tmp_path) == []


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        (
            "grams",
            lambda cell: {gram for gram in CUT(cell) if gram != cell[-1:].lower()},
        ),  # no lone last character
        ("may_mislead", lambda cells: False),  # no text is ever read
        ("fold", lambda character: character),  # full-width and capital letters stay as they are
    ],
)
def test_the_comparison_sees_a_planted_fault(
    name: str, planted: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [*CORPUS, one("村前路灯", "1月、2月、3月", "ＺＰ１", "坝")]
    queries = [*QUERIES[:120], "1月、3月", "zp1", "坝"]
    assert disagreements(documents, queries, tmp_path / "sound") == []
    target = (
        "mingbai.search.columns.may_mislead" if name == "may_mislead" else f"mingbai.search.tokens.{name}"
    )
    monkeypatch.setattr(target, planted)

    assert disagreements(documents, queries, tmp_path / "faulty") != []


CUT = tokens.grams


@given(
    st.lists(st.text(alphabet="清淤村款1２年、a ", min_size=1, max_size=12), min_size=1, max_size=4),
    st.lists(st.text(alphabet="清淤村款年", min_size=1, max_size=8), min_size=1, max_size=3),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_run_of_chinese_characters_is_found(tmp_path: Path, cells: list[str], others: list[str]) -> None:
    documents = [one(*cells), one(*others, url="b/")]
    wanted = {
        run[first:last]
        for cell in cells
        for run in chinese_runs(cell)
        for first in range(len(run))
        for last in range(first + 1, len(run) + 1)
    }
    folder = tmp_path / hashlib.sha256(repr((cells, others)).encode()).hexdigest()[:16]

    for index in opened(documents, folder):
        assert [q for q in sorted(wanted) if "a/" not in urls(index, q)] == []


def test_hits_are_newest_first_then_by_address(index: Index) -> None:
    dates = {each.url: each.date for each in CORPUS}

    found = urls(index, "清")

    assert [dates[url] for url in found] == sorted((dates[url] for url in found), reverse=True)
    assert [each.url for each in arrange([one(url="x/#10"), one(url="x/#9")])] == ["x/#9", "x/#10"]


def test_oldest_first_turns_the_dates_round_and_leaves_undated_pages_last(index: Index) -> None:
    dates = {each.url: each.date for each in CORPUS}

    found = [dates[url] for url in urls(index, "清", sort="oldest")]

    dated = [day for day in found if day]
    assert dated == sorted(dated)
    assert found == [*dated, *[""] * (len(found) - len(dated))]
    assert 0 < len(dated) < len(found)


def test_a_page_of_hits_is_a_slice_of_them_all(index: Index) -> None:
    every = urls(index, "清")

    page = index.search(Query("清", offset=3, limit=4))

    assert [row.url.removeprefix("/") for row in page.rows] == every[3:7]
    assert page.total == len(every)


def test_a_filter_on_a_town_takes_its_villages(index: Index) -> None:
    below = {each.url for each in CORPUS if each.source.above and each.source.above[0].id == "liuhe"}

    found = urls(index, "清", units=frozenset({"liuhe"}))

    assert set(found) == truth(CORPUS, "清") & below
    assert found


def test_filters_on_kind_and_dates_hold(index: Index) -> None:
    asked = {"kind": "money", "date_from": date(2025, 3, 1), "date_to": date(2025, 11, 30)}
    those = {
        each.url for each in CORPUS if each.kind == "money" and "2025-03-01" <= each.date <= "2025-11-30"
    }

    found = urls(index, "清", **asked)

    assert set(found) == truth(CORPUS, "清") & those
    assert found


def test_a_facet_counts_what_the_other_filters_leave(index: Index) -> None:
    answer = index.search(Query("清", units=frozenset({"v1"}), kind="money"))
    both = truth(CORPUS, "清") & {each.url for each in CORPUS if each.kind == "money"}

    assert sum(answer.facets["unit"].values()) == len(both)
    assert answer.facets["unit"]["v1"] == answer.total
    assert answer.facets["kind"]["money"] == answer.total
    assert sum(answer.facets["year"].values()) == answer.total


def test_the_name_of_a_village_alone_finds_no_row_that_does_not_say_it(index: Index) -> None:
    assert urls(index, "柳河镇") == []
    assert set(urls(index, "柳河镇 清淤")) == {
        each.url for each in CORPUS if each.source.above[:1] and each.source.above[0].id == "liuhe"
    } & truth(CORPUS, "清淤")


def test_an_empty_query_is_everything(index: Index) -> None:
    assert index.search(Query("  ")).total == len(CORPUS)


# ---- near answers -------------------------------------------------------------------------------------------------


def test_a_question_finds_what_it_asks_about(tmp_path: Path) -> None:
    for index in opened([one("路灯首付款"), one("多少钱一度电", url="b/"), one("水管", url="c/")], tmp_path):
        answer = index.search(Query("路灯花了多少钱？"))

        assert answer.relaxed
        assert [row.url for row in answer.rows] == ["/a/"]


def test_words_of_asking_are_found_where_they_stand(tmp_path: Path) -> None:
    for index in opened([one("路灯首付款"), one("充电多少钱一度", url="b/")], tmp_path):
        answer = index.search(Query("多少钱"))

        assert (answer.relaxed, [row.url for row in answer.rows]) == (False, ["/b/"])


def test_a_word_put_in_between_is_found_by_halves_and_said_so(tmp_path: Path) -> None:
    for index in opened([one("保洁员3月工资"), one("路灯维修", url="b/")], tmp_path):
        answer = index.search(Query("保洁员工资"))

        assert (answer.relaxed, answer.total, answer.rows[0].url) == (True, 1, "/a/")
        assert answer.rows[0].snippet == "<mark>保洁员</mark>3月<mark>工资</mark>"


def test_what_has_most_pairs_comes_first_when_halves_find_nothing(tmp_path: Path) -> None:
    few, many = one("清淤工程款"), one("东渠清淤工程", url="b/")
    for index in opened([few, many, one("路灯", url="c/")], tmp_path):
        answer = index.search(Query("东渠清淤坝工程"))

        assert answer.relaxed
        assert [row.url for row in answer.rows] == ["/b/"]


def test_less_than_half_of_the_pairs_is_still_better_than_nothing(tmp_path: Path) -> None:
    for index in opened([one("村口修路首付款"), one("路灯", url="b/")], tmp_path):
        answer = index.search(Query("清淤的修路坝口"))

        assert answer.relaxed
        assert [row.url for row in answer.rows] == ["/a/"]


@pytest.mark.parametrize("q", ["坝", "坝口", "90210.55", "qq", "坝口 清", "1月、3月"])
def test_what_is_nowhere_is_not_found_before_relaxing(q: str, tmp_path: Path) -> None:
    for index in opened([one("1月、2月、3月", "清淤")], tmp_path):
        answer = index.search(Query(q))

        assert answer.relaxed or answer.total == 0
        assert not (answer.total and not answer.relaxed)
        assert urls(index, q) == []


def test_digits_do_not_match_inside_longer_numbers(tmp_path: Path) -> None:
    for index in opened([one("12月", "3120.00"), one("2月", "120.00", url="b/")], tmp_path):
        assert urls(index, "2月") == ["b/"]
        assert urls(index, "120.00") == ["b/"]
        assert urls(index, "12月") == ["a/"]


@pytest.mark.parametrize(
    "asked", [{"q": "清" * 201}, {"q": "", "sort": "best"}, {"q": "", "offset": -1}, {"q": "", "limit": 101}]
)
def test_what_no_index_answers_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(QueryRefused):
        Query(**asked)


def test_a_snippet_is_escaped_and_marks_only(tmp_path: Path) -> None:
    for index in opened([one('<script>alert("清淤")</script>')], tmp_path):
        snippet = index.search(Query("清淤")).rows[0].snippet

        assert snippet == "&lt;script&gt;alert(&quot;<mark>清淤</mark>&quot;)&lt;/script&gt;"


# ---- documents ----------------------------------------------------------------------------------------------------


def documents_of(village: Village) -> list[Document]:
    portal = village.portal
    return from_tables([publish(portal.read(id), AS_OF) for id in portal.filing_ids()], portal.units)


def test_a_filing_gives_one_document_and_one_for_each_row(village: Village) -> None:
    found = [each.url for each in documents_of(village)]

    assert [url for url in found if "/east/" in url] == [
        "u/east/finance/2026-Q1/",
        *(f"u/east/finance/2026-Q1/#{key}" for key in (1, 2, 3)),
    ]
    assert "u/lane/finance/2026-Q1/" in found


@pytest.mark.parametrize(
    "q",
    "18000.00 18,000.00 19,000.00 2026-01-08 2026年1月8日 1月8日 门面房 记-001 DT-2026-01 4人，1月".split(),
)
def test_a_row_is_found_by_what_file_and_page_say(q: str, village: Village, tmp_path: Path) -> None:
    for index in opened(documents_of(village), tmp_path / "index"):
        assert any("/east/finance/2026-Q1/#" in url for url in urls(index, q))


@pytest.mark.parametrize(
    ("q", "url"),
    [
        ("东头村 财务收支 2026年第1季度", "u/east/finance/2026-Q1/"),
        ("Dongtou 2026-Q1", "u/east/finance/2026-Q1/"),
        ("凭证齐全", "u/east/finance/2026-Q1/"),
        ("账户还没有开立", "u/lane/finance/2026-Q1/"),
        ("10,999.50", "u/west/finance/2026-Q1/"),
        ("东头村 清淤", "u/east/finance/2026-Q1/#3"),
    ],
)
def test_a_filing_is_found_by_what_it_says_of_itself(
    q: str, url: str, village: Village, tmp_path: Path
) -> None:
    for index in opened(documents_of(village), tmp_path / "index"):
        assert url in urls(index, q)


def test_a_row_carries_its_amount_date_and_place(village: Village) -> None:
    row = next(each for each in documents_of(village) if each.url == "u/east/finance/2026-Q1/#2")

    assert (row.title.zh, row.date) == ("保洁员工资", "2026-02-06")
    assert (row.unit, row.kind, row.period) == ("east", "finance", "2026-Q1")
    assert row.amount is not None
    assert (row.amount.figure, row.amount.name.zh) == ("4,800.00", "支出")
    assert [each.id for each in row.source.above] == ["town", "county"]


def test_search_takes_public_things_only(village: Village) -> None:
    raw = [village.portal.read(id) for id in village.portal.filing_ids()]

    with pytest.raises(TypeError):
        from_tables(raw, village.portal.units)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        from_page("about/", Text("关于", "About"), ["没有检查过的话"])  # type: ignore[list-item]


def test_prose_is_found_by_its_words(tmp_path: Path) -> None:
    page = from_page("/about/", Text("关于本站", "About"), [public_text("这个网站是谁的")])

    for index in opened([page], tmp_path):
        assert urls(index, "是谁的") == ["about/"]
        assert index.search(Query("是谁的", lang="en")).rows[0].url == "/en/about/"


def test_two_documents_at_one_address_are_refused() -> None:
    with pytest.raises(ValueError, match="a/"):
        arrange([one("清"), one("淤")])


# ---- on disk ------------------------------------------------------------------------------------------------------


def test_the_same_documents_give_the_same_bytes(tmp_path: Path) -> None:
    for name, documents in (("one", CORPUS), ("two", list(reversed(CORPUS)))):
        shards.write(documents, tmp_path / name)

    one_, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two")
    )
    assert one_ == two
    assert len(one_) > 10


def test_names_of_shards_follow_what_they_hold(tmp_path: Path) -> None:
    shards.write(CORPUS, tmp_path / "one")
    shards.write(CORPUS[1:], tmp_path / "two")

    for path in (tmp_path / "one").iterdir():
        twin = tmp_path / "two" / path.name
        assert path.name == "router.js" or not twin.exists() or twin.read_bytes() == path.read_bytes()


def test_columns_survive_their_own_file() -> None:
    columns = Columns.of(arrange(CORPUS))

    again = Columns.from_json(json.loads(json.dumps(columns.as_json())))

    assert (again.sources, list(again.source_of), list(again.dates), again.misleading) == (
        columns.sources, columns.source_of, columns.dates, columns.misleading,
    )  # fmt: skip
    assert columns.misleading


def test_no_index_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="还没有"):
        Index.open(tmp_path)


def test_an_index_that_was_touched_is_not_opened(tmp_path: Path) -> None:
    server.build([one("清淤")], tmp_path)
    generation = tmp_path / (tmp_path / "current").read_text(encoding="ascii")
    (segment,) = generation.glob("*.seg")
    segment.write_bytes(segment.read_bytes() + b"x")

    with pytest.raises(IndexMissing, match="不完整"):
        Index.open(tmp_path)


def test_a_file_put_beside_the_index_keeps_it_shut(tmp_path: Path) -> None:
    server.build([one("清淤")], tmp_path)
    generation = tmp_path / (tmp_path / "current").read_text(encoding="ascii")
    (generation / "_MAIN_99.toc").write_bytes(b"cos\nsystem\n")

    with pytest.raises(IndexMissing):
        Index.open(tmp_path)


def test_an_index_others_may_write_to_is_not_opened(tmp_path: Path) -> None:
    server.build([one("清淤")], tmp_path)
    generation = tmp_path / (tmp_path / "current").read_text(encoding="ascii")
    os.chmod(generation, 0o777)

    with pytest.raises(IndexMissing):
        Index.open(tmp_path)


def test_a_name_that_leads_elsewhere_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("../elsewhere", encoding="ascii")

    with pytest.raises(IndexMissing):
        Index.open(tmp_path)


def test_a_new_generation_is_opened_and_the_old_one_still_answers(tmp_path: Path) -> None:
    server.build([one("清淤")], tmp_path)
    old = Index.newest(tmp_path, None)
    assert Index.newest(tmp_path, old) is old

    server.build([one("清淤", "路灯")], tmp_path)
    new = Index.newest(tmp_path, old)

    assert (urls(old, "路灯"), urls(new, "路灯")) == ([], ["a/"])
    old.close()
    new.close()


def test_building_the_same_again_keeps_the_generation_and_older_ones_go(tmp_path: Path) -> None:
    for cell in ("甲", "乙", "丙", "丙"):
        server.build([one(cell)], tmp_path)

    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 2
    for index in opened([one("丙")], tmp_path):
        assert index.search(Query("丙")).total == 1


def test_an_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    for index in opened([], tmp_path):
        assert index.search(Query("清淤")).total == 0
        assert index.search(Query("")).total == 0
