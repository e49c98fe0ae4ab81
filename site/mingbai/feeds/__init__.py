"""Writes what other programs take in by themselves: calendars of due days, badges of freshness; it judges nothing."""

from pathlib import Path

from mingbai.edition import Edition
from mingbai.feeds import badges, calendars


def write(edition: Edition, out: Path) -> None:
    """Write every feed of the edition below `out`."""
    calendars.write(edition, out)
    badges.write(edition, out)
