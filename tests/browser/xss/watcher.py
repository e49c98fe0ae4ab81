"""Opens pages in a browser that tells when anything ran; it judges nothing."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Dialog, Error, Frame, Page, Request, Response

from tests.browser.xss.findings import Seen, Visit

EVALUATED = re.compile(r"(q[0-9]{6}q)(?:49|7777777)")

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
  const token = /q[0-9]{6}q/, born = new Set(), touched = [];
  const words = [document.documentElement.textContent, document.title];
  for (const each of document.querySelectorAll("*")) {
    if (typeof each.value === "string") words.push(each.value);
    const runs_as_code = /^(script|style)$/i.test(each.localName) && !/^application\/(ld\+)?json$/.test(each.type);
    const made = runs_as_code ? each.textContent : "";
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


class Watcher:
    """Somebody with a browser: opens pages as whoever a visit says, touches what came from payloads, tells what ran."""

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
        status, words, born = 200, "", []
        try:
            status = self._open(visit)
            words, born = self._page.evaluate(EXAMINE)
        except Error as reason:
            if "Download is starting" not in reason.message:
                raise
            words = self._context.request.get(self._own + visit.path).text()  # a file, which no browser shows
        if self._moves > 1:
            self._ran.append(("led away", self._page.url))
        self._ran += [("evaluated", each) for each in EVALUATED.findall(words)]
        ran, self._ran = self._ran, []  # what comes later is the next page's, and lost to none
        return Seen(status, words, ran, born)

    def _open(self, visit: Visit) -> int:
        """Open a page and return the status of the answer."""
        page, address = self._page, self._own + visit.path
        response: Response | None
        if visit.form is not None:
            with page.expect_navigation(wait_until="domcontentloaded") as leading:
                page.evaluate(SUBMIT, [visit.path, dict(visit.form), visit.encoding])
            response = leading.value
        elif visit.sent is not None:
            answer = self._context.request.post(address, data=visit.sent)
            page.route(address, lambda route: route.fulfill(response=answer))
            response = page.goto(address, wait_until="domcontentloaded")
            page.unroute(address)
        else:
            response = page.goto(address, wait_until="domcontentloaded")
        if visit.page.startswith("search"):
            page.wait_for_selector("html[data-searched]", state="attached")
        return 0 if response is None else response.status

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
