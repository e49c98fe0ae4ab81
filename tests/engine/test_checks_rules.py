"""The sorts of rules and their expressions: what they find, what they leave alone, and what a kind may not say."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from mingbai.checks.cases import Elsewhere
from mingbai.checks.judging import judge
from mingbai.checks.quorums import fewest
from mingbai.checks.sorts import SORTS, load
from mingbai.errors import KindError
from mingbai.expressions import Expression, Scope, Vocabulary
from mingbai.filings import FilingId, RawTable, assemble
from mingbai.kinds import Contract, Field, Kind, Schema, load_kinds
from mingbai.messages import Text
from mingbai.periods import Period
from mingbai.sheets.finding import Finding

FINANCE = load_kinds([Path(__file__).resolve().parents[2] / "datasets" / "kinds"])["finance"]
WORDS = {
    "says": {"zh": "不对", "en": "wrong"},
    "remedy": {"zh": "改", "en": "change"},
    "why": {"zh": "因为", "en": "so"},
}
APART = {"zh": "{left}、{right}、{difference}", "en": "{left} {right} {difference}"}
COLUMNS = {
    "key": "string",
    "step": "string",
    "day": "date",
    "count": "integer",
    "money": "number",
    "names": "string",
}
FACTS = {"start": "number", "end": "number", "note": "string", "links": "array"}
AS_OF = date(2026, 4, 20)


def field(name: str, type: str) -> Field:
    words = Text(name, name)
    descriptor = {"name": name, "type": type, "title": name, "title_en": name, "description": name}
    return Field(name, words, words, type, None, "public", False, (), descriptor | {"description_en": name})


def schema(types: Mapping[str, str]) -> Schema:
    fields = tuple(field(name, type) for name, type in types.items())
    return Schema(fields, ("key",), {"fields": [each.descriptor for each in fields]})


def contract(*rules: Mapping[str, Any]) -> Contract:
    entries = tuple(
        {"name": f"rule-{number}", "field": "key", **WORDS, **rule} for number, rule in enumerate(rules)
    )
    return Contract(schema(COLUMNS), schema(FACTS), entries, Path("kinds/test"), None)


def kind_of(own: Contract) -> Kind:
    """Return a kind with this contract; what a rule does not read is borrowed."""
    return Kind(**{**vars(FINANCE), "contract": own, "versions": ()})


def assembled(own: Contract, period: str, rows: str | None, facts: str) -> RawTable:
    table = None if rows is None else ",".join(COLUMNS) + "\n" + rows
    id = FilingId("east", "test", Period.parse(period))
    return assemble(id, kind_of(own), table and table.encode(), facts.encode())


def found(
    rule: Mapping[str, Any],
    rows: str,
    facts: str = "header: {}\n",
    before: str | None = None,
    rows_before: str = "a,,,,,\n",
    elsewhere: Elsewhere | None = None,
) -> list[Finding]:
    """Return what the one rule finds in these rows; `before` and `rows_before` are the filing just before."""
    own = contract(rule)
    raw = assembled(own, "2026-Q1", rows, facts)
    previous = None if before is None else assembled(own, "2025-Q4", rows_before, before)
    findings = judge(raw, previous, load(own), AS_OF, elsewhere, has_rows=True, has_facts=True)
    return [finding for finding in findings if finding.rule == "rule-0"]


def lines(rule: Mapping[str, Any], rows: str, facts: str = "header: {}\n") -> list[int | None]:
    return [finding.row for finding in found(rule, rows, facts)]


# Rules of sort `row`.


def test_a_row_that_breaks_the_rule_is_named() -> None:
    assert lines({"sort": "row", "must": "count > 2"}, "a,,,1,,\nb,,,3,,\nc,,,2,,\n") == [2, 4]


def test_a_blank_makes_the_rule_pass_over_the_row() -> None:
    assert lines({"sort": "row", "must": "count > 2 and money > 0"}, "a,,,3,,\n") == []


def test_a_blank_does_not_excuse_what_is_broken_beside_it() -> None:
    assert lines({"sort": "row", "must": "count > 2 and money > 0"}, "a,,,1,,\n") == [2]


def test_only_blank_may_ask_about_a_blank() -> None:
    assert lines({"sort": "row", "must": "not blank(count)"}, "a,,,,,\nb,,,1,,\n") == [2]


def test_what_nobody_could_read_is_not_a_blank() -> None:
    assert lines({"sort": "row", "must": "not blank(count)"}, "a,,,三,,\n") == []


def test_a_row_with_cells_missing_is_not_judged() -> None:
    assert lines({"sort": "row", "must": "not blank(names)"}, "a,,,1\n") == []


def test_a_rule_applies_only_where_its_condition_holds() -> None:
    rule = {"sort": "row", "when": 'step == "议"', "must": "count > 2"}

    assert lines(rule, "a,议,,1,,\nb,公,,1,,\nc,,,1,,\n") == [2]


def test_position_days_and_facts_can_be_read() -> None:
    assert lines({"sort": "row", "must": "count == position"}, "a,,,1,,\nb,,,3,,\n") == [3]
    assert lines({"sort": "row", "must": "day <= period_last"}, "a,,2026-04-01,,,\nb,,2026-03-31,,,\n") == [2]
    assert lines({"sort": "row", "must": "days(day, as_of) <= 30"}, "a,,2026-03-01,,,\n") == [2]
    assert lines({"sort": "row", "must": "money <= end"}, "a,,,,2,\n", "header: {end: 1}\n") == [2]


def test_the_sentence_is_filled_in_like_a_clerk_writes() -> None:
    says = {"zh": "{day}付 {money} 元，{note}", "en": "{day}: {money}, {note}"}

    (finding,) = found({"sort": "row", "must": "money < 1", "says": says}, "a,,2026-04-01,,18000,\n")

    assert finding.message("zh") == "第 2 行：2026年4月1日付 18,000 元，（空着）"
    assert finding.message("en") == "Row 2: 1 April 2026: 18,000, (blank)"


def test_braces_in_a_cell_stay_braces() -> None:
    says = {"zh": "{names}", "en": "{names}"}

    (finding,) = found({"sort": "row", "must": "count > 2", "says": says}, "a,,,1,,{key.__class__}\n")

    assert finding.message("en") == "Row 2: {key.__class__}"


# Rules of sort `table`.


def test_two_sides_that_differ_tell_both_and_how_far_apart() -> None:
    rule = {"sort": "table", "equal": ["end", "start + total(money)"], "field": "end", "says": APART}

    (finding,) = found(rule, "a,,,,0.1,\nb,,,,0.2,\n", "header: {start: 1000, end: 1003}\n")

    assert finding.message("zh") == "1,003、1,000.30、2.70"
    assert (finding.file[-5:], finding.row, finding.field) == (".yaml", None, "end")


def test_decimals_are_added_exactly() -> None:
    rule = {"sort": "table", "equal": ["end", "total(money)"]}

    assert found(rule, "a,,,,0.10,\nb,,,,0.20,\n", "header: {end: 0.30}\n") == []


def test_the_longest_numbers_are_added_exactly() -> None:
    rule = {"sort": "table", "equal": ["end * end", "total(money) * total(money)"]}
    long = "9" * 21 + ".99"

    assert found(rule, f"a,,,,{long},\n", f"header: {{end: {long}}}\n") == []
    assert len(found(rule, f"a,,,,{long},\n", f"header: {{end: {long[:-1]}8}}\n")) == 1


@pytest.mark.parametrize("facts", ["header: {}\n", "header: {end: 三}\n", "header: [\n"])
def test_a_fact_that_is_blank_or_unreadable_makes_the_rule_not_apply(facts: str) -> None:
    assert found({"sort": "table", "equal": ["end", "total(money)"]}, "a,,,,1,\n", facts) == []


@pytest.mark.parametrize("rows", ["a,,,,1,\nb,,,,一,\n", "a,,,,1,\nb,\n", 'a,,,,1,\nb,,,,"2,\n'])
def test_a_column_that_was_not_read_whole_is_not_added_up(rows: str) -> None:
    assert found({"sort": "table", "equal": ["end", "total(money)"]}, rows, "header: {end: 9}\n") == []
    assert found({"sort": "table", "must": "count() == 9"}, 'a,,,,1,\nb,,,,"2,\n') == []


def test_functions_over_columns() -> None:
    rows = "a,议,2026-01-01,3,1,\nb,公,2026-01-02,,2,\nc,公,2026-01-03,5,3,\n"
    for must in (
        "total(count) == 8",
        "count() == 3",
        'first(step) == "议"',
        'last(step) == "公"',
        "smallest(money) == 1",
        "largest(day) == largest(day)",
        "distinct(step) == 2",
        "total(money) / count() == 2",
    ):
        assert found({"sort": "table", "must": must}, rows) == [], must
        assert len(found({"sort": "table", "must": f"not ({must})"}, rows)) == 1, must


def test_nothing_has_no_smallest_and_a_division_by_zero_says_nothing() -> None:
    assert found({"sort": "table", "must": "smallest(count) > 9"}, "a,,,,,\n") == []
    assert found({"sort": "table", "must": "1 / total(count) > 9"}, "a,,,0,,\n") == []


def test_groups_are_judged_one_by_one_and_named() -> None:
    says = {"zh": "{group}", "en": "{group}"}
    rule = {"sort": "table", "by": "step", "must": "total(count) <= 3", "says": says}

    (finding,) = found(rule, "a,甲,,3,,\nb,乙,,2,,\nc,乙,,2,,\nd,,,9,,\n")

    assert (finding.row, finding.message("en")) == (3, "Row 3: 乙")


# Rules of sort `previous`.


def test_a_filing_follows_from_the_one_before() -> None:
    says = {"zh": "{previous}：{right}", "en": "{previous}: {right}"}
    rule = {"sort": "previous", "equal": ["start", "previous.end"], "says": says}

    (finding,) = found(rule, "a,,,,,\n", "header: {start: 1}\n", "header: {end: 2}\n")

    assert finding.message("zh") == "2025年第4季度：2"
    assert found(rule, "a,,,,,\n", "header: {start: 2}\n", "header: {end: 2}\n") == []


@pytest.mark.parametrize("before", [None, "header: {}\n", "header: {end: 二}\n", "]\n"])
def test_without_a_sound_filing_before_nothing_is_said(before: str | None) -> None:
    rule = {"sort": "previous", "equal": ["start", "previous.end"]}

    assert found(rule, "a,,,,,\n", "header: {start: 1}\n", before) == []


# The other sorts.


def test_rows_that_are_alike_are_found_and_blanks_passed_over() -> None:
    rule = {"sort": "unique", "fields": ["step", "count"]}

    assert lines(rule, "a,议,,1,,\nb,议,,1,,\nc,议,,2,,\nd,议,,,,\ne,议,,,,\nf,议,,1,,\n") == [3, 7]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("a,提,2026-01-01\nb,议,2026-01-02\nc,公,2026-01-03", []),
        ("a,提,2026-01-01\nb,公,2026-01-03", [3]),  # one left out
        ("a,提,2026-01-01\nc,公,2026-01-03\nb,议,2026-01-02", [3]),  # out of order
        ("a,提,2026-01-01\nb,议,2026-01-02\nb2,议,2026-01-02", [4]),  # twice
        ("a,提,2026-01-03\nb,议,2026-01-02\nc,公,2026-01-03", [3]),  # a day goes back
        ("a,提,2026-01-01\nb,议,2026-01-01\nc,公,", []),  # the same day, and a blank one
        ("a,提,2026-01-01", [None]),  # the end is missing
        ("a,提,2026-01-01\nb,议,2026-01-02\nc,公,2026-01-03\nd,结,2026-01-04", []),
        ("a,提,2026-01-01\nb,其他,2026-01-02", [3]),
        ("a,提,2026-01-01\nb,议,二月", [None]),  # an unreadable day says nothing about the order
    ],
)
def test_steps_come_in_their_order(steps: str, expected: list[int | None]) -> None:
    rule = {
        "sort": "sequence",
        "field": "step",
        "values": ["提", "议", "公", "结"],
        "skip": ["结"],
        "date": "day",
    }
    rows = "".join(f"{line},,,\n" for line in steps.splitlines())

    assert lines(rule, rows) == expected


def test_steps_that_could_not_be_read_are_not_called_missing() -> None:
    rule = {"sort": "sequence", "field": "step", "values": ["提", "议"]}

    assert lines(rule, "a,提,,,,\nb,=议,,,,\n") == []


def test_steps_come_in_their_order_in_every_group() -> None:
    rule = {
        "sort": "sequence",
        "field": "step",
        "values": ["初", "复", "定"],
        "skip": ["复", "定"],
        "by": "names",
    }

    assert lines(rule, "a,初,,,,东\nb,复,,,,东\nc,初,,,,西\n") == []
    assert lines(rule, "a,复,,,,东\nb,初,,,,西\nc,定,,,,西\nd,复,,,,西\n") == [2, 5]


def test_what_is_missing_from_a_group_is_named() -> None:
    rule = {"sort": "complete", "field": "step", "values": ["甲", "乙"], "by": "names"}
    rule["says"] = {"zh": "{group}缺{missing}", "en": "{group} lacks {missing}"}

    (finding,) = found(rule, "a,甲,,,,东\nb,乙,,,,东\nc,乙,,,,西\n")

    assert (finding.row, finding.message("en")) == (4, "Row 4: 西 lacks 甲")


def test_values_may_be_anywhere_in_the_table() -> None:
    rule = {"sort": "complete", "field": "step", "values": ["甲", "乙"]}

    assert lines(rule, "a,乙,,,,\nb,甲,,,,\n") == []
    assert lines(rule, "a,乙,,,,\n") == [None]
    assert lines(rule, "a,=乙,,,,\n") == []


def test_a_row_is_held_against_the_row_of_its_key_in_the_filing_before() -> None:
    rule = {"sort": "row_previous", "must": "money == previous.money"}
    rule["says"] = {"zh": "{before}是{previous.money}", "en": "{previous.money} in {before}, now {money}"}

    (finding,) = found(
        rule, "b,,,,5,\na,,,,2,\nc,,,,9,\n", "header: {}\n", "header: {}\n", "a,,,,1,\nb,,,,5,\n"
    )

    assert (finding.row, finding.message("en")) == (3, "Row 3: 1 in Q4 2025, now 2")


def test_without_a_filing_before_no_row_is_held_against_it() -> None:
    assert found({"sort": "row_previous", "must": "money == previous.money"}, "a,,,,2,\n") == []
    assert found({"sort": "kept", "unless": "count == 1"}, "a,,,,2,\n") == []


def test_a_row_that_slipped_out_is_named_unless_it_was_done() -> None:
    rule = {"sort": "kept", "unless": 'step == "完"', "says": {"zh": "少了{missing}", "en": "{missing} gone"}}

    (finding,) = found(
        rule, "a,,,,,\n", "header: {}\n", "header: {}\n", "a,,,,,\nb,完,,,,\nc,,,,,\nd,办,,,,\n"
    )

    assert (finding.row, finding.message("en")) == (None, "c、d gone")


def test_a_name_is_looked_up_in_other_filings_of_the_unit() -> None:
    rule = {"sort": "refers", "field": "names", "to": {"kind": "other", "name": "number"}}
    there = {("other", "number"): frozenset({"甲", "乙"})}

    assert [each.row for each in found(rule, "a,,,,,甲\nb,,,,,丙\nc,,,,,\n", elsewhere=there)] == [3]
    assert [each.row for each in found(rule, "a,,,,,甲\n", elsewhere={})] == [2]
    assert found(rule, "a,,,,,丙\n", elsewhere={("other", "number"): None}) == []


def test_a_fact_is_looked_up_in_other_filings_of_the_unit() -> None:
    rule = {"sort": "refers", "field": "note", "to": {"kind": "other", "name": "number"}}
    there = {("other", "number"): frozenset({"甲"})}

    assert found(rule, "a,,,,,\n", "header: {note: 甲}\n", elsewhere=there) == []
    assert len(found(rule, "a,,,,,\n", "header: {note: 丁}\n", elsewhere=there)) == 1


@pytest.mark.parametrize(
    ("share", "of", "strict", "need"),
    [
        ("2/3", 36, False, 24),
        ("2/3", 37, False, 25),
        ("1/2", 10, True, 6),
        ("1/2", 11, True, 6),
        ("2/3", 3, True, 3),
    ],
)
def test_the_fewest_people_that_are_enough(share: str, of: int, strict: bool, need: int) -> None:
    assert fewest(Fraction(share), of, strict) == need


@pytest.mark.parametrize(
    ("body", "due", "present", "yes", "whats"),
    [
        ("代表会", 38, 26, 14, []),
        ("代表会", 38, 25, 13, ["到会人数"]),  # 2/3 of 38 is 25.33
        ("代表会", 36, 24, 13, []),  # 2/3 以上 includes the number itself
        ("代表会", 38, 26, 13, ["同意的人数"]),  # 过半数 of 26 is 14
        ("代表会", 38, 20, 5, ["到会人数", "同意的人数"]),
        ("全体会", 100, 50, 26, ["到会人数"]),  # 过半数 of 100 is 51
        ("全体会", 100, 51, 26, []),
        ("别的会", 100, 1, 0, []),
    ],
)
def test_quorum_and_majority_by_body(body: str, due: int, present: int, yes: int, whats: list[str]) -> None:
    own = {"key": "string", "body": "string", "due": "integer", "present": "integer", "yes": "integer"}
    entry = {
        **WORDS,
        "name": "quorum",
        "sort": "quorum",
        "field": "present",
        **{part: part for part in ("body", "due", "present", "yes")},
        "rules": {
            "代表会": {"quorum": "2/3", "of": "due", "pass": "1/2", "pass_of": "present", "strict": True},
            "全体会": {"quorum": "1/2", "of": "due", "pass": "1/2", "pass_of": "present", "strict": True},
        },
        "says": {"zh": "{what}", "en": "{what} {need}"},
    }
    with_votes = Contract(schema(own), None, (entry,), Path("kinds/test"), None)
    id = FilingId("east", "test", Period.parse("2026-Q1"))
    table = f"{','.join(own)}\na,{body},{due},{present},{yes}\n"
    raw = assemble(id, kind_of(with_votes), table.encode(), None)

    findings = judge(raw, None, load(with_votes), AS_OF, has_rows=True, has_facts=False)

    assert [finding.message("zh") for finding in findings] == [f"第 2 行：{what}" for what in whats]


def test_names_that_lead_nowhere_are_told() -> None:
    says = {"zh": "{missing}", "en": "{missing}"}
    rule = {"sort": "refers", "field": "names", "to": {"column": "key"}, "says": says}

    (finding,) = found(rule, "a,,,,,b\nb,,,,,a c d\nd,,,,,\n")

    assert (finding.row, finding.message("en")) == (3, "Row 3: c")


@pytest.mark.parametrize(
    ("links", "count"),
    [
        ("[{of: [a, b]}]", 0),
        ("[{of: [a, x]}]", 1),
        ("[{of: [[a], [x, [y]]]}]", 1),
        ("[{of: {a: b}}, {of: null}, text, [a]]", 1),
        ("[]", 0),
        ("text", 0),
    ],
)
def test_names_in_the_entries_of_a_fact_are_followed(links: str, count: int) -> None:
    rule = {"sort": "refers", "field": "links", "fact": "links", "item": "of", "to": {"column": "key"}}

    assert len(found(rule, "a,,,,,\nb,,,,,\n", f"header: {{links: {links}}}\n")) == count


def test_few_people_are_told_as_a_warning_that_does_not_block() -> None:
    rule = {"sort": "floor", "count": "count", "severity": "warning"}

    findings = found(rule, "a,,,4,,\nb,,,5,,\nc,,,,,\n")

    assert [(finding.row, finding.severity) for finding in findings] == [(2, "warning")]


def test_every_sort_of_rule_says_what_it_is() -> None:
    assert all(sort.__doc__ for sort in SORTS.values())


# What a kind may not say: found when it is loaded, so that no clerk ever meets it.

GOOD: dict[str, Any] = {"sort": "row", "must": "count > 1"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"sort": "magic"},
        {"says": {"zh": "只有中文"}},
        {"says": {"zh": "{nobody}", "en": "x"}},
        {"says": {"zh": "{key.__class__}", "en": "x"}},
        {"says": {"zh": "{", "en": "x"}},
        {"remedy": None},
        {"why": None},
        {"field": "nobody"},
        {"severity": "fatal"},
        {"colour": "red"},
        {"must": "nobody > 1"},
        {"must": "count >"},
        {"must": "count > 'a'"},
        {"must": "step > 'a'"},
        {"must": "count + step == 1"},
        {"must": "count"},
        {"must": "when(count)"},
        {"must": "count.real == 1"},
        {"must": "__import__('os').system('x') == 1"},
        {"must": "count ** 9 == 1"},
        {"must": "count == None"},
        {"must": "count if blank(count) else True"},
        {"must": "[each for each in key] == 1"},
        {"must": "count in money"},
        {"must": "count in (1, 'a')"},
        {"must": "count in ()"},
        {"must": "months(day, day) == day"},
        {"must": "rounded(step, 1) == 1"},
        {"must": "total(money, step, 1) > 1"},
        {"must": "total(money, step, names) > 1"},
        {"must": "count(step) > 1"},
        {"must": "setting.nobody > 1"},
        {"must": "previous.end == 1"},
        {"must": "blank(count, money)"},
        {"must": "blank(1)"},
        {"must": "days(day, count) > 1"},
        {"must": "total(step) > 1"},
        {"must": "total(nobody) > 1"},
        {"must": "("*300 + "count" + ")"*300},
        {"when": "count"},
        {"sort": "table", "must": "count > 1"},
        {"sort": "table", "equal": ["end"], "must": None},
        {"sort": "table", "equal": ["end", "note"]},
        {"sort": "table", "must": "count() > 1", "by": "nobody"},
        {"sort": "previous", "equal": ["start", "previous.nobody"]},
        {"sort": "unique", "fields": ["nobody"]},
        {"sort": "sequence", "field": "step", "values": ["a"], "skip": ["b"]},
        {"sort": "sequence", "field": "step"},
        {"sort": "quorum", "body": "step", "due": "count", "present": "count", "yes": "count", "rules": {"a": {}}},
        {"sort": "refers", "field": "names", "to": {"column": "nobody"}},
        {"sort": "refers", "field": "names", "to": "key"},
        {"sort": "refers", "field": "links", "fact": "nobody", "item": "of", "to": {"column": "key"}},
        {"sort": "refers", "field": "names", "to": {"kind": "other"}},
        {"sort": "floor", "count": "nobody"},
        {"sort": "row_previous", "must": "count == before.count"},
        {"sort": "row_previous", "must": "previous.start == 1"},
        {"sort": "kept", "unless": "count"},
        {"sort": "kept", "unless": "previous.count == 1"},
        {"sort": "complete", "field": "step"},
        {"sort": "complete", "field": "step", "values": ["a"], "by": "nobody"},
        {"sort": "sequence", "field": "step", "values": ["a"], "by": "nobody"},
    ],
    ids=str,
)  # fmt: skip
def test_a_rule_that_cannot_be_kept_is_refused_when_the_kind_is_loaded(wrong: Mapping[str, Any]) -> None:
    base = GOOD if "sort" not in wrong or wrong["sort"] in ("row", "magic") else {}
    with pytest.raises(KindError, match=r"test/checks\.yaml: rule-0"):
        load(contract({**base, **wrong}))


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(KindError, match="rule-0"):
        load(contract(GOOD, {**GOOD, "name": "rule-0"}))


def test_an_expression_reads_whole_numbers_as_decimals() -> None:
    vocabulary = Vocabulary({"one": "number", "three": "number"}, {})
    third = Expression("one / three", vocabulary, "test").value(Scope({"one": 1, "three": 3}, {}, 0))

    assert isinstance(third, Decimal)


def test_a_column_and_a_fact_of_one_name_are_told_apart() -> None:
    vocabulary = Vocabulary({"money": "number"}, {"money": "number"})
    scope = Scope({"money": Decimal(6)}, {"money": [Decimal(1), Decimal(2)]}, 2)

    assert Expression("money / total(money)", vocabulary, "test").value(scope) == 2


def evaluate(text: str, columns: Mapping[str, list[Any]] | None = None, **values: Any) -> Any:
    """Return the value of an expression over these values, typed by what they are."""
    types = {date: "day", str: "text", type(None): "text"}
    vocabulary = Vocabulary(
        {name: types.get(type(value), "number") for name, value in values.items()},
        {name: types.get(type(cells[0]), "number") for name, cells in (columns or {}).items()},
    )
    count = len(next(iter(columns.values()))) if columns else 0
    return Expression(text, vocabulary, "test").value(Scope(values, columns or {}, count))


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [
        (date(2026, 11, 10), 4, date(2027, 3, 10)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 15), 12, date(2027, 3, 15)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day: date, count: int, later: date) -> None:
    assert evaluate("months(day, count)", day=day, count=count) == later


def test_a_day_that_no_calendar_has_makes_the_rule_not_apply() -> None:
    assert evaluate("months(day, count)", day=date(2026, 1, 1), count=120000) is None


def test_a_value_is_sought_in_a_list() -> None:
    assert evaluate('step in ("议", "决")', step="决") is True
    assert evaluate('step in ("议", "决")', step="公") is False
    assert evaluate('step not in ("议", "决")', step="公") is True
    assert evaluate('step in ("议", "决")', step=None) is None


def test_the_branch_that_is_not_taken_may_hold_a_blank() -> None:
    text = "first if count == 1 else second"

    assert evaluate(text, count=1, first="甲", second=None) == "甲"
    assert evaluate(text, count=2, first="甲", second=None) is None


def test_totals_and_counts_can_be_taken_of_some_rows() -> None:
    columns = {"money": [Decimal(1), Decimal(2), None, Decimal(4)], "step": ["收", "付", "收", "收"]}

    assert evaluate('total(money, step, "收")', columns) == 5
    assert evaluate('count(step, "收")', columns) == 3
    assert evaluate("total(money)", columns) == 7
    assert evaluate("count()", columns) == 4


def test_a_credit_code_is_held_to_its_check_character() -> None:
    assert evaluate("uscc(code)", code="91110000600037341L") is True
    assert evaluate("uscc(code)", code="91110000600037341M") is False
    assert evaluate("uscc(code)", code="") is False


def test_a_share_is_rounded_half_up() -> None:
    assert evaluate("rounded(part * 100 / whole, 1)", part=337800, whole=378400) == Decimal("89.3")
    assert evaluate("rounded(part, 0)", part=Decimal("0.5")) == 1


def test_what_may_not_be_more_tells_both_and_how_far_apart() -> None:
    rule = {"sort": "table", "field": "money", "most": ["total(money)", "5"], "says": APART}

    assert [each.message("zh") for each in found(rule, "a,,,1,2.50,\nb,,,1,2.50,\n")] == []
    assert [each.message("zh") for each in found(rule, "a,,,1,2.50,\nb,,,1,3.00,\n")] == ["5.50、5、0.50"]


def test_a_condition_may_name_the_two_things_that_disagree() -> None:
    rule = {
        "sort": "table",
        "field": "money",
        "must": "total(money) > 10",
        "told": ["total(money)", "10"],
        "says": APART,
    }

    assert [each.message("zh") for each in found(rule, "a,,,1,2.50,\n")] == ["2.50、10、7.50"]
