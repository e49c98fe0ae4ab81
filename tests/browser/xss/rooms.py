"""Brings payloads to forms, addresses and interfaces, and says which pages to open; letters have walks of their own."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

from tests.api.desk import HTTPS, token_in
from tests.browser.xss.findings import Visit
from tests.browser.xss.stage import CELL, CLERK, KEEPER, SECOND, Stage, token_of, within

MULTIPART = "multipart/form-data"
ASKED_FOR = 190  # characters that a search takes
ASKED = {"asked of a page": 200, "led on": 200, "asked of a list": 400, "asked of the search": 200}


def ask(stage: Stage) -> Iterator[Visit]:
    """The form: filled by a link, and given back."""
    words, names = stage.hand.words, ("type", "unit", "about")
    linked = {name: words(f"link {name}") for name in names}
    yield Visit("ask by link", f"/ask?{urlencode(linked)}", stage.silent(*(f"link {name}" for name in names)))
    for page, path in (("ask given back", "/ask"), ("ask given back in English", "/en/ask")):
        shown, silent = ("text", "name", "contact", "about"), ("type", "unit", "public")
        form = {name: words(f"{page} {name}") for name in (*shown, *silent)} | {"token": token_in_form(stage)}
        tried = stage.shown(*(f"{page} {name}" for name in shown))
        tried |= stage.silent(*(f"{page} {name}" for name in silent))
        yield Visit(page, path, tried, form=form, encoding=MULTIPART, status=422)


def token_in_form(stage: Stage) -> str:
    """Return the token of a fresh form."""
    return stage.client.get("/ask").text.split('name="token" value="')[1].split('"')[0]


def doors(stage: Stage) -> Iterator[Visit]:
    """The doors of staff, and the form for what somebody says at the counter."""
    words = stage.hand.words
    form = {name: words(f"sign-in {name}") for name in ("name", "password", "code")}
    tried = stage.silent(*(f"sign-in {name}" for name in form))
    yield Visit("sign in", "/desk/sign-in", tried, form=form, status=403)
    page = stage.staff[CLERK].client.get("/desk/new", base_url=HTTPS).text
    once = {"token": token_in(page), "once": page.split('name="once" value="')[1].split('"')[0]}
    shown, silent = ("about", "text", "name", "contact"), ("type", "unit", "channel", "public")
    form = {name: words(f"counter {name}") for name in (*shown, *silent)} | once
    tried = stage.shown(*(f"counter {name}" for name in shown))
    tried |= stage.silent(*(f"counter {name}" for name in silent))
    yield Visit("counter given back", "/desk/new", tried, CLERK, form, status=422)


def search(stage: Stage) -> Iterator[Visit]:
    """The page that searches in the browser, and what it says of the words asked for."""
    for name in ("q", "unit", "kind", "year"):
        asked = {"q": "清淤"} | {name: stage.hand.words(f"search {name}", ASKED_FOR)}
        yield Visit(f"search by {name}", f"/search/?{urlencode(asked)}", stage.shown(f"search {name}"))


def narrow(stage: Stage) -> Iterator[Visit]:
    """Where there is room for one payload only: short fields, and one row of what was published at a time."""
    word, most = stage.hand.word, stage.service.limits
    row, token = stage.row()
    yield Visit("ask about a row", f"/ask?{urlencode({'about': f'{CELL}#{row}'})}", {token: True})
    yield Visit("search found", f"/search/?q={token}", {token: True})
    yield Visit("search found in English", f"/en/search/?q={token}", {token: True})
    form = {"text": word("taken text"), "name": word("taken name")[: most.name], "unit": "west"}
    form |= {
        "contact": word("taken contact")[: most.contact],
        "type": "inquiry",
        "token": token_in_form(stage),
    }
    tried = stage.silent(*(f"taken {name}" for name in ("text", "name", "contact")))
    yield Visit("receipt", "/ask", tried, form=form, encoding=MULTIPART, status=201)
    name, contact = word("writer's name")[: most.name], word("writer's contact")[: most.contact]
    _, number = stage.write("路灯坏了", name=name, contact=contact, public=False)
    stage.act(CLERK, number, "answer", answer="修好了")  # or it would wait in every queue
    met = within(word("writer's name"), most.name) | within(word("writer's contact"), most.contact)
    yield Visit("writer of a letter", f"/desk/cases/{number}/writer", met, CLERK)
    sought = within(word("words looked for"), 40)
    path = f"/desk/cases?{urlencode({'words': word('words looked for')})}"
    yield Visit("letters looked for", path, sought, CLERK)
    form = {"receipt": word("typed receipt")}
    yield Visit("receipt given back", "/track", stage.shown("typed receipt"), form=form, status=404)
    form = {"feed": "", "address": word("address")}
    yield Visit("address given back", "/follow", stage.shown("address"), form=form, status=422)


def addresses(stage: Stage) -> Iterator[Visit]:
    """Addresses that lead nowhere, and questions that no page asks."""
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
        ("no feed", "/follow?feed=", ""),
        ("asked of a page", "/u/east/?", ""),
        ("led on", "/u/east?", ""),
        ("asked of a list", "/open311/v2/requests.xml?status=", ""),
        ("asked of the search", "/api/v1/search?q=", ""),
    ):
        path = before + quote(stage.hand.words(page, ASKED_FOR), safe="") + after
        yield Visit(page, path, stage.silent(page), status=404 if page.startswith("no ") else ASKED[page])


def machines(stage: Stage) -> Iterator[Visit]:
    """What the interfaces say of names that they do not know, opened as pages; they name 40 characters of each."""
    word = stage.hand.word
    name = word("parameter")
    yield Visit("unknown parameter", f"/api/v1/search?{quote(name, safe='')}=1", within(name, 40), status=422)
    name = word("field")
    yield Visit("unknown field", "/api/v1/submissions", within(name, 40), sent={name: "1"}, status=422)
    for form in ("xml", "json"):
        path = f"/open311/v2/requests.{form}"
        said = {"service_code": "inquiry", "attribute[unit]": "west", "description": word(f"{form} words")}
        name = word(f"{form} ignored")
        tried = within(name, 40) | stage.silent(f"{form} words")
        yield Visit(f"ignored by Open311 {form}", path, tried, form=said | {name: "1"}, status=201)
        name = word(f"{form} refused")
        tried = within(name, 40 - len("attribute["))
        said |= {f"attribute[{name}]": "1"}
        yield Visit(f"refused by Open311 {form}", path, tried, form=said, status=400)


def accounts(stage: Stage) -> Iterator[Visit]:
    """The accounts of staff: the list, one of them, a new one that cannot be made, one that is not there."""
    called = {token_of(stage.called): True}
    yield Visit("accounts", "/desk/accounts", called, KEEPER)
    yield Visit("account", f"/desk/accounts?{urlencode({'name': stage.called})}", called, KEEPER)
    yield Visit("own account", "/desk/account", called, SECOND)
    page = stage.staff[KEEPER].client.get("/desk/accounts", base_url=HTTPS).text
    form = {"act": "add", "token": token_in(page), "name": stage.hand.words("new account")}
    yield Visit("account given back", "/desk/accounts", stage.shown("new account"), KEEPER, form, status=422)
    path = f"/desk/accounts?{urlencode({'name': stage.hand.words('no account')})}"
    yield Visit("no account", path, stage.silent("no account"), KEEPER, status=404)


ONE_AT_A_TIME = (narrow, machines)
SEVERAL = (ask, doors, accounts, search, addresses)
