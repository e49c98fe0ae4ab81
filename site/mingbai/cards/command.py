"""Is the command `mingbai share`: chooses the filings, has each drawn, and puts all in place or nothing."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from mingbai import chromium, notices, progress
from mingbai.calling import add_lang
from mingbai.cards.drawing import Card, picture
from mingbai.cards.reading import Told, told
from mingbai.errors import UsageError
from mingbai.filings import FilingId
from mingbai.messages import hint, say
from mingbai.portal import Portal
from mingbai.sharing import share_out


def add_options(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    command.add_argument("--unit", required=True, help=hint("cli.share.unit"))
    command.add_argument("--period", required=True, help=hint("cli.notices.period"))
    command.add_argument("--kind", help=hint("cli.share.kind"))
    command.add_argument("--out", type=Path, help=hint("cli.share.out"))
    add_lang(command, "zh")


def run(portal: Portal, options: argparse.Namespace) -> int:
    """Make the pictures and words of what `options` name. Raises UsageError, having written nothing."""
    lang, folder = options.lang, options.out or portal.root / "build" / "share"
    found = _chosen(portal, options)
    cards = cards_of(portal, found, lang)
    browser = chromium.browser(lang)
    with _all_or_nothing(folder, lang) as made:
        print(say("cards.drawing", lang, count=len(found)), file=sys.stderr, flush=True)
        with progress.shown("progress.cards"):
            drawn = share_out(partial(_drawn, browser, portal.theme, lang), cards, few=2)
        for id, card, png in zip(found, cards, drawn, strict=True):
            name = f"{id.unit}-{id.kind}-{id.period.label}{'' if lang == 'zh' else f'.{lang}'}"
            (made / f"{name}.png").write_bytes(png)
            (made / f"{name}.txt").write_text(words(card, lang), encoding="utf-8")
    if any(card.told.address is None for card in cards):
        print(say("cards.no_address", lang), file=sys.stderr)
    print(say("cards.done", lang, count=len(found), folder=folder))
    return 0


def words(card: Card, lang: str) -> str:
    """Return what is pasted beside the picture: the page's title and sentence, and where it is.

    The address has a line of its own, since chats take what follows it for a part of it.
    """
    said = say("cards.words", lang, title=card.told.heading, sentence=card.told.sentence)
    if card.told.address is not None:
        where = f"{say('cards.words.address', lang)}\n{card.told.address}"
    else:
        where = f"{say('paper.typed', lang)}\n{card.in_tree}"
    return f"{said}\n{where}\n"


def _chosen(portal: Portal, options: argparse.Namespace) -> list[FilingId]:
    """Return the filings to share. Raises UsageError for none, and for what is not there."""
    lang, kind = options.lang, options.kind
    if lang not in portal.settings.languages:
        raise UsageError(say("cards.no_language", lang, wanted=lang))
    if kind is not None and kind not in portal.kinds:
        raise UsageError(say("cards.no_kind", lang, kind=kind, kinds=[*portal.kinds]))
    found = notices.filings(portal, options.unit, options.period, lang)
    found = [id for id in found if kind in (None, id.kind)]
    if not found:
        raise UsageError(say("cards.none", lang, unit=options.unit, period=options.period))
    return found


def cards_of(portal: Portal, found: Sequence[FilingId], lang: str) -> list[Card]:
    """Return a card for each filing. Raises UsageError for a page that is not there or does not tell enough."""
    cards = []
    for id, page in zip(found, notices.pages(portal, found, lang), strict=True):
        tells = told(page.read_text(encoding="utf-8"))
        if tells is None:
            raise UsageError(say("cards.old_page", lang, page=page))
        cards.append(_card(portal, id, tells, lang))
    return cards


def _card(portal: Portal, id: FilingId, tells: Told, lang: str) -> Card:
    return Card(
        portal=portal.settings.title.in_(lang),
        demo=portal.settings.demo,
        unit=portal.units.about(id.unit, id.period.last).name.in_(lang),
        kind=portal.kinds[id.kind].title.in_(lang),
        period=id.period.title(lang),
        told=tells,
        in_tree=("" if lang == "zh" else f"/{lang}") + id.address,
    )


def _drawn(browser: str, theme: Path, lang: str, card: Card) -> bytes:
    return picture(browser, theme, card, lang)


@contextmanager
def _all_or_nothing(folder: Path, lang: str) -> Iterator[Path]:
    """Give a folder to write to, and move what is in it to `folder` at the end; UsageError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".share-") as made:
            yield Path(made)
            for each in sorted(Path(made).iterdir()):
                os.replace(each, folder / each.name)
    except OSError as reason:
        raise UsageError(say("cards.folder", lang, folder=folder)) from reason
