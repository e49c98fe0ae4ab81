"""Writes filings of the service into the portal, checked and committed to git; it knows no case."""
