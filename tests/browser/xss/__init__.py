"""Looks, in a browser, whether anything that others wrote runs on a page that shows it; it mends nothing."""
