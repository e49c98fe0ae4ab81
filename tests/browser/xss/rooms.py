"""Brings payloads to forms, addresses and interfaces, and says which pages to open; letters have walks of their own."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

from tests.api.desk import HTTPS, token_in
from tests.browser.xss.findings import Visit
from tests.browser.xss.stage import CELL, CLERK, Stage, within

MULTIPART = "multipart/form-data"


def ask(stage: Stage) -> Iterator[Visit]:
    """The form: filled by a link, given back, taken."""
    hand, names = stage.hand, ("type", "unit", "about")
    linked = {name: hand.word(f"link {name}") for name in names}
    yield Visit("ask by link", f"/ask?{urlencode(linked)}", stage.silent(*(f"link {name}" for name in names)))
    row, token = stage.row()
    yield Visit("ask about a row", f"/ask?{urlencode({'about': f'{CELL}#{row}'})}", {token: True})
    for page, path in (("ask given back", "/ask"), ("ask given back in English", "/en/ask")):
        token = token_in_form(stage)
        shown, silent = ("text", "name", "contact", "about"), ("type", "unit", "public")
        form = {name: hand.words(f"{page} {name}") for name in (*shown, *silent)} | {"token": token}
        tried = stage.shown(*(f"{page} {name}" for name in shown))
        tried |= stage.silent(*(f"{page} {name}" for name in silent))
        yield Visit(page, path, tried, form=form, encoding=MULTIPART)
    most = stage.service.limits
    form = {"text": hand.words("taken text"), "name": hand.word("taken name")[: most.name]}
    form |= {"contact": hand.word("taken contact")[: most.contact]} | {
        "type": "inquiry",
        "unit": "west",
        "about": "/u/west/finance/2026-Q1/#1",
        "token": token_in_form(stage),
    }
    tried = stage.silent(*(f"taken {name}" for name in ("text", "name", "contact")))
    yield Visit("receipt", "/ask", tried, form=form, encoding=MULTIPART)


def token_in_form(stage: Stage) -> str:
    """Return the token of a fresh form."""
    return stage.client.get("/ask").text.split('name="token" value="')[1].split('"')[0]


def doors(stage: Stage) -> Iterator[Visit]:
    """The other forms: looking up, following, signing in, writing down what somebody says at the counter."""
    word = stage.hand.word
    form = {"receipt": word("typed receipt")}
    yield Visit("receipt given back", "/track", stage.shown("typed receipt"), form=form)
    form = {"feed": "", "address": word("address")}
    yield Visit("address given back", "/follow", stage.shown("address"), form=form)
    yield Visit("follow a feed", f"/follow?{urlencode({'feed': word('feed')})}", stage.silent("feed"))
    form = {name: word(f"sign-in {name}") for name in ("name", "password", "code")}
    tried = stage.silent(*(f"sign-in {name}" for name in form))
    yield Visit("sign in", "/desk/sign-in", tried, form=form)
    page = stage.staff[CLERK].client.get("/desk/new", base_url=HTTPS).text
    once = {"token": token_in(page), "once": page.split('name="once" value="')[1].split('"')[0]}
    shown, silent = ("about", "text", "name", "contact"), ("type", "unit", "channel", "public")
    form = {name: stage.hand.words(f"counter {name}") for name in (*shown, *silent)} | once
    tried = stage.shown(*(f"counter {name}" for name in shown))
    tried |= stage.silent(*(f"counter {name}" for name in silent))
    yield Visit("counter given back", "/desk/new", tried, CLERK, form)


def addresses(stage: Stage) -> Iterator[Visit]:
    """Addresses that lead nowhere, and questions that no page asks."""
    word = stage.hand.word
    for page, before, after in (
        ("no page", "/", ""),
        ("no page in English", "/en/", "/"),
        ("no unit", "/u/", "/"),
        ("no desk", "/desk/", ""),
        ("no case of a feed", "/track/feed/", ".xml"),
        ("no key", "/follow/", ""),
        ("no interface", "/api/v1/", ""),
        ("no receipt", "/api/v1/submissions/", ""),
        ("no token", "/open311/v2/tokens/", ".xml"),
        ("no request", "/open311/v2/requests/", ".json"),
        ("no service", "/open311/v2/services/", ".xml"),
        ("no face", "/open311/", ""),
        ("asked of a page", "/u/east/?", ""),
        ("led on", "/u/east?", ""),
        ("asked of a list", "/open311/v2/requests.xml?status=", ""),
        ("asked of the search", "/api/v1/search?q=", ""),
    ):
        yield Visit(page, before + quote(word(page), safe="") + after, stage.silent(page))


def machines(stage: Stage) -> Iterator[Visit]:
    """What the interfaces say of names that they do not know, opened as pages; they name 40 characters of each."""
    word = stage.hand.word
    name = word("parameter")
    yield Visit("unknown parameter", f"/api/v1/search?{quote(name, safe='')}=1", within(name, 40))
    name = word("field")
    yield Visit("unknown field", "/api/v1/submissions", within(name, 40), sent={name: "1"})
    for form in ("xml", "json"):
        path = f"/open311/v2/requests.{form}"
        said = {"service_code": "inquiry", "attribute[unit]": "west", "description": word(f"{form} words")}
        name = word(f"{form} ignored")
        tried = within(name, 40) | stage.silent(f"{form} words")
        yield Visit(f"ignored by Open311 {form}", path, tried, form=said | {name: "1"})
        name = word(f"{form} refused")
        tried = within(name, 40 - len("attribute["))
        yield Visit(f"refused by Open311 {form}", path, tried, form=said | {f"attribute[{name}]": "1"})


def search(stage: Stage) -> Iterator[Visit]:
    """The page that searches in the browser: what it says of the words asked for, and of what it found."""
    word = stage.hand.word
    for name in ("q", "unit", "kind", "year"):
        asked = {"q": "清淤"} | {name: word(f"search {name}")}
        yield Visit(f"search by {name}", f"/search/?{urlencode(asked)}", stage.shown(f"search {name}"))
    _, token = stage.row()
    yield Visit("search found", f"/search/?q={token}", {token: True})
    yield Visit("search found in English", f"/en/search/?q={token}", {token: True})


ROOMS = (ask, doors, addresses, machines, search)
