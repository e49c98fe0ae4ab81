"""Words from outside stay words on every page that shows them; and the harness finds the pages on which they do not."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from mingbai.releases import SUFFIX
from tests.browser.xss.letters import case
from tests.browser.xss.payloads import Payload, payloads
from tests.browser.xss.rooms import ask, search
from tests.browser.xss.run import everywhere, look, staged, through
from tests.browser.xss.stage import Stage

# Bugs that the harness must be able to find: templates that do not escape, or evaluate; Markdown that lets HTML
# through; an interface that calls its answers pages.
CARELESS = """
import sys
import jinja2
from markdown_it import MarkdownIt
import forms_api.markup as markup
from flask import Response
from forms_api.__main__ import main

CHANGES = {
    'value="{{ typed.name }}"': 'value="{{ typed.name | safe }}"',
    "{{ typed.text }}": "{{ typed.text | safe }}",
    "{{ typed.contact }}": "{{ typed.contact | replace('{{7*7}}', '49') }}",
    "{{ line.text | truncate(120) }}": "{{ line.text | safe }}",
    "{{ line }}": "{{ line | safe }}",
}
real = jinja2.FileSystemLoader.get_source

def careless(self, environment, name):
    source, *rest = real(self, environment, name)
    for right, wrong in CHANGES.items():
        source = source.replace(right, wrong)
    return source, *rest

jinja2.FileSystemLoader.get_source = careless
markup._PARSER = MarkdownIt("commonmark", {"html": True})
_set = Response.__init__
def as_page(self, *said, **facts):
    if facts.get("mimetype") == "application/json":
        facts["mimetype"] = "text/html"
    _set(self, *said, **facts)
Response.__init__ = as_page
sys.exit(main(sys.argv[1:]))
"""
FOUND = {
    ("ask given back", "ask given back name: hit"),
    ("ask given back", "ask given back text: hit"),
    ("ask given back", "ask given back contact: evaluated"),
    ("queue", "letter: hit"),
    ("track", "remark: hit"),
    ("track, answered", "first answer: hit"),
    ("case as JSON", "remark: hit"),
}
IN_THE_BROWSER = ("status.textContent = place", "status.innerHTML = place")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A village in which one payload of each group was published."""
    with staged(tmp_path_factory.mktemp("xss") / "portal", sample()) as stage:
        yield stage


def sample() -> list[Payload]:
    """Return one payload of each group."""
    return list({each.group: each for each in reversed(payloads())}.values())


def strongest() -> list[Payload]:
    """Return the payload that runs in the most places."""
    return payloads()[:1]


@contextmanager
def changed(stage: Stage, name: str, right: str, wrong: str) -> Iterator[None]:
    """Change a file of the built site, for a while."""
    path = stage.village.root / "build" / "site" / name
    before = path.read_text("utf-8")
    assert right in before
    path.with_name(path.name + SUFFIX).unlink(
        missing_ok=True
    )  # the packed copy would be handed out as it was
    path.write_text(before.replace(right, wrong), "utf-8")
    yield
    path.write_text(before, "utf-8")


def test_payloads_are_many_and_each_is_another() -> None:
    every = payloads()

    assert len(every) == len({each.text for each in every}) > 200
    assert len({each.group for each in every}) > 20
    assert [each.text for each in every if "ID" not in each.text] == []


def test_nothing_that_was_written_runs_on_any_page(browser: Browser, stage: Stage) -> None:
    found = look(browser, stage, everywhere(1))

    assert (found.executions, found.escapes, found.astray) == ({}, {}, {})
    assert found.places - found.reached == set()
    assert len(found.reached) > 150
    assert {number for *_, number in found.seen} == {each.number for each in sample()}


def test_the_same_harness_finds_pages_that_do_not_escape(browser: Browser, stage: Stage) -> None:
    stage.hand.take(strongest())

    found = look(browser, stage, through((ask, case), 1), ["-c", CARELESS])

    assert FOUND - set(found.executions) == set()
    assert found.escapes


def test_the_same_harness_finds_a_script_that_writes_markup(browser: Browser, stage: Stage) -> None:
    stage.hand.take(strongest())

    with changed(stage, "assets/js/search_page.js", *IN_THE_BROWSER):
        found = look(browser, stage, through((search,), 1))

    assert ("search by unit", "search unit: hit") in found.executions
