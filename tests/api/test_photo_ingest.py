"""The one way by which a picture gets in: nothing hidden comes along, nothing hostile gets in or reaches anything."""

import random
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from PIL import Image

from forms_api.limits import Limits
from forms_api.photos import ingest
from forms_api.photos.ingest import Ingest, Unfit
from forms_api.writer import Busy
from tests.api.photographs import (
    PLACE,
    SECRET,
    damaged,
    disguised,
    encoded,
    loaded,
    moving,
    promised,
    scene,
    seen,
    told_by_the_phone,
)

SORTS = ("JPEG", "PNG", "WEBP")
PAGE = b"<script>alert(1)</script>"
RED, BLUE = (255, 0, 0), (0, 0, 255)
# A program in place of the child: what a decoder that was taken over might do, before or after it was confined.
PLANTED = """
import sys
sys.path.insert(0, {folder!r})
import child
{act}
"""


@pytest.fixture(scope="module")
def opener() -> Ingest:
    return Ingest(Limits())


def near(one: Any, other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    program = tmp_path / "planted.py"
    program.write_text(PLANTED.format(folder=str(ingest.PROGRAM.parent), act=act), "utf-8")
    monkeypatch.setattr(ingest, "PROGRAM", program)


# What comes out.


@pytest.mark.parametrize("sort", SORTS)
def test_place_device_profile_comment_and_all_that_hides_are_gone(opener: Ingest, sort: str) -> None:
    sent = loaded(sort)
    assert sent.count(SECRET) >= 4 and PLACE in sent

    kept = opener.repaint(sent)

    assert SECRET not in kept and PLACE not in kept
    assert b"Exif" not in kept and b"ICC_PROFILE" not in kept and b"xmpmeta" not in kept
    assert set(seen(kept).info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not seen(kept).getexif()


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_the_right_way_up(opener: Ingest, sort: str, orientation: int) -> None:
    corners = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
    sent = encoded(scene(64, 32), sort, exif=told_by_the_phone(orientation), quality=95)

    picture = seen(opener.repaint(sent))

    assert picture.size == ((64, 32) if orientation < 5 else (32, 64))
    for across, down in ((0, 0), (1, 0), (0, 1), (1, 1)):
        point = (4 + across * (picture.width - 9), 4 + down * (picture.height - 9))
        assert near(picture.getpixel(point), RED if (across, down) == corners[orientation] else BLUE)


@pytest.mark.parametrize("sort", SORTS)
def test_a_large_photo_becomes_a_small_one_of_the_same_shape(opener: Ingest, sort: str) -> None:
    assert seen(opener.repaint(encoded(scene(4000, 3000), sort))).size == (1600, 1200)
    assert seen(opener.repaint(encoded(scene(30, 20), sort))).size == (30, 20)


@pytest.mark.parametrize(
    ("sent", "colour"),
    [
        (encoded(Image.new("CMYK", (20, 20), (0, 255, 255, 0))), RED),
        (encoded(Image.new("L", (20, 20), 128)), (128, 128, 128)),
        (encoded(Image.new("I;16", (20, 20), 128 * 256), "PNG"), (128, 128, 128)),
        (encoded(Image.new("1", (20, 20), 1), "PNG"), (255, 255, 255)),
        (encoded(Image.new("LA", (20, 20), (0, 0)), "PNG"), (255, 255, 255)),
        (encoded(Image.new("RGBA", (20, 20), (255, 0, 0, 128)), "PNG"), (255, 127, 127)),
        (encoded(Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "WEBP", exact=True), (255, 255, 255)),
        (encoded(Image.new("P", (20, 20), 0), "PNG", transparency=0), (255, 255, 255)),
        (encoded(Image.new("RGB", (20, 20), RED), "PNG", transparency=RED), (255, 255, 255)),
        (encoded(Image.new("RGB", (1, 1), RED)), RED),
        (encoded(Image.new("RGB", (60_000, 1), RED)), RED),
        (encoded(Image.new("RGB", (1, 60_000), RED), "PNG"), RED),
    ],
    ids="cmyk grey 16-bit one-bit see-through half veiled palette keyed tiny wide tall".split(),
)
def test_every_way_to_hold_colours_comes_out_as_a_person_would_see_it(
    opener: Ingest, sent: bytes, colour: tuple[int, int, int]
) -> None:
    picture = seen(opener.repaint(sent))

    assert picture.mode == "RGB"
    assert near(picture.getpixel((picture.width // 2 if picture.width > 1 else 0, 0)), colour)


def test_of_the_several_pictures_in_a_phone_s_jpeg_the_photo_is_kept(opener: Ingest) -> None:
    several = encoded(scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (9, 9))])

    assert seen(opener.repaint(several)).size == (40, 20)


def test_twenty_four_megapixels_as_phones_count_them_are_taken(opener: Ingest) -> None:
    assert seen(opener.repaint(encoded(Image.new("RGB", (5712, 4284))))).size == (1600, 1200)


# What does not get in.


@pytest.mark.parametrize(("name", "sent"), disguised().items(), ids=disguised())
def test_what_is_no_photo_is_refused_with_its_reason(opener: Ingest, name: str, sent: bytes) -> None:
    with pytest.raises(Unfit) as refused:
        opener.repaint(sent)

    assert refused.value.reason == name.split()[0]


def test_the_process_opens_no_other_sort_than_the_one_it_was_told(opener: Ingest) -> None:
    command = [sys.executable, "-I", str(ingest.PROGRAM), "JPEG", *opener._bounds()]

    done = subprocess.run(command, input=encoded(scene(), "PNG"), capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (1, b"broken")


def test_a_photo_that_is_a_page_as_well_comes_out_as_a_photo_only(opener: Ingest) -> None:
    assert PAGE not in opener.repaint(encoded(scene(), comment=PAGE) + PAGE)


def test_too_many_bytes_are_refused_before_anything_opens_them(
    opener: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "PROGRAM", Path("/nowhere"))

    with pytest.raises(Unfit, match="size"):
        opener.repaint(encoded(scene()) + bytes(8 * 1024 * 1024))


def test_three_hundred_damaged_files_are_a_photo_or_a_reason_and_nothing_else(opener: Ingest) -> None:
    chance = random.Random(20260416)
    whole = [loaded(sort) for sort in SORTS] + [
        moving("PNG"),
        moving("WEBP"),
        encoded(scene(), progressive=True),
    ]
    sent = [damaged(chance, chance.choice(whole)) for _ in range(300)]

    def outcome(photo: bytes) -> str:
        try:
            return "photo" if seen(opener.repaint(photo)).mode == "RGB" else "?"
        except Unfit as reason:
            return reason.reason

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(outcome, sent))

    assert set(outcomes) <= {"photo", "broken", "sort", "pixels", "moving"}
    assert outcomes.count("photo") > 20 and outcomes.count("broken") > 20


# The process that opens it.

LARGE = promised(5000, 4800)  # unfolds to a hundred megabytes


def test_a_photo_that_needs_more_memory_than_there_is_for_one_is_refused(opener: Ingest) -> None:
    assert seen(opener.repaint(LARGE)).size == (1600, 1536)

    with pytest.raises(Unfit, match="broken"):
        Ingest(Limits(photo_memory=120 * 1024 * 1024)).repaint(LARGE)


def test_a_child_that_forgot_its_limit_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forgetful = "child.confine = lambda *_: None\nsys.exit(child.main(sys.argv[1], *map(int, sys.argv[2:])))"
    plant(tmp_path, monkeypatch, forgetful)

    assert Ingest(Limits(photo_memory=120 * 1024 * 1024)).repaint(LARGE)


@pytest.mark.parametrize(
    "act",
    [
        "open('/etc/passwd')",
        "import socket; socket.socket()",
        "import os; os.pipe()",
        "hoard = [bytearray(64 * 2**20) for _ in range(40)]",
        "sys.stdout.buffer.write(b'\\xff\\xd8\\xff' + bytes(5 * 2**20))",
    ],
    ids=["file", "line", "pipe", "memory", "flood"],
)
@pytest.mark.parametrize("confined", [True, False], ids=["confined", "free"])
def test_a_decoder_that_was_taken_over_reaches_nothing(
    opener: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, confined: bool
) -> None:
    limit = "child.confine(480 * 2**20, 10, 4 * 2**20)" if confined else ""
    plant(tmp_path, monkeypatch, f"{limit}\n{act}\nsys.stdout.buffer.write(b'\\xff\\xd8\\xff reached')")

    with pytest.raises(Unfit) if confined else nullcontext():
        assert opener.repaint(encoded(scene())).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "act",
    [
        "while True: pass",
        "import time; time.sleep(60)",
        f"sys.stdout.write({PAGE.decode()!r})",
        "sys.exit(7)",
        "",
    ],
    ids=["busy", "asleep", "page", "failed", "silent"],
)
def test_a_process_that_does_not_bring_a_photo_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    plant(tmp_path, monkeypatch, act)

    with pytest.raises(Unfit, match="broken"):
        Ingest(Limits(photo_seconds=1)).repaint(encoded(scene()))


def test_a_picture_that_takes_too_long_is_given_up_by_its_own_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, monkeypatch, "child.confine(480 * 2**20, 1, 1)\nwhile True: pass")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime

    with pytest.raises(Unfit, match="broken"):
        Ingest(Limits(photo_seconds=60)).repaint(encoded(scene()))

    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 5


def test_only_so_many_are_opened_at_a_time_and_the_next_is_told_to_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, monkeypatch, "import time; time.sleep(60)")
    opener = Ingest(Limits(photo_processes=2, photo_wait=0.1, photo_seconds=1))

    def occupy() -> None:
        with suppress(Unfit):
            opener.repaint(encoded(scene()))

    others = [Thread(target=occupy) for _ in range(2)]
    for each in others:
        each.start()
    while opener._places._value:
        pass
    with pytest.raises(Busy):
        opener.repaint(encoded(scene()))
    for each in others:
        each.join()
    with pytest.raises(Unfit):
        opener.repaint(encoded(scene()))
