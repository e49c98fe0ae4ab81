"""Pours the service's own pages into the frames of the built site, so that all pages look alike; it builds no frame.

Without a built site the small frame among the templates serves. A mark is filled in one pass, so what a resident
typed can never be taken for a mark.
"""

import re
from functools import lru_cache
from pathlib import Path

from flask import Response, current_app, render_template
from markupsafe import Markup, escape

from mingbai.errors import FrameError
from mingbai.messages import say

MARKS = ("title", "meta", "nav", "languages", "body")
_MARK = re.compile(r"<!--mingbai:([a-z]+)-->")
_DEPTH = {"zh": 0, "en": 1}
_OWN_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def release() -> Path:
    """Return the release that the link names at this moment."""
    folder: Path = current_app.config["RELEASE"]
    return folder.resolve()


def render(template: str, lang: str, current: str, status: int = 200, **facts: object) -> Response:
    """Return a page of `template` in the site's frame; `current` ("ask", "track") names it for titles and navigation."""
    facts |= {
        "lang": lang,
        "t": lambda key, **said: say(key, lang, **said),
        "root": "" if lang == "zh" else "../",
    }
    slots = {
        "title": escape(say(f"forms.{current}.title", lang)),
        "meta": Markup('<meta name="robots" content="noindex">'),
        "nav": render_template("nav.html", current=current, **facts),
        "languages": render_template("languages.html", current=current, **facts),
        "body": render_template(template, **facts),
    }
    response = Response(fill(frame(lang), slots), status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = "zh-CN" if lang == "zh" else "en"
    return response


def plain_page(code: str, status: int, lang: str = "zh", **facts: object) -> Response:
    """Return a page that says one sentence, the error `code`."""
    message = say(f"forms.error.{code}", lang, **facts)
    heading = say("forms.sorry.not_found" if status == 404 else "forms.sorry.title", lang)
    return render("sorry.html", lang, "sorry", status, heading=heading, message=message)


def fill(source: str, slots: dict[str, str]) -> str:
    """Return the frame with its slots filled. Raises FrameError if a mark is missing or stands twice."""
    marks = sorted(_MARK.findall(source))
    if marks != sorted(MARKS):
        raise FrameError(f"frame: marks {marks} instead of {sorted(MARKS)} / 页面框架的记号不对")
    return _MARK.sub(lambda mark: str(slots[mark[1]]), source)


def frame(lang: str) -> str:
    """Return the site's frame for pages of the service, or the service's own before the first build."""
    path = release() / "assets" / "frames" / f"{lang}-{_DEPTH[lang]}.html"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (FileNotFoundError, NotADirectoryError):
        return render_template("frame.html", lang=lang, root="" if lang == "zh" else "../")


def policy() -> str:
    """Return the Content-Security-Policy of every page: the built site's, which knows its inline scripts, or the own."""
    path = release() / "assets" / "frames" / "csp.txt"
    try:
        found = _read(path, path.stat().st_mtime_ns).strip()
    except (FileNotFoundError, NotADirectoryError):
        return _OWN_POLICY
    missing = [
        part
        for part in ("form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'")
        if part not in found
    ]
    return "; ".join([found.rstrip("; "), *missing])


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> str:
    return path.read_text(encoding="utf-8")
