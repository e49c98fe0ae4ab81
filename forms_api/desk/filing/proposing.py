"""Makes of an upload the filing that it would become, with everything that is wrong with it; it publishes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from forms_api.desk.filing import answers
from forms_api.desk.filing.holding import Upload
from mingbai.checks.reporting import in_order
from mingbai.errors import FilingUnreadable
from mingbai.filings import assemble
from mingbai.importing import Draft, Request, composing, draft, telling, writing
from mingbai.messages import catalogue, say
from mingbai.portal import Portal
from mingbai.privacy import PrivacyStop, PublicTable, publish
from mingbai.sheets.finding import Finding


@dataclass(frozen=True)
class Proposal:
    """What would be published. `files`: none while something is to be changed; `made`: None for a nil return."""

    upload: Upload
    made: Draft | None
    findings: Sequence[Finding]
    files: Mapping[str, bytes]
    table: PublicTable | None

    @property
    def errors(self) -> int:
        """How many findings keep it from being published."""
        return sum(finding.severity == "error" for finding in self.findings)


def propose(portal: Portal, upload: Upload, there: str | None, today: date) -> Proposal:
    """Return what becomes of an upload; `there`: the path of a file that was published of it already."""
    request = answers.request(upload)
    made = draft(portal, upload.data, request, today) if upload.data else None
    found, rows, facts = _drafted(made) if made is not None else _nil(portal, upload, request, today)
    if there is not None and not any(each.rule.startswith("already") for each in found):
        found.append(Finding.of("importing.already", request.file, path=there))
    table = None
    if not any(each.severity == "error" for each in found):
        table, more = _shown(portal, upload, rows, facts)
        found += more
    parts = {f"{upload.id.path}.yaml": facts, f"{upload.id.path}.csv": rows}
    files = {path: content for path, content in parts.items() if content is not None and table is not None}
    return Proposal(upload, made, in_order(found), files, table)


def _drafted(made: Draft) -> tuple[list[Finding], bytes | None, bytes | None]:
    return list(made.findings), made.rows if made.ready else None, made.facts


def _nil(
    portal: Portal, upload: Upload, request: Request, today: date
) -> tuple[list[Finding], bytes | None, bytes | None]:
    """Return what is wrong with a nil return, and its only file."""
    facts = composing.facts_bytes(nil={"reason": upload.reason})
    found = [*writing.checked(portal, upload.id, None, facts, today).findings]
    return [*found, *writing.already(portal, upload.id, request)], None, facts


def _shown(
    portal: Portal, upload: Upload, rows: bytes | None, facts: bytes | None
) -> tuple[PublicTable | None, list[Finding]]:
    """Return what `privacy` lets be shown of it: nothing is offered that its only door would stop."""
    id = upload.id
    raw = assemble(id, portal.kinds[id.kind], rows, facts, portal.settings_of(id), portal.sort_of(id))
    try:
        return publish(portal.settled(raw), portal.today), []
    except (PrivacyStop, FilingUnreadable) as reason:
        return None, [Finding.of("desk.filing.stopped", upload.file, reason=reason.message)]


def understood(made: Draft, lang: str) -> list[tuple[str, list[str]]]:
    """Return what was understood of the sheet: each line with those that belong under it."""
    groups: list[tuple[str, list[str]]] = []
    for line in filter(None, "\n".join(telling.understood(made, lang)).split("\n")):
        if line.startswith(" ") and groups:
            groups[-1][1].append(line.strip())
        else:
            groups.append((line, []))
    return groups


def told(findings: Sequence[Finding], lang: str) -> Iterator[tuple[str, str, str]]:
    """Yield severity, sentence and remedy of findings, each once; a remedy for the command line is said otherwise."""
    yield from dict.fromkeys((each.severity, each.message(lang), _remedy(each, lang)) for each in findings)


def _remedy(finding: Finding, lang: str) -> str:
    own = f"desk.filing.do.{finding.rule}"
    return say(own, lang) if own in catalogue() else finding.remedy(lang)
