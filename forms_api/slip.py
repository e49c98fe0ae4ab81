"""Says where a receipt can be followed, as the printed slip shows it: an address, and a code that opens it.

The receipt stands after `#` in the code. A browser sends no fragment (RFC 9110, 4.1), so it reaches no server and no
log. Whole addresses come from the portal's settings only: what a request calls its host anyone can make up.
"""

from dataclasses import dataclass

from markupsafe import Markup

from mingbai import qr
from mingbai.messages import say
from mingbai.pages.rendering import Here
from mingbai.portal.settings import Settings


@dataclass(frozen=True)
class Slip:
    """What a slip says of the site. `code` is None where the portal has no address of its own."""

    mark: str
    portal: str
    track: str
    code: Markup | None


def slip(settings: Settings, receipt: str, lang: str) -> Slip:
    """Return what the slip of `receipt` (as it is shown, R4TN-8WQ2-6HXC5) says of the site."""
    mark = say("theme.mark.demo" if settings.demo else "theme.mark", lang)
    track = Here(lang, "/track").in_tree
    whole = settings.absolute(track)
    if whole is None:
        return Slip(mark, settings.title.in_(lang), track, None)
    code = qr.drawn(f"{whole}#{receipt}", say("paper.code", lang, what=say("forms.receipt.track", lang)))
    return Slip(mark, settings.title.in_(lang), whole, code)
