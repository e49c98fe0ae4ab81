"""The catalogue of messages: a number chooses its word, and every word a page asks for is there."""

import re

import pytest
import yaml

from mingbai.messages import catalogue, say, theme_folder
from mingbai.pages.rendering import marked


@pytest.mark.parametrize(("days", "said"), [(0, "0 days late"), (1, "1 day late"), (4, "4 days late")])
def test_a_number_chooses_its_word(days: int, said: str) -> None:
    assert say("badge.late", "en", days=days) == said
    assert say("badge.late", "zh", days=days) == f"迟{days}天"


def test_a_marked_sentence_chooses_too_and_escapes_what_it_is_told() -> None:
    assert marked("en", "unit.news", count=1) == "<b>1</b> new filing in the last month."
    assert marked("zh", "fix.named", key="<i>") == "「&lt;i&gt;」"


def test_every_message_that_chooses_has_both_words() -> None:
    choices = [choice for text in catalogue().values() for choice in re.findall(r"{\w+:([^}]*)}", text.en)]

    assert len(choices) > 20
    assert [choice for choice in choices if not re.fullmatch(r"\w+\|\w+", choice)] == []


def test_no_sentence_is_cut_at_a_comma_that_YAML_takes_for_its_own() -> None:
    entries = [
        (key, entry)
        for file in (theme_folder() / "messages").glob("*.yaml")
        for key, entry in yaml.safe_load(file.read_text("utf-8")).items()
    ]

    assert len(entries) > 1000
    assert [key for key, entry in entries if {*entry} != {"zh", "en"}] == []


def test_every_word_that_a_template_asks_for_is_in_the_catalogue() -> None:
    templates = "\n".join(path.read_text("utf-8") for path in theme_folder().rglob("*.html"))
    asked = set(re.findall(r"\b(?:t|marked)\('([a-z_.0-9]+[a-z0-9])'[,)]", templates))

    assert len(asked) > 100
    assert asked - set(catalogue()) == set()
