"""Says what can be had here in the words of data catalogues, one dataset a kind, for harvesters to read.

DCAT (W3C DCAT 3 as JSON-LD, with what the profile DCAT-AP 3.0.1 demands) and `data.json` (DCAT-US 1.1, which
catalogues of cities read; it wants an address for mail where we give the page on which one asks). Both name absolute
addresses, so a portal without `site_url` has neither.
"""

from collections.abc import Sequence
from typing import Any

from mingbai.downloads.stacking import Stack
from mingbai.edition import Edition
from mingbai.kinds import Kind
from mingbai.messages import say

FORMS = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LICENCES = "https://spdx.org/licenses/"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EUROPE = "http://publications.europa.eu/resource/authority"  # the lists of words that DCAT-AP takes
_CHINESE = {"@id": "http://id.loc.gov/vocabulary/iso639-1/zh"}
_US = "https://project-open-data.cio.gov/v1.1/schema"


def dcat(edition: Edition, stacks: Sequence[Stack]) -> dict[str, Any]:
    """Return the catalogue as JSON-LD. Raises ValueError without an address of the portal."""
    settings = edition.portal.settings
    return {
        "@context": _CONTEXT,
        "@id": _at(edition, "/catalogue/"),
        "@type": "dcat:Catalog",
        "dct:title": _both(settings.title.zh, settings.title.en),
        "dct:description": _both(
            *(say("home.description", lang, title=settings.title.in_(lang)) for lang in ("zh", "en"))
        ),
        "dct:publisher": _publisher(edition),
        "dct:license": {"@id": f"{LICENCES}{settings.licence}"},
        "dct:language": _CHINESE,
        "dct:spatial": {"rdfs:label": _county(edition)},
        "dct:issued": _day(_oldest(edition)),
        "dct:modified": _day(edition.as_of.isoformat()),
        "foaf:homepage": {"@id": _at(edition, "/")},
        "dcat:themeTaxonomy": {"@id": f"{_EUROPE}/data-theme"},
        "dcat:dataset": [_dataset(edition, stack) for stack in stacks],
    }


def data_json(edition: Edition, stacks: Sequence[Stack]) -> dict[str, Any]:
    """Return the catalogue as `data.json`. Raises ValueError without an address of the portal."""
    return {
        "@context": f"{_US}/catalog.jsonld",
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
                "contactPoint": {
                    "@type": "vcard:Contact",
                    "fn": _name(edition),
                    "hasEmail": _at(edition, "/ask"),
                },
                "accessLevel": "public",
                "license": f"{LICENCES}{stack.kind.licence}",
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
    kind, periods = stack.kind, [table.id.period for table in stack.tables]
    return {
        "@id": _at(edition, f"/k/{kind.id}/"),
        "@type": "dcat:Dataset",
        "dct:title": _both(kind.title.zh, kind.title.en),
        "dct:description": _both(kind.summary.zh, kind.summary.en),
        "dct:language": _CHINESE,
        "dct:modified": _day(_newest(edition, stack)),
        "dct:publisher": _publisher(edition),
        "dct:spatial": {"rdfs:label": _county(edition)},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(min(period.first for period in periods).isoformat()),
            "dcat:endDate": _day(max(period.last for period in periods).isoformat()),
        },
        "dcat:keyword": _both(kind.title.zh, kind.title.en),
        "dcat:theme": {"@id": f"{_EUROPE}/data-theme/GOVE"},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": _name(edition),
            "vcard:hasURL": {"@id": _at(edition, "/ask")},
        },
        "dcat:landingPage": {"@id": _at(edition, f"/k/{kind.id}/")},
        "dcat:distribution": [_distribution(edition, kind, end) for end in FORMS],
    }


def _distribution(edition: Edition, kind: Kind, end: str) -> dict[str, Any]:
    address = {"@id": _at(edition, f"/k/{kind.id}/{kind.id}.{end}")}
    return {
        "@type": "dcat:Distribution",
        "dct:title": _both(f"{kind.title.zh} {end.upper()}", f"{kind.title.en} {end.upper()}"),
        "dct:description": _both(say(f"downloads.stack.{end}", "zh"), say(f"downloads.stack.{end}", "en")),
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{FORMS[end]}"},
        "dct:format": {"@id": f"{_EUROPE}/file-type/{end.upper()}"},
        "dct:license": {"@id": f"{LICENCES}{kind.licence}"},
        "dcatap:availability": {"@id": f"{_EUROPE}/planned-availability/STABLE"},
    }


def _newest(edition: Edition, stack: Stack) -> str:
    return max(edition.received[table.id] for table in stack.tables).date().isoformat()


def _oldest(edition: Edition) -> str:
    """Return since when the portal publishes, today where nothing is published yet."""
    return min((edition.received[id].date() for id in edition.tables), default=edition.as_of).isoformat()


def _publisher(edition: Edition) -> dict[str, Any]:
    return {
        "@id": _at(edition, "/catalogue/#publisher"),
        "@type": ["foaf:Agent", "foaf:Organization"],
        "foaf:name": _name(edition),
    }


def _name(edition: Edition) -> str:
    settings = edition.portal.settings
    return settings.organiser or settings.title.zh


def _county(edition: Edition) -> list[dict[str, str]]:
    unit = edition.portal.units.get(edition.portal.settings.county)
    return _both(unit.name.zh, unit.name.en)


def _both(zh: str, en: str) -> list[dict[str, str]]:
    return [{"@value": zh, "@language": "zh"}, {"@value": en, "@language": "en"}]


def _day(day: str) -> dict[str, str]:
    return {"@value": day, "@type": "xsd:date"}


def _at(edition: Edition, address: str) -> str:
    found = edition.portal.settings.absolute(address)
    if found is None:
        raise ValueError("a catalogue names absolute addresses: the portal has no site_url")
    return found
