"""Merges a table of people's counts so that nobody can be told from it, and says what it was held against.

It reads filings and their earlier versions and writes one filing; what may stand on a page is decided by `privacy`.
"""

from mingbai.anonymity.comparing import Gap, gaps
from mingbai.anonymity.merged import (
    Anonymised,
    NotCounted,
    StrangePlace,
    TooFew,
    anonymise,
    id_of,
    table_of,
    write,
)
from mingbai.anonymity.releases import Release, crossing, exposed, releases_beside
from mingbai.anonymity.report import report

__all__ = [
    "Anonymised",
    "Gap",
    "NotCounted",
    "Release",
    "StrangePlace",
    "TooFew",
    "anonymise",
    "crossing",
    "exposed",
    "gaps",
    "id_of",
    "releases_beside",
    "report",
    "table_of",
    "write",
]
