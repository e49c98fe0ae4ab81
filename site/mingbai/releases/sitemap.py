"""Lists the pages of a release for search engines; it lists nothing that asks not to be listed.

Own instead of MkDocs's, which knows no data page and writes the time of day (https://www.sitemaps.org/protocol.html).
"""

from pathlib import Path
from urllib.parse import quote, urljoin

from markupsafe import escape

_NO = '<meta name="robots" content="noindex">'


def write_sitemap(out: Path, url: str | None) -> None:
    """Write `sitemap.xml` for the site at `url`; without an address there is none, for its links must be absolute."""
    if url is None:
        return
    listed = sorted(
        page.parent.relative_to(out).as_posix()
        for page in out.rglob("index.html")
        if _NO not in page.read_text(encoding="utf-8")
    )
    base = url.rstrip("/") + "/"
    lines = [
        f"<url><loc>{escape(urljoin(base, '' if path == '.' else quote(path) + '/'))}</loc></url>"
        for path in listed
    ]
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    )
    (out / "sitemap.xml").write_text("\n".join([head, *lines, "</urlset>\n"]), encoding="utf-8")
