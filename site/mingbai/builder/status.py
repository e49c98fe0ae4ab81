"""Writes the status page of a server: how the newest build stands, in both languages; it asks nobody.

It lies beside the releases and not in one, so it brings its few lines of style itself.
"""

from datetime import datetime
from html import escape

from mingbai.messages import LANGUAGES, say
from mingbai.receiving.layout import Server
from mingbai.receiving.standing import Standing

NAME = "status.html"
# The policy in scripts/deploy names the hash of these bytes; a test holds both together.
STYLE = (
    ":root{color-scheme:light dark;--wall:#ece5d8;--sheet:#fffcf5;--ink:#221e18;--edge:#857a69;--pen:#1d4a70;"
    "--built:#28623f;--building:#1d4a70;--failed:#a8341b}"
    "@media(prefers-color-scheme:dark){:root{--wall:#16130f;--sheet:#211d17;--ink:#f1eadd;--edge:#948876;--pen:#9cc8ea;"
    "--built:#8fce9f;--building:#9cc8ea;--failed:#ff9d85}}"
    "body{margin:0;background:var(--wall);color:var(--ink);font:1.125rem/1.7 system-ui,'Noto Sans CJK SC',sans-serif}"
    "main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem}"
    "section{background:var(--sheet);border-top:.3rem solid var(--edge);margin-bottom:1rem;padding:1rem 1.25rem}"
    ".built{border-color:var(--built)}.building{border-color:var(--building)}.failed{border-color:var(--failed)}"
    "h1,h2{font-size:1.25rem;margin:0}p{margin:.5rem 0 0}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:1rem}"
    "a{color:var(--pen);display:inline-block;padding:.5rem 0}code{font-size:1rem}"
)


def write_page(server: Server, standing: Standing) -> None:
    """Put the page into `status/`, whole or not at all."""
    folder = server.root / "status"
    folder.mkdir(exist_ok=True)
    fresh = folder / f".{NAME}"
    fresh.write_text(_page(standing), "utf-8")
    fresh.replace(folder / NAME)


def _page(standing: Standing) -> str:
    parts = "".join(_words(standing, lang) for lang in LANGUAGES)
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{say("builder.title", "zh")}</title>'
        f"<style>{STYLE}</style><main>{parts}</main></html>\n"
    )


def _words(standing: Standing, lang: str) -> str:
    head = "h1" if lang == LANGUAGES[0] else "h2"
    at = datetime.fromisoformat(standing.at).strftime("%Y-%m-%d %H:%M")
    told = say(f"builder.stage.{standing.stage}", lang, at=at, as_of=standing.as_of)
    reason = f"<pre>{escape(standing.reason)}</pre>" if standing.reason else ""
    of = say("builder.commit", lang, commit=f"<code>{escape(standing.commit[:12])}</code>")
    home = "/" if lang == LANGUAGES[0] else f"/{lang}/"
    return (
        f'<section lang="{lang}" class="{standing.stage}"><{head}>{say("builder.title", lang)}</{head}>'
        f'<p>{escape(told)}</p>{reason}<p>{of}</p><a href="{home}">{say("builder.home", lang)}</a></section>'
    )
