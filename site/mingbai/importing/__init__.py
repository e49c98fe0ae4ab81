"""Makes a filing of a clerk's spreadsheet; it guesses nothing, loses no figure, and lets no identity through.

workbook ─► layout ─► mapping ─► lines ─► people ─► taking ─► composing ─► sums · checks ─► written
"""

from mingbai.importing.drafts import draft, finish
from mingbai.importing.request import LEFT_OUT, Request
from mingbai.importing.telling import told
from mingbai.importing.understood import Draft

__all__ = ["LEFT_OUT", "Draft", "Request", "draft", "finish", "told"]
