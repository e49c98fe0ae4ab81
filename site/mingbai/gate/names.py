"""Judges the name of a file alone: where it lies, how it is spelt, which sort it is; it opens no file."""

import unicodedata
from pathlib import PurePosixPath

from mingbai.folders import OPEN

LONGEST = 200  # bytes of UTF-8, the whole path
SORTS = (".csv", ".yaml", ".md", ".png", ".jpg", ".webp")
# Names that a Windows desktop cannot hold or reads as a device.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{word}{n}" for word in ("com", "lpt") for n in range(1, 10))}
_FORBIDDEN = set('<>:"|?*\\')


def wrong_name(path: str) -> str | None:
    """Return the key of what is wrong with a path, None when nothing is."""
    if len(path.encode("utf-8", "surrogateescape")) > LONGEST:
        return "gate.long_name"
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return "gate.strange_name"
    parts = PurePosixPath(path).parts
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn") for sign in path) or _FORBIDDEN & set(path):
        return "gate.strange_name"
    if any(_is_special(part) for part in parts):
        return "gate.special_name"
    return None


def is_open(path: str) -> bool:
    """Tell whether a push may change what lies there (design §6.9)."""
    return path.startswith(OPEN)


def is_accepted(path: str) -> bool:
    """Tell whether a file of that sort may be pushed."""
    return path.endswith(SORTS) or path == "datasets/filings/.gitkeep"


def folded(path: str) -> str:
    """Return what a file system that knows neither case nor forms of Unicode takes the path for."""
    return unicodedata.normalize("NFC", path).casefold()


def _is_special(part: str) -> bool:
    bare = folded(part).rstrip(" .")
    return (
        bare != folded(part)
        or bare in ("", ".git", "git~1")
        or (part.startswith(".") and part != ".gitkeep")
        or bare.partition(".")[0] in _DEVICES
    )
