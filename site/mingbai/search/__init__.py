"""Indexes what is public for any run of characters, as shards for browsers and with Whoosh; it never sees a raw table.

One tokenizer (`tokens`), one order of documents (`columns`) and one way to answer (`matching`) serve both, so both give
the same answers. `search.js` is the twin that does the same in the browser.
"""

from mingbai.search.documents import Document, from_page, from_tables
from mingbai.search.matching import SORTS, Answer, Hit, Query, QueryRefused
from mingbai.search.server import Index, IndexMissing

__all__ = [
    "SORTS",
    "Answer",
    "Document",
    "Hit",
    "Index",
    "IndexMissing",
    "Query",
    "QueryRefused",
    "from_page",
    "from_tables",
]
