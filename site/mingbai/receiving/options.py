"""Knows what `git push -o` may say to a server, and whether it was said (githooks(5))."""

import os

DRY_RUN = "dry-run"  # check and take nothing
NO_WAIT = "no-wait"  # do not wait until the site is built


def is_said(option: str) -> bool:
    """Tell whether the push that this hook belongs to said `option`."""
    count = int(os.environ.get("GIT_PUSH_OPTION_COUNT", "0"))
    return any(os.environ.get(f"GIT_PUSH_OPTION_{number}") == option for number in range(count))
