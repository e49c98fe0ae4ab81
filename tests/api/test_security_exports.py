"""Nothing that people take away makes a spreadsheet calculate (OWASP: CSV injection; CWE-1236), whoever wrote it."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from forms_api.database import Database
from forms_api.submissions import clean
from forms_api.tables import DRAFTS
from mingbai import downloads
from mingbai.cli import main
from mingbai.edition import publish_all
from mingbai.errors import BuildRefused
from mingbai.sheets.hidden import HIDDEN
from tests.api.conftest import settle
from tests.api.desk import Person, Writer
from tests.village import AS_OF, FINANCE, FINANCE_FACTS, Village

STARTS = [
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    "＝",
    "＋",
    "－",
    "＠",
    "\u200b=",
    "\ufeff=",
    "\x00=",
    " =",
    "　＝",
    '"=',
]
BODIES = ["1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://evil.example","看")', "SUM(1+9)*cmd|' /C calc'!A0"]
PAYLOADS = [start + body for start in STARTS for body in BODIES]
_DANGEROUS = tuple("=+-@＝＋－＠")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def formulas(text: str) -> list[str]:
    """Return the cells that some spreadsheet would calculate; negative numbers are numbers."""
    cells = (cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")) for cell in row)
    shown = ((cell, HIDDEN.sub("", cell).strip()) for cell in cells)
    return [cell for cell, seen in shown if seen.startswith(_DANGEROUS) and not _NUMBER.fullmatch(cell)]


def test_a_planted_formula_is_found_and_numbers_are_not() -> None:
    planted = io.StringIO(newline="")
    csv.writer(planted).writerows(
        [[payload, "字", "-5.00", "12"] for payload in PAYLOADS if payload[0] != '"']
    )

    assert len(formulas(planted.getvalue())) >= 60
    assert formulas("a,-5.00,12,桥=路,2026-01-01\r\n") == []


# What is published: the tables of every filing, and the board.

TEXTS = ("subject", "summary", "note", "voucher")
# A filing that is imported or merged is written as its kind's contract lets it: texts that begin a formula are refused.
WRITERS = {
    "forms_api/replies/reply_rows.py",
    "forms_api/statistics/command.py",
    "site/mingbai/downloads/tables.py",
    "site/mingbai/downloads/books.py",  # its cells are values, whatever they begin with
    "site/mingbai/downloads/templates.py",  # words of the kind alone
    "site/mingbai/downloads/packages.py",  # describes tables
    "site/mingbai/downloads/catalogues.py",  # lists them
    "site/mingbai/pages/described.py",  # names them for engines
    "site/mingbai/downloads/duties.py",
    "site/mingbai/importing/composing.py",
    "site/mingbai/anonymity/merged.py",
    "site/mingbai/withdrawn.py",  # a list in git that no page offers; a reason that begins a formula is refused
    "site/mingbai/withdrawal/committing.py",  # rows of a filing that was checked, with fewer words
}


def filed(village: Village, field: str, payload: str) -> None:
    """Put `payload` into one text of the first row of a filing."""
    rows = list(csv.DictReader(io.StringIO(FINANCE)))
    rows[0][field] = payload
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    village.write("datasets/filings/east/finance/2026-Q1.csv", out.getvalue())


def taken_away(village: Village, out: Path) -> Iterator[str]:
    """Yield every CSV that a build of the village puts beside its pages; none when it is refused."""
    try:
        downloads.write(publish_all(village.portal, AS_OF), out)
    except BuildRefused:
        return
    yield from (path.read_text("utf-8-sig") for path in out.rglob("*.csv"))


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("payload", PAYLOADS[:: len(BODIES)], ids=ascii)
def test_no_text_of_a_filing_leaves_as_a_formula(tmp_path: Path, field: str, payload: str) -> None:
    village = settle(tmp_path / "portal")
    filed(village, field, payload)

    assert [cell for text in taken_away(village, tmp_path / "out") for cell in formulas(text)] == []


@pytest.mark.parametrize("body", BODIES)
def test_a_formula_in_a_filing_stops_the_build_and_names_the_cell(tmp_path: Path, body: str) -> None:
    village = settle(tmp_path / "portal")
    filed(village, "summary", f"={body}")

    with pytest.raises(BuildRefused) as refused:
        publish_all(village.portal, AS_OF)

    assert "2026-Q1.csv" in refused.value.message and "公式" in refused.value.message


def test_what_only_looks_like_a_formula_inside_a_sentence_is_published(tmp_path: Path) -> None:
    village = settle(tmp_path / "portal")
    filed(village, "summary", "单价=3，4-5月，a@b，+2")

    found = list(taken_away(village, tmp_path / "out"))

    assert any("单价=3，4-5月，a@b，+2" in text for text in found)
    assert len(found) >= 4  # the filings of two villages and the tables of the board
    assert [cell for text in found for cell in formulas(text)] == []


@pytest.mark.parametrize("payload", ["=1+1", "＋1", "@x", "-cmd"])
def test_what_is_said_of_a_whole_filing_cannot_be_a_formula_either(tmp_path: Path, payload: str) -> None:
    village = settle(tmp_path / "portal")
    facts = FINANCE_FACTS.replace("凭证齐全，同意公布", f"'{payload}'")
    village.write("datasets/filings/east/finance/2026-Q1.yaml", facts)

    with pytest.raises(BuildRefused):
        publish_all(village.portal, AS_OF)


def test_every_place_that_writes_csv_is_known_here() -> None:
    root = Path(__file__).resolve().parents[2]
    sources = [*(root / "site/mingbai").rglob("*.py"), *(root / "forms_api").rglob("*.py")]
    writing = re.compile(r"csv\.(writer|DictWriter)|Workbook\(|xlsxwriter|text/csv")

    found = {each.relative_to(root).as_posix() for each in sources if writing.search(each.read_text("utf-8"))}

    assert found == WRITERS


# What residents and clerks write: it reaches a table only as a released answer.


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r\n=", "\u200b="])
def test_a_question_or_answer_that_is_a_formula_is_not_released(
    app: Flask, village: Village, capsys: pytest.CaptureFixture[str], begin: str
) -> None:
    payload = f"{begin}HYPERLINK(1)"
    writer = Writer(app, village, text="屋顶谁做的？")
    one, other = Person(app, village, "小周", "east"), Person(app, village, "老王", "east")
    one.act(writer.number, "answer", answer="禾平公司做的。")
    refused = one.act(writer.number, "draft", question=payload, answer=payload, reason="换了说法")
    one.act(writer.number, "draft", question="屋顶谁做的？", answer="禾平公司做的。", reason="换了说法")
    step = other.look(writer.number).text.split('name="draft" value="')[1].split('"')[0]
    assert other.act(writer.number, "approve", draft=step).status_code == 303

    with Database.of(village.root / ".state").changing() as connection:  # as if the desk had let it pass
        connection.execute(update(DRAFTS).values(question=clean(payload), answer=clean(payload)))

    status = main(["replies", "--portal", str(village.root), "release"])

    told = capsys.readouterr().err
    tables = [path.read_text("utf-8") for path in (village.root / "datasets/filings").rglob("*.csv")]
    assert refused.status_code == 422
    assert status == 1 and "公式" in told
    assert [cell for text in tables for cell in formulas(text)] == []
    assert not any("HYPERLINK" in text for text in tables)
