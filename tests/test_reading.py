"""The headline of every filing of the demo is understood without its table: short parts, few numbers, said round.

No formula for Chinese is fit for one sentence; these are the rules by which the sentences were written, counted.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from mingbai.edition import Edition, publish_all
from mingbai.pages.listing import unit_then
from mingbai.portal import Portal
from mingbai.sentences import sentence
from tests.browser.conftest import AS_OF

ROOT = Path(__file__).resolve().parents[1]
LONGEST = {"zh": 125, "en": 60}  # signs of a Chinese headline, words of an English one
BREATH = {"zh": 28, "en": 24}  # the same between two marks: what is read without taking breath
NUMBERS = 6  # in one statement, from one stop, colon or semicolon to the next
_STOPS = re.compile(r"[。；：！？]|[.;!?](?=\s|$)")
_MARKS = re.compile(r"[。；，、：！？（）]|[.,;:()](?=\s|$)")
_DAY = re.compile(
    r"(?:\d{4} ?年)?\d{1,2} ?月 ?\d{1,2} ?日|\d{4}年(?:第\d季度)?|\d{1,2} [A-Z][a-z]+ \d{4}"
)  # one, not three
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LONG_AMOUNT = re.compile(
    r"\d{2,3},\d{3}(?:\.\d+)? 元|\.00(?!\d)"
)  # ten thousand is 1 万; and nobody says ",00"


def length(text: str, lang: str) -> int:
    """Return how long a text is: signs without blanks, or words."""
    return len(text.split()) if lang == "en" else len(re.sub(r"\s", "", text))


def hard(said: str, lang: str) -> list[str]:
    """Return why a headline is hard to read; nothing where it is easy."""
    statements = [each for each in _STOPS.split(said) if each.strip()]
    breaths = [each for each in _MARKS.split(said) if each.strip()]
    found = [f"{length(said, lang)} long"] if length(said, lang) > LONGEST[lang] else []
    found += [f"out of breath: {each}" for each in breaths if length(each, lang) > BREATH[lang]]
    found += [
        f"numbers: {each}" for each in statements if len(_NUMBER.findall(_DAY.sub("1", each))) > NUMBERS
    ]
    return found + [f"not round: {each}" for each in _LONG_AMOUNT.findall(said)]


@pytest.fixture(scope="module")
def demo() -> Edition:
    return publish_all(Portal.open(ROOT), AS_OF)


def headlines(edition: Edition, lang: str) -> Sequence[tuple[str, str]]:
    return [
        (table.id.path, sentence(table, unit_then(edition, table), lang)) for table in edition.tables.values()
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_headline_of_the_demo_is_easy_to_read(demo: Edition, lang: str) -> None:
    said = headlines(demo, lang)

    assert len(said) > 400
    assert [(path, text, why) for path, text in said if (why := hard(text, lang))] == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("收" * 126, "long"),
        ("这个季度的收入主要来自村口两间门面房和后山塘承包费以及县里拨的钱。", "out of breath"),
        ("收了 1 元，2 元，3 元，4 元，5 元，6 元，7 元。", "numbers"),
        ("最大的一笔是清淤，36,000.00 元。", "not round"),
        ("补了 40.00 元。", "not round"),
    ],
)
def test_a_headline_that_is_hard_to_read_is_found(said: str, why: str) -> None:
    assert any(why in each for each in hard(said, "zh"))
