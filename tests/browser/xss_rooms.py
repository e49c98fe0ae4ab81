"""Brings payloads to every place where words from outside reach a page, and says which pages then to open.

Each room is a walk: it writes, yields the pages that show it, writes on. It looks at nothing itself.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

from flask import Flask

from forms_api import levels, receipts
from forms_api.acceptance import Acceptance
from forms_api.cases import by_number
from forms_api.desk.sessions import COOKIE
from tests.api.desk import HTTPS, Person, seen_on, token_in
from tests.browser.xss import TOKEN, Hand, Payload, Visit
from tests.village import Village

CLERK, SECOND, TOWN, INTAKE, OVER = "东办", "东二", "镇办", "镇收", "县督"
STAFF = {
    CLERK: ("east", "clerk"),
    SECOND: ("east", "clerk"),
    TOWN: ("town", "township"),
    INTAKE: ("town", "intake"),
    OVER: ("county", "supervisor"),
}
MULTIPART = "multipart/form-data"
TOO_LONG = "长" * 4001
CELL = "/u/east/finance/2026-Q1/"


class Stage:
    """The service from inside, to write with: residents, and staff who are signed in."""

    def __init__(self, app: Flask, village: Village, hand: Hand, rows: Sequence[Payload]) -> None:
        self.village, self.hand, self._rows = village, hand, rows
        self.approved: dict[int, list[str]] = {}
        self.service: Acceptance = app.extensions["acceptance"]
        now = datetime.now(village.portal.settings.timezone)
        self.called = "东二 " + hand.payloads[0].at(hand.place("name at the desk"))
        self.staff = {
            name: Person(app, village, self.called if name == SECOND else name, *post, at=now)
            for name, post in STAFF.items()
        }
        self.client = app.test_client()

    def cookies(self) -> dict[str, str]:
        """Return the cookie of everybody's session, `name=value`."""
        host = HTTPS.removeprefix("https://")
        found = {name: person.client.get_cookie(COOKIE, domain=host) for name, person in self.staff.items()}
        return {name: f"{COOKIE}={cookie.value}" for name, cookie in found.items() if cookie is not None}

    def write(self, text: str, **changes: object) -> tuple[str, int]:
        """Send a letter; return its receipt and its number."""
        said = {"type": "inquiry", "unit": "east", "text": text, "public": True} | changes
        answer = self.client.post("/api/v1/submissions", json=said)
        assert answer.status_code == 201, answer.text
        receipt = str(answer.get_json()["receipt"])
        case = self.service.find(receipts.read(receipt))
        assert case is not None
        return receipt, case.number

    def act(self, who: str, number: int, act: str, **typed: object) -> None:
        """Press a button at the desk."""
        answer = self.staff[who].act(number, act, **typed)
        assert answer.status_code == 303, f"{who} cannot {act} ({answer.status}): {answer.text}"

    def holder(self, receipt: str, wish: str, **typed: str) -> None:
        """Do what the holder of a receipt may."""
        answer = self.client.post(f"/track/{wish}", data={"receipt": receipt, **typed})
        assert answer.status_code == 200, answer.text

    def latest(self, number: int) -> str:
        """Return the last day to which a case may be extended."""
        with self.service.database.reading() as connection:
            case = by_number(connection, number)
        assert case is not None
        return levels.latest(self.service.portal, case).isoformat()

    def shown(self, *names: str) -> dict[str, bool]:
        """Return the tokens of fields that a page shows."""
        return {token: True for name in names for token in self.hand.tokens(name)}

    def silent(self, *names: str) -> dict[str, bool]:
        """Return the tokens of fields that a page holds back."""
        return {token: False for name in names for token in self.hand.tokens(name)}

    def row(self) -> tuple[int, str]:
        """Return the number of a row of the filing, another one in every round, and the token of its summary."""
        number = self.hand.round % len(self._rows)
        return number + 1, TOKEN.findall(self._rows[number].at(self.hand.place("summary")))[0]

    def sheet(self, page: str, who: str, number: int, act: str, shows: str, **typed: str) -> Visit:
        """Return the visit that presses a button in vain and gets its words back; `shows`: fields, with + between."""
        form = seen_on(self.staff[who].look(number).text) | {"act": act} | typed
        return Visit(page, f"/desk/cases/{number}", self.shown(*shows.split("+")), who, form)


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


def case(stage: Stage) -> Iterator[Visit]:
    """A letter from the first word to the approved draft: what its holder sees of it, and what staff do."""
    hand, words = stage.hand, stage.hand.words
    receipt, number = stage.write(
        words("letter"), name=hand.word("writer")[:40], contact=hand.word("contact")[:100]
    )
    again = hand.again("letter", "letter again")
    _, other = stage.write(again)
    yield Visit("queue", "/desk", listed(words("letter")) | listed(again), CLERK)
    alike = listed(words("letter")) | stage.shown("letter again")
    yield Visit("letters alike", f"/desk/cases/{other}", alike, CLERK)
    stage.act(CLERK, other, "merge", other=number)
    stage.holder(receipt, "remark", text=words("remark"))
    stage.act(CLERK, number, "extend", reason=words("extension"), due=stage.latest(number))
    stage.act(CLERK, number, "remember", reason=words("note"))
    stage.act(CLERK, number, "assign", account=stage.called)
    yield Visit("case of somebody", f"/desk/cases/{number}", {token_of(stage.called): True}, CLERK)
    yield Visit("queue of somebody", "/desk", {token_of(stage.called): True}, SECOND)
    yield from given_back(stage, number)
    stage.act(CLERK, number, "hand_up", reason=words("handing up"))
    stage.act(CLERK, number, "hand_over", reason=words("handing over"), unit="town")
    stage.act(TOWN, number, "hand_over", reason=words("handing back"), unit="east")
    stage.act(OVER, number, "urge", reason=words("urging"))
    story = stage.shown("remark", "extension", "handing up", "handing over", "handing back", "urging")
    tracked = {"receipt": receipt}
    hidden = stage.silent("letter", "writer", "contact", "note")
    yield Visit("track", "/track", story | hidden, form=tracked)
    yield Visit("track in English", "/en/track", story, form=tracked)
    yield Visit("case", f"/desk/cases/{number}", story | stage.shown("letter", "note"), CLERK)
    yield Visit("case as JSON", f"/api/v1/submissions/{receipt}", story)
    followed = stage.client.post("/track/feed", data=tracked).text
    feed = followed.split('<a href="/track/feed/')[1].split('"')[0]
    yield Visit("feed of a case", f"/track/feed/{feed}", stage.silent("letter", "remark"))
    long = {"receipt": receipt, "text": words("remark given back") + TOO_LONG}
    yield Visit("remark given back", "/track/remark", stage.shown("remark given back"), form=long)
    stage.act(CLERK, number, "answer", answer=words("first answer"))
    yield Visit("track, answered", "/track", stage.shown("first answer"), form=tracked)
    yield Visit("case, answered", f"/desk/cases/{number}", stage.shown("first answer"), CLERK)
    long = {"receipt": receipt, "text": words("reopening given back") + TOO_LONG}
    yield Visit("reopening given back", "/track/reopen", stage.shown("reopening given back"), form=long)
    stage.holder(receipt, "reopen", text=words("reopening"))
    stage.act(TOWN, number, "answer", answer=words("second answer"))
    tried = stage.shown("first answer", "reopening", "second answer")
    yield Visit("track, reopened", "/track", tried, form=tracked)
    yield Visit("case, reopened", f"/desk/cases/{number}", stage.shown("reopening", "second answer"), TOWN)
    yield Visit("answer as JSON", f"/api/v1/submissions/{receipt}", stage.shown("reopening", "second answer"))
    yield from publishing(stage, number)


def given_back(stage: Stage, number: int) -> Iterator[Visit]:
    """Every button of an open case pressed in vain, and the two that only show the page again."""
    words, long = stage.hand.words, TOO_LONG
    sheets = (
        ("answer", "answer", {"answer": words("sheet answer") + long}),
        ("preview", "preview", {"answer": words("sheet preview")}),
        ("canned", "canned", {"answer": words("sheet canned"), "canned": "thanks"}),
        ("extend", "due+reason", {"due": words("sheet due"), "reason": words("sheet reason")}),
        ("hand_up", "up", {"reason": words("sheet up") + long}),
        ("hand_over", "over", {"reason": words("sheet over") + long, "unit": "town"}),
        ("refer", "body+referral", {"body": words("sheet body"), "referral": words("sheet referral") + long}),
        ("merge", "other", {"other": words("sheet other")}),
        ("remember", "remember", {"reason": words("sheet remember") + long}),
    )
    for act, fields, typed in sheets:
        shows = "+".join(f"sheet {name}" for name in fields.split("+"))
        yield stage.sheet(f"{act} given back", CLERK, number, act, shows, **typed)
    urge = {"reason": words("sheet urge") + long}
    yield stage.sheet("urge given back", OVER, number, "urge", "sheet urge", **urge)
    silent = {name: stage.hand.word(f"sheet {name}") for name in ("account", "act", "steps")}
    for name, typed in (
        ("account", {"act": "assign"}),
        ("act", {}),
        ("steps", {"act": "remember", "reason": "x"}),
    ):
        form = seen_on(stage.staff[CLERK].look(number).text) | typed | {name: silent[name]}
        yield Visit(f"wrong {name}", f"/desk/cases/{number}", stage.silent(f"sheet {name}"), CLERK, form)


def publishing(stage: Stage, number: int) -> Iterator[Visit]:
    """An answered case on its way to the public site."""
    words = stage.hand.words
    yield Visit("queue, to be drafted", "/desk", listed(words("letter")), TOWN)
    typed = {"question": words("sheet question") + TOO_LONG, "answer": words("sheet reply")}
    typed |= {"reason": words("sheet why")}
    shows = "sheet question+sheet reply+sheet why"
    yield stage.sheet("draft given back", TOWN, number, "draft", shows, **typed)
    wrong = seen_on(stage.staff[TOWN].look(number).text) | {
        "act": "withhold",
        "article": stage.hand.word("sheet article"),
    }
    yield Visit("wrong article", f"/desk/cases/{number}", stage.silent("sheet article"), TOWN, wrong)
    draft = {"question": words("question"), "answer": words("reply"), "reason": words("changing")}
    stage.act(TOWN, number, "draft", **draft)
    yield Visit("queue, to be approved", "/desk", listed(words("letter")), SECOND)
    drafted = stage.shown("question", "reply", "changing")
    yield Visit("draft to be approved", f"/desk/cases/{number}", drafted, SECOND)
    yield Visit("draft to be changed", f"/desk/cases/{number}", drafted, TOWN)
    step = stage.staff[SECOND].look(number).text.split('name="draft" value="')[1].split('"')[0]
    stage.act(SECOND, number, "approve", draft=step)
    stage.approved[number] = [*stage.hand.tokens("question"), *stage.hand.tokens("reply")]


def referring(stage: Stage) -> Iterator[Visit]:
    """A letter that goes to somebody else."""
    words = stage.hand.words
    receipt, number = stage.write(words("letter to refer"))
    stage.act(CLERK, number, "refer", body=stage.hand.word("body")[:60], referral=words("referral"))
    tried = stage.shown("body", "referral")
    yield Visit("track, referred", "/track", tried, form={"receipt": receipt})
    yield Visit("case, referred", f"/desk/cases/{number}", tried | stage.shown("letter to refer"), CLERK)
    stage.act(CLERK, number, "withhold", article="privacy")


def report(stage: Stage) -> Iterator[Visit]:
    """A report, and the task that the unit concerned gets in other words."""
    words = stage.hand.words
    _, number = stage.write("村里不知道的事", type="report", public=False)
    typed = {"task": words("sheet task") + TOO_LONG}
    yield stage.sheet("task given back", INTAKE, number, "pass_on", "sheet task", **typed)
    stage.act(INTAKE, number, "pass_on", task=words("task"))
    queue = stage.staff[CLERK].queue()
    task = int(queue.split("/desk/tasks/")[1].split('"')[0])
    yield Visit("queue, with a task", "/desk", listed(words("task")), CLERK)
    yield Visit("task", f"/desk/tasks/{task}", stage.shown("task"), CLERK)
    form = {"token": token_in(queue), "outcome": words("sheet outcome") + TOO_LONG}
    yield Visit(
        "outcome given back", f"/desk/tasks/{task}", stage.shown("task", "sheet outcome"), CLERK, form
    )
    assert stage.staff[CLERK].report(task, words("outcome")).status_code == 303
    tried = stage.shown("task", "outcome")
    yield Visit("task, done", f"/desk/tasks/{task}", tried, CLERK)
    yield Visit("case with a task", f"/desk/cases/{number}", tried, INTAKE)
    stage.act(INTAKE, number, "answer", answer="办了")


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


def within(words: str, most: int) -> dict[str, bool]:
    """Return the token of words of which a page shows so many characters."""
    token = token_of(words)
    return {token: 0 <= words.find(token) <= most - len(token)}


def search(stage: Stage) -> Iterator[Visit]:
    """The page that searches in the browser: what it says of the words asked for, and of what it found."""
    word = stage.hand.word
    for name in ("q", "unit", "kind", "year"):
        asked = {"q": "清淤"} | {name: word(f"search {name}")}
        yield Visit(f"search by {name}", f"/search/?{urlencode(asked)}", stage.shown(f"search {name}"))
    _, token = stage.row()
    yield Visit("search found", f"/search/?q={token}", {token: True})
    yield Visit("search found in English", f"/en/search/?q={token}", {token: True})


def listed(words: str) -> dict[str, bool]:
    """Return the tokens of words of which a list shows the beginning, up to the last space in 120 characters."""
    begins = words if len(words) <= 120 else words[:117].rsplit(" ", 1)[0]
    return {token: token in begins for token in TOKEN.findall(words)}


def token_of(words: str) -> str:
    """Return the token in a text."""
    found = TOKEN.search(words)
    assert found is not None
    return found[0]


Room = Callable[[Stage], Iterator[Visit]]
ROOMS: tuple[Room, ...] = (ask, doors, addresses, machines, search)
WALKS: tuple[Room, ...] = (case, referring, report)
