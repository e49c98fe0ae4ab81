"""Writes the commit that takes a filing, or rows of it, from `main`, and its stone; it touches no other file."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import yaml

from mingbai import withdrawn
from mingbai.errors import UsageError
from mingbai.filings import FilingId
from mingbai.folders import WITHDRAWN
from mingbai.git import MAIN, Repository, read_raw
from mingbai.kinds import Field, Schema
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.receiving.layout import Server
from mingbai.receiving.merging import WHO
from mingbai.withdrawn import Stone


def files_of(repository: Repository, id: FilingId) -> dict[str, str]:
    """Return the files of a filing on `main` with their objects."""
    listed = repository.run("ls-tree", "-z", MAIN, f"{id.path}.csv", f"{id.path}.yaml").decode()
    lines = [line.partition("\t") for line in listed.split("\0") if line]
    return {path: head.split(" ")[2] for head, _, path in lines}


def versions_of(repository: Repository, id: FilingId) -> set[str]:
    """Return every object that ever was a file of the filing and is none now."""
    paths = (f"{id.path}.csv", f"{id.path}.yaml")
    listed = repository.run("log", "--all", "-m", "--raw", "-z", "--no-abbrev", "--format=", "--", *paths)
    return {each.id for each in read_raw(listed) if not each.is_gone} - set(files_of(repository, id).values())


def commit(server: Server, portal: Portal, id: FilingId, rows: Sequence[str], reason: str, day: date) -> str:
    """Commit `main` without the filing, or without the rows with these keys; return the commit."""
    bare = server.repository.path
    index = {"GIT_INDEX_FILE": str(server.state / "withdrawal.index"), "GIT_DIR": str(bare)}
    repository = Repository(bare, {**index, "GIT_WORK_TREE": str(server.portal), **WHO})
    repository.run("read-tree", MAIN)
    for path, data in _replaced(server.repository, portal, id, rows, reason, day).items():
        if data is None:
            repository.run("update-index", "--force-remove", path)
        else:
            blob = repository.run("hash-object", "-w", "--stdin", given=data).decode().strip()
            repository.run("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    tree, old = (
        repository.run("write-tree").decode().strip(),
        repository.run("rev-parse", MAIN).decode().strip(),
    )
    message = say("withdrawal.message", "zh", path=id.path)
    new = repository.run("commit-tree", tree, "-p", old, "-m", message).decode().strip()
    repository.run("update-ref", MAIN, new, old)
    Path(index["GIT_INDEX_FILE"]).unlink(missing_ok=True)
    return new


def _replaced(
    repository: Repository, portal: Portal, id: FilingId, rows: Sequence[str], reason: str, day: date
) -> dict[str, bytes | None]:
    """Return what the files become; None for a file that goes."""
    there = files_of(repository, id)
    if not rows:
        stones = [*withdrawn.read(portal.root), Stone(id.path, day, reason)]
        return {**dict.fromkeys(there), WITHDRAWN: withdrawn.written(stones)}
    said = f"{id.path}.yaml"
    table = dict(repository.blobs([there[f"{id.path}.csv"]]))[there[f"{id.path}.csv"]]
    facts = dict(repository.blobs([there[said]]))[there[said]] if said in there else b""
    schema = portal.kinds[id.kind].contract_for(id.period.label).schema
    return {f"{id.path}.csv": _without(table, schema, rows), said: _told(facts, rows, reason, day)}


def _without(table: bytes, schema: Schema, rows: Sequence[str]) -> bytes:
    """Return the table with the words of these rows gone. Raises UsageError naming keys that are not there.

    Their figures, days and choices stay: a row that was left out would break every sum it stands in. Where those are
    what must go, the whole filing is withdrawn.
    """
    lines = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    keyed = {"/".join(line[name] for name in schema.primary_key): line for line in lines}
    strange = [each for each in rows if each not in keyed]
    if strange:
        raise UsageError(say("withdrawal.no_row", keys=[*strange]))
    for each in rows:
        words = [field.name for field in schema.fields if _is_words(field) and keyed[each].get(field.name)]
        keyed[each].update(dict.fromkeys(words, say("withdrawal.gone")))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode()


def _is_words(field: Field) -> bool:
    return (
        field.type == "string" and not field.options and field.cls in ("text", "office", "quasi", "sensitive")
    )


def _told(facts: bytes, rows: Sequence[str], reason: str, day: date) -> bytes:
    said = yaml.safe_load(facts) or {}
    entry = {"date": day, "sort": "withdrawal", "rows": list(rows), "reason": reason}
    said["corrections"] = [*said.get("corrections", []), entry]
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False).encode()
