"""Names of office-holders stand until a year after the term, on pages and in every release that is kept (§6.17)."""

from datetime import date
from pathlib import Path

import pytest

from mingbai import plugin, releases
from mingbai.errors import KindError
from mingbai.filings import FilingId
from mingbai.messages import say
from mingbai.periods import Period
from mingbai.privacy import PublicTable, publish
from tests.examples import KINDS
from tests.unpacking import files_with
from tests.village import SETTINGS, Village, build_village

OVER = say("privacy.term_over", "zh")
REVIEW = """\
seat,sort,post,name,standing,times,ballots,fit,fair,unfit,screened,removed,starred,ended_on,note
PY-01,民主评议,主任,示范甲,委员会成员,1,35,27,6,2,,,,,
PY-02,民主评议,委员,示范巳午,委员会成员,1,35,25,8,2,,,,2025-09-30,辞职
"""
REVIEW_FACTS = """\
header: {scope: 逐人列明, date: 2025-12-28, host: 村务监督委员会, body: 村民代表会议, due: 38, present: 35,
  announced: 2025-12-29}
"""
ELECTION_FACTS = """\
header: {{term: 换届, body: 村民委员会, registered: 618, list_posted: {day}, objections: 0, election_day: {day},
  seats: 1, voted: 451, most_proxies: 3, women: 0, announced: {day}}}
"""
AUDIT_FACTS = """\
header: {sort: 离任, body: 村民委员会, post: 主任, name: 示范戌, since: 2021-02-01, until: 2025-12-31,
  organiser: 镇政府, auditor: 镇农村经济管理站, report: 2026-01-20, posted: 2026-01-22, left_on: 2025-12-31,
  amount_total: 0.00}
"""
ELECTION = """\
number,round,post,candidate,votes,result,name
1,正式选举,主任,主任候选人1,327,当选,示范甲
2,正式选举,主任,主任候选人2,109,未当选,
"""
AUDIT = """\
number,subject,found,finding,amount,recovered,remedy,owner,due,done,status
1,财务收支,没有问题,查了五年收支,0.00,0.00,,,,,不用改
"""
PROPOSALS = """\
sort,session,number,title,proposer_sort,proposer,owner,accepted,replied,document,signed_by,grade,told,planned,kept,open,published,satisfied,note
建议,十届二次会议,第5号,早班车,人大代表,示范甲,县交通运输局,2020-01-15,,,,,,,,,,,
建议,十届二次会议,第11号,水质,代表团,东片代表团,县水利局,2020-01-15,,,,,,,,,,,
"""


@pytest.fixture
def village(tmp_path: Path) -> Village:
    village = build_village(tmp_path / "portal")
    kinds = (
        "[answering, audit, decision, election, figures, finance, inquiry, proposal, relief, review, service]"
    )
    village.write(
        "mkdocs.yml",
        SETTINGS.replace("[answering, decision, figures, finance, inquiry, relief, service]", kinds),
    )
    village.file("east", "review", "2025", REVIEW, REVIEW_FACTS)
    return village


def elect(village: Village, day: str, unit: str = "east") -> None:
    village.file(unit, "election", f"{day}-renewal", ELECTION, ELECTION_FACTS.format(day=day))


def shown(village: Village, as_of: date, kind: str = "review", period: str = "2025") -> PublicTable:
    return publish(village.portal.read(FilingId("east", kind, Period.parse(period))), as_of)


def names(table: PublicTable) -> list[object]:
    return [row.cells["name"] for row in table.rows]


def test_a_name_stands_to_the_last_day_of_the_year_after_leaving(village: Village) -> None:
    assert names(shown(village, date(2026, 9, 30))) == ["示范甲", "示范巳午"]
    assert names(shown(village, date(2026, 10, 1))) == ["示范甲", OVER]


def test_the_next_election_ends_the_term_of_all(village: Village) -> None:
    elect(village, "2026-03-01")

    assert names(shown(village, date(2027, 3, 1)))[0] == "示范甲"
    assert names(shown(village, date(2027, 3, 2))) == [OVER, OVER]


def test_an_election_before_the_review_or_in_another_village_ends_nothing(village: Village) -> None:
    elect(village, "2025-03-01")
    elect(village, "2026-03-01", unit="west")

    assert names(shown(village, date(2030, 1, 1)))[0] == "示范甲"


def test_without_an_election_a_term_is_five_years(village: Village) -> None:
    assert names(shown(village, date(2031, 12, 28)))[0] == "示范甲"
    assert names(shown(village, date(2031, 12, 29)))[0] == OVER


def test_whoever_was_elected_stands_until_the_next_election_and_a_year(village: Village) -> None:
    elect(village, "2026-03-01")
    elect(village, "2031-02-20")

    assert names(shown(village, date(2032, 2, 20), "election", "2026-03-01-renewal")) == ["示范甲", None]
    assert names(shown(village, date(2032, 2, 21), "election", "2026-03-01-renewal")) == [OVER, None]


def test_a_name_in_the_facts_of_the_whole_ends_too(village: Village) -> None:
    village.file("east", "audit", "2026-01-20-leaving", AUDIT, AUDIT_FACTS)

    before = shown(village, date(2026, 12, 31), "audit", "2026-01-20-leaving")
    after = shown(village, date(2027, 1, 1), "audit", "2026-01-20-leaving")

    assert (before.header["name"], after.header["name"]) == ("示范戌", OVER)
    assert (before.ended, after.ended) == (frozenset(), {("", "name")})


def test_a_body_has_no_term(village: Village) -> None:
    village.file("east", "proposal", "2020", PROPOSALS, "header: {}\n")

    table = shown(village, date(2026, 4, 20), "proposal", "2020")

    assert [row.cells["proposer"] for row in table.rows] == [OVER, "东片代表团"]


def test_every_kind_with_names_of_office_holders_tells_how_long_they_stand() -> None:
    no_persons = {("inquiry", "answered_by"), ("roster", "phone"), ("service", "owner"), ("service", "phone")}
    told, there = set(), set()
    for kind in KINDS.values():
        header = kind.header_schema.fields if kind.header_schema else ()
        there |= {(kind.id, field.name) for field in (*kind.schema.fields, *header) if field.cls == "office"}
        told |= {(kind.id, name) for name in (kind.names.fields if kind.names else ())}

    assert told == there - no_persons


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ("{fields: [nobody]}", "nobody"),
        ("{fields: [post]}", "office"),
        ("{fields: [name], left: post}", "date"),
        ("{fields: [name], elected: ended_on}", "no such field"),
        ("{fields: [name], where: {nothing: [x]}}", "nothing"),
        ("{fields: [name], since: date}", "since"),
        ("{serving: date}", "fields"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_refused(village: Village, rule: str, word: str) -> None:
    for name in ("schema.json", "header.schema.json", "example.csv", "example.yaml", "checks.yaml"):
        village.write(f"datasets/kinds/review/{name}", (KINDS["review"].folder / name).read_bytes())
    kind = (KINDS["review"].folder / "kind.yaml").read_text("utf-8")
    wrong = "\n".join(f"names: {rule}" if line.startswith("names:") else line for line in kind.split("\n"))
    village.write("datasets/kinds/review/kind.yaml", wrong)

    with pytest.raises(KindError, match=word):
        _ = village.portal.kinds


def put_up(root: Path) -> str:
    release = releases.begin(root, None)
    (release.building / releases.MARKER).write_text("mingbai\n2026-04-20\n\n", "utf-8")
    release.publish()
    return (root / "build" / "site").resolve().name


def test_a_name_that_ends_takes_the_earlier_releases_with_it(tmp_path: Path) -> None:
    first, second = put_up(tmp_path), put_up(tmp_path)
    known = tmp_path / ".state" / "ended"
    assert releases.part_with(tmp_path, known, ["datasets/filings/a 1 name"]) == [first]

    third = put_up(tmp_path)
    assert releases.part_with(tmp_path, known, ["datasets/filings/a 1 name"]) == []
    assert releases.part_with(tmp_path, known, []) == []
    assert [each.name for each in releases.kept(tmp_path)] == [third, second]


def test_a_name_whose_time_is_over_is_in_no_byte_of_what_is_served(village: Village) -> None:
    facts = (
        f"{REVIEW_FACTS}supervision: {{opinion: 属实，同意公布, date: 2026-01-15}}\n"
        "display: {place: 村部公示栏, from: 2026-01-16, until: 2026-02-04}\n"
    )
    village.file("east", "review", "2025", REVIEW, facts, "2026-01-16T09:00:00+08:00")
    build = village.root / "build"
    plugin.build(village.root, None, date(2026, 9, 30))
    assert {"index.html", "east.zip"} <= set(files_with(build / "releases", "示范巳午"))

    plugin.build(village.root, None, date(2026, 10, 1))

    assert [*files_with(build / "releases", "示范巳午"), *files_with(build / "index", "示范巳午")] == []
    page = (build / "site/u/east/review/2025/index.html").read_text("utf-8")
    assert "示范甲" in page and OVER in page and "有 1 个姓名不再显示" in page
