"""What counts people is merged upward, held against every table beside it, and told in a report."""

import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai import anonymity, cli
from mingbai.anonymity.report import report
from mingbai.privacy import publish
from mingbai.privacy.merging import Cell, Rule, merge_upward
from mingbai.privacy.settling import Region, apart, crosses, inside, settle
from tests.engine.test_merging import ORDER, RULE, cell, cells, total
from tests.village import AS_OF, Village, build_village

FACTS = (
    "header: {fund: 关爱资金, opening: 0.00, allocated: 90000.00, donated: 0.00, closing: 44000.00}\n"
    "supervision: {opinion: 同意公布, date: 2026-04-08}\n"
    "display: {place: 镇公示栏, from: 2026-04-09, until: 2026-04-28}\n"
)
HEAD = "number,place,cause,band,households,amount\n"


def rows(*each: tuple[str, str, str, int, int]) -> str:
    lines = [f"{n},{p},{c},{b},{h},{a}.00" for n, (p, c, b, h, a) in enumerate(each, 1)]
    return HEAD + "\n".join(lines) + "\n"


LOW, MIDDLE = "不满1000元", "1000元以上不满3000元"
SMALL = rows(
    ("东头村", "灾害", LOW, 12, 6000),
    ("东头村", "助学", LOW, 11, 5500),
    ("东头村", "助学", MIDDLE, 2, 3000),
    ("西头村", "灾害", LOW, 3, 1500),
    ("西头村", "助学", MIDDLE, 20, 30000),
)


@pytest.fixture
def village(tmp_path: Path) -> Village:
    village = build_village(tmp_path / "portal")
    village.file("town", "relief", "2026-Q1", SMALL, FACTS)
    return village


def merged(village: Village, period: str = "2026-Q1", unit: str = "town") -> anonymity.Anonymised:
    portal = village.portal
    id = anonymity.id_of(portal, unit, "relief", period)
    return anonymity.anonymise(portal, anonymity.table_of(portal, id, None))


def commit(village: Village) -> None:
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", "-C", str(village.root), *identity, *command], check=True)


def run(village: Village, *more: str) -> int:
    said = ["--unit", "town", "--kind", "relief", "--period", "2026-Q1"]
    return cli.main(["--portal", str(village.root), "anonymise", *said, *more])


def test_the_merged_filing_adds_up_passes_the_check_and_needs_no_more_merging(village: Village) -> None:
    before = merged(village)

    assert run(village) == 0

    after = merged(village)
    assert before.changed and not after.changed
    assert total(list(after.before)) == total(list(before.before)) == (48, Decimal("46000.00"))
    assert cli.main(["--portal", str(village.root), "check"]) == 0


def test_the_page_of_a_merged_filing_shows_it_as_it_stands(village: Village) -> None:
    from mingbai.privacy import publish

    run(village)
    portal = village.portal
    (id,) = [id for id in portal.filing_ids() if id.kind == "relief"]
    shown = publish(portal.read(id), AS_OF)

    assert [row.cells["households"] for row in shown.rows] == [c.count for c in merged(village).after]


def test_a_dry_run_and_a_filing_that_needs_nothing_leave_the_file_alone(village: Village) -> None:
    path = village.root / "datasets/filings/town/relief/2026-Q1.csv"

    assert run(village, "--dry-run") == 0
    assert path.read_text("utf-8") == SMALL
    run(village)
    first = path.read_bytes()
    assert run(village) == 0 and path.read_bytes() == first


def test_the_report_tells_what_was_merged_and_names_no_cell_that_was_merged_away(
    village: Village, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(village, "--report", str(tmp_path / "report.md"))

    said = (tmp_path / "report.md").read_text("utf-8")
    assert "没有可以相减的" in said and "逐格相减" not in said  # nothing was there to be subtracted
    assert "测试镇 关爱资金 2026-Q1" in said and "一共 48 户" in said and said in capsys.readouterr().out
    assert "1500" not in said and "3 户" not in said


def test_a_kind_that_counts_nobody_is_refused_with_what_to_do(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ["--unit", "east", "--kind", "finance", "--period", "2026-Q1"]

    assert cli.main(["--portal", str(village.root), "anonymise", *said]) == 1
    assert "mingbai check" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"unit": "nowhere"}, 2),
        ({"kind": "nothing"}, 2),
        ({"period": "下季度"}, 2),
        ({"period": "2025-Q1"}, 2),
    ],
)
def test_a_wrong_call_is_a_sentence(
    village: Village, changes: dict[str, str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    named = {"unit": "town", "kind": "relief", "period": "2026-Q1"} | changes
    said = [word for name, value in named.items() for word in (f"--{name}", value)]

    assert cli.main(["--portal", str(village.root), "anonymise", *said]) == status
    assert "Traceback" not in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_written(
    village: Village, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text(HEAD + "1,东头村,不知道,不满1000元,3,十块\n", "utf-8")

    assert run(village, "--from", str(tmp_path / "new.csv")) == 1
    assert "2 处要改" in capsys.readouterr().err
    assert (village.root / "datasets/filings/town/relief/2026-Q1.csv").read_text("utf-8") == SMALL


def test_all_together_too_few_are_not_published(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    village.file("town", "relief", "2026-Q1", rows(("东头村", "灾害", LOW, 4, 2000)), FACTS)

    assert run(village) == 1
    assert "不到 5 户" in capsys.readouterr().err


def test_a_correction_crosses_no_cell_of_the_version_before(village: Village) -> None:
    run(village)
    commit(village)
    earlier = merged(village).after
    corrected = rows(
        ("东头村", "灾害", LOW, 12, 6000),
        ("东头村", "助学", LOW, 4, 2000),
        ("东头村", "助学", MIDDLE, 9, 13500),
        ("西头村", "灾害", MIDDLE, 13, 16500),
        ("西头村", "助学", MIDDLE, 10, 15000),
    )
    village.file("town", "relief", "2026-Q1", corrected, FACTS)

    done = merged(village)

    assert len(done.releases) == 1
    table = [region(each) for each in earlier]
    assert not any(crosses(region(each), other) for each in done.after for other in table)


def test_the_doctor_names_tables_that_must_not_lie_beside_each_other(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    def put(relief: int, school: int, illness: int) -> None:
        counts = (("灾害", relief), ("助学", school), ("大病", illness))
        village.file(
            "town", "relief", "2026-Q1", rows(*(("东头村", c, LOW, n, n * 500) for c, n in counts)), FACTS
        )

    put(20, 6, 6)  # 助学 and 大病 stand together
    commit(village)
    cli.main(["--portal", str(village.root), "doctor"])
    alone = capsys.readouterr().out
    put(6, 6, 20)  # 灾害 and 助学 do

    cli.main(["--portal", str(village.root), "doctor"])

    told = "可能减得出几户人家：datasets/filings/town/relief/2026-Q1"
    assert told not in alone and told in capsys.readouterr().out


def region(cell: Cell) -> Region:
    return {dim: told or None for dim, told in cell.values.items()}


def test_a_correction_of_a_few_households_is_told(village: Village) -> None:
    run(village)
    commit(village)
    village.file(
        "town",
        "relief",
        "2026-Q1",
        SMALL.replace("灾害,不满1000元,12,6000", "灾害,不满1000元,13,6900"),
        FACTS,
    )

    gaps = merged(village).gaps

    assert [(gap.households, gap.sums_differ) for gap in gaps] == [(1, True)]


def test_a_level_above_that_counts_a_few_more_is_told(village: Village) -> None:
    above = rows(("测试镇", "灾害", LOW, 16, 8000), ("测试镇", "助学", LOW, 33, 38500))
    village.file("county", "relief", "2026-Q1", above, FACTS)

    done = merged(village)

    assert {(gap.id.unit, gap.households) for gap in done.gaps} >= {("county", 1)}


def test_another_fund_counts_other_households(village: Village) -> None:
    above = rows(("测试镇", "灾害", LOW, 16, 8000), ("测试镇", "助学", LOW, 33, 38500))
    village.file("county", "relief", "2026-Q1", above, FACTS.replace("关爱资金", "救灾资金"))

    assert merged(village).releases == ()


@given(cells, cells)
def test_what_is_settled_crosses_nothing_adds_up_and_counts_enough(
    one: list[Cell], other: list[Cell]
) -> None:
    first = merge_upward(one, RULE)
    table = [region(each) for each in first]

    second = settle(other, RULE, region, [table], [first])

    assert not any(crosses(region(each), each_other) for each in second for each_other in table)
    assert second == [] or total(second) == total(other)
    assert all(each.count >= 5 for each in second)


def test_without_settling_two_versions_do_cross() -> None:
    """The planted bug that the tests above must be able to see."""
    one = [
        cell("东头村", cause, "1000以下", count) for cause, count in (("灾害", 9), ("助学", 3), ("大病", 3))
    ]
    other = [
        cell("东头村", cause, "1000以下", count) for cause, count in (("灾害", 3), ("助学", 3), ("大病", 9))
    ]
    tables = [[region(each) for each in merge_upward(side, Rule(ORDER))] for side in (one, other)]

    assert any(crosses(left, right) for left in tables[0] for right in tables[1])


values = st.one_of(st.none(), st.frozensets(st.sampled_from("abc"), min_size=1))
regions = st.fixed_dictionaries({"one": values, "two": values})


@given(regions, regions)
def test_two_cells_are_inside_apart_or_cross(one: Region, other: Region) -> None:
    def atoms(region: Region) -> set[tuple[str, str]]:
        return {(a, b) for a in region["one"] or "abc" for b in region["two"] or "abc"}

    left, right = atoms(one), atoms(other)
    assert apart(one, other) == (not left & right)
    if inside(one, other):
        assert left <= right
    if not crosses(one, other):
        assert not left & right or left <= right or right <= left


def test_a_place_that_is_no_unit_may_be_a_name_and_is_refused(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    village.file("town", "relief", "2026-Q1", SMALL.replace("西头村", "上官二妹"), FACTS)

    assert run(village) == 1
    said = capsys.readouterr().err
    assert "第 5、6 行" in said and "上官" not in said


def test_small_cells_that_git_keeps_are_told_though_the_page_merges_them(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(village)
    run(village)
    first = capsys.readouterr().out

    cli.main(["--portal", str(village.root), "doctor"])

    assert "有 1 个版本的文件存着人数太少的格" in first and "改写那几次提交" in first
    assert "git 里有 1 张数人的表存着人数太少的格" in capsys.readouterr().out


def test_a_report_that_cannot_be_kept_stops_before_anything_is_written(village: Village) -> None:
    assert run(village, "--report", str(village.root / "nowhere" / "report.md")) == 2
    assert (village.root / "datasets/filings/town/relief/2026-Q1.csv").read_text("utf-8") == SMALL


def test_what_nearly_every_household_of_a_place_has_in_common_is_not_told(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    """The village has 210 households: after the flood 200 of them got help, so whoever lives there would be told."""
    table = rows(
        ("东头村", "灾害", LOW, 120, 60000),
        ("东头村", "灾害", MIDDLE, 80, 120000),
        ("西头村", "灾害", LOW, 30, 15000),
        ("西头村", "大病", LOW, 30, 15000),
    )
    village.file("town", "relief", "2026-Q1", table, FACTS)

    done = merged(village)

    east = [each for each in done.after if each.values["place"] == {"东头村"}]
    assert {each.values["cause"] for each in east} == {frozenset()}
    assert sum(each.count for each in east) == 200
    assert {min(each.values["cause"]) for each in done.after if each not in east} == {"灾害", "大病"}
    assert "东头村差不多家家" in report(done, "zh")


def test_a_place_whose_households_nobody_counted_is_told_as_it_stands(village: Village) -> None:
    units = village.root / "datasets/units.csv"
    units.write_text(units.read_text(encoding="utf-8").replace(",210,800,", ",,,"), encoding="utf-8")
    village.file(
        "town",
        "relief",
        "2026-Q1",
        rows(("东头村", "灾害", LOW, 200, 90000), ("东头村", "大病", LOW, 20, 9000)),
        FACTS,
    )

    assert not merged(village).changed


def test_a_sum_that_tells_what_each_household_got_is_not_shown_beside_its_band(village: Village) -> None:
    table = rows(("东头村", "灾害", MIDDLE, 11, 11000), ("东头村", "大病", MIDDLE, 12, 24000))
    village.file("town", "relief", "2026-Q1", table, FACTS)

    told = {min(each.values["cause"]): each.values["band"] for each in merged(village).after}

    assert told == {"灾害": frozenset(), "大病": frozenset({MIDDLE})}
    shown = publish(village.portal.read(anonymity.id_of(village.portal, "town", "relief", "2026-Q1")), AS_OF)
    assert {row.cells["cause"]: row.cells["band"] for row in shown.rows} == {
        "灾害": "合并公布",
        "大病": MIDDLE,
    }


def test_a_name_in_the_place_of_a_village_is_named_by_the_check(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    village.file(
        "town",
        "relief",
        "2026-Q1",
        rows(("东头村", "灾害", LOW, 12, 6000), ("甄有财", "大病", LOW, 12, 6000)),
        FACTS,
    )

    cli.main(["--portal", str(village.root), "check"])

    said = capsys.readouterr().out
    assert "第 3 行的「地方」不是这里的镇、村、社区名" in said
    assert "甄有财" not in said
