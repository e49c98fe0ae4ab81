"""Says what one can write and what has to be said with it: discovery, services and their definitions; it takes nothing.

The services are the types of submission. Their attributes are what the form asks besides the words.
"""

from datetime import date, datetime

from forms_api.limits import Limits
from forms_api.open311.writing import Facts
from forms_api.submissions import PRIVATE, TYPES
from mingbai.messages import say
from mingbai.portal import Portal

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
NOTICE = "notice"  # the attribute that asks nothing and tells who reads it


def discovery(portal: Portal, changed: datetime, url: str, lang: str) -> dict[str, Facts]:
    """Return where the endpoint is and what it speaks; `changed` is since when services and units are as they are."""
    said = portal.settings
    contact = "，".join(each for each in (said.organiser, said.maintainer, said.phone) if each)
    changeset = changed.isoformat(timespec="seconds")
    return {
        "changeset": changeset,
        "contact": contact or said.title.in_(lang),
        "key_service": say("open311.no_key", lang),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": url,
                "changeset": changeset,
                "type": "test" if said.demo else "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def services(lang: str) -> list[Facts]:
    """Return the services: every one gives a token, never an id at once."""
    return [
        {
            "service_code": type,
            "service_name": name(type, lang),
            "description": say(f"forms.type.{type}.says", lang),
            "metadata": True,
            "type": "batch",
            "keywords": say(f"open311.keywords.{type}", lang),
            "group": say("open311.group.private" if type in PRIVATE else "open311.group.public", lang),
        }
        for type in TYPES
    ]


def name(type: str, lang: str) -> str:
    """Return what a service is called."""
    return say(f"forms.type.{type}", lang)


def definition(portal: Portal, limits: Limits, type: str, today: date, lang: str) -> dict[str, Facts]:
    """Return what the service asks: the unit, what it is about, and whether it may be public where it may."""
    units = [{"key": each.slug, "name": place(portal, each.slug, lang)} for each in portal.units.on(today)]
    asked = [
        _attribute(NOTICE, "text", notice(type, limits, lang)) | {"variable": False},
        _attribute("unit", "singlevaluelist", say("forms.field.unit", lang))
        | {"required": True, "datatype_description": say("forms.field.unit.help", lang), "values": units},
        _attribute("about", "string", say("open311.about", lang)),
    ]
    if type not in PRIVATE:
        answers = [{"key": each, "name": say(f"open311.public.{each}", lang)} for each in ("true", "false")]
        public = _attribute("public", "singlevaluelist", say("forms.field.public", lang))
        asked.append(public | {"datatype_description": say("open311.public", lang), "values": answers})
    attributes: list[Facts] = [each | {"order": order} for order, each in enumerate(asked, 1)]
    return {"service_code": type, "attributes": attributes}


def _attribute(code: str, datatype: str, description: str) -> dict[str, Facts]:
    return {
        "variable": True,
        "code": code,
        "datatype": datatype,
        "required": False,
        "datatype_description": None,
        "order": 0,
        "description": description,
    }


def notice(type: str, limits: Limits, lang: str) -> str:
    """Return who reads it, how long it is kept, what becomes public and how long it may be (PIPL Art. 17)."""
    years = f"{limits.case_days / 365:.1f}".removesuffix(".0")
    public = "forms.receipt.not_public" if type in PRIVATE else "open311.public"
    return "\n".join(
        (
            say("forms.privacy.who.any", lang),
            say("forms.privacy.until.says", lang, days=limits.contact_days, years=years),
            say(public, lang),
            say("forms.field.text.help", lang, most=limits.text),
        )
    )


def place(portal: Portal, slug: str, lang: str) -> str:
    """Return a unit as an address, from the most specific to the most general."""
    units = portal.units
    found = [units.get(slug), *units.ancestors(slug)]
    return say("open311.apart", lang).join(each.name.in_(lang) for each in found)
