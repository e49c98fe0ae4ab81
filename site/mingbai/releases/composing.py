"""Composes a release out of what the rooms make: pages, index, downloads, sitemap; it adds no content of its own."""

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from mingbai import __version__, downloads, feeds, offline, pages, progress, prose, sealed
from mingbai.edition import Edition
from mingbai.frames import Frame
from mingbai.prose import Prose
from mingbai.releases.sitemap import write_sitemap
from mingbai.releases.swapping import MARKER
from mingbai.search import Document, from_tables, shards
from mingbai.sharing import share_out

INDEX = "assets/search"


def compose(
    edition: Edition, frames: Mapping[tuple[str, int], Frame], prose_pages: Iterable[Prose], out: Path
) -> list[Document]:
    """Write everything that is not prose below `out`, where MkDocs has left the prose; return what can be found."""
    portal = edition.portal
    progress.at("progress.pages")
    documents = [*from_tables(edition.tables.values(), portal.units), *prose.documents(prose_pages)]
    pages.write(edition, frames, out)
    progress.at("progress.downloads")
    rooms: list[Callable[[], None]] = [
        partial(shards.write, documents, out / INDEX),
        partial(downloads.write, edition, out),
        partial(feeds.write, edition, out),
    ]
    share_out(lambda write: write(), rooms, 2)
    offline.write(portal, out)
    for id, kept in edition.sealed.items():
        (out / id.address.strip("/") / sealed.SCRIPT).write_text(kept.script, encoding="utf-8")
    write_sitemap(out, portal.settings.url)
    told = (f"mingbai {__version__}", edition.as_of.isoformat(), os.environ.get("MINGBAI_COMMIT", ""))
    (out / MARKER).write_text("\n".join(told).rstrip() + "\n", encoding="utf-8")
    return documents
