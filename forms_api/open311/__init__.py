"""Is the second face of the same cases: Open311 GeoReport v2 at `/open311/v2/`; it has no rules of its own.

It lists only what is already public and gives tokens, which are receipts; `content/decisions` says why. CORS headers
are never set: a page of another site has no business writing in the name of who happens to look at it.
"""
