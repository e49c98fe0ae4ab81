"""Shows the page on which somebody asks for news by e-mail, and the one that a mail leads to; it sends nothing.

A mail's link only shows a page: programs that look through mail open links, and must neither confirm nor end anything.
"""

import re

from flask import Blueprint, Response, request
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from forms_api import following, news
from forms_api.frames import release, render
from forms_api.intake import acceptance
from forms_api.news import Subscription
from forms_api.rates import TooMany
from forms_api.writer import Busy, Unstored
from mingbai.messages import say

follow = Blueprint("follow", __name__)

_FEED = re.compile(r"(?:[uk]/[a-z0-9][a-z0-9-]{0,63})?")


@follow.get("/follow", defaults={"lang": "zh"})
@follow.get("/en/follow", defaults={"lang": "en"})
def show(lang: str) -> Response:
    """Show the field for an address."""
    return _page(lang, 200, request.args.get("feed", ""))


@follow.post("/follow", defaults={"lang": "zh"})
@follow.post("/en/follow", defaults={"lang": "en"})
def ask(lang: str) -> Response:
    """Send the first mail; whether the address was known before is not told."""
    service, typed = acceptance(), request.form.get("feed", "")
    address, asking = request.form.get("address", "").strip(), request.remote_addr or ""
    feed, name = _found(lang, typed)
    if service.portal.settings.url is None:
        return _page(lang, 422, typed)
    if not following.is_address(address):
        return _page(lang, 422, typed, say("forms.holder.address", lang))
    wanted, now = Subscription(feed, address), service.clock()

    def do(connection: Connection) -> None:
        news.ask(connection, service.portal, service.keys, wanted, name, now)
        service.rates.keep(connection, asking)

    try:
        service.rates.check(asking)
        service.writer.run(do)
        service.rates.count(asking)
    except TooMany as reason:
        return _later(_page(lang, 429, typed, say("forms.news.too_many", lang)), reason.retry_after)
    except (Busy, Unstored):
        return _later(_page(lang, 503, typed, say("forms.track.busy", lang)), 5)
    return _page(lang, 200, typed, sent=True)


@follow.get("/follow/<key>", defaults={"lang": "zh"})
@follow.get("/en/follow/<key>", defaults={"lang": "en"})
def look(lang: str, key: str) -> Response:
    """Show what a key is for, and the buttons that it allows."""
    return _state(lang, key)


@follow.post("/follow/<key>", defaults={"lang": "zh"})
@follow.post("/en/follow/<key>", defaults={"lang": "en"})
def decide(lang: str, key: str) -> Response:
    """Let a subscription count, or end it."""
    service, now, found = acceptance(), acceptance().clock(), _behind(key)
    ends = request.form.get("act") == "stop"  # here, not in the writer's thread, which serves no request
    known = [] if found is None else news.entries_of(release(), found[0].feed)

    def do(connection: Connection) -> None:
        if ends:
            news.stop(connection, service.keys, key)
        else:
            news.confirm(connection, service.keys, key, known, now)

    try:
        service.writer.run(do)
    except (Busy, Unstored):
        return _later(_state(lang, key, 503), 5)
    return _state(lang, key)


def _state(lang: str, key: str, status: int = 200) -> Response:
    found = _behind(key)
    facts = {"key": key, "found": found is not None, "counts": found is not None and found[1]}
    name = None if found is None else news.title_of(release(), found[0].feed)
    gone = found is None and request.method == "GET"
    return render("follow_key.html", lang, "follow", 404 if gone else status, name=name, **facts)


def _behind(key: str) -> tuple[Subscription, bool] | None:
    service = acceptance()
    try:
        with service.database.reading() as connection:
            return news.find(connection, service.keys, key)
    except SQLAlchemyError:
        return None


def _found(lang: str, typed: str) -> tuple[str, str]:
    """Return the feed's folder and title. Raises NotFound where the site has no such feed."""
    feed = f"{'en/' if lang == 'en' else ''}{typed}".strip("/")
    name = news.title_of(release(), feed) if _FEED.fullmatch(typed) else None
    if name is None:
        raise NotFound
    return feed, name


def _page(lang: str, status: int, typed: str, problem: str | None = None, sent: bool = False) -> Response:
    _, name = _found(lang, typed)
    facts = {"feed": typed, "name": name, "problem": problem, "sent": sent}
    facts["away"] = acceptance().portal.settings.url is None
    address = request.form.get("address", "") if problem else ""
    return render("follow.html", lang, "follow", status, address=address[:254], **facts)


def _later(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response
