"""Makes of a filing what another site may put on its own pages: oEmbed 1.0 as a file beside the page; it runs nothing.

https://oembed.com: a quotation with the sentence and a link, no frame and no script, so that it needs no trust. It
names whole addresses; a portal without `site_url` has none.
"""

from typing import Any

from markupsafe import Markup

from mingbai.edition import Edition
from mingbai.privacy import PublicTable
from mingbai.sentences import sentence

NAME = "oembed.json"
TYPE = "application/json+oembed"
_WIDTH, _HEIGHT = 600, 200  # CSS pixels; the standard asks for both
_DAY = 86_400  # seconds that others may keep it: a filing may be corrected or withdrawn
_QUOTE = Markup(
    '<blockquote lang="zh"><p><b>{title}</b></p><p>{said}</p><p><a href="{url}">{url}</a></p></blockquote>'
)


def path_of(table: PublicTable) -> str:
    """Return the path of a filing's oEmbed file below the site: it lies in the folder of its page."""
    return f"{table.id.address.strip('/')}/{NAME}"


def embedded(edition: Edition, table: PublicTable) -> dict[str, Any]:
    """Return one filing as oEmbed. Raises ValueError without an address of the portal."""
    settings, unit = edition.portal.settings, edition.portal.units.about(table.id.unit, table.id.period.last)
    url, home = settings.absolute(table.id.address), settings.absolute("/")
    if url is None:
        raise ValueError("oEmbed names whole addresses")
    title = f"{unit.name.zh} {table.kind.title.zh} {table.id.period.title('zh')}"
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": unit.name.zh,
        "provider_name": settings.title.zh,
        "provider_url": home,
        "cache_age": _DAY,
        "width": _WIDTH,
        "height": _HEIGHT,
        "html": str(_QUOTE.format(title=title, said=sentence(table, unit, "zh"), url=url)),
    }
