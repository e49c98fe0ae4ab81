"""Contract of every kind: its workbook, filled in with its own example, is imported without a question."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from mingbai.cli import main
from mingbai.downloads.templates import template
from mingbai.filings import FilingId
from mingbai.importing import Request, draft
from mingbai.kinds import Kind
from mingbai.periods import Period
from tests.examples import KINDS, companions, home, place, use_with_companions
from tests.test_every_kind_imports import _facts, _typed
from tests.village import AS_OF, Village, build_village


def filled_in(kind: Kind) -> bytes:
    """Return the workbook of a kind with its example typed into it, facts above and rows below the heads."""
    book = openpyxl.load_workbook(io.BytesIO(template(kind)))
    sheet, facts = book.worksheets[0], _facts(kind)
    header = kind.header_schema.fields if kind.header_schema is not None else ()
    for row, field in enumerate(header, 3):
        if field.name in facts:
            sheet.cell(row, 2, _typed(field, facts[field.name]))
    with (kind.folder / "example.csv").open(encoding="utf-8", newline="") as stream:
        for row, cells in enumerate(csv.DictReader(stream), len(header) + 5):
            for column, field in enumerate(kind.schema.fields, 1):
                sheet.cell(row, column, _typed(field, cells.get(field.name, "")))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def settle(village: Village, kind: Kind) -> FilingId:
    """Put in what the rules of a kind read elsewhere, and return the filing that is to be made."""
    use_with_companions(village, kind)
    for other in companions(kind):
        paths = [other.folder / f"example{end}" for end in (".csv", ".yaml")]
        rows, facts = (path.read_bytes() if path.exists() else None for path in paths)
        place(village, other, Period.parse(other.example_period), rows, facts)
    id = FilingId(home(kind), kind.id, Period.parse(kind.example_period))
    for end in (".csv", ".yaml"):
        (village.root / f"{id.path}{end}").unlink(missing_ok=True)
    return id


@pytest.mark.parametrize(
    "kind", KINDS.values(), ids=str(list(KINDS)).strip("[]").replace("'", "").split(", ")
)
def test_the_workbook_of_a_kind_comes_back_as_it_was_filled_in(tmp_path: Path, kind: Kind) -> None:
    village = build_village(tmp_path)
    id = settle(village, kind)

    made = draft(village.portal, filled_in(kind), Request("表.xlsx", id), AS_OF)

    assert [each.message("zh") for each in made.findings if each.severity == "error"] == []
    assert made.rows is not None


def test_the_program_offers_the_options_and_refuses_what_the_check_would() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template(KINDS["finance"]))).worksheets[0]
    rules = {str(each.sqref): each for each in sheet.data_validations.dataValidation}

    assert [sheet.cell(6, column).value for column in range(1, 9)][:3] == ["序号", "日期", "科目"]
    assert (rules["C7:C206"].type, rules["B7:B206"].type) == ("list", "date")
    assert (rules["F7:F206"].type, rules["F7:F206"].formula1) == ("decimal", "0.0")
    assert "必填" in sheet.cell(6, 2).comment.text


def test_the_command_writes_it_once(
    village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "收支.xlsx"
    words = ["--portal", str(village.root), "template", "finance", "--out", str(target)]

    assert main(words) == 0 and str(target) in capsys.readouterr().out
    before = target.read_bytes()
    assert main(words) == 2 and "没有盖掉" in capsys.readouterr().err
    assert target.read_bytes() == before


def test_a_kind_that_is_not_there_is_told_with_those_that_are(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--portal", str(village.root), "template", "money"]) == 2
    assert "finance" in capsys.readouterr().err
