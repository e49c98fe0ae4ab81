"""What held nothing the last time is not looked into again; what may have changed always is."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mingbai.memory import Memory
from mingbai.scan import Finding, innocent, scan_data, scan_site
from tests.planting import mobile
from tests.village import Village

CHANCE = random.Random(7)
PAGE = "<p>二月支出 1,280.00 元</p>"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    return folder


@pytest.fixture
def memory(village: Village) -> Memory:
    opened = Memory.open(village.root / "build/scans", village.root / ".state/keys")
    assert opened is not None
    return opened


def count(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that are looked into from now on."""
    looked: list[str] = []

    def looking(name: str, data: bytes, declared: innocent.Declared) -> Iterator[Finding]:
        looked.append(Path(name).name)
        return scan_data(name, data, declared)

    monkeypatch.setattr("mingbai.scan.scan_data", looking)
    return looked


def test_only_what_changed_is_looked_into(
    village: Village, site: Path, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site / "other.html").write_text(PAGE * 2, encoding="utf-8")
    scan_site(village.portal, site, memory)
    looked = count(monkeypatch)
    (site / "other.html").write_text(PAGE * 3, encoding="utf-8")

    assert scan_site(village.portal, site, memory) == []
    assert looked == ["other.html"]


def test_without_a_memory_everything_is_looked_into(
    village: Village, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan_site(village.portal, site)
    looked = count(monkeypatch)

    scan_site(village.portal, site)

    assert looked == ["index.html"]


def test_what_was_found_is_found_again(village: Village, site: Path, memory: Memory) -> None:
    (site / "index.html").write_text(f"<p>电话 {mobile(CHANCE)}</p>", encoding="utf-8")

    assert len(scan_site(village.portal, site, memory)) == 1
    assert len(scan_site(village.portal, site, memory)) == 1


def test_what_comes_into_an_innocent_file_is_found(village: Village, site: Path, memory: Memory) -> None:
    scan_site(village.portal, site, memory)
    (site / "index.html").write_text(f"<p>电话 {mobile(CHANCE)}</p>", encoding="utf-8")

    assert [each.sort for each in scan_site(village.portal, site, memory)] == ["mobile"]


def test_a_name_is_looked_at_every_time(village: Village, site: Path, memory: Memory) -> None:
    scan_site(village.portal, site, memory)
    (site / "index.html").rename(site / f"{mobile(CHANCE)}.html")

    assert [each.sort for each in scan_site(village.portal, site, memory)] == ["mobile"]


def test_what_is_no_longer_declared_is_found(village: Village, site: Path, memory: Memory) -> None:
    number = mobile(CHANCE)
    (site / "index.html").write_text(f"<p>电话 {number}</p>", encoding="utf-8")
    declared = innocent.Declared({}, frozenset({("mobile", number)}))
    data = (site / "index.html").read_bytes()
    innocent.remember(memory, declared, [innocent.digest_of(site / "index.html", data)])

    assert [each.sort for each in scan_site(village.portal, site, memory)] == ["mobile"]


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-1], lambda data: data[:64] + b"\n" + b"0" * 32, lambda _: b""]
)
def test_a_false_memory_makes_everything_be_looked_into(
    village: Village,
    site: Path,
    memory: Memory,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[bytes], bytes],
) -> None:
    scan_site(village.portal, site, memory)
    for entry in memory.folder.iterdir():
        entry.write_bytes(spoil(entry.read_bytes()))
    looked = count(monkeypatch)

    scan_site(village.portal, site, memory)

    assert looked == ["index.html"]


def test_a_change_of_the_rules_makes_everything_be_looked_into(
    village: Village, site: Path, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan_site(village.portal, site, memory)
    monkeypatch.setattr("mingbai.scan.innocent._engine", lambda: "another")
    looked = count(monkeypatch)

    scan_site(village.portal, site, memory)

    assert looked == ["index.html"]
