"""Tells search engines which pages a release has and where not to look; it lists nothing that asks not to be listed.

Own instead of MkDocs's, which knows no data page and writes the time of day (https://www.sitemaps.org/protocol.html).
A file holds 50,000 addresses at most, so filings are listed by the year of their period, and an index names the files.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, urljoin

from markupsafe import escape

_NO = '<meta name="robots" content="noindex">'
_FILING = re.compile(r"(?:en/)?u/[^/]+/[^/]+/([0-9]{4})")
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
# What the service answers differs for everybody who asks. The empty form is the same for all; behind `?` it is not.
_SERVED = ("ask?", "track", "follow", "desk", "api", "open311")
MOST = 50_000


def write_sitemap(out: Path, url: str | None) -> None:
    """Write `robots.txt`, and for the site at `url` the sitemaps; without an address none, for links are absolute."""
    closed = [f"Disallow: {tree}/{each}" for tree in ("", "/en") for each in _SERVED]
    rules = ["User-agent: *", *closed]
    if url is not None:
        base = url.rstrip("/") + "/"
        files = _files(_listed(out))
        for name, paths in files.items():
            (out / name).write_text(_urls(base, paths), encoding="utf-8")
        (out / "sitemap.xml").write_text(_index(base, files), encoding="utf-8")
        rules.append(f"Sitemap: {base}sitemap.xml")
    (out / "robots.txt").write_text("\n".join([*rules, ""]), encoding="utf-8")


def _listed(out: Path) -> list[str]:
    """Return the folders of all pages that do not ask to be left out, in order."""
    return sorted(
        page.parent.relative_to(out).as_posix()
        for page in out.rglob("index.html")
        if _NO not in page.read_text(encoding="utf-8")
    )


def _files(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the pages by the file that lists them: filings by year, in parts where a year has too many."""
    by_year: dict[str, list[str]] = {}
    for path in paths:
        filing = _FILING.match(path)
        by_year.setdefault(filing[1] if filing else "pages", []).append(path)
    return {
        f"sitemap-{year}{f'-{at // MOST + 1}' if at else ''}.xml": mine[at : at + MOST]
        for year, mine in sorted(by_year.items())
        for at in range(0, len(mine), MOST)
    }


def _urls(base: str, paths: Iterable[str]) -> str:
    lines = [
        f"<url><loc>{escape(urljoin(base, '' if path == '.' else quote(path) + '/'))}</loc></url>"
        for path in paths
    ]
    return "\n".join([_XML, f"<urlset {_SPACE}>", *lines, "</urlset>", ""])


def _index(base: str, names: Iterable[str]) -> str:
    lines = [f"<sitemap><loc>{escape(urljoin(base, name))}</loc></sitemap>" for name in names]
    return "\n".join([_XML, f"<sitemapindex {_SPACE}>", *lines, "</sitemapindex>", ""])
