"""The code that lets its holder follow a submission."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_api import receipts
from forms_api.receipts import ReceiptMistyped
from mingbai.symbols import ALPHABET

SYMBOLS = st.text(alphabet=ALPHABET, min_size=12, max_size=12)


def test_a_receipt_has_twelve_random_symbols_and_one_that_checks_them() -> None:
    receipt = receipts.draw()

    assert len(receipt) == 13
    assert set(receipt) <= set(ALPHABET)
    assert receipts.read(receipt) == receipt


def test_two_receipts_are_never_alike() -> None:
    assert len({receipts.draw() for _ in range(1000)}) == 1000


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(ALPHABET) == 30
    assert not set("01ILOU") & set(ALPHABET)


def test_the_check_symbol_is_the_one_worked_out_by_hand() -> None:
    # Doubled from the right: 2·2=4, 0, 2·2=4, 0 … for code 2 ("4") at every second place: six times 4 makes 24.
    assert receipts.check_symbol("242424242424") == ALPHABET[-24 % 30]
    assert receipts.check_symbol("2" * 12) == ALPHABET[0]


@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        lambda code: "-".join((code[:4], code[4:8], code[8:])),
        lambda code: " ".join(code),
        lambda code: "".join(chr(ord(each) + 0xFEE0) for each in code),
        lambda code: f"　{code[:4]}—{code[4:8]}－{code[8:]}\n",
        lambda code: "\u200b".join(code),
    ],
    ids=["small", "dashes", "spaces", "full-width", "long dashes", "zero-width"],
)
def test_it_is_read_however_it_is_written(write: "object") -> None:
    receipt = receipts.draw()

    assert receipts.read(write(receipt)) == receipt  # type: ignore[operator]


@given(body=SYMBOLS, place=st.integers(0, 12), other=st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_always_found(body: str, place: int, other: str) -> None:
    receipt = body + receipts.check_symbol(body)
    wrong = receipt[:place] + other + receipt[place + 1 :]
    if wrong == receipt:
        return

    with pytest.raises(ReceiptMistyped) as found:
        receipts.read(wrong)
    assert found.value.reason == "check"


@given(body=SYMBOLS, place=st.integers(0, 11))
def test_two_neighbours_swapped_are_found_unless_they_are_the_first_and_last_of_the_alphabet(
    body: str, place: int
) -> None:
    receipt = body + receipts.check_symbol(body)
    left, right = receipt[place], receipt[place + 1]
    if left == right or {left, right} == {ALPHABET[0], ALPHABET[-1]}:
        return

    with pytest.raises(ReceiptMistyped):
        receipts.read(receipt[:place] + right + left + receipt[place + 2 :])


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "length"),
        ("2345", "length"),
        ("O" * 13, "symbol"),
        ("回执号", "symbol"),
        ("2" * 12 + "3", "check"),
    ],
)
def test_it_says_what_is_wrong(typed: str, reason: str) -> None:
    with pytest.raises(ReceiptMistyped) as found:
        receipts.read(typed)

    assert found.value.reason == reason


@given(st.text())
def test_nothing_that_is_typed_breaks_it(typed: str) -> None:
    try:
        receipts.read(typed)
    except ReceiptMistyped:
        pass


def test_the_same_digest_gives_the_same_receipt() -> None:
    assert receipts.derive(b"\x01" * 32) == receipts.derive(b"\x01" * 32) != receipts.derive(b"\x02" * 32)
    assert receipts.read(receipts.derive(b"\x01" * 32))


def test_it_is_shown_in_groups_of_four_four_and_five() -> None:
    assert receipts.shown("ABCDEFGHJKMNP") == "ABCD-EFGH-JKMNP"
