"""Appends to the receive log what came to `main` and when; a line once written is never changed.

Times are the server's own. Where its clock went back, the time of the last line counts: nothing can be received before
what came before it (design §6.5).
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from mingbai.folders import FILINGS
from mingbai.git import MAIN, Repository, changes
from mingbai.receiving.laying import EMPTY
from mingbai.receiving.layout import Server

_END = 1 << 22  # bytes of the log that are looked at again
LOGGED = "refs/mingbai/logged"  # the newest commit of `main` of which everything stands in the log


def catch_up(server: Server, typed: Mapping[str, datetime] | None = None) -> None:
    """Log every filing that came since the log was last written; in UTC.

    `typed`: the days that the committers of a first history typed, by path; nobody witnessed those.
    """
    repository = server.repository
    newest = repository.run("rev-parse", MAIN).decode().strip()
    since = repository.says("rev-parse", "--verify", "--quiet", LOGGED) or EMPTY
    if since == newest:
        return
    now, told, first = datetime.now(UTC), _end_of_log(server), typed or {}
    when = max([now, *(datetime.fromisoformat(each["received_at"]) for each in told)]).astimezone(UTC)
    written = {(each["commit"], each["path"]) for each in told}
    lines = [
        _line(path, digest, first.get(path, when), commit, imported=path in first)
        for old, commit in _steps(repository, since, newest)
        for path, digest in _came(repository, old, commit)
        if (commit, path) not in written
    ]
    _append(server, lines)
    repository.run("update-ref", LOGGED, newest)


def _steps(repository: Repository, since: str, newest: str) -> Iterator[tuple[str, str]]:
    """Yield each move of `main` as (before, after), oldest first; a first history is one move."""
    if since == EMPTY:
        yield EMPTY, newest
        return
    old = since
    for commit in (
        repository.run("rev-list", "--first-parent", "--reverse", f"{since}..{newest}").decode().split()
    ):
        yield old, commit
        old = commit


def _came(repository: Repository, old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield path and SHA-256 of every filing's file that a move brought or changed."""
    found = {each.path: each.id for each in changes(repository, old, new) if not each.is_gone}
    filings = {path: id for path, id in found.items() if path.startswith(f"{FILINGS}/")}
    digests = {id: sha256(data).hexdigest() for id, data in repository.blobs(sorted(set(filings.values())))}
    yield from ((path, digests[id]) for path, id in sorted(filings.items()))


def _line(path: str, digest: str, when: datetime, commit: str, *, imported: bool) -> str:
    told = {"path": path, "sha256": digest, "received_at": when.isoformat(), "commit": commit}
    return json.dumps(told | ({"imported": True} if imported else {})) + "\n"


def _append(server: Server, lines: list[str]) -> None:
    """Write whole lines and wait until the disk holds them; half a line of a process that died is finished first."""
    with server.log.open("a+b") as log:
        log.seek(0, os.SEEK_END)
        if log.tell():
            log.seek(-1, os.SEEK_END)
            if log.read(1) != b"\n":
                log.seek(0)
                whole = log.read().rpartition(b"\n")
                log.truncate(len(whole[0]) + len(whole[1]))
        log.write("".join(lines).encode())
        log.flush()
        os.fsync(log.fileno())


def _end_of_log(server: Server) -> list[dict[str, str]]:
    """Return the last entries: what a process that died may have written since `LOGGED` moved stands among them."""
    if not server.log.is_file():
        return []
    with server.log.open("rb") as log:
        log.seek(max(0, server.log.stat().st_size - _END))
        lines = log.read().splitlines()
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue  # half a line, of a process that died or where the end was cut off
    return [each for each in found if "commit" in each]
