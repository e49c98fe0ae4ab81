"""Knows the characters that nobody can see or read in a text; it changes no text."""

import re
import unicodedata

# Controls but the line feed, zero-width, bidi and tag characters, fillers, and the mark of a lost character: two texts
# that look alike must be alike (Unicode TR 36, "visual spoofing").
HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ufdd0-\ufdef\U000e0000-\U000e0fff]"
)


def name_of(character: str) -> str:
    """Return `U+200B ZERO WIDTH SPACE` for a character that cannot be seen."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()


def hidden_in(text: str) -> str | None:
    """Return the name of the first character in `text` that nobody can see, None if all can be read."""
    found = HIDDEN.search(text)
    return None if found is None else name_of(found[0])
