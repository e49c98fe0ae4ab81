"""Serves the built site from its release folder, safely; it renders nothing and reads nothing outside that folder."""

import mimetypes
import re
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.routing import PathConverter
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as AnyResponse

from forms_api.frames import plain_page, release
from mingbai.feeds.atom import NAME as FEED
from mingbai.offline import WORKER
from mingbai.releases.packing import SUFFIX

site = Blueprint("site", __name__)


class SitePath(PathConverter):
    """Every address but the interfaces': there, what does not exist and what may not be done is said their way."""

    regex = "(?!(?:api|open311)(?:/|$))[^/].*?"


_NAMED_BY_CONTENT = re.compile(r"\.[0-9a-f]{8,}\.(min\.)?[a-z0-9]+$")
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_MAY_FETCH = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"  # what the worker keeps
_ATOM = "application/atom+xml"  # RFC 4287, 7: by its name alone a feed would be text


@site.get("/", defaults={"path": ""})
@site.get("/<site:path>")
def page(path: str) -> AnyResponse:
    """Answer with the file, the folder's index page, the way to the folder, or the site's own 404 page."""
    root = release()
    found = locate(root, path)
    if found is None:
        return missing()
    if found.is_dir() or "//" in path:
        # The path is put together anew: "//host/.." typed by someone must not become an address elsewhere.
        inside = found.relative_to(root).as_posix() + "/" * found.is_dir()
        query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
        return redirect(f"/{quote(inside.removesuffix('index.html'))}{query}", 301)
    response = _sent(found)
    if path == WORKER:
        response.headers["Content-Security-Policy"] = _MAY_FETCH
    response.headers["Cache-Control"] = _FOREVER if _NAMED_BY_CONTENT.search(found.name) else _ASK_AGAIN
    return response


def _sent(found: Path) -> Response:
    """Return the file, or its packed copy where there is one and the browser takes it (RFC 9110, 12.5.3)."""
    sort = _ATOM if found.name == FEED else mimetypes.guess_type(found.name)[0]
    copy = found.with_name(found.name + SUFFIX)
    if not copy.is_file():
        return send_file(found, mimetype=sort, conditional=True)
    packed = request.accept_encodings["gzip"] > 0
    response = send_file(copy if packed else found, mimetype=sort, conditional=True)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def locate(root: Path, path: str) -> Path | None:
    """Return the file for `path` below `root`, the folder itself where the last slash is missing, or None."""
    joined = None if "\0" in path or "\\" in path else safe_join(str(root), path)
    if joined is None or len(path) > 2000:
        return None
    try:
        found = Path(joined).resolve()
        if not found.is_relative_to(root):
            return None
        if found.is_dir():
            index = found / "index.html"
            return None if not index.is_file() else index if path == "" or path.endswith("/") else found
        return found if found.is_file() and not path.endswith("/") else None
    except (OSError, ValueError):
        return None  # a name too long for the disk, or one that cannot be encoded, is not there


def missing() -> Response:
    """Return the site's own 404 page, or a plain sentence before the first build."""
    found = locate(release(), "404.html")
    if found is None:
        return plain_page("not_found", 404)
    return Response(found.read_bytes(), 404, mimetype="text/html", headers={"Cache-Control": _ASK_AGAIN})
