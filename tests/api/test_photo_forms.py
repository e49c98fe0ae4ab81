"""The form with photos on its way: what is cut off, malformed, in another encoding, too large or too much at once."""

import random
import re
import time
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from PIL import Image

from forms_api.limits import Limits
from tests.api.conftest import settle
from tests.api.photographs import damaged, encoded, parts, scene
from tests.api.test_ask import count, written
from tests.api.test_connections import Service
from tests.api.test_kill import running
from tests.api.test_photos import as_fields, post_bytes
from tests.api.test_static_site import lay
from tests.village import Village


@pytest.mark.parametrize(
    "field",
    [
        (b'name="text"', "路灯".encode("gbk")),
        (b'name="text"\r\nContent-Type: text/plain; charset=gbk', "路灯".encode("gbk")),
        (b'name="\xc2\xb7\xb5\xc6"', b"1"),
        (b'name="photo"; filename="\xc2\xb7\xb5\xc6.jpg"', encoded(scene())),
    ],
    ids=["value", "declared", "name", "file"],
)
def test_words_in_another_encoding_are_refused(
    steady: FlaskClient, steady_village: Village, field: tuple[bytes, bytes]
) -> None:
    before = count(steady_village)

    page = post_bytes(steady, parts(field, *as_fields(written(steady))))

    assert page.status_code == 400 and "没有处理" in page.text
    assert count(steady_village) == before


@pytest.mark.parametrize(
    ("body", "boundary", "status"),
    [
        (b"--edge", "edge", 400),
        (b"no form at all", "edge", 400),
        (parts((b'name="text"', b"x")), "", 400),
        (parts((b'name="text"', b"x")), "\xe9", 400),
        (parts((b'name="text"', b"x"))[:-6], "edge", 400),
        (parts(*[(b'name="x"', b"")] * 200), "edge", 413),
        (parts(*[(b'name="text"', b"x" * 70_000)] * 9), "edge", 413),
        (parts((b'name="text"', b"x" * 600_000)), "edge", 413),
        (parts((b"x", b"")), "edge", 422),
    ],
    ids="edge prose boundless accented cut many-parts many-words long nameless".split(),
)
def test_what_is_no_whole_form_is_refused_in_a_sentence(
    steady: FlaskClient, body: bytes, boundary: str, status: int
) -> None:
    page = post_bytes(steady, body, boundary)

    assert page.status_code == status and page.mimetype == "text/html"
    assert {400: "没有处理", 413: "太大", 422: "您写的字都在"}[status] in page.text


def test_a_file_in_place_of_words_and_words_in_place_of_a_photo_are_neither(
    steady: FlaskClient,
) -> None:
    form = as_fields(written(steady, text="真的话"))
    odd = [(b'name="text"; filename="a.txt"', b"other words"), (b'name="photo"', b"no file")]

    page = post_bytes(steady, parts(*odd, *form))

    assert page.status_code == 201 and "张照片" not in page.text


def test_hundreds_of_damaged_forms_are_answered_and_never_with_a_failure(steady: FlaskClient) -> None:
    chance = random.Random(16)
    whole = parts(*as_fields(written(steady)), (b'name="photo"; filename="a.jpg"', b"GIF89a" * 9))

    answers = {post_bytes(steady, damaged(chance, whole)).status_code for _ in range(300)}

    assert answers <= {201, 400, 409, 413, 422} and {400, 422} <= answers


# On a real line.

PLACES = 2
HURRIED = """
import sys
from forms_api import connections
from forms_api.__main__ import main
connections.ARRIVES, connections.PHOTOS_ARRIVE = 1.0, 4.0
sys.exit(main(sys.argv[1:]))
"""
LARGE = encoded(Image.effect_noise((1500, 1500), 99).convert("RGB"), quality=99)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    village = settle(tmp_path_factory.mktemp("line") / "portal")
    lay(village)
    village.write(".state/forms.yaml", f"photo_letters: {PLACES}\n")
    with running(["-c", HURRIED], village.root, village.root / "log") as (port, _):
        yield Service(port, village.root, village.root / "log")


def on_the_line(service: Service, text: str, *photos: bytes) -> tuple[bytes, bytes]:
    """Return the head and the body of a form with photos."""
    token = re.search('name="token" value="([^"]+)"', service.get("/ask").body)
    assert token
    words = {"token": token[1], "type": "inquiry", "unit": "east", "text": text}
    body = parts(*as_fields(words, *photos))
    return announced(len(body)), body


def announced(size: int) -> bytes:
    lines = ["POST /ask HTTP/1.1", "Host: x", "Connection: close", f"Content-Length: {size}"]
    return "\r\n".join([*lines, "Content-Type: multipart/form-data; boundary=edge", "", ""]).encode()


def test_a_large_form_arrives_whole(service: Service) -> None:
    before = service.stored()

    answer = service.send(*on_the_line(service, "三张大的", LARGE, LARGE, LARGE))

    assert (answer.status, service.stored()) == (201, before + 1) and "附了 3 张照片" in answer.body


def test_more_than_three_photos_could_be_is_refused_before_it_is_sent(service: Service) -> None:
    answer = service.send(announced(Limits().photo_body + 1))

    assert answer.status == 413 and "照片太大就少放一张" in answer.body


def test_large_bodies_go_nowhere_but_into_a_form_with_photos(service: Service) -> None:
    head = announced(1024 * 1024)
    for other in (
        head.replace(b"multipart/form-data; boundary=edge", b"application/x-www-form-urlencoded"),
        head.replace(b"/ask", b"/track"),
        head.replace(b"/ask", b"/api/v1/submissions"),
    ):
        assert service.send(other).status == 413


def test_a_form_that_is_cut_off_in_a_photo_is_not_stored_and_gives_its_place_back(service: Service) -> None:
    head, body = on_the_line(service, "断在路上", LARGE)
    before = service.stored()

    cut = [service.send(head, body[:-5000], cut=True) for _ in range(PLACES + 1)]
    cut.append(service.send(announced(len(body) + 9), body, cut=True))

    assert [answer.status for answer in cut] == [400] * (PLACES + 2)
    assert service.stored() == before
    assert service.send(head, body).status == 201


def test_few_large_forms_arrive_at_a_time_and_words_never_wait_for_them(service: Service) -> None:
    head, body = on_the_line(service, "慢慢来的", LARGE)
    slow = [service.connect() for _ in range(PLACES)]
    for line in slow:
        line.sendall(head + body[:100_000])
    time.sleep(0.3)

    crowded = service.send(head, body[:1000])
    words = service.send(*on_the_line(service, "只有字"))
    slow[0].sendall(body[100_000:])
    first = slow[0].recv(100).decode("latin-1")
    for line in slow:
        line.close()

    assert crowded.status == 503 and "Retry-After: 60" in crowded.head
    assert "不放照片先交" in crowded.body
    assert words.status == 201
    assert " 201 " in first


def test_photos_get_longer_to_arrive_than_words_but_not_for_ever(service: Service) -> None:
    head, body = on_the_line(service, "路上走得慢", LARGE)
    with service.connect() as line:
        line.sendall(head + body[:1000])
        time.sleep(2.5)  # words would have been given up by now
        line.sendall(body[1000:])
        assert b" 201 " in line.recv(100)
    with service.connect() as line:
        line.sendall(head + body[:1000])
        assert b" 400 " in line.recv(100)
