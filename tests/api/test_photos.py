"""Photos with a letter: nothing hidden comes along, nothing hostile gets in, only who may see the letter sees them."""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from forms_api import cases
from forms_api.acceptance import Acceptance
from forms_api.backup.command import back_up, restore
from forms_api.database import FILE, Database
from forms_api.desk.accounts import ROLES
from forms_api.limits import Limits
from forms_api.retention import forget
from forms_api.submissions import judge
from forms_api.tables import METADATA, PHOTOS
from tests.api.conftest import NOW, Start, letter, settle, stored
from tests.api.desk import HTTPS, enrol, enter, number_of
from tests.api.photographs import encoded, loaded, moving, parts, promised, scene, seen
from tests.api.test_ask import LINK, count, receipt_on, written
from tests.village import Village

NAME = "IMG_王某家门口.jpg"


def as_fields(form: dict[str, str], *photos: bytes) -> list[tuple[bytes, bytes]]:
    """The parts of a form as a browser makes them: without photos there is one without a name."""
    words = [(b'name="%s"' % name.encode(), value.encode()) for name, value in form.items()]
    named = [
        (b'name="photo"; filename="%s"\r\nContent-Type: image/jpeg' % NAME.encode(), each) for each in photos
    ]
    return words + (named or [(b'name="photo"; filename=""\r\nContent-Type: application/octet-stream', b"")])


def post_bytes(client: FlaskClient, body: bytes, boundary: str = "edge", path: str = "/ask") -> TestResponse:
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def send(client: FlaskClient, *photos: bytes, link: str = LINK, **changes: str) -> TestResponse:
    """Send the form as a browser does, with photos."""
    body = parts(*as_fields(written(client, link, **changes), *photos))
    return post_bytes(client, body, path=link.partition("?")[0])


# With a letter.


def test_photos_are_kept_with_the_letter_and_its_holder_is_told_how_many(
    client: FlaskClient, village: Village
) -> None:
    page = send(client, loaded("JPEG"), loaded("WEBP"))

    assert page.status_code == 201 and "附了 2 张照片" in page.text
    assert "附了 2 张照片" in client.post("/track", data={"receipt": receipt_on(page)}).text
    assert stored(village, "SELECT place FROM photos ORDER BY place") == [(1,), (2,)]
    photos = [content for (content,) in stored(village, "SELECT content FROM photos")]
    assert all(seen(content).size == (40, 20) for content in photos)


@pytest.mark.parametrize("tree", ["", "/en"])
def test_the_form_without_photos_is_sent_as_before(client: FlaskClient, village: Village, tree: str) -> None:
    page = send(client, link=tree + LINK)

    assert page.status_code == 201 and "张照片" not in page.text and "photo" not in page.text.lower()
    assert stored(village, "SELECT count(*) FROM photos") == [(0,)]


def test_the_form_asks_for_photos_in_words_and_works_without_a_script(steady: FlaskClient) -> None:
    page = steady.get(LINK).text

    assert 'enctype="multipart/form-data"' in page
    assert '<label for="photo">照片（可以不放）</label>' in page and 'aria-describedby="photo-help"' in page
    assert 'type="file" accept="image/jpeg,image/png,image/webp" multiple' in page
    assert "最多 3 张，每张不超过 8 MB" in page and "从不公开，答复后 183 天删除" in page
    assert "名字、联系方式和照片，答复后 183 天删除" in page and "照片从不公开" in page


def test_what_a_photo_was_called_is_stored_and_logged_nowhere(
    client: FlaskClient, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    assert send(client, encoded(scene())).status_code == 201

    with Database.of(village.root / ".state").reading() as connection:
        everything = str([connection.execute(select(table)).all() for table in METADATA.sorted_tables])
    log = capsys.readouterr().err
    assert "201" in log
    assert "IMG_" not in everything + log and "王某" not in everything + log


def test_a_photo_as_it_was_sent_is_never_written_to_a_file(
    steady: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a file was made")

    monkeypatch.setattr("tempfile._sanitize_params", refuse)
    with pytest.raises(AssertionError):
        tempfile.TemporaryFile()
    large = encoded(Image.effect_noise((1500, 1500), 99).convert("RGB"), quality=99)
    assert len(large) > 1024 * 1024

    assert send(steady, large, text="大照片").status_code == 201


@pytest.mark.parametrize(
    ("photos", "says"),
    [
        ((encoded(scene()), b"%PDF-1.7", encoded(scene())), "第 2 张不是 JPEG"),
        ((b"",), "第 1 张打不开"),
        ((encoded(scene()), promised(6000, 5000)), "第 2 张的像素超过 24 百万"),
        ((moving("WEBP"),), "第 1 张是会动的图"),
        ((encoded(scene()) + bytes(8 * 1024 * 1024),), "第 1 张超过 8 MB"),
        ((encoded(scene()),) * 4, "照片最多放 3 张，您选了 4 张"),
    ],
    ids=["one of three", "nothing in it", "too many pixels", "moving", "too large", "four"],
)
def test_when_one_photo_is_refused_nothing_is_stored_and_no_word_is_lost(
    client: FlaskClient, village: Village, photos: tuple[bytes, ...], says: str
) -> None:
    page = send(client, *photos, text="路灯坏了，见照片", name="老李", contact="村东第二家")

    assert page.status_code == 422
    assert says in page.text and "照片没有留下，要放就再选一次" in page.text
    assert all(words in page.text for words in ("路灯坏了，见照片", "老李", "村东第二家", "您写的字都在"))
    assert '<a href="#photo">' in page.text and 'aria-invalid="true"' in page.text
    assert count(village) == 0 and stored(village, "SELECT count(*) FROM photos") == [(0,)]


def test_every_photo_that_is_refused_is_named_at_once_in_the_reader_s_language(steady: FlaskClient) -> None:
    page = send(steady, b"GIF89a", encoded(scene()), moving("PNG"), link="/en" + LINK)

    assert page.status_code == 422
    assert (
        "Photo 1 is not a JPEG" in page.text and "Photo 3 moves" in page.text and "Photo 2" not in page.text
    )


def test_other_problems_come_first_and_say_that_photos_must_be_chosen_again(steady: FlaskClient) -> None:
    page = send(steady, encoded(scene()), text="")

    assert page.status_code == 422 and "还没写字" in page.text and "要放就再选一次" in page.text


def test_the_same_form_twice_is_one_letter_and_other_photos_are_asked_about(
    client: FlaskClient, village: Village
) -> None:
    form = written(client)

    def post(*photos: bytes) -> TestResponse:
        return post_bytes(client, parts(*as_fields(form, *photos)))

    first, again = post(encoded(scene())), post(encoded(scene()))
    others = [post(encoded(scene(20, 20))), post(), post(encoded(scene()), encoded(scene()))]

    assert (first.status_code, again.status_code) == (201, 201)
    assert receipt_on(first) == receipt_on(again)
    assert [page.status_code for page in others] == [409, 409, 409]
    assert count(village) == 1 and stored(village, "SELECT count(*) FROM photos") == [(1,)]


def test_on_a_full_disk_photos_are_refused_first_and_words_are_still_taken(start: Start) -> None:
    client = start(Limits(photo_free_disk=2**62)).test_client()

    page = send(client, encoded(scene()), text="先收字")
    without = send(client, text="先收字")

    assert page.status_code == 503 and page.headers["Retry-After"] == "3600"
    assert "放照片的地方满了，信照样收" in page.text and "先收字" in page.text
    assert 'type="file"' not in page.text and "先不收照片" in client.get("/ask").text
    assert without.status_code == 201


def test_photos_that_are_refused_use_up_the_allowance_too(start: Start) -> None:
    client = start(Limits(burst=2, per_hour=1)).test_client()
    client.environ_base["REMOTE_ADDR"] = "203.0.113.9"

    answers = [send(client, encoded(scene())[:-9] + b"x", b"GIF89a").status_code for _ in range(3)]

    assert answers == [422, 422, 429]


def test_letter_and_photos_are_one_change(app: Flask, village: Village) -> None:
    service: Acceptance = app.extensions["acceptance"]
    draft = judge(letter(), service.portal, service.limits, NOW.date())
    _, entry = service._entry(draft, None, (encoded(scene()),))
    nothing: Any = None

    with pytest.raises(IntegrityError):
        service.writer.run(lambda connection: cases.add(connection, replace(entry, photos=(b"one", nothing))))

    assert count(village) == 0 and stored(village, "SELECT count(*) FROM photos") == [(0,)]


# At the desk.


@pytest.fixture
def reported(app: Flask, village: Village) -> int:
    """A report about the eastern village, with a photo; its number."""
    sent = send(app.test_client(), loaded("JPEG"), type="report", text="村里的事")
    assert sent.status_code == 201
    return number_of(village, "村里的事")


def test_who_handles_the_letter_sees_the_photo_and_leaves_a_line(
    app: Flask, village: Village, reported: int
) -> None:
    town = enter(app, "小周", enrol(village, "小周", "town", "intake"))

    page = town.get(f"/desk/cases/{reported}", base_url=HTTPS)
    photo = town.get(f"/desk/cases/{reported}/photos/1", base_url=HTTPS)
    missing = town.get(f"/desk/cases/{reported}/photos/2", base_url=HTTPS)

    address = f"/desk/cases/{reported}/photos/1"
    assert f'<img src="{address}" width="160" alt="照片 1">' in page.text
    assert photo.status_code == 200 and seen(photo.data).size == (40, 20)
    assert missing.status_code == 404 and "没有这张照片" in missing.text
    assert photo.headers["Content-Type"] == "image/jpeg"
    assert photo.headers["X-Content-Type-Options"] == "nosniff"
    assert photo.headers["Content-Disposition"] == 'inline; filename="photo-1.jpg"'
    assert "sandbox" in photo.headers["Content-Security-Policy"]
    assert "default-src 'none'" in photo.headers["Content-Security-Policy"]
    assert photo.headers["Cache-Control"] == "no-store"
    assert stored(village, "SELECT account, submission FROM audit_trail WHERE what = 'looked'") == [
        ("小周", reported)
    ]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("unit", ["east", "west", "lane", "town"])
@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_see_the_letter_does_not_see_its_photo(
    app: Flask, village: Village, reported: int, role: str, unit: str
) -> None:
    account = enter(app, "某人", enrol(village, "某人", unit, role))

    for tree in ("", "/en"):
        page = account.get(f"{tree}/desk/cases/{reported}", base_url=HTTPS)
        photo = account.get(f"{tree}/desk/cases/{reported}/photos/1", base_url=HTTPS)
        allowed = unit == "town" and role in ("intake", "supervisor")
        assert (page.status_code, photo.status_code) == ((200, 200) if allowed else (404, 404))
        assert (photo.mimetype == "image/jpeg") is allowed

    absent = account.get("/desk/cases/100000001/photos/1", base_url=HTTPS)
    assert absent.status_code == 404
    if not allowed:
        hidden = account.get(f"/desk/cases/{reported}/photos/1", base_url=HTTPS)
        assert hidden.text == absent.text
        assert stored(village, "SELECT count(*) FROM audit_trail WHERE what = 'looked'") == [(0,)]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_without_signing_in_there_is_no_photo(app: Flask, reported: int) -> None:
    page = app.test_client().get(f"/desk/cases/{reported}/photos/1", base_url=HTTPS)

    assert page.mimetype == "text/html" and "办件登录" in page.text


# How long, and where else.


def answered(village: Village, number: int) -> None:
    with Database.of(village.root / ".state").changing() as connection:
        cases.answer(connection, number, NOW, "town", "修好了")


def test_photos_go_with_the_contact_even_where_nobody_left_one(village: Village, reported: int) -> None:
    answered(village, reported)

    for days, left in ((182, 1), (184, 0)):
        with Database.of(village.root / ".state").changing() as connection:
            forget(connection, NOW + timedelta(days=days), Limits())
        assert stored(village, "SELECT count(*) FROM photos") == [(left,)]

    assert count(village) == 1
    assert stored(village, "SELECT account, what, submission FROM audit_trail") == [
        ("mingbai", "forgot", reported)
    ]


def test_photos_go_with_their_letter(village: Village, reported: int) -> None:
    answered(village, reported)

    with Database.of(village.root / ".state").changing() as connection:
        forget(connection, NOW + timedelta(days=800), Limits(contact_days=10**5))

    assert count(village) == 0 and stored(village, "SELECT count(*) FROM photos") == [(0,)]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_photo_that_was_deleted_is_not_left_in_the_file(
    app: Flask, village: Village, reported: int
) -> None:
    (content,) = stored(village, "SELECT content FROM photos")[0]
    answered(village, reported)
    with Database.of(village.root / ".state").changing() as connection:
        forget(connection, NOW + timedelta(days=184), Limits())
    app.extensions["close"]()

    files = b"".join(path.read_bytes() for path in (village.root / ".state").glob(f"{FILE}*"))
    assert all(content[place : place + 60] not in files for place in range(0, len(content) - 60, 60))


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_a_backup_brings_every_byte_of_a_photo_into_either_engine(
    app: Flask,
    village: Village,
    tmp_path: Path,
    into: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert send(app.test_client(), loaded("JPEG"), text="一封").status_code == 201
    noise = encoded(Image.effect_noise((300, 200), 99), quality=95)
    rows = [
        {"submission": number_of(village, "一封"), "place": place, "content": noise}
        for place in range(2, 121)
    ]
    with Database.of(village.root / ".state").changing() as connection:
        connection.execute(insert(PHOTOS), rows)
    before = stored(village, "SELECT submission, place, content FROM photos ORDER BY submission, place")
    back_up(village.root / ".state", tmp_path / "a.tar")
    other = settle(tmp_path / "other")
    monkeypatch.delenv("MINGBAI_DATABASE", raising=False)
    if into == "postgresql":
        monkeypatch.setenv("MINGBAI_DATABASE", request.getfixturevalue("cluster").fresh())

    restore(tmp_path / "a.tar", other.root / ".state", Database.of(other.root / ".state"))

    after = stored(other, "SELECT submission, place, content FROM photos ORDER BY submission, place")
    assert len(after) == 120 and after == before
