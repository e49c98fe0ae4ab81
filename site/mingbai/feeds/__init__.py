"""Writes what other programs take in by themselves: feeds, calendars of due days, badges; it judges nothing."""

from pathlib import Path

from mingbai.edition import Edition
from mingbai.feeds import atom, badges, calendars


def write(edition: Edition, out: Path) -> None:
    """Write every feed of the edition below `out`."""
    atom.write(edition, out)
    calendars.write(edition, out)
    badges.write(edition, out)
