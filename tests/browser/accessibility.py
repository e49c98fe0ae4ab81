"""Looks at a page with axe-core (WCAG 2.2 A and AA, and its best practices), dressed as somebody wants to see it."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
# One page of every sort, and of filings one of each form: a ledger, counts of people, steps, a list, nothing to report.
SORTS = (
    *(
        "/",
        "/u/",
        "/u/qinghe/",
        "/u/jichuan/",
        "/u/lianqiao/",
        "/u/lianqiao/finance/",
        "/board/",
        "/systems/",
    ),
    *(
        "/k/",
        "/k/finance/",
        "/k/finance/fix/",
        "/fix/",
        "/catalogue/",
        "/figures/",
        "/search/",
        "/glossary/",
        "/handbook/",
        "/method/",
    ),
    *("/privacy/", "/privacy/finance/", "/u/lianqiao/finance/2026-Q2/", "/u/lianqiao/assist/2026-Q3/"),
    *(
        "/u/lianqiao/debt/2026-Q3/",
        "/u/lianqiao/contract/2026/",
        "/offline/",
        "/ask",
        "/track",
        "/desk",
        "/nowhere/",
    ),
)


@dataclass(frozen=True)
class Look:
    """How a page is seen: on a light or dark screen, as usual or in large type (关怀版)."""

    scheme: str
    cared: bool

    def __str__(self) -> str:
        return f"{self.scheme} {'large' if self.cared else 'usual'}"


LOOKS = [Look(scheme, cared) for scheme in ("light", "dark") for cared in (False, True)]


def dressed(browser: Browser, look: Look) -> BrowserContext:
    """Return a phone that shows pages like that."""
    scheme = "dark" if look.scheme == "dark" else "light"
    context = browser.new_context(viewport={"width": 360, "height": 780}, color_scheme=scheme)
    if look.cared:
        context.add_init_script("try { localStorage.setItem('care', 'on'); } catch (refused) {}")
    return context


def faults(page: Page) -> list[str]:
    """Return what is wrong: the rule, how it is not met, and the first element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:160]}" for each in found["violations"]]
