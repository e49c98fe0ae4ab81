"""Writes the status page of a server: how the newest build stands, in both languages; it asks nobody."""

from html import escape

from mingbai.messages import LANGUAGES, say
from mingbai.receiving.layout import Server
from mingbai.receiving.standing import Standing

NAME = "status.html"


def write_page(server: Server, standing: Standing) -> None:
    """Put the page into `status/`, whole or not at all."""
    folder = server.root / "status"
    folder.mkdir(exist_ok=True)
    fresh = folder / f".{NAME}"
    fresh.write_text(_page(standing), "utf-8")
    fresh.replace(folder / NAME)


def _page(standing: Standing) -> str:
    parts = "".join(f'<section lang="{lang}">{_words(standing, lang)}</section>' for lang in LANGUAGES)
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="robots" content="noindex"><title>{say("builder.title", "zh")}</title>'
        f"<main>{parts}</main></html>\n"
    )


def _words(standing: Standing, lang: str) -> str:
    told = say(
        f"builder.stage.{standing.stage}", lang, at=standing.at.replace("T", " "), as_of=standing.as_of
    )
    reason = f"<pre>{escape(standing.reason)}</pre>" if standing.reason else ""
    return f"<h1>{say('builder.title', lang)}</h1><p>{escape(told)}</p>{reason}<p>{standing.commit[:12]}</p>"
