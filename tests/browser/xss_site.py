"""Puts payloads into what is published, filings, prose and released answers, and says which built pages to open."""

import contextlib
import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import yaml

from forms_api import replies
from mingbai import checks
from mingbai.errors import MingbaiError
from mingbai.plugin import build
from tests.api.conftest import settle
from tests.browser.xss import TOKEN, Hand, Payload, Visit
from tests.browser.xss_rooms import CELL, Stage
from tests.village import Village

REPLIES = "/u/east/inquiry/2026/"
FILING = f"datasets/filings{CELL[2:-1]}"
NIL = "datasets/filings/lane/finance/2026-Q1.yaml"
CELLS = {"summary": 60, "note of a row": 80}  # characters that each takes
LIFTED = """\
per_hour: 1000000000
burst: 1000000000
all_per_hour: 1000000000
all_burst: 1000000000
lookups_per_second: 1000000000
lookups_burst: 1000000000
"""


def found_village(root: Path, hand: Hand) -> tuple[Village, list[Payload]]:
    """Build a village whose filing, facts and prose are payloads, and its site; return it and what the check took."""
    village = settle(root)
    settings = (root / "mkdocs.yml").read_text("utf-8")
    village.write("mkdocs.yml", f"site_url: https://village.example/\n{settings}")
    village.write(".state/forms.yaml", LIFTED)
    (root / ".state").chmod(0o700)
    plain = [each for each in hand.payloads if each.text.isprintable() and each.text[0] not in "=+-@"]
    first = {each.group: each for each in reversed(plain)}.values()  # a fact holds 2000 characters
    nil = "；".join(each.at(hand.place("nil")) for each in first)
    # The build refuses a site with such links, so as prose these never reach a browser.
    prose = "\n\n".join(each.at(hand.place("prose")) for each in plain if "](" not in each.text)
    village.write(NIL, yaml.safe_dump({"nil": {"reason": f"无；{nil}"}}))
    village.write("content/words.md", f"# 话\n\n{prose}\n")
    village.write("content/en/words.md", f"# Words\n\n{prose}\n")
    facts = {
        "supervision": {
            "opinion": "；".join(each.at(hand.place("opinion")) for each in first),
            "date": "2026-04-08",
        },
        "display": {"place": "村部公示栏", "from": "2026-04-09", "until": "2026-04-24"},
        "corrections": [
            {
                "date": "2026-04-10",
                "sort": "update",
                "rows": ["1"],
                "reason": each.at(hand.place("correction")),
            }
            for each in plain
        ],
    }
    taken = list(hand.payloads)
    for _ in range(3):
        file(village, hand, taken, facts)
        wrong = {
            each.row for each in checks.check(village.portal, [root / f"{FILING}.csv"], date.today()).findings
        }
        if not wrong:
            break
        taken = [each for line, each in enumerate(taken, 2) if line not in wrong]
    build(root)
    return village, taken


def file(village: Village, hand: Hand, taken: Sequence[Payload], facts: dict[str, object]) -> None:
    """Write the filing: a payload in the summary and the note of every row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("number", "date", "subject", "summary", "note", "income", "expenditure", "voucher"))
    for number, each in enumerate(taken, 1):
        words = [each.at(hand.place(name)) for name in CELLS]
        fitting = [
            said if len(said) <= most else "太长" for said, most in zip(words, CELLS.values(), strict=True)
        ]
        writer.writerow((number, "2026-01-08", "经营收入", *fitting, "1.00", "", ""))
    village.write(f"{FILING}.csv", out.getvalue())
    said = {"header": {"opening": "0.00", "closing": f"{len(taken)}.00"}} | facts
    village.write(f"{FILING}.yaml", yaml.safe_dump(said, allow_unicode=True))


def publish(stage: Stage) -> list[int]:
    """Release what was approved and build the site again; return the numbers of those that the check refused."""
    refused = []
    for number in stage.approved:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                replies.main(["--portal", str(stage.village.root), "release", str(number)])
        except MingbaiError:
            refused.append(number)
    stage.village.receive({f"datasets/filings/{REPLIES[3:-1]}.csv": "2026-04-09T09:30:00+08:00"})
    build(stage.village.root)
    return refused


def published(stage: Stage, refused: Sequence[int]) -> Iterator[Visit]:
    """The built site, its files, and what the interfaces tell of it."""
    cells, facts = tokens_in(stage, f"{FILING}.csv"), tokens_in(stage, f"{FILING}.yaml")
    told = {token: number not in refused for number, pair in stage.approved.items() for token in pair}
    for tree, lang in (("/", ""), ("/en/", " in English")):
        yield Visit(f"filing{lang}", f"{tree}{CELL[1:]}", cells | facts)
        yield Visit(f"released answers{lang}", f"{tree}{REPLIES[1:]}", told)
    yield Visit("filing as CSV", f"{CELL}2026-Q1.csv", cells)
    yield Visit("released answers as CSV", f"{REPLIES}2026.csv", told)
    for form in ("xml", "json"):
        yield Visit(f"list of Open311 {form}", f"/open311/v2/requests.{form}", told)
    yield Visit("nothing to report", "/u/lane/finance/2026-Q1/", tokens_in(stage, NIL))
    yield Visit("prose", "/words/", tokens_in(stage, "content/words.md"))
    for path in holding(stage):
        yield Visit(path, path, {})


def holding(stage: Stage) -> list[str]:
    """Return the address of every built file in which a payload stands, indexes of search and feeds among them."""
    site = (stage.village.root / "build" / "site").resolve()
    texts = [
        path for path in sorted(site.rglob("*")) if path.suffix in (".html", ".xml", ".js", ".json", ".csv")
    ]
    found = [path for path in texts if TOKEN.search(path.read_text("utf-8"))]
    return [f"/{path.relative_to(site)}".removesuffix("index.html") for path in found]


def tokens_in(stage: Stage, path: str) -> dict[str, bool]:
    """Return the tokens in a file of the portal, all of them to be shown."""
    return dict.fromkeys(TOKEN.findall((stage.village.root / path).read_text("utf-8")), True)
