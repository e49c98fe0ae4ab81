"""Lets one filing of replies hold what it held before and what is intended now; it decides and commits nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms_api.cases import Case
from forms_api.publication.filings import NotPublished, OpenChange, Publication
from forms_api.replies import reply_rows
from forms_api.replies.intended import Intended
from mingbai.errors import MingbaiError
from mingbai.filings import FilingId, assemble
from mingbai.messages import say

_Files = Mapping[str, bytes | None]


class NotReleased(MingbaiError):
    """This answer cannot be released; the message says why and what to do."""


@dataclass(frozen=True)
class Laid:
    """What the filing holds now, and why the others could not be put in, by case."""

    rows: tuple[Intended, ...]
    refused: Mapping[int, str]


def paths(id: FilingId) -> tuple[str, str]:
    """Return the two files of a filing."""
    return f"{id.path}.csv", f"{id.path}.yaml"


def lay(publication: Publication, id: FilingId, wanted: Sequence[tuple[Case, Intended]]) -> Laid:
    """Write the filing anew. Raises OpenChange where somebody has not finished with it."""
    files: _Files = {path: publication.base(path) for path in paths(id)}
    rows: list[Intended] = []
    refused = {}
    for case, each in wanted:
        try:
            fuller = _with(publication, id, files, case, each)
            publication.put(fuller)
        except OpenChange:
            raise
        except (NotReleased, NotPublished) as reason:
            refused[each.number] = reason.message
        else:
            files = fuller
            rows.append(each)
    if any(publication.now(path) != content for path, content in files.items()):
        publication.put(files)
    return Laid(tuple(rows), refused)


def _with(publication: Publication, id: FilingId, files: _Files, case: Case, each: Intended) -> _Files:
    """Return the files with one row more, or with another answer in it."""
    if case.answer is None:
        raise NotReleased(say("replies.not_answered"))
    rows_path, facts_path = paths(id)
    portal, kind = publication.portal, publication.portal.kinds[id.kind]
    raw = assemble(id, kind, files[rows_path], files[facts_path])
    if any(finding.severity == "error" for finding in raw.findings):
        raise NotReleased(say("replies.changed", path=rows_path))
    there = reply_rows.rows(files[rows_path]).get(each.key)
    if case.released is not None and (there is None or each.filing != id.address):
        raise NotReleased(say("replies.row_gone", address=each.address))
    row = reply_rows.row(portal, case, case.answer, each.key, each.question, each.answer)
    # A row with its number is its own where somebody committed it meanwhile; anything else is another's.
    if case.released is None and there is not None and there["question"] != row["question"]:
        raise NotReleased(say("replies.row_taken", address=each.address))
    fuller = {**files, rows_path: reply_rows.with_row(files[rows_path], raw.contract, row)}
    if case.released is not None:
        fuller[facts_path] = reply_rows.with_correction(files[facts_path], portal.today, each.key)
    return fuller
