"""Lays out the portal as a push would leave it, so that it can be checked; nothing in it is run, and it goes again."""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

from mingbai import checks
from mingbai.gate.adding import Change
from mingbai.git import Repository
from mingbai.portal import Portal
from mingbai.portal.settings import CONFIG

_LAID_OUT = "datasets/"


@contextmanager
def laid_out(repository: Repository, base: Path, found: Sequence[Change], below: Path) -> Iterator[Path]:
    """Yield a folder with settings and datasets as they will be; `base` holds them as they are, `found` what changes.

    Files that stay are linked, not copied: a changed one is written anew beside them and never into them.
    """
    below.mkdir(parents=True, exist_ok=True)
    root = Path(mkdtemp(dir=below))
    try:
        shutil.copytree(base / "datasets", root / "datasets", copy_function=os.link, symlinks=True)
        os.link(base / CONFIG, root / CONFIG)
        apply(repository, root, (each for each in found if each.path.startswith(_LAID_OUT)))
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def apply(repository: Repository, root: Path, found: Iterable[Change]) -> None:
    """Write changed files below `root` as git holds them, and take away those that are gone.

    Bytes come from the objects, never through a filter that somebody pushed; each is moved over the old file, so that
    whoever has that one linked or open keeps it whole.
    """
    wanted: dict[str, list[str]] = {}
    for each in found:
        if each.is_gone:
            (root / each.path).unlink(missing_ok=True)
            _leave_no_empty_folder(root, (root / each.path).parent)
        else:
            wanted.setdefault(each.id, []).append(each.path)
    for id, data in repository.blobs(list(wanted)):
        for path in wanted[id]:
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(data)
            fresh.replace(target)


def check(portal: Portal, found: Sequence[Change], as_of: date) -> checks.Checked | None:
    """Check the filings that a push changes, and those whose rules read them; None where it changes none."""
    paths = {portal.root / each.path for each in found}
    touched = {beside for path in paths for beside in (path.with_suffix(".csv"), path.with_suffix(".yaml"))}
    there = sorted(
        path for path in paths | touched if path.is_file() and path.is_relative_to(portal.root / "datasets")
    )
    return checks.check(portal, there, as_of) if there else None


def _leave_no_empty_folder(root: Path, folder: Path) -> None:
    while folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
