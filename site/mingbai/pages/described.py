"""Says what a filing is in the words of schema.org/Dataset, for engines that list datasets; a reader sees none of it.

https://schema.org/Dataset and https://developers.google.com/search/docs/appearance/structured-data/dataset (which ask
for a name and 50 to 5,000 characters of description). A portal without `site_url` gives relative addresses.
"""

from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from mingbai import downloads
from mingbai.edition import Edition
from mingbai.pages.listing import unit_then
from mingbai.pages.rendering import Here
from mingbai.privacy import PublicTable
from mingbai.sentences import sentence

_FORMS = {"csv": "text/csv", "json": "application/json"}


def described(edition: Edition, table: PublicTable, here: Here) -> Markup:
    """Return a filing as JSON-LD that may stand in a script element: no sign in it can end that."""
    return htmlsafe_json_dumps(_dataset(edition, table, here), ensure_ascii=False, separators=(",", ":"))


def _dataset(edition: Edition, table: PublicTable, here: Here) -> dict[str, Any]:
    unit, kind, lang = unit_then(edition, table), table.kind, here.lang
    changed = [edition.received[table.id].date(), *(each.date for each in table.corrections)]
    fields = table.fields if table.nil is None else ()
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"{unit.name.in_(lang)} {kind.title.in_(lang)} {table.id.period.title(lang)}",
        "description": f"{sentence(table, unit, lang)} {kind.summary.in_(lang)}",
        "url": _at(edition, here, here.in_tree),
        "identifier": table.id.address,
        "inLanguage": "zh-CN",
        "license": f"{downloads.LICENCES}{kind.licence}",
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": kind.publisher.in_(lang)},
        "publisher": {"@type": "Organization", "name": edition.portal.settings.title.in_(lang)},
        "datePublished": changed[0].isoformat(),
        "dateModified": max(each for each in changed if each <= edition.as_of).isoformat(),
        "temporalCoverage": f"{table.id.period.first.isoformat()}/{table.id.period.last.isoformat()}",
        "spatialCoverage": {"@type": "Place", "name": unit.name.in_(lang)},
        "variableMeasured": [field.title.in_(lang) for field in fields],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": _FORMS[form], "contentUrl": _at(edition, here, path)}
            for form, path in _files(table).items()
        ],
    }


def _files(table: PublicTable) -> dict[str, str]:
    rows = {"csv": f"/{downloads.csv_path(table)}"} if table.nil is None else {}
    return {**rows, "json": f"/{downloads.json_path(table)}"}


def _at(edition: Edition, here: Here, address: str) -> str:
    return edition.portal.settings.absolute(address) or here.file(address)
