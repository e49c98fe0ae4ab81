"""Splits the built frame pages at their marks and fills them; it does not know who built them or what is poured in.

A frame is a whole HTML page for one language and one depth of address, because links in it are relative (design §6.1).
The Content-Security-Policy of all pages is computed here too, over the frames' own inline scripts (W3C CSP 3 §8.5).
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

from mingbai.errors import FrameError
from mingbai.messages import say

MARKS = ("title", "meta", "nav", "languages", "body")
POLICY = "policy"
DEEPEST = 6  # /en/u/<unit>/<kind>/<period>/history/
FOLDER = "assets/frames"
POLICY_FILE = "csp.txt"

_MARK = re.compile(r"<!--mingbai:([a-z]+)-->")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"^\s+", re.MULTILINE)
_TOGGLE = re.compile(
    r"\s*<input class=\"md-toggle\"[^>]*>|\s*<label class=\"md-overlay\"[^>]*></label>"
    r"|\s*<a [^>]*class=\"md-skip\">[^<]*</a>"
)
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def without_toggles(page: str) -> str:
    """Return a page without what Material's own script and words serve: boxes of its drawer, its link past the menu."""
    return _TOGGLE.sub("", page)


@dataclass(frozen=True)
class Frame:
    """One frame, split: `parts` stand around the marks `order`, one part more than marks."""

    parts: tuple[str, ...]
    order: tuple[str, ...]

    @classmethod
    def read(cls, source: str, name: str) -> "Frame":
        """Split `source`. Raises FrameError naming the mark and the file unless each mark stands exactly once."""
        pieces = _MARK.split(source)
        order = tuple(pieces[1::2])
        for mark in MARKS:
            if order.count(mark) != 1:
                raise FrameError(say("frame.mark", mark=mark, name=name, count=order.count(mark)))
        strangers = sorted(set(order) - set(MARKS))
        if strangers:
            raise FrameError(say("frame.stranger", mark=strangers[0], name=name))
        return cls(tuple(pieces[0::2]), order)

    def fill(self, *, title: str, meta: Markup, nav: Markup, languages: Markup, body: Markup) -> str:
        """Return the whole page. Whatever is not Markup is escaped, so a title may hold any characters."""
        slots: Mapping[str, str] = {
            "title": title,
            "meta": meta,
            "nav": nav,
            "languages": languages,
            "body": body,
        }
        found = [self.parts[0]]
        for mark, part in zip(self.order, self.parts[1:], strict=True):
            found += [str(escape(slots[mark])), part]
        return "".join(found)


def name_of(lang: str, depth: int) -> str:
    """Return the file name of a kept frame."""
    return f"{lang}-{depth}.html"


def keys(languages: Iterable[str]) -> list[tuple[str, int]]:
    """Return language and depth of every frame that a portal with these languages has."""
    return [(lang, depth) for lang in languages for depth in range(DEEPEST + 1)]


def hidden_path(lang: str, depth: int) -> str:
    """Return where a frame is built: as deep below the root as the pages that it is for."""
    return "_frames/" * depth + f"_{lang}.html"


def load(folder: Path) -> dict[tuple[str, int], Frame]:
    """Return the frames kept in `folder` by language and depth. Raises FrameError for one that cannot be split."""
    found = {}
    for path in sorted(folder.glob("*-*.html")):
        lang, _, depth = path.stem.partition("-")
        found[lang, int(depth)] = Frame.read(path.read_text(encoding="utf-8"), path.name)
    return found


def inline_scripts(html: str) -> list[str]:
    """Return what stands inside the script elements that load no file; data blocks are not scripts."""
    return [
        text
        for attributes, text in _SCRIPT.findall(html)
        if not re.search(r"\bsrc\s*=", attributes) and "application/" not in attributes
    ]


def fingerprint(script: str) -> str:
    """Return the source expression that allows one inline script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode('utf-8')).digest()).decode('ascii')}'"


def policy(pages: Iterable[str]) -> str:
    """Return the Content-Security-Policy that allows our own files and the inline scripts of `pages`, nothing else."""
    allowed = sorted({fingerprint(script) for page in pages for script in inline_scripts(page)})
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *allowed]),
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
        ]
    )


def with_policy(html: str, rule: str) -> str:
    """Return the page with its policy in place of the mark; a page without the mark is returned as it is."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{rule}">'
    return html.replace(f"<!--mingbai:{POLICY}-->", meta)


def collect(out: Path, languages: Iterable[str]) -> dict[tuple[str, int], Frame]:
    """Take the built frame pages out of the site in `out`, keep them with their policy, and return them split.

    Every page of prose gets the same policy. Raises FrameError for a frame that cannot be split.
    """
    built = {key: out / hidden_path(*key) for key in keys(languages)}
    sources = {key: path.read_text(encoding="utf-8") for key, path in built.items()}
    for path in built.values():
        path.unlink()
    for folder in {path.parent for path in built.values()} - {out}:
        _remove_empty(folder, out)
    rule = policy(sources.values())
    kept = out / FOLDER
    kept.mkdir(parents=True)
    (kept / POLICY_FILE).write_text(f"{rule}\n", encoding="utf-8")
    for page in sorted(out.rglob("*.html")):
        page.write_text(with_policy(page.read_text(encoding="utf-8"), rule), encoding="utf-8")
    found = {}
    for (lang, depth), source in sources.items():
        whole = with_policy(source, rule)
        (kept / name_of(lang, depth)).write_text(whole, encoding="utf-8")
        found[lang, depth] = Frame.read(whole, name_of(lang, depth))
    return found


def _remove_empty(folder: Path, out: Path) -> None:
    while folder != out and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def style(sources: Iterable[str]) -> tuple[str, str]:
    """Return address and text of the one style sheet of all pages: no comments, named by what it holds."""
    css = _INDENT.sub("", _CSS_COMMENT.sub("", "\n".join(sources)))
    return f"assets/css/mingbai.{hashlib.sha256(css.encode('utf-8')).hexdigest()[:12]}.css", css
