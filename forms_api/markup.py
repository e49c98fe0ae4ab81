"""Shows an answer with light Markdown: paragraphs, lists, bold; no link, no picture, no HTML ever comes out of it.

Only these rules of the parser are switched on and everything else stays text, escaped, so there is nothing to clean up
afterwards. What is published goes into a cell as plain text (`plain`): data is never rendered as Markdown.
"""

import re

from markdown_it import MarkdownIt
from markupsafe import Markup

_PARSER = MarkdownIt("zero", {"html": False, "breaks": True}).enable(["list", "emphasis", "newline"])
_MARKS = re.compile(r"(?m)^\s*(?:[-*+]|(\d{1,3})[.)])\s+")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.S)


def html(text: str) -> Markup:
    """Return an answer as HTML."""
    return Markup(_PARSER.render(text))


def plain(text: str) -> str:
    """Return an answer as it is published: its words, without marks; lists keep their numbers or get a dot."""
    numbered = _MARKS.sub(lambda found: f"{found[1]}. " if found[1] else "· ", text)
    return _BOLD.sub(r"\2", numbered)
