"""Each text of a built site has a packed copy beside it, made of the same bytes, which goes when its folder goes."""

import gzip
from pathlib import Path

import pytest

from mingbai import frames, plugin
from mingbai.releases import pack
from tests.village import AS_OF, build_village


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plugin.build(build_village(tmp_path_factory.mktemp("portal")).root, None, AS_OF)


def test_a_page_has_a_copy_that_unpacks_to_itself(site: Path) -> None:
    copies = list(site.rglob("*.gz"))

    assert len(copies) > 20
    for copy in copies:
        assert gzip.decompress(copy.read_bytes()) == copy.with_suffix("").read_bytes()
    assert {copy.with_suffix("").suffix for copy in copies} >= {".html", ".js", ".css", ".xml", ".json"}


def test_no_text_of_a_kilobyte_goes_without(site: Path) -> None:
    texts = [path for path in site.rglob("*.html") if path.stat().st_size >= 1024]

    bare = [path for path in texts if not path.with_name(path.name + ".gz").is_file()]

    assert [path for path in bare if path.parent != site / frames.FOLDER] == []


def test_a_copy_bears_neither_name_nor_time(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(b"<p>" * 1000)

    pack(tmp_path)

    head = (tmp_path / "page.html.gz").read_bytes()[:10]
    assert head[3] == 0 and head[4:8] == b"\0\0\0\0"


def test_what_is_small_or_packed_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "short.html").write_bytes(b"<p>")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG" * 1000)

    pack(tmp_path)

    assert list(tmp_path.glob("*.gz")) == []
