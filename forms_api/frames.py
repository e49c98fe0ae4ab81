"""Pours the service's own pages into the frames of the built site, so that all pages look alike; it builds no frame.

Without a built site the small frame among the templates serves. The form stands at `/ask`, without a slash at its end,
so links are counted from the folder above it: depth 0 in Chinese, 1 below `/en/`, deeper at the desk.
"""

from functools import lru_cache, partial
from pathlib import Path

from flask import Response, current_app, render_template, request
from markupsafe import Markup

from mingbai.frames import FOLDER, POLICY_FILE, Frame, name_of, policy
from mingbai.messages import say
from mingbai.pages.rendering import SECTIONS, Here

_ALWAYS = ("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")


def release() -> Path:
    """Return the release that the link names at this moment."""
    folder: Path = current_app.config["RELEASE"]
    return folder.resolve()


def render(template: str, lang: str, current: str, status: int = 200, **facts: object) -> Response:
    """Return a page of `template` in the site's frame; `current` ("ask", "track", "desk", …) is which."""
    here = standing(lang)
    facts |= {"lang": lang, "t": partial(_say, lang), "here": here}
    section = "ask" if current in ("ask", "receipt") else ""
    page = _frame(here).fill(
        title=say(f"forms.{current}.title", lang),
        meta=_meta(current, lang),
        nav=Markup(render_template("_nav.html", page={"section": section}, sections=SECTIONS, **facts)),
        languages=Markup(render_template("languages.html", current=current, **facts)),
        body=Markup(render_template(template, **facts)),
    )
    response = Response(page, status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = "zh-CN" if lang == "zh" else "en"
    return response


def _meta(current: str, lang: str) -> Markup:
    """Return what engines are told: they may list the empty form, which people look for, and nothing else of ours."""
    demo = current_app.extensions["acceptance"].portal.settings.demo
    if current == "ask" and request.method == "GET" and not request.args and not demo:
        return Markup('<meta name="description" content="{}">').format(say("forms.ask.description", lang))
    return Markup('<meta name="robots" content="noindex">')


def plain_page(code: str, status: int, lang: str = "zh", **facts: object) -> Response:
    """Return a page that says one sentence, the error `code`."""
    message = say(f"forms.error.{code}", lang, **facts)
    heading = say("forms.sorry.not_found" if status == 404 else "forms.sorry.title", lang)
    return render("sorry.html", lang, "sorry", status, heading=heading, message=message)


def guard() -> str:
    """Return the Content-Security-Policy of every page: the built site's, which knows its inline scripts."""
    path = release() / FOLDER / POLICY_FILE
    try:
        rule = _text(path, path.stat().st_mtime_ns).strip().rstrip(";")
    except (FileNotFoundError, NotADirectoryError):
        rule = policy([])
    # frame-ancestors cannot stand in a page, only in a header, so the built policy lacks it.
    return "; ".join([rule, *(part for part in _ALWAYS if part not in rule)])


def standing(lang: str) -> Here:
    """Return where the current page stands: the folder from which a browser counts its links, in its own tree."""
    path = request.path
    own = path.removeprefix("/en") if lang == "en" and path.startswith("/en/") else path
    return Here(lang, own[: own.rindex("/") + 1] if "/" in own else "/")


def _say(lang: str, key: str, /, **facts: object) -> str:
    return say(key, lang, **facts)


def _frame(here: Here) -> Frame:
    path = release() / FOLDER / name_of(here.lang, here.depth)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (FileNotFoundError, NotADirectoryError):
        return Frame.read(render_template("frame.html", lang=here.lang), "frame.html")


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Frame:
    return Frame.read(_text(path, changed), path.name)


@lru_cache(maxsize=8)
def _text(path: Path, changed: int) -> str:
    return path.read_text(encoding="utf-8")
