"""Puts payloads into what is published, filings, prose and released answers, and says which built pages to open."""

import contextlib
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from forms_api.replies import command
from mingbai import checks
from mingbai.plugin import build
from tests.api.conftest import settle
from tests.browser.xss.findings import Visit
from tests.browser.xss.payloads import TOKEN, Hand, Payload
from tests.browser.xss.stage import CELL, Stage
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
    """Build a village whose filings and prose are payloads, and its site; return it and what stands in its rows."""
    village = settle(root)
    settings = (root / "mkdocs.yml").read_text("utf-8")
    village.write("mkdocs.yml", f"site_url: https://village.example/\n{settings}")
    village.write(".state/forms.yaml", LIFTED)
    (root / ".state").chmod(0o700)
    plain = [each for each in hand.payloads if each.text.isprintable() and each.text[0] not in "=+-@"]
    # The build refuses a site with such links, so as prose these never reach a browser.
    prose = "\n\n".join(each.at(hand.place("prose")) for each in plain if "](" not in each.text)
    village.write("content/words.md", f"# 话\n\n{prose}\n")
    village.write("content/en/words.md", f"# Words\n\n{prose}\n")
    village.write(f"{FILING}.yaml", yaml.safe_dump(facts(hand, plain), allow_unicode=True))
    village.write(NIL, yaml.safe_dump({"nil": {"reason": f"无；{one_of_each(hand, plain, 'nil')}"}}))
    village.write(f"{FILING}.csv", rows(hand, hand.payloads))
    found = checks.check(village.portal, [root / f"{FILING}.csv"], village.portal.today).findings
    refused = {each.row for each in found}
    taken = [each for line, each in enumerate(hand.payloads, 2) if line not in refused]
    village.write(f"{FILING}.csv", rows(hand, taken))
    build(root)
    return village, taken


def rows(hand: Hand, payloads: Sequence[Payload]) -> str:
    """Return a filing with a payload in the summary and in the note of every row, and no money moved."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("number", "date", "subject", "summary", "note", "income", "expenditure", "voucher"))
    for number, each in enumerate(payloads, 1):
        words = [each.at(hand.place(name)) for name in CELLS]
        cells = [
            said if len(said) <= most else "太长" for said, most in zip(words, CELLS.values(), strict=True)
        ]
        writer.writerow((number, "2026-01-08", "经营收入", *cells, "0.00", "", ""))
    return out.getvalue()


def facts(hand: Hand, payloads: Sequence[Payload]) -> dict[str, object]:
    """Return what is said of the filing: one payload of each group in an opinion, all as reasons of corrections."""
    reasons = [each.at(hand.place("correction")) for each in payloads]
    return {
        "header": {"opening": "0.00", "closing": "0.00"},
        "supervision": {"opinion": one_of_each(hand, payloads, "opinion"), "date": "2026-04-08"},
        "display": {"place": "村部公示栏", "from": "2026-04-09", "until": "2026-04-24"},
        "corrections": [
            {"date": "2026-04-10", "sort": "update", "rows": ["1"], "reason": reason} for reason in reasons
        ],
    }


def one_of_each(hand: Hand, payloads: Sequence[Payload], name: str) -> str:
    """Return a payload of each group, in one text: it holds 2000 characters."""
    first = {each.group: each for each in reversed(payloads)}.values()
    return "；".join(each.at(hand.place(name)) for each in first)


def publish(stage: Stage) -> None:
    """Release what was approved and build the site again."""
    with contextlib.redirect_stdout(io.StringIO()):
        command.main(["--portal", str(stage.village.root), "release"])
    stage.village.receive({f"datasets/filings/{REPLIES[3:-1]}.csv": "2026-04-09T09:30:00+08:00"})
    build(stage.village.root)


def published(stage: Stage) -> Iterator[Visit]:
    """The built site, its files, and what the interfaces tell of it."""
    cells, facts = tokens_in(stage, f"{FILING}.csv"), tokens_in(stage, f"{FILING}.yaml")
    told = dict.fromkeys(stage.approved, True)
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
