"""Holds what is said about a whole filing against its rows and its period; it knows no kind and reads no file."""

from collections.abc import Iterator

from mingbai.filings import RawTable
from mingbai.sheets.finding import Finding


def unfitting(raw: RawTable, days: int, has_rows: bool) -> Iterator[Finding]:
    """Yield what cannot be: a span of display under `days` or backwards, an opinion before the end, a row not there.

    `days`: how long the region wants it on display (村民委员会组织法 Art. 35: at least fifteen days).
    """
    file, said = f"{raw.id.path}.yaml", raw.sidecar
    if said.shown_from is not None and said.shown_until is not None:
        facts = {"first": said.shown_from, "last": said.shown_until}
        shown = (said.shown_until - said.shown_from).days
        if shown < 0:
            yield Finding.of("checks.display_backwards", file, None, "display", **facts)
        elif shown < days:
            yield Finding.of("checks.display_short", file, None, "display", shown=shown, days=days, **facts)
    ended = raw.id.period.last
    # A closing balance is known when the period is over; a budget or a register may be looked at before.
    if raw.kind.equation is not None and said.reviewed is not None and said.reviewed < ended:
        yield Finding.of(
            "checks.reviewed_early", file, None, "supervision", reviewed=said.reviewed, last=ended
        )
    if has_rows and not any(finding.file.endswith(".csv") for finding in raw.findings):
        yield from _strange_rows(raw, file)


def _strange_rows(raw: RawTable, file: str) -> Iterator[Finding]:
    """Yield a finding for every row that a correction names and the table does not hold; a withdrawn one is gone."""
    keys = {row.key for row in raw.rows}
    for correction in raw.sidecar.corrections:
        for key in correction.rows:
            if correction.sort != "withdrawal" and key not in keys:
                yield Finding.of(
                    "checks.corrected_row", file, None, "corrections", key=key, day=correction.date
                )
