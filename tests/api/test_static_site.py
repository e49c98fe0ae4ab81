"""The built site, served beside the forms on one origin."""

import gzip
import os

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mingbai.releases.packing import packed
from tests.village import Village


@pytest.fixture(autouse=True, scope="module")
def site(steady_village: Village) -> None:
    """A release behind the link `build/site`, and secrets around it."""
    lay(steady_village)


def lay(village: Village) -> None:
    """Put the release in place."""
    first = village.root / "build" / "releases" / "1"
    village.write("build/releases/1/index.html", "<h1>首页</h1>")
    village.write("build/releases/1/404.html", "<h1>没有这一页</h1>")
    village.write("build/releases/1/u/east/index.html", "<h1>东头村</h1>")
    village.write("build/releases/1/u/east/公示 表.csv", "a,b\n")
    village.write("build/releases/1/u/east/feed.xml", "<feed/>")
    village.write("build/releases/1/assets/js/ask.js", "// js")
    village.write("build/releases/1/assets/css/mingbai.0123456789ab.css", "body{}")
    village.write("build/releases/1/empty/file.txt", "x")
    village.write("build/releases/1/packed/index.html", "<h1>原样</h1>")
    (first / "packed" / "index.html.gz").write_bytes(packed("<h1>压过的</h1>".encode()))
    village.write("build/releases/secret.txt", "secret")
    (first / "link.txt").symlink_to("../secret.txt")
    (village.root / "build" / "site").symlink_to("releases/1")


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    """Return the answer with its file read and closed."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, headers=said, buffered=True)


def test_pages_and_files_are_served(steady: FlaskClient) -> None:
    assert "首页" in get(steady, "/").text
    assert "东头村" in get(steady, "/u/east/").text
    assert get(steady, "/u/east/公示 表.csv").text == "a,b\n"
    assert get(steady, "/assets/js/ask.js").mimetype == "text/javascript"
    assert get(steady, "/u/east/feed.xml").mimetype == "application/atom+xml"
    assert get(steady, "/", Range="bytes=0-1").status_code == 206


@pytest.mark.parametrize(("taken", "said"), [("gzip, br", "压过的"), ("*", "压过的")])
def test_a_browser_that_unpacks_gets_the_packed_copy(steady: FlaskClient, taken: str, said: str) -> None:
    answer = get(steady, "/packed/", Accept_Encoding=taken)

    assert said in gzip.decompress(answer.data).decode()
    assert (answer.mimetype, answer.headers["Content-Encoding"]) == ("text/html", "gzip")
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("taken", ["", "br", "gzip;q=0"])
def test_a_browser_that_does_not_gets_the_page_as_it_is(steady: FlaskClient, taken: str) -> None:
    answer = get(steady, "/packed/", Accept_Encoding=taken)

    assert "原样" in answer.text and "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Vary" not in get(steady, "/u/east/").headers


def test_both_have_names_of_their_own_in_a_cache(steady: FlaskClient) -> None:
    tags = {get(steady, "/packed/", Accept_Encoding=taken).headers["ETag"] for taken in ("gzip", "")}

    assert len(tags) == 2


@pytest.mark.parametrize("path", ["/u/east", "/u//east", "/./u/east", "/u/east?a=1"])
def test_a_folder_without_its_slash_leads_to_the_folder_on_this_site(steady: FlaskClient, path: str) -> None:
    answer = get(steady, path)

    assert answer.status_code in (301, 308)
    location = answer.headers["Location"].split("?")[0].removeprefix("http://localhost")
    assert location.removesuffix("/") == "/u/east"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/u/../../secret.txt",
        "/..\\secret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/link.txt",
        "/u/east/index.html/",
        "/empty/",
        "/empty",
        "/%00",
        "/u/%00/x",
        "/" + "a" * 3000,
        "/" + "a/" * 900,
        "/%ff%fe",
        "/%ed%a0%80",
    ],
)
def test_nothing_outside_the_release_and_nothing_odd_is_served(steady: FlaskClient, path: str) -> None:
    answer = get(steady, path)

    assert answer.status_code == 404
    assert "没有这一页" in answer.text
    assert "secret" not in answer.text and "root:" not in answer.text


@pytest.mark.parametrize(
    "path", ["//evil.example/..", "//evil.example/u/east", "//u/east", "/\\evil.example/"]
)
def test_no_address_leads_away(steady: FlaskClient, path: str) -> None:
    answer = steady.get("/", environ_overrides={"PATH_INFO": path}, buffered=True)

    location = answer.headers.get("Location", "/")
    assert location.removeprefix("http://localhost").startswith("/") and not location.startswith("//")


def test_names_that_hold_their_content_are_kept_and_others_asked_for_again(steady: FlaskClient) -> None:
    forever = get(steady, "/assets/css/mingbai.0123456789ab.css")
    again = get(steady, "/u/east/")

    assert "immutable" in forever.headers["Cache-Control"]
    assert again.headers["Cache-Control"] == "no-cache"
    same = get(steady, "/u/east/", If_None_Match=again.headers["ETag"])
    assert same.status_code == 304


def test_a_new_release_answers_at_once(client: FlaskClient, village: Village) -> None:
    lay(village)
    village.write("build/releases/2/index.html", "<h1>新的</h1>")
    (village.root / "build" / "next").symlink_to("releases/2")
    os.replace(village.root / "build" / "next", village.root / "build" / "site")

    assert "新的" in get(client, "/").text


def test_without_a_site_there_is_a_sentence_and_the_form_still_works(
    client: FlaskClient, village: Village
) -> None:
    lay(village)
    (village.root / "build" / "site").unlink()

    answer = get(client, "/")

    assert answer.status_code == 404
    assert "这个地址没有东西" in answer.text
    assert get(client, "/ask").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_the_site_can_only_be_read(steady: FlaskClient, method: str) -> None:
    answer = steady.open("/u/east/", method=method)

    assert answer.status_code == 405
    assert "不能这样用" in answer.text
    assert steady.head("/u/east/", buffered=True).status_code == 200
    assert steady.options("/u/east/").status_code == 200
