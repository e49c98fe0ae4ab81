"""What can be seen of a page: too wide, unreadable, in the wrong language, out of reach; it judges no page by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

SCREENS = (360, 820, 1024, 1280)  # a small phone, a tablet both ways, a desk
ZOOMED = 320  # what is left of a desk at 400 % (WCAG 1.4.10); nobody turns on large type besides

# Every element that reaches beyond the window, outermost first; what scrolls inside its own box is not meant.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((each) => each.getBoundingClientRect().right > width + 0.5)
    .map((each) => `${each.tagName.toLowerCase()}.${each.className}: ${each.textContent.trim().slice(0, 30)}`)
    .slice(0, 4);
}"""

# Chinese characters in text that does not say it is Chinese.
UNMARKED = r"""() => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, parent = text.parentElement;
    if (!/\p{Script=Han}/u.test(text.data) || /^(SCRIPT|STYLE|NOSCRIPT)$/.test(parent.tagName)) continue;
    const lang = parent.closest("[lang]").lang;
    if (!lang.startsWith("zh")) found.push(`${parent.tagName.toLowerCase()}.${parent.className}: ${text.data.trim()}`);
  }
  return found;
}"""

# Text whose colour is too near to what lies behind it (WCAG 2.2, 1.4.3); colours here are opaque.
UNREADABLE = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const clear = (colour) => parts(colour).length === 4 && parts(colour)[3] === 0;
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!clear(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, parent = text.parentElement;
    if (!text.data.trim() || parent.closest("script, style, noscript, option, .hide, .skip")) continue;
    if (!parent.getClientRects().length) continue;
    const style = getComputedStyle(parent);
    const ink = parent.closest("svg") ? style.fill : style.color;
    const [dark, bright] = [light(ink), light(behind(parent))].sort((one, other) => one - other);
    const ratio = (bright + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${parent.tagName}: ${text.data.trim()}`);
  }
  return found;
}"""

# The five words: for each its text, and whether it is the current one.
WORDS = """() => [...document.querySelectorAll(".md-tabs a")]
  .map((each) => [each.textContent.trim(), each.getAttribute("aria-current") === "page"])"""

# Where the focus is: its tag and class, whether it is on the screen, and how thick its outline is.
FOCUS = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  return {
    name: `${at.tagName.toLowerCase()}.${at.className}`,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.left < innerWidth,
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
  };
}"""


@dataclass(frozen=True)
class Visit:
    """What was seen of one page: what is too wide on which screen, in the usual size and in 关怀版, and the rest."""

    address: str
    too_wide: dict[int, list[str]]
    too_wide_large: dict[int, list[str]]
    complaints: list[str]
    strangers: list[str]
    words: list[tuple[str, bool]]
    unmarked: list[str]


class Ears:
    """Hears what a page complains about and whom it calls, from now on."""

    def __init__(self, page: Page, own: str) -> None:
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self._own = urlsplit(own).netloc
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        called = urlsplit(request.url)
        if called.scheme in ("http", "https", "ws", "wss") and called.netloc != self._own:
            self.strangers.append(request.url)

    def forget(self) -> None:
        """Begin anew, for the next page."""
        self.complaints, self.strangers = [], []


def visit(page: Page, address: str, ears: Ears) -> Visit:
    """Open `address` and look at it on every screen, in both sizes of type."""
    ears.forget()
    page.goto(address, wait_until="load")
    words = [(text, current) for text, current in _list(page, WORDS)]
    too_wide, unmarked = _too_wide(page, (ZOOMED, *SCREENS)), _list(page, UNMARKED)
    page.evaluate("document.documentElement.classList.add('elder')")
    return Visit(
        address, too_wide, _too_wide(page, SCREENS), ears.complaints, ears.strangers, words, unmarked
    )


def _too_wide(page: Page, screens: Sequence[int]) -> dict[int, list[str]]:
    """Return what reaches beyond each screen that is not wide enough."""
    found = {}
    for width in screens:
        page.set_viewport_size({"width": width, "height": 780})
        if beyond := _list(page, TOO_WIDE):
            found[width] = beyond
    return found


def _list(page: Page, script: str) -> list[Any]:
    found: list[Any] = page.evaluate(script)
    return found
