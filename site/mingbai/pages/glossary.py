"""Reads what the portal's glossary says of a word, for the places where the word stands; it writes no page."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_ENTRY = re.compile(r"^(\S[^\n]*)\n:[ ]+([^\n]+)$", re.MULTILINE)  # a definition list of Markdown
_CHINESE = re.compile("[\u4e00-\u9fff]+")


@lru_cache(maxsize=8)
def meanings(root: Path, lang: str) -> Mapping[str, str]:
    """Return the explanations in a language by the Chinese word; none where the portal has no glossary."""
    path = root / "content" / ("" if lang == "zh" else lang) / "glossary.md"
    if not path.is_file():
        return {}
    entries = _ENTRY.findall(path.read_text("utf-8"))
    return {word[0]: says for term, says in entries if (word := _CHINESE.search(term))}
