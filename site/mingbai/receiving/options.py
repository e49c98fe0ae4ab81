"""Knows what `git push -o` may say to a server, and whether it was said (githooks(5))."""

import os

from mingbai.messages import LANGUAGES

DRY_RUN = "dry-run"  # check and take nothing
NO_WAIT = "no-wait"  # do not wait until the site is built
IN = "lang="  # the language to be answered in: `lang=en`


def is_said(option: str) -> bool:
    """Tell whether the push that this hook belongs to said `option`."""
    return option in _said()


def language() -> str:
    """Return the language that the pusher asked to be answered in; Chinese where none that we speak was asked for."""
    asked = (each.removeprefix(IN) for each in _said() if each.startswith(IN))
    return next((each for each in asked if each in LANGUAGES), LANGUAGES[0])


def _said() -> list[str]:
    count = int(os.environ.get("GIT_PUSH_OPTION_COUNT", "0"))
    return [os.environ.get(f"GIT_PUSH_OPTION_{number}", "") for number in range(count)]
