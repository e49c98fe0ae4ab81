"""Builds into a new directory, verifies, swaps; it never writes into the site that stands, and renders nothing.

`composing` calls the rooms that write; `swapping` knows where a build goes and how it is put up; `verification` decides
whether it may be; `sitemap` lists it; `packing` puts packed copies beside its texts.
"""

from mingbai.releases.composing import INDEX, compose
from mingbai.releases.keeping import Kept, kept, part_with, prune, rollback, sweep
from mingbai.releases.packing import SUFFIX, pack
from mingbai.releases.sitemap import write_sitemap
from mingbai.releases.swapping import KEEP, MARKER, Release, begin
from mingbai.releases.verification import problems, verify, verify_private

__all__ = [
    "INDEX",
    "KEEP",
    "MARKER",
    "SUFFIX",
    "Kept",
    "Release",
    "begin",
    "compose",
    "kept",
    "pack",
    "part_with",
    "prune",
    "rollback",
    "sweep",
    "problems",
    "verify",
    "verify_private",
    "write_sitemap",
]
