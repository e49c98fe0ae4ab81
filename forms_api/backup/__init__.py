"""Packs all that was written into one file, proves it, and puts it back; it serves no page and decides nothing.

`command` is `mingbai backup` and `mingbai restore`.
"""
