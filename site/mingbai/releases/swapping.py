"""Puts a finished build in the place of the last one with one rename; it never deletes what it did not make.

Without `out` a build becomes `build/releases/<stamp>` and the link `build/site` is repointed by rename(2), which POSIX
makes atomic: a reader sees the old site or the new one, never half of each. With `out` the folders change places.
"""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from mingbai.errors import BuildRefused
from mingbai.messages import say, theme_folder

MARKER = ".mingbai-release"
KEEP = 5
STALE = 24 * 60 * 60  # seconds after which a half build of a process that died may go

# What a build may never touch, whether it is there yet or not (design §3, §6.2).
_SOURCES = (
    "site",
    "content",
    "datasets",
    "forms_api",
    "scripts",
    "tests",
    ".git",
    ".state",
    ".venv",
    "build/releases",
)


@dataclass(frozen=True)
class Release:
    """A build under way: `building` is where it is written, `target` where it will stand."""

    building: Path
    target: Path
    kept: Path | None

    @property
    def stays(self) -> bool:
        """Whether this becomes the portal's own site, which the service searches, and not a copy elsewhere."""
        return self.kept is not None

    def publish(self) -> Path:
        """Put the build up and return where it stands. Raises BuildRefused; the old site then still stands."""
        try:
            if self.kept is None:
                _change_places(self.building, self.target)
            else:
                _put_up(self.building, self.kept, self.target)
        except OSError as reason:
            raise BuildRefused(say("release.disk", reason=reason)) from reason
        return self.target

    def abandon(self) -> None:
        """Remove what was written so far."""
        shutil.rmtree(self.building, ignore_errors=True)


def begin(root: Path, out: Path | None, sources: tuple[Path, ...] = ()) -> Release:
    """Choose where to build for the portal at `root` and make that folder.

    `out`: the folder asked for, None for `build/site`. `sources`: further folders that hold sources.
    Raises BuildRefused before anything is written when the output would touch a source or a stranger's folder.
    """
    root = root.resolve()
    stamp = f"{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 1_000_000_000:09d}-{os.getpid()}"
    standing = root / "build" / "site"
    if out is None or _same(out, standing):
        if standing.is_dir() and not standing.is_symlink():
            raise BuildRefused(say("release.not_link", link=standing))
        folder = root / "build" / "releases"
        release = Release(folder / f"{stamp}.tmp", standing, folder / stamp)
    else:
        target = out.resolve()
        _refuse_sources(root, target, sources)
        _refuse_strangers(target)
        release = Release(target.parent / f".{target.name}.{stamp}.tmp", target, None)
    try:
        release.building.mkdir(parents=True)
    except OSError as reason:
        raise BuildRefused(say("release.disk", reason=reason)) from reason
    return release


def _same(out: Path, link: Path) -> bool:
    """Whether `out` names the link itself, not the release behind it."""
    return out.parent.resolve() / out.name == link


def _refuse_sources(root: Path, target: Path, sources: tuple[Path, ...]) -> None:
    """Raise BuildRefused when `target` is, lies in or holds a source."""
    guarded = [*(root / name for name in _SOURCES), theme_folder(), Path(__file__).parents[1], *sources]
    if target == root or target in root.parents:
        raise BuildRefused(say("release.source", out=target, source=root))
    for source in (each.resolve() for each in guarded):
        if target == source or target in source.parents or source in target.parents:
            raise BuildRefused(say("release.source", out=target, source=source))


def _refuse_strangers(target: Path) -> None:
    """Raise BuildRefused when `target` holds something that no build of ours made."""
    if not target.exists():
        return
    ours = target.is_dir() and ((target / MARKER).is_file() or not any(target.iterdir()))
    if not ours:
        raise BuildRefused(say("release.not_empty", out=target))


def repoint(link: Path, target: Path) -> None:
    """Let a link lead to `target` by one rename(2): a reader sees the old or the new, never neither."""
    fresh = link.parent / f".{link.name}.{target.name}"
    fresh.unlink(missing_ok=True)
    os.symlink(os.path.relpath(target, link.parent), fresh)
    os.replace(fresh, link)


def _put_up(building: Path, kept: Path, link: Path) -> None:
    building.rename(kept)
    os.sync()  # after a power cut the link must not lead to half a site; one call for its thousands of files
    repoint(link, kept)
    _sweep(kept.parent, link.resolve())


def _sweep(folder: Path, current: Path) -> None:
    """Keep the newest releases and whatever is up; remove half builds that nobody is writing any more."""
    whole = sorted((path for path in folder.iterdir() if path.is_dir() and path.suffix != ".tmp"), key=str)
    half = [path for path in folder.glob("*.tmp") if time.time() - path.stat().st_mtime > STALE]
    for path in [*whole[:-KEEP], *half]:
        if path != current:
            shutil.rmtree(path, ignore_errors=True)


def _change_places(building: Path, target: Path) -> None:
    if not target.exists():
        building.rename(target)
        return
    aside = building.with_suffix(".old")
    target.rename(aside)
    try:
        building.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)
