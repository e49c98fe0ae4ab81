"""Makes git forget: every commit of every branch is written anew without the objects that were withdrawn.

Clones that exist keep what they have; the gate refuses those objects from now on, so that none brings them back.
"""

from collections.abc import Iterator

from mingbai.git import MAIN, Repository


def forget(repository: Repository, blobs: frozenset[str]) -> str:
    """Write all history anew without these objects, delete them, and return the new commit of `main`."""
    exported = repository.run(
        *("fast-export", "--all", "--no-data", "--signed-tags=strip", "--tag-of-filtered-object=rewrite"),
        *("--reencode=no", "--show-original-ids"),
    )
    repository.run("fast-import", "--force", "--quiet", given=b"".join(_filtered(exported, blobs)))
    repository.run("reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
    for name in ("FETCH_HEAD", "ORIG_HEAD"):
        (repository.path / name).unlink(missing_ok=True)
    repository.run("-c", "gc.reflogExpire=now", "gc", "--quiet", "--prune=now")
    return repository.run("rev-parse", MAIN).decode().strip()


def _filtered(stream: bytes, blobs: frozenset[str]) -> Iterator[bytes]:
    """Yield a fast-export stream without the lines that put one of these objects anywhere (git-fast-import(1)).

    A message is `data N` and N bytes; it is passed on as it is, whatever its lines look like.
    """
    at = 0
    while at < len(stream):
        end = stream.find(b"\n", at) + 1 or len(stream)
        line = stream[at:end]
        if line.startswith(b"data "):
            end += int(line[5:])
            yield stream[at:end]
        elif not (line.startswith(b"M ") and line.split(b" ", 3)[2].decode("ascii", "replace") in blobs):
            yield line
        at = end
