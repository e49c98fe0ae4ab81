"""Seals each recipient's own record under a code that stands on a paper slip; it keeps neither code nor name.

The public table tells nobody's record; who holds the slip opens theirs, in the browser, with `mingbai open` or at the
office. Sealed records lie in the state folder, never in git, and go when the time for objections is over.
"""

from mingbai.sealed.keeping import SCRIPT, Kept, expire, overdue, put, standing
from mingbai.sealed.making import NotSealed, make, records_of
from mingbai.sealed.sealing import CODE, Locked, Sealed, draw_code, open_record, read_code, seal, shown
from mingbai.sealed.slips import slips

__all__ = [
    "CODE",
    "SCRIPT",
    "Kept",
    "Locked",
    "NotSealed",
    "Sealed",
    "draw_code",
    "expire",
    "make",
    "open_record",
    "overdue",
    "put",
    "read_code",
    "records_of",
    "seal",
    "shown",
    "slips",
    "standing",
]
