"""Reads every page of a build and says what must not go up; it repairs nothing.

It finds links that lead nowhere, marks left unfilled, scripts and styles that the policy would block, and anything
fetched from another host. What residents' service answers (`/ask`, `/api` …) cannot be looked up here and is let pass.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from html import unescape
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from mingbai import frames, scan
from mingbai.errors import BuildRefused
from mingbai.memory import Memory
from mingbai.messages import say, spoken
from mingbai.portal import Portal
from mingbai.sharing import share_out

SHOWN = 20

_SERVED = ("ask", "track", "follow", "desk", "api", "open311", "healthz", "readyz", "metrics")
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([a-zA-Z_:][-\w:.]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCRIPT_BODY = re.compile(r"(<script\b[^>]*>).*?(</script>)", re.DOTALL | re.IGNORECASE)
_FORBIDDEN = {"iframe", "object", "embed", "base", "frame", "frameset", "applet"}
_FETCHING = {"script", "img", "source", "audio", "video", "track", "image", "use", "input", "form", "button"}
_ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "srcset", "xlink:href")


@dataclass
class _Page:
    """What one page holds: its anchors and its links, each once."""

    anchors: set[str] = field(default_factory=set)
    links: dict[str, None] = field(default_factory=dict)


def verify(out: Path) -> None:
    """Raise BuildRefused naming the first problems of the build in `out`; return when there is none."""
    found = problems(out)
    if found:
        more = [say("release.more", count=len(found) - SHOWN)] if len(found) > SHOWN else []
        raise BuildRefused("\n".join([say("release.broken", count=len(found)), *found[:SHOWN], *more]))


def verify_private(portal: Portal, out: Path) -> None:
    """Raise BuildRefused when something that belongs to a person stands anywhere in the build in `out`.

    What came through the gate was scanned as it was pushed; this looks at what was made of it, pages and downloads.
    """
    memory = Memory.open(portal.root / "build" / "scans", portal.state / "keys")
    found = [each for each in scan.scan_site(portal, out, memory) if each.severity == "error"]
    if found:
        raise BuildRefused(scan.report(found, spoken(), in_history=False))


def problems(out: Path) -> list[str]:
    """Return every problem of the build in `out` as a sentence, in the order of the pages."""
    rule = _allowed((out / frames.FOLDER / frames.POLICY_FILE).read_text(encoding="utf-8"))
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    kept = f"{frames.FOLDER}/"
    names = sorted(name for name in files if name.endswith(".html") and not name.startswith(kept))
    looked = share_out(partial(_look_at, out, rule), names)
    pages = {name: page for name, (page, _) in zip(names, looked, strict=True)}
    found = [problem for _, wrong in looked for problem in wrong]
    for name in sorted(file for file in files if file.endswith(".css")):
        found += _read_style(name, (out / name).read_text(encoding="utf-8"))
    return [*found, *_dead_links(pages, files)]


def _allowed(policy: str) -> set[str]:
    return set(re.findall(r"'sha256-[^']+'", policy))


def _look_at(out: Path, rule: set[str], name: str) -> tuple[_Page, list[str]]:
    """Return what one page holds, and what is wrong in it."""
    page = _Page()
    return page, list(_read(name, (out / name).read_text(encoding="utf-8"), rule, page))


def _read(name: str, html: str, rule: set[str], page: _Page) -> Iterator[str]:
    """Yield what is wrong in one page, and note its anchors and links."""
    if "<!--mingbai:" in html:
        yield say("release.mark", page=name)
    if 'http-equiv="Content-Security-Policy"' not in html:
        yield say("release.policy", page=name)
    if any(frames.fingerprint(script) not in rule for script in frames.inline_scripts(html)):
        yield say("release.script", page=name)
    for tag, attributes in dict.fromkeys(_TAG.findall(_SCRIPT_BODY.sub(r"\1\2", _COMMENT.sub("", html)))):
        yield from _read_tag(name, tag.lower(), _attributes(attributes), page)


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): unescape(one or two or three) for name, one, two, three in _ATTRIBUTE.findall(text)}


def _read_tag(name: str, tag: str, attributes: Mapping[str, str], page: _Page) -> Iterator[str]:
    if tag in _FORBIDDEN or (tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh"):
        yield say("release.tag", page=name, tag=tag)
    if tag == "style" or "style" in attributes:
        yield say("release.style", page=name, tag=tag)
    for attribute in attributes:
        if attribute.startswith("on"):
            yield say("release.handler", page=name, tag=tag, name=attribute)
    page.anchors.update(attributes[key] for key in ("id", "name") if key in attributes)
    for key in _ADDRESSES:
        if key in attributes:
            yield from _read_link(name, tag, key, attributes, page)


def _read_link(name: str, tag: str, key: str, attributes: Mapping[str, str], page: _Page) -> Iterator[str]:
    link = attributes[key].strip()
    scheme = urlsplit(link).scheme.lower()
    if scheme in ("javascript", "vbscript") or (scheme == "data" and tag != "img"):
        yield say("release.handler", page=name, tag=tag, name=f"{scheme}:")
    elif scheme in ("http", "https") or link.startswith("//"):
        # A person may be led elsewhere; a page may fetch nothing from there. `alternate` and the like fetch nothing.
        fetched = tag in _FETCHING or (
            tag == "link" and attributes.get("rel") in ("stylesheet", "icon", "preload")
        )
        if fetched:
            yield say("release.outside", page=name, link=link)
    elif not scheme:
        page.links[link] = None


def _read_style(name: str, css: str) -> Iterator[str]:
    if "@import" in css:
        yield say("release.outside", page=name, link="@import")
    for link in re.findall(r"url\(\s*[\"']?(?!data:|#)([^)\"']+)", css):
        yield say("release.outside", page=name, link=link)


def _dead_links(pages: Mapping[str, _Page], files: Iterable[str]) -> Iterator[str]:
    there = set(files)

    @cache
    def lands(folder: str, link: str) -> str | None:
        """Return the file that a link leads to: "" for the service's own, None for nothing."""
        path = unquote(urlsplit(link).path)
        target = (
            normpath(join(folder, path)) if not path.startswith("/") else normpath(path).lstrip("/") or "."
        )
        first = target.removeprefix("en/").split("/")[0]
        if first in _SERVED:
            return ""
        if target.startswith(".."):
            return None
        page = "index.html" if target == "." else f"{target}/index.html"
        wants_folder = path.endswith(("/", "..", ".")) or target == "."
        landed = page if wants_folder else target
        return landed if landed in there else None

    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            target = lands(dirname(name), link.split("#")[0]) if parts.path else name
            if target is None or (target in pages and not _anchored(parts.fragment, pages[target].anchors)):
                yield say("release.link", page=name, link=link)


def _anchored(fragment: str, anchors: set[str]) -> bool:
    """Whether a fragment is there; one that holds `=` is a message to a script, not a place."""
    return not fragment or "=" in fragment or fragment in anchors or unquote(fragment) in anchors
