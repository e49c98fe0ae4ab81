"""Reading the folder of a kind: what cannot be understood stops the reading."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mingbai.checks.sorts import load
from mingbai.computed import hold_computed
from mingbai.errors import KindError, PortalError
from mingbai.kinds import load_kinds

KINDS = Path(__file__).resolve().parents[2] / "datasets" / "kinds"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(KINDS / "finance", tmp_path / "finance")
    return tmp_path


def change_yaml(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(facts)
    path.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")


def test_a_copied_folder_is_a_new_kind_without_any_python(root: Path) -> None:
    shutil.copytree(root / "finance", root / "water-fees")

    assert set(load_kinds([root])) == {"finance", "water-fees"}


def test_the_class_of_a_kind_is_the_strictest_of_its_fields(root: Path) -> None:
    schema = json.loads((root / "finance/schema.json").read_text(encoding="utf-8"))
    schema["fields"][2]["class"] = "sensitive"
    (root / "finance/schema.json").write_text(json.dumps(schema), encoding="utf-8")

    assert load_kinds([root])["finance"].cls == "sensitive"


@pytest.mark.parametrize("key", ["title", "shape", "owed_by", "legal_basis", "sentence", "display_days"])
def test_a_missing_key_is_named(root: Path, key: str) -> None:
    change_yaml(root / "finance/kind.yaml", lambda facts: facts.pop(key))

    with pytest.raises(KindError, match=key):
        load_kinds([root])


def test_an_unknown_key_is_named(root: Path) -> None:
    change_yaml(root / "finance/kind.yaml", lambda facts: facts.update(colour="red"))

    with pytest.raises(KindError, match="colour"):
        load_kinds([root])


def test_a_title_without_english_is_refused(root: Path) -> None:
    change_yaml(root / "finance/kind.yaml", lambda facts: facts.update(title={"zh": "财务"}))

    with pytest.raises(PortalError, match="title"):
        load_kinds([root])


@pytest.mark.parametrize("key", ["class", "title_en", "description"])
def test_a_field_without_class_or_words_is_refused(root: Path, key: str) -> None:
    schema = json.loads((root / "finance/schema.json").read_text(encoding="utf-8"))
    del schema["fields"][0][key]
    (root / "finance/schema.json").write_text(json.dumps(schema), encoding="utf-8")

    with pytest.raises(KindError, match="number"):
        load_kinds([root])


def test_a_folder_without_kind_yaml_is_refused_and_not_skipped(root: Path) -> None:
    (root / "empty").mkdir()

    with pytest.raises(KindError, match="empty"):
        load_kinds([root])


def test_an_earlier_root_replaces_a_kind_whole(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.mktemp("own")
    shutil.copytree(root / "finance", own / "finance")
    change_yaml(
        own / "finance/kind.yaml", lambda facts: facts.update(title={"zh": "村账", "en": "Village books"})
    )

    assert load_kinds([own, root])["finance"].title.zh == "村账"


def test_an_old_period_is_judged_by_the_contract_of_its_time(root: Path) -> None:
    old = root / "finance" / "until-2025"
    old.mkdir()
    schema = json.loads((root / "finance/schema.json").read_text(encoding="utf-8"))
    schema["fields"] = [field for field in schema["fields"] if field["name"] != "voucher"]
    (old / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    kind = load_kinds([root])["finance"]

    assert "voucher" not in kind.contract_for("2025-Q4").schema.by_name
    assert "voucher" in kind.contract_for("2026-Q1").schema.by_name


@pytest.mark.parametrize("title", ["姓名", "户主姓名", "联系电话", "受益人"])
def test_a_kind_with_a_column_for_a_person_is_refused_unless_it_is_an_office(root: Path, title: str) -> None:
    path = root / "finance/schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    schema["fields"][3]["title"] = title
    path.write_text(json.dumps(schema), encoding="utf-8")

    with pytest.raises(KindError, match="person"):
        load_kinds([root])

    schema["fields"][3]["class"] = "office"
    path.write_text(json.dumps(schema), encoding="utf-8")
    assert "finance" in load_kinds([root])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("due", {"day": 3}),
        ("due", 10),
        ("settings", {"x": 3}),
        ("settings", {"x": {"value": [[1, "a"], [2, "b"]], "basis": {"zh": "某", "en": "x"}}}),
        ("settings", {"x": {"value": "many", "basis": {"zh": "某", "en": "x"}}}),
        ("clocks", [{"due": "date"}]),
        ("computed", [{"field": "x", "sort": "value"}]),
        ("computed", 3),
        ("owed_by", 7),
        ("cadence", "quarterly"),
    ],
    ids=str,
)
def test_a_part_of_the_wrong_shape_is_named_with_its_folder(root: Path, key: str, value: object) -> None:
    change_yaml(root / "finance/kind.yaml", lambda facts: facts.update({key: value}))

    with pytest.raises(KindError, match="finance"):
        load_kinds([root])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("display_days: 15", "display_days: 14", "display_days"),
        ("display_days: 15", "display_days: 15.5", "display_days"),
        ("display_days: 15", "display_days: true", "display_days"),
        ("due: {days: 10", "due: {days: -10", "days"),
        ("due: {days: 10", "due: {days: 99999999999", "days"),
        ("due: {days: 10", "due: {days: true", "days"),
        ("workdays: false", "workdays: 'no'", "workdays"),
        ("sort: bars", "sort: barz", "barz"),
        ("group: subject", "group: subjekt", "subjekt"),
        ("ask: [inquiry", "ask: [inquirry", "inquirry"),
        ("usual: quarterly", "usual: weekly", "weekly"),
        ("header.closing", "header.closng", "closng"),
        ("totals.income", "totals.incom", "incom"),
        ("balance: balance", "balance: balanc", "balanc"),
        ("shape: statement", "shape: statement\nshape: event", "stands twice"),
        ("start: opening", "start: openning", "openning"),
        ("display_days: 15", "display_days: 99999999999", "display_days"),
        ("due: {days: 10", "due: {dayz: 10", "days"),
        ("sort: running", "sort: running\n    starts: closing", "starts"),
        ("sort: running", "sort: running\n    inner: 'no'", "inner"),
        ("plus: [income]", "plus: [income, income]", "plus"),
        ("plus: [income]", "plus: [summary]", "summary"),
        ("header.closing", "header['closng']", "closng"),
        ("header.closing", "headr.closing", "headr"),
        ("| wan", "| wann", "wann"),
        ("shape: statement", "shape: statement\nlayout: ledgr", "layout"),
        ("shape: statement", "shape: statement\nrole: figurez", "role"),
        ("shape: statement", "shape: statement\nexample_period: 2026-Q9", "example_period"),
        ("licence: CC-BY-4.0", "licence: 4", "licence"),
        ("en: Income and expenditure}", "en: Income and expenditure, fr: x}", "title: fr"),
        ("largest: expenditure", "largest: summary", "largest.*summary"),
        ("[village, community]", "[village, village]", "owed_by"),
    ],
)
def test_what_a_part_of_a_kind_names_must_be_there(root: Path, before: str, after: str, told: str) -> None:
    path = root / "finance/kind.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")

    with pytest.raises(KindError, match=f"finance/kind.yaml.*{told}"):
        for kind in load_kinds([root]).values():
            hold_computed(kind.contract)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda schema: schema.update(primaryKey=["nmber"]), "nmber"),
        (lambda schema: schema.update(primaryKeys=["number"]), "primaryKeys"),
        (lambda schema: schema["fields"][2]["constraints"].update(requird=True), "requird"),
        (lambda schema: schema["fields"][2]["constraints"].update(pattern="(["), "pattern"),
        (lambda schema: schema["fields"][2]["constraints"].update(enum=[]), "enum"),
        (lambda schema: schema["fields"][5]["constraints"].update(minimum="zero"), "minimum"),
        (lambda schema: schema["fields"][5].update(type="money"), "money"),
        (lambda schema: schema["fields"].append(schema["fields"][0]), "number"),
        (lambda schema: schema.update(primaryKey=3), "primaryKey"),
        (lambda schema: schema.update(primaryKey=["number", "number"]), "primaryKey"),
        (lambda schema: schema.update(missingValues=["", "-"]), "missingValues"),
        (lambda schema: schema.update(fields="number"), "fields"),
        (lambda schema: schema["fields"].append(None), "fields"),
        (lambda schema: schema["fields"][2].update(title=""), "subject: title"),
        (lambda schema: schema["fields"][2].update(name="科目"), "科目: name"),
        (lambda schema: schema["fields"][2]["constraints"].update(required="yes"), "subject: required"),
        (lambda schema: schema["fields"][2]["constraints"].update(enum=["a", "a"]), "subject: enum"),
        (lambda schema: schema["fields"][2]["constraints"].update(enum=[1]), "subject: enum"),
        (lambda schema: schema["fields"][2]["constraints"].update(maxLength=-1), "subject: maxLength"),
        (
            lambda schema: schema["fields"][2]["constraints"].update(pattern="a{99999999999}"),
            "subject: pattern",
        ),
        (lambda schema: schema["fields"][1]["constraints"].update(minimum="2025-02-29"), "date: minimum"),
        (lambda schema: schema["fields"][5]["constraints"].update(minimum=5, maximum=3), "income: minimum"),
        (lambda schema: schema["fields"][5]["constraints"].update(minimum=float("nan")), "NaN"),
        (
            lambda schema: schema["fields"][5]["constraints"].update(pattern="a"),
            "income: constraints: pattern",
        ),
    ],
)
def test_a_schema_that_no_cell_could_be_held_against_is_refused(
    root: Path, change: Callable[[dict[str, Any]], object], told: str
) -> None:
    path = root / "finance/schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    for field in schema["fields"]:
        field.setdefault("constraints", {})
    change(schema)
    path.write_text(json.dumps(schema), encoding="utf-8")

    with pytest.raises(KindError, match=f"finance/schema.json.*{told}"):
        load_kinds([root])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            '"primaryKey": ["number"]',
            '"primaryKey": ["voucher"], "primaryKey": ["number"]',
            "primaryKey stands twice",
        ),
        ('"maxLength": 20', '"maxLength": 20, "maxLength": 30', "maxLength stands twice"),
    ],
)
def test_a_key_that_stands_twice_in_a_schema_is_refused(
    root: Path, before: str, after: str, told: str
) -> None:
    path = root / "finance/schema.json"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")

    with pytest.raises(KindError, match=f"finance/schema.json.*{told}"):
        load_kinds([root])


def test_an_older_contract_is_told_with_the_folder_of_its_kind(root: Path) -> None:
    (root / "finance/until-2025").mkdir()
    (root / "finance/until-2025/schema.json").write_text("{}", encoding="utf-8")

    with pytest.raises(KindError, match="finance/until-2025/schema.json: fields"):
        load_kinds([root])


def test_an_older_contract_that_ends_with_no_period_is_refused(root: Path) -> None:
    shutil.copytree(root / "finance", root / "finance/until-20x5", ignore=shutil.ignore_patterns("until-*"))

    with pytest.raises(KindError, match="finance/until-20x5"):
        load_kinds([root])


def test_a_day_that_is_none_is_told_with_its_key(root: Path) -> None:
    change_yaml(root / "finance/kind.yaml", lambda facts: facts)
    with (root / "finance/kind.yaml").open("a", encoding="utf-8") as file:
        file.write("example_period: 2025-02-29\n")

    with pytest.raises(KindError, match="finance/kind.yaml: example_period: 2025-02-29"):
        load_kinds([root])


@pytest.mark.parametrize(
    "what", ["[[.nan, 5], [0, 0]]", "[[90, [5]], [0, 0]]", "[[90, five], [0, 0]]", ".inf"]
)
def test_a_setting_without_an_exact_number_or_one_sort_of_name_is_refused(tmp_path: Path, what: str) -> None:
    shutil.copytree(KINDS / "star", tmp_path / "star")
    path = tmp_path / "star/kind.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[[90, 5], [80, 4], [70, 3], [0, 0]]", what), encoding="utf-8")

    with pytest.raises(KindError, match="star/kind.yaml: settings: stars"):
        load_kinds([tmp_path])


@pytest.mark.parametrize("clock", [{"due": "income"}, {"wat": 3}, {"done": 3}], ids=str)
def test_a_clock_runs_between_two_days_and_says_no_more(root: Path, clock: dict[str, object]) -> None:
    words = {"due": "date", "done": "date", "what": {"zh": "某", "en": "x"}}
    change_yaml(root / "finance/kind.yaml", lambda facts: facts.update(clocks=[words | clock]))

    with pytest.raises(KindError, match="finance/kind.yaml: clocks"):
        load_kinds([root])


def test_bands_that_leave_the_lowest_without_a_name_are_refused(tmp_path: Path) -> None:
    shutil.copytree(KINDS / "star", tmp_path / "star")
    path = tmp_path / "star/kind.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[70, 3], [0, 0]]", "[70, 3]]"), encoding="utf-8")

    with pytest.raises(KindError, match="stars.*70"):
        load_kinds([tmp_path])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("    村民代表会议: {", "    村民代表会: {", "body"),
        ('村民代表会议: {quorum: "2/3"', '村民代表会议: {quorum: "5/3"', "5/3"),
        ("strict: true", 'strict: "no"', "strict"),
        ("values: [提议, 商议, 审议", "values: [提义, 商议, 审议", "提义"),
        ("values: [提议, 商议, 审议, 决议, 决议公开, 结果公开]", "values: 提议", "values"),
        ("values: [提议, 商议, 审议, 决议, 决议公开, 结果公开]", "values: []", "values"),
        ("values: [提议, 商议", "values: [提议, 提议, 商议", "values: 提议 stands twice"),
        ("skip: [结果公开] ", "skip: 结果公开 ", "skip"),
        ("skip: [结果公开] ", "skip: [[结果公开]] ", "skip"),
        ("skip: [结果公开] ", "skip: [结果公] ", "skip"),
        ("  date: date", "  date: step", "date"),
        ('村民代表会议: {quorum: "2/3"', "村民代表会议: {quorum: .inf", "rules"),
        ('村民代表会议: {quorum: "2/3"', "村民代表会议: {quorum: true", "quorum True"),
        ('村民代表会议: {quorum: "2/3"', '村民代表会议: {quorumm: 3, quorum: "2/3"', "quorumm"),
        ("strict: true", "strict: 1", "strict"),
        ("strict: true", "strikt: true", "strikt"),
        ("sort: sequence", "sort: [sequence]", "six-steps: sort"),
        ("- name: six-steps", "- name:", "name"),
        ("must: blank(due) == blank(present)", "must: date < months(date, 999999999999)", "months"),
        ("must: blank(due) == blank(present)", "must: date < months(date, -9999999)", "months"),
        ("must: blank(due) == blank(present)", "must: due == rounded(due, 9999999)", "rounded"),
        ("must: blank(due) == blank(present)", "must: due < 1e999", "due-and-present"),
    ],
)
def test_a_rule_that_names_what_no_cell_may_hold_is_refused(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    shutil.copytree(KINDS / "decision", tmp_path / "decision")
    path = tmp_path / "decision/checks.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")

    with pytest.raises(KindError, match=f"decision/checks.yaml.*{told}"):
        load(load_kinds([tmp_path])["decision"].contract)


@pytest.mark.parametrize("looks_like", ["card", ["birth"], ["id", "id"], [1], {"id": True}])
def test_a_field_may_declare_known_sorts_of_numbers_only(root: Path, looks_like: object) -> None:
    schema = json.loads((root / "finance/schema.json").read_text(encoding="utf-8"))
    schema["fields"][2]["looks_like"] = looks_like
    (root / "finance/schema.json").write_text(json.dumps(schema), encoding="utf-8")

    with pytest.raises(KindError, match="looks_like"):
        load_kinds([root])


def test_a_field_that_declares_what_its_numbers_look_like_is_read(root: Path) -> None:
    schema = json.loads((root / "finance/schema.json").read_text(encoding="utf-8"))
    schema["fields"][2]["looks_like"] = ["card", "id"]
    (root / "finance/schema.json").write_text(json.dumps(schema), encoding="utf-8")

    assert load_kinds([root])["finance"].schema.fields[2].looks_like == ("card", "id")
