"""Contract of every kind: its own example, typed into a workbook under the Chinese titles, comes in as it stands."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from mingbai.filings import FilingId
from mingbai.importing import Draft, Request, draft
from mingbai.kinds import Field, Kind
from mingbai.periods import Period
from tests.examples import KINDS, companions, home, place, use_with_companions
from tests.spreadsheets import Content, Sheet, made
from tests.village import AS_OF, Village, build_village


def _typed(field: Field, text: str) -> Content:
    """Return a cell as a clerk's program stores it."""
    if text == "":
        return None
    if field.type in ("number", "integer"):
        return Decimal(text)
    return date.fromisoformat(text) if field.type == "date" else text


def _plain(kind: Kind, row: dict[str, str]) -> dict[str, str | Decimal]:
    """Return what is not blank, figures by their worth."""
    types = kind.contract.types
    is_number = {name: types[name] in ("number", "integer") for name in row}
    return {name: Decimal(text) if is_number[name] else text for name, text in row.items() if text}


def _workbook(kind: Kind, format: str) -> bytes:
    fields = kind.schema.fields
    with (kind.folder / "example.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    cells = [[_typed(field, row.get(field.name, "")) for field in fields] for row in rows]
    return made(format, Sheet([[field.title.zh for field in fields], *cells]))


def _facts(kind: Kind) -> dict[str, str]:
    path = kind.folder / "example.yaml"
    said = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader) if path.exists() else {}
    return {name: value for name, value in said.get("header", {}).items() if isinstance(value, str)}


def _imported(village: Village, kind: Kind, format: str) -> Draft:
    use_with_companions(village, kind)
    for other in companions(kind):
        sheets = [(other.folder / f"example{end}") for end in (".csv", ".yaml")]
        content = [path.read_bytes() if path.exists() else None for path in sheets]
        place(village, other, Period.parse(other.example_period), content[0], content[1])
    id = FilingId(home(kind), kind.id, Period.parse(kind.example_period))
    for end in (".csv", ".yaml"):
        (village.root / f"{id.path}{end}").unlink(missing_ok=True)
    return draft(village.portal, _workbook(kind, format), Request("表.xlsx", id, facts=_facts(kind)), AS_OF)


@pytest.mark.parametrize("format", ["xlsx", "ods"])
@pytest.mark.parametrize(
    "kind", KINDS.values(), ids=str(list(KINDS)).strip("[]").replace("'", "").split(", ")
)
def test_the_example_of_a_kind_comes_in_as_it_stands(tmp_path: Path, kind: Kind, format: str) -> None:
    made_of_it = _imported(build_village(tmp_path), kind, format)

    wrong = [each.message("zh") for each in made_of_it.findings if each.severity == "error"]
    with (kind.folder / "example.csv").open(encoding="utf-8-sig", newline="") as stream:
        example = list(csv.DictReader(stream))
    came = list(csv.DictReader(io.StringIO(made_of_it.rows.decode(), newline="")))
    assert wrong == []
    assert [_plain(kind, row) for row in came] == [_plain(kind, row) for row in example]
