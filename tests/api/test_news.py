"""Whoever asks gets a mail when something new is published; nobody is signed up by somebody else."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.api.conftest import Clock, Start, stored
from tests.village import Village

SITE = "https://qinghe.example"
FEED = """<?xml version='1.0' encoding='utf-8'?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>东村：新公开和新答复</title>{entries}</feed>"""
ENTRY = """<entry><id>{site}/u/east/{name}/</id><title type="html">&lt;b&gt;东村&lt;/b&gt; {name}</title>
<updated>{at}</updated><link rel="alternate" href="{site}/u/east/{name}/"/></entry>"""


class Reader:
    """Somebody with an e-mail address, and the village's site."""

    def __init__(self, village: Village, start: Start, clock: Clock, site: str = SITE) -> None:
        settings = (village.root / "mkdocs.yml").read_text("utf-8")
        village.write("mkdocs.yml", f"site_url: {site}/\n{settings}" if site else settings)
        self.village, self.clock = village, clock
        self.publish("路灯")
        self.app: Flask = start(clock=clock)
        self.client = self.app.test_client()

    def publish(self, *names: str, at: str = "2026-04-16T00:00:00+08:00") -> None:
        """Build the feed of the village, as the site's build would."""
        entries = "".join(ENTRY.format(site=SITE, name=name, at=at) for name in names)
        for tree in ("", "en/"):
            self.village.write(f"build/site/{tree}u/east/feed.xml", FEED.format(entries=entries))

    def ask(self, address: str = "li@example.org", feed: str = "u/east", tree: str = "") -> TestResponse:
        """Fill in the page."""
        return self.client.post(f"{tree}/follow", data={"feed": feed, "address": address})

    def press(self, key: str, act: str) -> TestResponse:
        """Press a button on the page of a key."""
        return self.client.post(f"/follow/{key}", data={"act": act})

    def confirmed(self, address: str = "li@example.org") -> str:
        """Ask and confirm; return the key."""
        self.ask(address)
        key = key_in(self.mails()[-1])
        self.press(key, "confirm")
        return key

    def later(self, **by: int) -> None:
        """Let the service go its rounds after a while."""
        self.clock.now += timedelta(**by)
        self.app.extensions["rounds"].go()

    def mails(self) -> list[str]:
        """Send what waits and return all mails there ever were, as text."""
        self.app.extensions["rounds"].send()
        folder = self.village.root / ".state" / "outbox"
        paths = sorted(folder.glob("*.eml"))
        return [_words(path) for path in paths]


def _words(path: Path) -> str:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    return f"{mail['To']}\n{mail['Subject']}\n{mail.get_content()}"


def key_in(mail: str) -> str:
    found = re.search(f"{SITE}/(?:en/)?follow/([0-9a-f]{{32}})\n", mail)
    assert found is not None
    return found[1]


@pytest.fixture
def reader(village: Village, start: Start, clock: Clock) -> Reader:
    return Reader(village, start, clock)


def test_the_page_names_what_is_followed(reader: Reader) -> None:
    page = reader.client.get("/follow?feed=u/east")

    assert page.status_code == 200
    assert "东村：新公开和新答复" in page.text


@pytest.mark.parametrize(
    "feed", ["u/nowhere", "../../.state", "u/east/../east", "/u/east", "x", "u/", "u/east\n"]
)
def test_what_is_no_feed_is_not_there(reader: Reader, feed: str) -> None:
    assert reader.client.get("/follow", query_string={"feed": feed}).status_code == 404
    assert reader.ask(feed=feed).status_code == 404


@pytest.mark.parametrize(
    "address", ["", "li", "li@x", "a@example.org\nBcc: b@example.org", "x" * 300 + "@x.org"]
)
def test_what_is_no_address_is_said_and_nothing_is_sent(reader: Reader, address: str) -> None:
    assert reader.ask(address).status_code == 422
    assert reader.mails() == []


def test_nobody_gets_news_without_confirming(reader: Reader) -> None:
    assert reader.ask().status_code == 200
    reader.publish("路灯", "水渠")
    reader.later(hours=1)

    assert len(reader.mails()) == 1


def test_opening_the_link_alone_confirms_nothing(reader: Reader) -> None:
    reader.ask()

    page = reader.client.get(f"/follow/{key_in(reader.mails()[0])}")

    assert "确认" in page.text
    assert stored(reader.village, "SELECT confirmed_at FROM subscriptions") == [(None,)]


def test_what_is_new_is_mailed_once(reader: Reader) -> None:
    reader.confirmed()
    reader.publish("水渠", "路灯")
    reader.later(hours=1)
    reader.later(hours=1)

    _, news = reader.mails()
    assert "li@example.org\n东村：新公开和新答复（1 件）\n" in news
    assert f"· 东村 水渠\n  {SITE}/u/east/水渠/\n" in news
    assert "路灯" not in news


def test_what_was_changed_is_news(reader: Reader) -> None:
    reader.confirmed()
    reader.publish("路灯", at="2026-04-17T00:00:00+08:00")
    reader.later(hours=1)

    assert "路灯" in reader.mails()[-1]


def test_a_later_reader_gets_no_old_news(reader: Reader) -> None:
    reader.confirmed()
    reader.publish("水渠", "路灯")
    reader.later(hours=1)
    reader.confirmed("wang@example.org")
    reader.later(hours=1)

    assert [mail.split("\n")[0] for mail in reader.mails() if "水渠" in mail] == ["li@example.org"]


def test_the_key_in_every_mail_ends_it_and_deletes_the_address(reader: Reader) -> None:
    reader.confirmed()
    reader.publish("水渠", "路灯")
    reader.later(hours=1)

    page = reader.press(key_in(reader.mails()[-1]), "stop")

    assert "以后不会再发" in page.text
    assert stored(reader.village, "SELECT address FROM subscriptions") == []


def test_an_address_that_was_never_confirmed_is_deleted(reader: Reader) -> None:
    reader.ask()
    for _ in range(4):
        reader.later(days=1)

    assert stored(reader.village, "SELECT address FROM subscriptions") == []


def test_asking_again_and_again_sends_one_mail_and_tells_nothing(reader: Reader) -> None:
    first, second = reader.ask(), reader.ask()
    reader.press(key_in(reader.mails()[0]), "confirm")
    third = reader.ask()

    assert first.text == second.text == third.text
    assert len(reader.mails()) == 1


def test_one_address_gets_few_first_mails(reader: Reader) -> None:
    for name in ("a", "b", "c", "d", "e"):
        reader.village.write(f"build/site/u/{name}/feed.xml", FEED.format(entries=""))
        reader.ask(feed=f"u/{name}")

    assert len(reader.mails()) == 3


def test_english_readers_get_english_mails(reader: Reader) -> None:
    reader.ask(tree="/en")

    assert "please confirm" in reader.mails()[0]
    assert f"{SITE}/en/follow/" in reader.mails()[0]


def test_without_an_address_of_its_own_a_portal_sends_none(
    village: Village, start: Start, clock: Clock
) -> None:
    reader = Reader(village, start, clock, site="")

    assert "还没有登记自己的网址" in reader.client.get("/follow?feed=u/east").text
    assert reader.ask().status_code == 422
    assert reader.mails() == []


def test_a_site_that_is_away_for_an_hour_brings_no_old_news(reader: Reader) -> None:
    reader.confirmed()
    (reader.village.root / "build/site/u/east/feed.xml").unlink()
    reader.later(hours=1)
    reader.publish("路灯")
    reader.later(hours=1)

    assert len(reader.mails()) == 1
