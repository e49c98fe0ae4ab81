"""Reads what the portal's glossary says of a word, for the places where the word stands; it writes no page."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from mingbai.prose import common_folder, tree_of

_ENTRY = re.compile(r"^(\S[^\n]*)\n:[ ]+([^\n]+)$", re.MULTILINE)  # a definition list of Markdown
_CHINESE = re.compile("[\u4e00-\u9fff]+")


@lru_cache(maxsize=8)
def meanings(root: Path, lang: str) -> Mapping[str, str]:
    """Return the explanations in a language by the Chinese word: the portal's own, else those of the engine."""
    name = f"{tree_of(lang)}glossary.md"
    own = root / "content" / name
    entries = _ENTRY.findall((own if own.is_file() else common_folder() / name).read_text("utf-8"))
    return {word[0]: says for term, says in entries if (word := _CHINESE.search(term))}
