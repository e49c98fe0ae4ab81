"""Checking a whole portal: where files lie, which of them are checked, what is remembered, what is said."""

import json
import os
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from mingbai import checks
from mingbai.checks import Checked, Memory, as_json, check, report
from mingbai.checks.reporting import MOST_ALIKE
from mingbai.errors import KindError, PortalError, UsageError
from mingbai.messages import LANGUAGES, catalogue
from tests.village import AS_OF, FINANCE, FINANCE_FACTS, Village, build_village

EAST = "datasets/filings/east/finance/2026-Q1"
SOUND_NEXT = "header: {opening: 10999.50, closing: 11000.50}\n"
NEXT_ROWS = FINANCE.splitlines()[0] + "\n1,2026-04-08,利息收入,利息,,1.00,,记-009\n"


def look(village: Village, *paths: str, as_of: date = AS_OF, memory: Memory | None = None) -> Checked:
    return check(village.portal, [village.root / path for path in paths], as_of, memory)


def rules_of(checked: Checked) -> set[tuple[str, str]]:
    return {(finding.file, finding.rule) for finding in checked.findings}


def break_east(village: Village) -> None:
    village.write(f"{EAST}.csv", FINANCE.replace("18000.00", "1.8万"))


def test_a_sound_portal_has_no_findings(village: Village) -> None:
    checked = look(village)

    assert (checked.findings, checked.filings, checked.errors) == ((), 3, 0)


# Where files lie and what they are called.


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("stray.csv", "depth"),
        ("east/stray.csv", "depth"),
        ("east/finance/2026/Q1.csv", "depth"),
        ("nowhere/finance/2026-Q1.csv", "no_unit"),
        ("东头村/finance/2026-Q1.csv", "no_unit"),
        ("east/money/2026-Q1.csv", "no_kind"),
        ("east/财务/2026-Q1.csv", "no_kind"),
        ("east/finance/2026年第一季度.csv", "no_period"),
        ("east/finance/2026-Q5.csv", "no_period"),
        ("east/finance/2026-13.csv", "no_period"),
        ("east/finance/２０２６-Q1.csv", "no_period"),
        ("east/finance/2026-Q1 (1).csv", "no_period"),
        ("east/finance/2026.csv", "cadence"),
        ("east/finance/2026-01.csv", "cadence"),
        ("east/finance/2026-03-18-road.csv", "cadence"),
        ("east/decision/2026-Q1.csv", "cadence"),
        ("east/relief/2026-Q1.csv", "not_owed"),
        ("county/finance/2026-Q1.csv", "not_owed"),
        ("old/finance/2026-Q1.csv", "not_valid"),
        ("east/finance/2019-Q4.csv", "not_valid"),
        ("east/finance/2026-Q1.xlsx", "file_type"),
        ("east/finance/2026-Q1.csv.bak", "file_type"),
        ("east/finance/.DS_Store", "file_type"),
        ("east/finance/~$2026-Q1.xlsx", "file_type"),
        ("east/finance/2026-Q1.yml", "ending"),
        ("east/finance/2025-Q4.CSV", "ending"),
        ("east/finance/2026-q1.csv", "alike"),
        (f"east/finance/{'长' * 80}.csv", "long_name"),
    ],
)
def test_a_file_in_the_wrong_place_is_named(village: Village, path: str, rule: str) -> None:
    village.write(f"datasets/filings/{path}", FINANCE)

    named = {finding.rule for finding in look(village).findings if finding.file == f"datasets/filings/{path}"}

    assert rule in named


def test_a_file_named_otherwise_on_the_disk_can_still_be_told(village: Village) -> None:
    folder = os.fsencode(village.root / "datasets/filings/east/finance")
    Path(os.fsdecode(os.path.join(folder, "财务\n.csv".encode("gbk")))).write_text(FINANCE, encoding="utf-8")

    checked = look(village)

    for lang in LANGUAGES:
        report(checked, lang).encode("utf-8")
        assert json.loads(as_json(checked, lang))[0]["rule"] == "no_period"


def test_what_is_wrong_with_its_place_hides_nothing_inside(village: Village) -> None:
    village.write("datasets/filings/old/finance/2026-Q1.csv", FINANCE.replace("18000.00", "1.8万"))
    village.write("datasets/filings/old/finance/2026-Q1.yaml", FINANCE_FACTS)

    file = "datasets/filings/old/finance/2026-Q1.csv"
    assert {(file, "not_valid"), (file, "number")} <= rules_of(look(village))


@pytest.mark.parametrize("of", ["file", "folder"])
def test_a_link_is_told_and_not_followed(village: Village, tmp_path: Path, of: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "2025-Q4.csv").write_text("secret", encoding="utf-8")
    link = village.root / "datasets/filings/east" / ("finance/2025-Q4.csv" if of == "file" else "decision")
    link.symlink_to(outside / "2025-Q4.csv" if of == "file" else outside)

    checked = look(village)

    assert {finding.rule for finding in checked.findings} == {"link"}
    assert "secret" not in as_json(checked, "zh")


def test_a_pipe_does_not_stop_the_check(village: Village) -> None:
    os.mkfifo(village.root / "datasets/filings/east/finance/2025-Q4.csv")

    assert ("datasets/filings/east/finance/2025-Q4.csv", "link") in rules_of(look(village))


def test_a_kept_folder_is_no_finding(village: Village) -> None:
    village.write("datasets/filings/west/decision/.gitkeep", "")

    assert look(village).findings == ()


def test_a_unit_with_high_turnover_files_monthly(village: Village) -> None:
    units = (village.root / "datasets/units.csv").read_text(encoding="utf-8")
    village.write("datasets/units.csv", units.replace("national,,210", "national,yes,210"))

    assert (f"{EAST}.csv", "cadence") in rules_of(look(village))


# Neighbours.


def test_a_filing_is_held_against_the_one_before(village: Village) -> None:
    village.file(
        "east",
        "finance",
        "2026-Q2",
        NEXT_ROWS,
        SOUND_NEXT.replace("10999", "10998").replace("11000", "10999"),
    )

    (finding,) = look(village).findings

    assert (finding.rule, finding.file[-12:]) == ("carried-over", "2026-Q2.yaml")
    assert "2026年第1季度" in finding.message("zh")
    assert "1.00 元" in finding.message("zh")


def test_nil_returns_between_are_walked_through(village: Village) -> None:
    village.file("east", "finance", "2026-Q2", None, "nil: {reason: 没有收支}\n")
    rows = NEXT_ROWS.replace("2026-04", "2026-07")
    village.file("east", "finance", "2026-Q3", rows, "header: {opening: 1.00, closing: 2.00}\n")

    assert rules_of(look(village)) == {("datasets/filings/east/finance/2026-Q3.yaml", "carried-over")}


def test_a_gap_between_two_filings_compares_nothing_and_says_so(village: Village) -> None:
    rows = NEXT_ROWS.replace("2026-04", "2026-07")
    village.file("east", "finance", "2026-Q3", rows, "header: {opening: 1.00, closing: 2.00}\n")

    (finding,) = look(village).findings

    assert (finding.rule, finding.severity, finding.file[-11:]) == ("gap", "warning", "2026-Q3.csv")
    assert finding.message("zh") == "前面的2026年第2季度没有公开，这一期和它接不接得上，核不了。"


def test_the_first_filing_of_a_unit_has_no_gap_before_it(village: Village) -> None:
    assert "gap" not in {rule for _, rule in rules_of(look(village))}


def test_of_two_filings_that_end_together_the_last_begun_counts(village: Village) -> None:
    rows = FINANCE.splitlines()[0] + "\n1,2026-03-11,利息收入,利息,,1.00,,记-009\n"
    village.file("east", "finance", "2026-03", rows, "header: {opening: 4.00, closing: 5.00}\n")
    village.file("east", "finance", "2026-Q2", NEXT_ROWS, "header: {opening: 5.00, closing: 6.00}\n")

    assert "carried-over" not in {rule for _, rule in rules_of(look(village))}


def test_a_thousand_nil_returns_are_walked_through(village: Village) -> None:
    shutil.rmtree(village.root / "datasets/filings/west")
    for year in range(3000, 3300):
        for quarter in range(1, 5):
            village.file("west", "finance", f"{year}-Q{quarter}", None, "nil: {reason: 没有}\n")

    assert look(village, "datasets/filings/west/finance/3299-Q4.yaml").findings == ()


# Which filings are checked.


def test_with_a_path_only_that_filing_and_its_readers_are_checked(village: Village) -> None:
    break_east(village)
    village.write("datasets/filings/west/finance/2026-Q1.csv", "坏了")
    village.file("east", "finance", "2026-Q2", NEXT_ROWS, SOUND_NEXT.replace("10999.50", "9.00"))

    checked = look(village, f"{EAST}.yaml")

    assert checked.filings == 2
    assert rules_of(checked) == {
        (f"{EAST}.csv", "number"),
        ("datasets/filings/east/finance/2026-Q2.yaml", "balances"),
        ("datasets/filings/east/finance/2026-Q2.yaml", "carried-over"),
    }


def test_a_changed_nil_return_has_the_filing_after_it_checked(village: Village) -> None:
    village.file("east", "finance", "2026-Q2", None, "nil: {reason: 没有收支}\n")
    village.file("east", "finance", "2026-Q3", NEXT_ROWS.replace("2026-04", "2026-07"), SOUND_NEXT)

    assert look(village, "datasets/filings/east/finance/2026-Q2.yaml").filings == 2


@pytest.mark.parametrize(
    ("path", "filings"),
    [(".", 3), ("datasets", 3), ("datasets/filings", 3), ("datasets/filings/east", 1), ("datasets/units.csv", 3),
     ("mkdocs.yml", 3), ("content/about.md", 0), ("datasets/filings/east/finance", 1)],
)  # fmt: skip
def test_a_folder_stands_for_what_lies_in_it(village: Village, path: str, filings: int) -> None:
    assert look(village, path).filings == filings


def test_a_stray_file_can_be_asked_for_by_its_path(village: Village) -> None:
    village.write("datasets/filings/west/stray.csv", "")
    village.write("datasets/filings/east/stray.csv", "")

    assert rules_of(look(village, "datasets/filings/east/stray.csv")) == {
        ("datasets/filings/east/stray.csv", "depth")
    }


@pytest.mark.parametrize("path", ["nowhere.csv", "/etc/hostname", "../outside.txt"])
def test_a_path_that_is_not_there_or_outside_is_a_wrong_call(village: Village, path: str) -> None:
    (village.root.parent / "outside.txt").write_text("", encoding="utf-8")

    with pytest.raises(UsageError):
        look(village, path)


def test_paths_are_read_from_where_one_stands(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(village.root / "datasets/filings/east")

    assert check(village.portal, [Path("finance/2026-Q1.csv")], AS_OF).filings == 1


def test_a_kind_with_a_broken_rule_stops_the_check_even_without_filings(village: Village) -> None:
    folder = village.root / "datasets/kinds/finance"
    shutil.copytree(village.portal.kinds["finance"].folder, folder)
    rules = (folder / "checks.yaml").read_text(encoding="utf-8")
    (folder / "checks.yaml").write_text(
        rules.replace("number == position", "nummer == position"), encoding="utf-8"
    )
    shutil.rmtree(village.root / "datasets/filings")

    with pytest.raises(KindError, match="nummer"):
        look(village)


def test_an_old_filing_is_held_against_the_rules_of_its_time(village: Village) -> None:
    folder = village.root / "datasets/kinds/finance"
    shutil.copytree(village.portal.kinds["finance"].folder, folder)
    (folder / "until-2025").mkdir()
    for name in ("schema.json", "header.schema.json"):
        shutil.copy(folder / name, folder / "until-2025" / name)
    wrong = FINANCE_FACTS.replace("10999.50", "1.00")
    village.file("east", "finance", "2025-Q2", FINANCE.replace("2026-", "2025-"), wrong)
    village.file("west", "finance", "2026-Q1", FINANCE, wrong)

    assert rules_of(look(village)) == {
        ("datasets/filings/west/finance/2026-Q1.yaml", "balances"),
        ("datasets/filings/east/finance/2026-Q1.csv", "gap"),
    }


# What is remembered.


@pytest.fixture
def memory(village: Village) -> Memory:
    opened = Memory.open(village.root / "build" / "checks", village.root / ".state" / "keys")
    assert opened is not None
    return opened


def entries(memory: Memory) -> list[Path]:
    return sorted(memory.folder.iterdir())


def test_what_is_remembered_is_what_was_found(village: Village, memory: Memory) -> None:
    break_east(village)
    fresh = look(village)

    assert look(village, memory=memory) == fresh
    assert look(village, memory=memory) == fresh
    assert len(entries(memory)) == 3


def test_a_second_check_reads_no_sheet_again(
    village: Village, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_east(village)
    fresh = look(village, memory=memory)
    monkeypatch.setattr("mingbai.checks.rounds.judge", lambda *_, **__: pytest.fail("judged again"))

    assert look(village, memory=memory) == fresh


def tear(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flip(data: bytes) -> bytes:
    return data.replace(b"1.8", b"1.9")


def forge(data: bytes) -> bytes:
    seal, _, _ = data.partition(b"\n")
    return seal + b'\n{"rows": 3, "findings": []}'


def deepen(data: bytes) -> bytes:
    return b"0" * 64 + b"\n" + b"[" * 100_000


@pytest.mark.parametrize(
    "spoil", [tear, flip, forge, deepen, lambda _: b"", lambda _: b"\xff\xfe", lambda data: data + b" "]
)
def test_a_false_memory_costs_time_only(
    village: Village, memory: Memory, spoil: Callable[[bytes], bytes]
) -> None:
    break_east(village)
    fresh = look(village, memory=memory)
    for entry in entries(memory):
        entry.write_bytes(spoil(entry.read_bytes()))

    assert look(village, memory=memory) == fresh
    assert fresh.errors == 1


def test_the_memory_of_one_filing_is_not_taken_for_another(village: Village, memory: Memory) -> None:
    break_east(village)
    fresh = look(village, memory=memory)
    first, second, third = entries(memory)
    contents = [each.read_bytes() for each in (first, second, third)]
    for entry, content in zip((second, third, first), contents, strict=True):
        entry.write_bytes(content)

    assert look(village, memory=memory) == fresh


def test_the_memory_of_another_installation_is_not_taken(
    village: Village, memory: Memory, tmp_path: Path
) -> None:
    other = build_village(tmp_path / "other")
    theirs = Memory.open(memory.folder, tmp_path / "other" / ".state" / "keys")
    look(other, memory=theirs)
    break_east(village)

    assert look(village, memory=memory).errors == 1


def test_yesterdays_memory_is_not_taken_for_todays_file(village: Village, memory: Memory) -> None:
    look(village, memory=memory)
    break_east(village)
    wrong = look(village, memory=memory)
    village.write(f"{EAST}.csv", FINANCE)

    assert wrong.errors == 1
    assert look(village, memory=memory).errors == 0


@pytest.mark.parametrize("what", ["neighbour", "nil", "rules", "messages"])
def test_whatever_a_finding_depends_on_makes_it_be_found_anew(
    village: Village, memory: Memory, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = village.root / "datasets/kinds/finance"
    shutil.copytree(village.portal.kinds["finance"].folder, folder)
    village.file("east", "finance", "2026-Q2", NEXT_ROWS, SOUND_NEXT)
    look(village, memory=memory)
    before = [entry.read_bytes() for entry in entries(memory)]

    if what == "neighbour":
        village.write(f"{EAST}.yaml", FINANCE_FACTS.replace("10999.50", "10999.60"))
    elif what == "nil":
        (village.root / f"{EAST}.csv").unlink()
        village.write(f"{EAST}.yaml", "nil: {reason: 没有}\n")
    elif what == "rules":
        rules = (folder / "checks.yaml").read_text(encoding="utf-8")
        (folder / "checks.yaml").write_text(
            rules.replace("number == position", "number > position"), encoding="utf-8"
        )
    else:
        theme = village.root / "theme"
        shutil.copytree(village.portal.theme / "messages", theme / "messages")
        monkeypatch.setattr("mingbai.portal.theme_folder", lambda: theme)
        words = (theme / "messages/sheets.yaml").read_text(encoding="utf-8")
        (theme / "messages/sheets.yaml").write_text(words + "# changed\n", encoding="utf-8")
    remembered = look(village, memory=memory)

    assert remembered == look(village)
    assert before != [entry.read_bytes() for entry in entries(memory)]


def test_a_rule_that_asks_for_the_day_is_asked_every_day(village: Village, memory: Memory) -> None:
    folder = village.root / "datasets/kinds/finance"
    shutil.copytree(village.portal.kinds["finance"].folder, folder)
    rules = (folder / "checks.yaml").read_text(encoding="utf-8")
    (folder / "checks.yaml").write_text(
        rules.replace("number == position", "date <= as_of"), encoding="utf-8"
    )

    assert look(village, as_of=date(2026, 4, 1), memory=memory).errors == 0
    assert look(village, as_of=date(2026, 3, 1), memory=memory).errors == 2


def test_a_memory_that_cannot_be_kept_stops_nothing(village: Village, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    memory = Memory(tmp_path / "file" / "checks", b"x" * 32)

    assert look(village, memory=memory).filings == 3
    assert Memory.open(tmp_path / "checks", tmp_path / "file" / "keys") is None


def test_the_secret_of_the_memory_is_for_its_owner_alone(village: Village, memory: Memory) -> None:
    secret = village.root / ".state/keys/memory.key"

    assert (secret.stat().st_mode & 0o777, secret.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert secret.read_bytes() == memory.secret
    assert Memory.open(memory.folder, secret.parent) == memory


# What is said.


def test_every_finding_has_its_sentence_and_its_remedy_and_no_sentence_is_left_over() -> None:
    engine = Path(checks.__file__).resolve().parents[1]
    sources = [*(engine / "checks").glob("*.py"), *(engine / "sheets").glob("*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r'"((?:sheets|checks)\.[a-z_.]+)"', source))
    made = set(re.findall(r'(?:Finding\.of|finding|_Refused)\(\s*"((?:sheets|checks)\.[a-z_]+)"', source))
    known = {key for key in catalogue() if key.startswith(("sheets.", "checks."))}
    built = ("sheets.part.", "checks.quorum.", "checks.error", "checks.warning")

    assert made
    assert used <= known
    assert {f"{key}.do" for key in made} <= known
    assert {key for key in known - used if not key.endswith(".do") and not key.startswith(built)} == set()
    assert {key for key in known if key.endswith(".do") and key[:-3] not in used} == set()


def test_many_findings_alike_are_counted_and_not_all_told(village: Village) -> None:
    rows = "".join(f"{number},2026-01-08,卫生,保洁,,,1.00,\n" for number in range(1, 201))
    village.write(f"{EAST}.csv", FINANCE.splitlines()[0] + "\n" + rows)

    checked = look(village)

    alike = [finding for finding in checked.findings if finding.rule == "enum"]
    assert len(alike) == MOST_ALIKE + 1
    assert alike[-1].message("zh") == "同样的问题还有 150 处，没有一一列出。"
    assert alike[-1].severity == "error"


def test_the_report_says_first_how_much_is_right(village: Village) -> None:
    break_east(village)

    said = report(look(village), "zh")

    assert said.splitlines()[:4] == [
        f"{EAST}.csv",
        "  还有 1 处要改，另外 2 行都对。",
        "  要改：第 2 行「收入」写的是「1.8万」，要写成 18000.00。",
        "      → 改成 18000.00。只留数字和小数点：不带单位、千位逗号、空格和全角数字。",
    ]
    assert said.splitlines()[-1].startswith("看了 3 件公开件：1 个文件里还有 1 处要改")


def test_the_report_of_a_sound_portal_is_one_line(village: Village) -> None:
    assert report(look(village), "zh") == "看了 3 件公开件，都对。"
    assert report(look(village), "en") == "3 filings, all right."


def test_a_note_does_not_block_and_is_not_counted_as_an_error(village: Village) -> None:
    rows = "".join(",".join(line.split(",")[:7]) + "\n" for line in FINANCE.splitlines())
    village.write(f"{EAST}.csv", rows)

    checked = look(village)

    assert (checked.errors, [finding.severity for finding in checked.findings]) == (0, ["warning"])
    assert "提醒" in report(checked, "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_rows_have_all_their_parts(village: Village, lang: str) -> None:
    break_east(village)

    (row,) = json.loads(as_json(look(village), lang))

    assert list(row) == ["file", "row", "field", "rule", "severity", "message", "remedy"]
    assert (row["file"], row["row"], row["field"]) == (f"{EAST}.csv", 2, "income")
    assert (row["rule"], row["severity"]) == ("number", "error")


def test_findings_come_in_the_order_of_the_sheet(village: Village) -> None:
    village.write(
        f"{EAST}.csv",
        FINANCE.replace("3200.50", "3200.5元").replace("18000.00", "1.8万").replace("环境卫生", "卫生"),
    )

    assert [finding.row for finding in look(village).findings] == [2, 3, 4]


def test_nothing_of_a_checked_portal_is_changed(village: Village, memory: Memory) -> None:
    break_east(village)
    before = {path: path.read_bytes() for path in (village.root / "datasets").rglob("*") if path.is_file()}

    look(village, memory=memory)

    assert before == {
        path: path.read_bytes() for path in (village.root / "datasets").rglob("*") if path.is_file()
    }


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("datasets/calendar/2031.csv", "date,workday,name\n2031-05-01,no,劳动节\n2031-05-01,yes,劳动节\n"),
        ("datasets/profiles/spare.yaml", "title: {zh: 某县, en: A county}\nversions: []\n"),
    ],
    ids=["calendar", "profile"],
)
def test_what_is_broken_beside_the_filings_is_told_by_every_check(
    village: Village, file: str, content: str
) -> None:
    village.write(file, content)

    with pytest.raises(PortalError, match=Path(file).name):
        look(village)
