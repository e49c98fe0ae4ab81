"""The only door."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from mingbai.errors import FilingUnreadable
from mingbai.filings import FilingId, Value
from mingbai.periods import Period
from mingbai.privacy import PrivacyStop, PublicText, identifiers, public_text, publish
from tests.village import AS_OF, FINANCE, FINANCE_FACTS, Village, build_village

# Both made for this test: the standard's own example, and a number no operator has given out.
ID_EXAMPLE = "11010519491231002X"
MOBILE = "13800138000"


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path)


def filing(unit: str = "east") -> FilingId:
    return FilingId(unit, "finance", Period.parse("2026-Q1"))


def test_the_running_balance_is_computed_and_never_typed(village: Village) -> None:
    table = publish(village.portal.read(filing()), AS_OF)

    balances = [row.cells["balance"] for row in table.rows]

    assert balances == [Decimal("19000.00"), Decimal("14200.00"), Decimal("10999.50")]
    assert table.computed_names == {"balance"}


def test_totals_are_sums_of_the_rows(village: Village) -> None:
    table = publish(village.portal.read(filing()), AS_OF)

    assert table.totals == {"income": Decimal("18000.00"), "expenditure": Decimal("8000.50")}


def test_a_blank_stays_a_blank(village: Village) -> None:
    table = publish(village.portal.read(filing()), AS_OF)

    assert table.rows[0].cells["expenditure"] is None


def test_nobody_else_can_make_public_text() -> None:
    with pytest.raises(PrivacyStop):
        PublicText("anything")


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        (f"证件 {ID_EXAMPLE}", "id"),
        ("1101 0519 4912 3100 2x", "id"),
        ("１１０１０５１９４９１２３１００２Ｘ", "id"),
        ("11010519491231002\u200bX", "id"),
        (f"电话{MOBILE}", "mobile"),
        ("+86 138-0013-8000", "mobile"),
        ("卡号 6222 0000 0000 0000 005", None),
        ("卡号 4111 1111 1111 1111", "card"),
        ("合同 ZP-2026-01，3.2 万元", None),
        ("11010519491231002", None),
        ("金额 138001380001 元", None),
    ],
)
def test_personal_numbers_are_seen_through_disguises(text: str, sort: str | None) -> None:
    assert identifiers(text) == ((sort,) if sort else ())


def test_the_sentence_never_holds_the_number() -> None:
    with pytest.raises(PrivacyStop) as stopped:
        public_text(f"找我 {MOBILE}")

    assert MOBILE not in stopped.value.message
    assert "手机号" in stopped.value.message


def test_a_personal_number_in_a_cell_stops_everything(village: Village) -> None:
    village.file(
        "east", "finance", "2026-Q1", FINANCE.replace("保洁员工资", f"退款到{MOBILE}"), FINANCE_FACTS
    )

    with pytest.raises((PrivacyStop, FilingUnreadable)) as stopped:
        publish(village.portal.read(filing()), AS_OF)

    assert MOBILE not in stopped.value.message


@pytest.mark.parametrize(
    "value",
    [f"联系 {MOBILE}", int(MOBILE), ["公示栏", MOBILE], [{"place": f"联系 {MOBILE}"}], {MOBILE: "公示栏"}],
    ids=["text", "number", "list", "facts", "name"],
)
def test_a_personal_number_is_found_however_deep_a_fact_lies(village: Village, value: object) -> None:
    raw = village.portal.read(filing())
    planted = replace(raw, header=cast(Mapping[str, Value], {**raw.header, "planted": value}))

    publish(raw, AS_OF)
    with pytest.raises(PrivacyStop) as stopped:
        publish(planted, AS_OF)
    assert MOBILE not in stopped.value.message


def test_a_filing_with_errors_is_never_published(village: Village) -> None:
    village.file("east", "finance", "2026-Q1", FINANCE.replace("4800.00", "四千八"), FINANCE_FACTS)

    with pytest.raises(FilingUnreadable, match="2026-Q1.csv"):
        publish(village.portal.read(filing()), AS_OF)


def test_a_nil_return_has_no_rows_and_a_reason(village: Village) -> None:
    table = publish(village.portal.read(filing("lane")), AS_OF)

    assert table.rows == ()
    assert table.nil == "账户还没有开立"
