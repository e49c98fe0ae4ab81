"""Writes what lets a phone keep a portal: the manifest, the worker, and a list of what to keep first.

The worker itself is a script of the theme; it runs in the browser only, over HTTPS, and a copy of the site that is
opened from a folder does without it.
"""

import json
from pathlib import Path
from typing import Any

from mingbai import withdrawn
from mingbai.portal import Portal

WORKER = "sw.js"  # at the root, for a worker sees only what lies below it
MANIFEST = "manifest.json"
LIST = "offline.json"
_FIRST = ("", "u/", "search/", "offline/")
_PAPER, _SEAL = "#fffdf6", "#a8321e"


def write(portal: Portal, out: Path) -> None:
    """Write the three files below `out`, where everything else has been written."""
    worker = (portal.theme / "offline" / WORKER).read_text(encoding="utf-8")
    (out / WORKER).write_text(worker, encoding="utf-8")
    (out / MANIFEST).write_text(_json(_manifest(portal)), encoding="utf-8")
    (out / LIST).write_text(_json(_list(portal, out)), encoding="utf-8")


def _manifest(portal: Portal) -> dict[str, Any]:
    """Return the manifest (https://www.w3.org/TR/appmanifest/); addresses are relative to it."""
    title = portal.settings.title.zh
    return {
        "name": title,
        "short_name": title[:12],
        "lang": "zh-CN",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _SEAL,
        "icons": [
            {"src": "assets/images/seal.svg", "sizes": "any", "type": "image/svg+xml"},
            # For phones that take no SVG.
            {"src": "assets/images/seal.png", "sizes": "512x512", "type": "image/png"},
        ],
    }


def _list(portal: Portal, out: Path) -> dict[str, Any]:
    """Return what is kept at once, what is gone, and the files of the search with their size in bytes."""
    trees = ["" if lang == "zh" else f"{lang}/" for lang in portal.settings.languages]
    dressed = [*(out / "assets" / "css").glob("*.css"), *(out / "assets" / "js").glob("*.js")]
    index = sorted((out / "assets" / "search").rglob("*.js"))
    return {
        "first": [
            *(f"{tree}{page}" for tree in trees for page in _FIRST),
            *sorted(path.relative_to(out).as_posix() for path in dressed),
            "assets/images/seal.svg",
        ],
        "gone": [f"{tree}{path}" for tree in trees for path in _gone(portal)],
        "search": [path.relative_to(out).as_posix() for path in index],
        "bytes": sum(path.stat().st_size for path in index),
    }


def _gone(portal: Portal) -> list[str]:
    """Return what no phone may keep any more: the pages of withdrawn filings, and their files."""
    pages = [(stone.id.address.strip("/"), stone.id.period.label) for stone in withdrawn.read(portal.root)]
    return [
        path for page, label in pages for path in (f"{page}/", f"{page}/{label}.csv", f"{page}/{label}.json")
    ]


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
