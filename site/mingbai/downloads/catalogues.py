"""Says what can be had here in the words of data catalogues, one dataset a kind, for harvesters to read.

DCAT (W3C DCAT 3, as JSON-LD) and `data.json` (DCAT-US 1.1, which catalogues of cities read). Both name absolute
addresses, so a portal without `site_url` has neither.
"""

from collections.abc import Sequence
from typing import Any

from mingbai.downloads.stacking import Stack
from mingbai.edition import Edition

FORMS = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_US = "https://project-open-data.cio.gov/v1.1/schema"


def dcat(edition: Edition, stacks: Sequence[Stack]) -> dict[str, Any]:
    """Return the catalogue as JSON-LD. Raises ValueError without an address of the portal."""
    settings = edition.portal.settings
    return {
        "@context": _CONTEXT,
        "@id": _at(edition, "/catalogue/"),
        "@type": "dcat:Catalog",
        "dct:title": _both(settings.title.zh, settings.title.en),
        "dct:publisher": _publisher(edition),
        "dct:modified": _day(edition.as_of.isoformat()),
        "dcat:dataset": [_dataset(edition, stack) for stack in stacks],
    }


def data_json(edition: Edition, stacks: Sequence[Stack]) -> dict[str, Any]:
    """Return the catalogue as `data.json`. Raises ValueError without an address of the portal."""
    return {
        "conformsTo": _US,
        "@type": "dcat:Catalog",
        "dataset": [
            {
                "@type": "dcat:Dataset",
                "identifier": _at(edition, f"/k/{stack.kind.id}/"),
                "title": stack.kind.title.zh,
                "description": stack.kind.summary.zh,
                "keyword": [stack.kind.title.zh, stack.kind.title.en],
                "modified": _newest(edition, stack),
                "publisher": {"@type": "org:Organization", "name": _name(edition)},
                "contactPoint": {"fn": _name(edition), "hasEmail": _at(edition, "/ask")},
                "accessLevel": "public",
                "license": stack.kind.licence,
                "language": ["zh-CN"],
                "landingPage": _at(edition, f"/k/{stack.kind.id}/"),
                "distribution": [
                    {
                        "@type": "dcat:Distribution",
                        "downloadURL": _at(edition, f"/k/{stack.kind.id}/{stack.kind.id}.{end}"),
                        "mediaType": media,
                        "title": f"{stack.kind.title.zh} {end.upper()}",
                    }
                    for end, media in FORMS.items()
                ],
            }
            for stack in stacks
        ],
    }


def _dataset(edition: Edition, stack: Stack) -> dict[str, Any]:
    kind = stack.kind
    return {
        "@id": _at(edition, f"/k/{kind.id}/"),
        "@type": "dcat:Dataset",
        "dct:title": _both(kind.title.zh, kind.title.en),
        "dct:description": _both(kind.summary.zh, kind.summary.en),
        "dct:language": "zh-CN",
        "dct:modified": _day(_newest(edition, stack)),
        "dct:publisher": _publisher(edition),
        "dcat:landingPage": {"@id": _at(edition, f"/k/{kind.id}/")},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dcat:downloadURL": {"@id": _at(edition, f"/k/{kind.id}/{kind.id}.{end}")},
                "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
                "dct:license": kind.licence,
            }
            for end, media in FORMS.items()
        ],
    }


def _newest(edition: Edition, stack: Stack) -> str:
    return max(edition.received[table.id] for table in stack.tables).date().isoformat()


def _publisher(edition: Edition) -> dict[str, str]:
    return {"@type": "foaf:Organization", "foaf:name": _name(edition)}


def _name(edition: Edition) -> str:
    settings = edition.portal.settings
    return settings.organiser or settings.title.zh


def _both(zh: str, en: str) -> list[dict[str, str]]:
    return [{"@value": zh, "@language": "zh"}, {"@value": en, "@language": "en"}]


def _day(day: str) -> dict[str, str]:
    return {"@value": day, "@type": "xsd:date"}


def _at(edition: Edition, address: str) -> str:
    found = edition.portal.settings.absolute(address)
    if found is None:
        raise ValueError("a catalogue names absolute addresses: the portal has no site_url")
    return found
