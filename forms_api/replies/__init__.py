"""Brings answers from the database into filings, for those who sit at the server: `command` is `mingbai replies`.

It serves no page. Which words are published two people decided at the desk.
"""
