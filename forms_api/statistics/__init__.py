"""Counts how letters were answered and publishes it as filings (`command`: `mingbai statistics`); it serves no page."""
