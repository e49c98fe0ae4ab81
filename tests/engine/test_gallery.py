"""The gallery shows every picture that is taken, and no other."""

import re

import pytest

from tests.bench import gallery


@pytest.mark.parametrize("page", ["content/gallery.md", "content/en/gallery.md"])
def test_every_picture_that_is_taken_is_shown_with_words_for_who_cannot_see_it(page: str) -> None:
    shown = re.findall(
        r"!\[([^\]]+)\]\([./]*images/gallery/([^)]+)\.webp\)", (gallery.ROOT / page).read_text("utf-8")
    )

    assert sorted(name for _, name in shown) == sorted(shot.name for shot in gallery.SHOTS)
    assert len({words for words, _ in shown}) == len(shown)


def test_every_picture_lies_there_and_none_is_heavy() -> None:
    sizes = {path.stem: path.stat().st_size for path in gallery.FOLDER.glob("*")}

    assert set(sizes) == {shot.name for shot in gallery.SHOTS}
    assert max(sizes.values()) < 150_000
