"""Reads the form-encoded body of a GeoReport request into what `judge` takes; it judges and stores nothing.

What has no use here is not kept and named to the sender: coordinates, for there is no map and they may lead to a home;
pictures elsewhere, for nothing is fetched; numbers of devices and accounts, for nobody is asked who they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from forms_api.open311.services import NOTICE
from forms_api.submissions import clean
from mingbai.messages import say

FIELDS = {
    "type": "service_code",
    "unit": "attribute[unit]",
    "about": "attribute[about]",
    "text": "description",
    "name": "first_name, last_name",
    "contact": "email, phone",
    "public": "attribute[public]",
}
_USED = (
    *("service_code", "description", "first_name", "last_name", "email", "phone", "address_string"),
    *("attribute[unit]", "attribute[about]", "attribute[public]"),
)
_UNSAID = ("jurisdiction_id", "api_key", f"attribute[{NOTICE}]")  # one jurisdiction, no keys, nothing asked
_MOST_FIELDS = 200
_NAMED = 10


class Malformed(ValueError):
    """The body is no form in UTF-8."""


class SaidTwice(ValueError):
    """A field stands twice with something in it; `field` is its name."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Sent:
    """What came: `said` for `judge`, and the names of what was not kept."""

    said: dict[str, object]
    ignored: tuple[str, ...]


def read(body: bytes) -> Sent:
    """Return what a body says; an empty field counts as left out. Raises Malformed, SaidTwice."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Malformed from None
    fields = dict(pairs)
    for name in fields:
        if name in _USED and sum(each == name for each, _ in pairs) > 1:
            raise SaidTwice(name)
    return Sent(_said(fields), _ignored(fields))


def _said(fields: Mapping[str, str]) -> dict[str, object]:
    public = fields.get("attribute[public]", "false")
    said: dict[str, object] = {
        "type": fields.get("service_code"),
        "unit": fields.get("attribute[unit]"),
        "about": fields.get("attribute[about]"),
        "text": _text(fields),
        "name": _name(fields.get("first_name", ""), fields.get("last_name", "")),
        "contact": " ".join(fields[each] for each in ("phone", "email") if each in fields),
        "public": {"true": True, "false": False}.get(public, public),
    }
    return said | {name: fields[name] for name in fields if _is_attribute(name) and not _known(name)}


def _text(fields: Mapping[str, str]) -> str:
    """Return the words, and below them the place where one was named: whoever handles it has to find it."""
    words, at = fields.get("description", ""), clean(fields.get("address_string", ""))
    return f"{words}\n{say('open311.place', 'zh', place=at)}" if at and clean(words) else words


def _name(first: str, last: str) -> str:
    """Return a name as its owner would write it: 王小明, but John Smith."""
    if first and last and not f"{first}{last}".isascii():
        return f"{last}{first}"
    return f"{first} {last}".strip()


def _ignored(fields: Mapping[str, str]) -> tuple[str, ...]:
    names = (clean(name)[:40] for name in fields if not _is_attribute(name) and not _known(name))
    return tuple(name for name in names if name)[:_NAMED]


def _is_attribute(name: str) -> bool:
    # One that the definition does not know is refused, not ignored: `attribute[publik]` would lose a wish.
    return name.startswith("attribute[")


def _known(name: str) -> bool:
    return name in _USED or name in _UNSAID
