"""Notices for the wall: what the page prints, of one village or of a town, and a sentence where that cannot be."""

import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader

from mingbai import plugin
from mingbai.cli import main
from tests.village import AS_OF, Village


def text_of(path: Path) -> str:
    """Return what a PDF says; the font has some signs twice, as radicals and as words."""
    return unicodedata.normalize("NFKC", "".join(page.extract_text() for page in PdfReader(path).pages))


def call(village: Village, out: Path, *words: str) -> int:
    return main(["--portal", str(village.root), "notices", "--out", str(out), *words])


@pytest.fixture
def built(village: Village) -> Village:
    plugin.build(village.root, None, AS_OF)
    return village


def test_a_village_prints_its_quarter(built: Village, tmp_path: Path) -> None:
    assert call(built, tmp_path / "east.pdf", "--unit", "east", "--period", "2026-Q1") == 0

    pages = PdfReader(tmp_path / "east.pdf").pages
    text = text_of(tmp_path / "east.pdf")
    assert "东渠清淤首付款" in text and "10,999.50" in text
    assert round(pages[0].mediabox.height) == 842  # points: A4


def test_a_town_prints_all_its_villages_on_larger_paper(built: Village, tmp_path: Path) -> None:
    assert call(built, tmp_path / "town.pdf", "--unit", "town", "--period", "2026", "--paper", "A3") == 0

    pages = PdfReader(tmp_path / "town.pdf").pages
    text = text_of(tmp_path / "town.pdf")
    assert all(name in text for name in ("东头村", "西头村", "南巷社区"))
    assert round(pages[0].mediabox.height) in (1190, 1191)  # points: A3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--unit", "nobody", "--period", "2026-Q1"), "没有「nobody」"),
        (("--unit", "east", "--period", "2019-Q1"), "没有公开件可印"),
        (("--unit", "east", "--period", "last spring"), "不是一期"),
        (("--unit", "east", "--period", "2026-Q1"), "还没有建"),
    ],
)
def test_what_cannot_be_printed_is_said_and_nothing_written(
    village: Village,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    assert call(village, tmp_path / "a.pdf", *words) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "a.pdf").exists()


def test_a_machine_without_a_browser_is_told_what_to_install(
    built: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert call(built, tmp_path / "a.pdf", "--unit", "east", "--period", "2026-Q1") == 2
    assert "apt install chromium" in capsys.readouterr().err


def test_a_file_that_is_there_is_not_overwritten(
    built: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pdf").write_text("mine", encoding="utf-8")

    assert call(built, tmp_path / "a.pdf", "--unit", "east", "--period", "2026-Q1") == 2
    assert (tmp_path / "a.pdf").read_text("utf-8") == "mine" and "没有盖掉" in capsys.readouterr().err
