"""Looks at pages that show what others wrote, in a browser that tells when any of it ran; it writes no letter itself.

A payload gets a token of its own for each field it is put into, so whatever runs names the field it came from. What
counts as run: a call of `hit`, a dialog, a request to another origin, a page that is led away, an evaluated template.
What became an element or an attribute without running is an escape, and no better.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from playwright.sync_api import BrowserContext, Dialog, Error, Frame, Page, Request

PAYLOADS = Path(__file__).parents[1] / "fixtures" / "xss.yaml"
STRIDE = 7  # so far apart the fields begin
MOST = 290  # characters that every field for words takes
TOKEN = re.compile(r"q[0-9]{6}")
EVALUATED = re.compile(r"(q[0-9]{6})(?:49|7777777)")

SUBMIT = """([path, form, encoding]) => {
  const html = (name, facts) => Object.assign(document.createElementNS("http://www.w3.org/1999/xhtml", name), facts);
  const sheet = html("form", { method: "post", action: path, enctype: encoding });
  for (const [name, value] of Object.entries(form)) {
    const held = html("textarea", { name });  // an input would lose the ends of lines
    held.value = value;
    sheet.appendChild(held);
  }
  (document.body || document.documentElement).appendChild(sheet);
  HTMLFormElement.prototype.submit.call(sheet);
}"""

# What the page holds as words, and what of the payloads became markup; that is touched in every way and given time.
EXAMINE = r"""async () => {
  const token = /q[0-9]{6}/, born = new Set(), touched = [];
  const words = [document.documentElement.textContent, document.title];
  for (const each of document.querySelectorAll("*")) {
    if (typeof each.value === "string") words.push(each.value);
    const made = /^(script|style)$/i.test(each.localName) && each.type !== "application/json" ? each.textContent : "";
    if (token.test(made)) born.add(token.exec(made)[0]);
    for (const { name, value } of each.attributes) {
      if (!token.test(value)) continue;
      const scheme = value.replace(/[\x00-\x20]/g, "").toLowerCase();
      const address = /^(href|src|action|formaction|data|xlink:href|poster|background|srcdoc)$/.test(name);
      const runs = address && /^(javascript|data|vbscript):/.test(scheme);
      if (name === "mark" || name === "style" || name === "srcdoc" || name.startsWith("on") || runs) {
        born.add(token.exec(value)[0]);
      }
      touched.push(each);
    }
  }
  const kinds = ["mouseover", "mouseenter", "pointerenter", "focus", "focusin", "animationstart", "wheel", "copy",
    "keydown", "input", "change", "toggle", "begin", "error", "load"];
  for (const each of touched) {
    kinds.forEach((kind) => each.dispatchEvent(new Event(kind)));
    const away = each.closest("a[href]");
    if (!away || /^(javascript|data|vbscript):/.test(away.protocol)) each.dispatchEvent(new MouseEvent("click", {
      bubbles: true, cancelable: true }));
  }
  if (born.size) await new Promise((done) => setTimeout(done, 400));
  return [words.join("\n"), [...born]];
}"""


@dataclass(frozen=True)
class Payload:
    """One way to make a browser run something; `number` is its place in the file."""

    number: int
    group: str
    text: str

    def at(self, place: int) -> str:
        """Return it with the token for a field."""
        return self.text.replace("ID", f"q{self.number:03}{place:03}")


def payloads() -> list[Payload]:
    """Read all of them."""
    groups = yaml.safe_load(PAYLOADS.read_text(encoding="utf-8"))
    pairs = [(group, text) for group, texts in groups.items() for text in texts]
    return [Payload(number, group, text) for number, (group, text) in enumerate(pairs)]


class Hand:
    """Deals payloads to fields, in every round the next; each field begins somewhere else and gets all in the end."""

    def __init__(self, payloads: Sequence[Payload]) -> None:
        self.payloads = payloads
        self.places: dict[str, int] = {}
        self.round = 0
        self._given: dict[str, int] = {}
        self._dealt: dict[str, list[Payload]] = {}

    def take(self, payloads: Sequence[Payload]) -> None:
        """Deal others from now on."""
        self.payloads = payloads
        self._dealt.clear()

    def next_round(self) -> None:
        """Take the cards back."""
        self.round += 1
        self._dealt.clear()

    def word(self, name: str) -> str:
        """Return the one payload that is written into a field in this round."""
        return self.words(name, 0)

    def words(self, name: str, most: int = MOST) -> str:
        """Return what is written into a field in this round: as many payloads as it takes, a line each."""
        if name not in self._dealt:
            self._dealt[name] = self._next(name, most)
        return self._written(name)

    def again(self, name: str, other: str) -> str:
        """Return the payloads of a field for another one."""
        self._dealt[other] = self._dealt[name]
        return self._written(other)

    def tokens(self, name: str) -> list[str]:
        """Return the tokens that a field carries in this round."""
        return TOKEN.findall(self._written(name))

    def place(self, name: str) -> int:
        """Return the number of a field."""
        return self.places.setdefault(name, len(self.places))

    def field_of(self, token: str) -> str:
        """Return the field that a token was made for."""
        return list(self.places)[int(token[4:])]

    def _written(self, name: str) -> str:
        return "\n".join(each.at(self.place(name)) for each in self._dealt[name])

    def _next(self, name: str, most: int) -> list[Payload]:
        place, count = self.place(name), len(self.payloads)
        at = self._given.get(name, STRIDE * place)
        dealt, length = [self.payloads[at % count]], len(self.payloads[at % count].at(place))
        while len(dealt) < count:
            more = self.payloads[(at + len(dealt)) % count]
            length += 1 + len(more.at(place))
            if length > most:
                break
            dealt.append(more)
        self._given[name] = at + len(dealt)
        return dealt


@dataclass(frozen=True)
class Visit:
    """One page to be opened: as who, where, with which form.

    `tried`: each token that is behind the page, and whether the page shows it. `sent`: a request that no form can
    make; its answer is then opened as a page.
    """

    page: str
    path: str
    tried: Mapping[str, bool]
    who: str = ""
    form: Mapping[str, str] | None = None
    encoding: str = "application/x-www-form-urlencoded"
    sent: object = None


@dataclass(frozen=True)
class Seen:
    """What one visit saw: all words of the page, what ran (how, and what it said), the tokens that became markup."""

    words: str
    ran: list[tuple[str, str]]
    born: list[str]


Combination = tuple[str, str, int]  # a page, a field that it shows, and the number of the payload in it


@dataclass
class Findings:
    """What came of all visits: combinations tried, seen as words, and behind pages that do not show the field."""

    tried: set[Combination] = field(default_factory=set)
    seen: set[Combination] = field(default_factory=set)
    silent: set[Combination] = field(default_factory=set)
    executions: Counter[tuple[str, str]] = field(default_factory=Counter)
    escapes: Counter[tuple[str, str]] = field(default_factory=Counter)
    visits: int = 0

    @property
    def lost(self) -> set[Combination]:
        """What was given to a page that shows it and did not arrive there: refused, or cut off."""
        return self.tried - self.seen - self.silent

    @property
    def places(self) -> set[tuple[str, str]]:
        """Every field on every page that has to show it."""
        return {(page, name) for page, name, _ in self.tried - self.silent}

    @property
    def reached(self) -> set[tuple[str, str]]:
        """Those where at least one payload was seen."""
        return {(page, name) for page, name, _ in self.seen}


class Watcher:
    """A browser that opens pages and notes what runs; `bare` takes away the policy that would hide what runs."""

    def __init__(self, context: BrowserContext, address: str, cookies: Mapping[str, str]) -> None:
        self._context, self._own, self._cookies = context, address, cookies
        self._who = ""
        self._ran: list[tuple[str, str]] = []
        self._moves = 0
        context.expose_binding("hit", lambda _, *said: self._ran.append(("hit", str(said))))
        context.on("request", self._requested)
        self._page: Page = context.new_page()
        context.on("page", lambda page: self._ran.append(("opened", page.url)))
        self._page.on("dialog", self._dialog)
        self._page.on("framenavigated", self._moved)
        self._page.goto(f"{address}/healthz")

    def look(self, visit: Visit) -> Seen:
        """Open a page and touch all in it that came from a payload."""
        self._become(visit.who)
        self._moves = 0
        words, born = self._open(visit), []
        if words is None:
            found = self._page.evaluate(EXAMINE)
            words, born = found[0], found[1]
        if self._moves > 1:
            self._ran.append(("led away", self._page.url))
        self._ran += [("evaluated", each) for each in EVALUATED.findall(words)]
        ran, self._ran = self._ran, []  # what comes later is the next page's, and lost to none
        return Seen(words, ran, born)

    def _open(self, visit: Visit) -> str | None:
        """Open it; return its words when it is nothing that a browser shows, but takes down as a file."""
        page, address = self._page, self._own + visit.path
        if visit.form is not None:
            with page.expect_navigation(wait_until="domcontentloaded"):
                page.evaluate(SUBMIT, [visit.path, dict(visit.form), visit.encoding])
            return None
        try:
            if visit.sent is None:
                page.goto(address, wait_until="domcontentloaded")
            else:
                answer = self._context.request.post(address, data=visit.sent)
                page.route(address, lambda route: route.fulfill(response=answer))
                page.goto(address, wait_until="domcontentloaded")
                page.unroute(address)
        except Error as reason:
            if "Download is starting" not in reason.message:
                raise
            return self._context.request.get(address).text()
        if visit.page.startswith("search"):
            page.wait_for_selector("html[data-searched]", state="attached")
        return None

    def _become(self, who: str) -> None:
        if who != self._who:
            self._context.clear_cookies()
            name, _, value = self._cookies[who].partition("=") if who else ("", "", "")
            if who:
                facts: Any = {
                    "name": name,
                    "value": value,
                    "url": self._own.replace("http:", "https:"),
                    "secure": True,
                    "httpOnly": True,
                }
                self._context.add_cookies([facts | {"sameSite": "Strict"}])
            self._who = who

    def _requested(self, request: Request) -> None:
        called = urlsplit(request.url)
        if called.scheme in ("http", "https", "ws", "wss") and called.netloc != urlsplit(self._own).netloc:
            self._ran.append(("called", request.url))

    def _dialog(self, dialog: Dialog) -> None:
        self._ran.append(("dialog", dialog.message))
        dialog.dismiss()

    def _moved(self, frame: Frame) -> None:
        self._moves += frame.parent_frame is None


def note(findings: Findings, hand: Hand, visit: Visit, seen: Seen) -> None:
    """Add what was seen on one visit; words that a page shows without being told to count as well."""
    there = set(TOKEN.findall(seen.words))
    findings.visits += 1
    for token in there | set(visit.tried):
        key = (visit.page, hand.field_of(token), int(token[1:4]))
        findings.tried.add(key)
        if token in there:
            findings.seen.add(key)
        elif not visit.tried[token]:
            findings.silent.add(key)
    for how, what in seen.ran:
        found = TOKEN.search(what)
        findings.executions[(visit.page, f"{hand.field_of(found[0]) if found else '?'}: {how}")] += 1
    for token in seen.born:
        findings.escapes[(visit.page, hand.field_of(token))] += 1
