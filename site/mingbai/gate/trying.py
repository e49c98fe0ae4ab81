"""Lays out the portal as a push would leave it, so that it can be checked; nothing in it is run, and it goes again."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

from mingbai import checks
from mingbai.folders import CONFIG, FILINGS
from mingbai.git import Change, Repository, apply
from mingbai.portal import Portal

_LAID_OUT = "datasets/"


@contextmanager
def laid_out(repository: Repository, base: Path, found: Sequence[Change], below: Path) -> Iterator[Path]:
    """Yield a folder with settings and datasets as they will be; `base` holds them as they are, `found` what changes.

    Of filings only those of units that change are there: no rule reads another unit's. Files that stay are linked, not
    copied: a changed one is written anew beside them and never into them.
    """
    units = {each.path.split("/")[2] for each in found if each.path.startswith(f"{FILINGS}/")}

    def others(folder: str, names: list[str]) -> set[str]:
        return set(names) - units if Path(folder) == base / FILINGS else set()

    below.mkdir(parents=True, exist_ok=True)
    root = Path(mkdtemp(dir=below))
    try:
        shutil.copytree(
            base / "datasets", root / "datasets", copy_function=os.link, symlinks=True, ignore=others
        )
        os.link(base / CONFIG, root / CONFIG)
        apply(repository, root, (each for each in found if each.path.startswith(_LAID_OUT)))
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def check(portal: Portal, found: Sequence[Change], as_of: date) -> checks.Checked | None:
    """Check the filings that a push changes, and those whose rules read them; None where it changes none."""
    paths = {portal.root / each.path for each in found}
    touched = {beside for path in paths for beside in (path.with_suffix(".csv"), path.with_suffix(".yaml"))}
    there = sorted(
        path for path in paths | touched if path.is_file() and path.is_relative_to(portal.root / "datasets")
    )
    return checks.check(portal, there, as_of) if there else None
