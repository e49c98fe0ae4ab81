"""Builds a portal as MkDocs does, and says what MkDocs found wrong in a sentence of ours."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from mkdocs.commands.build import build as run_mkdocs
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from mingbai import progress
from mingbai.errors import BuildRefused, MingbaiError, PortalError
from mingbai.folders import CONFIG
from mingbai.messages import say
from mingbai.plugin.hooks import MingbaiPlugin

_STEPS = [
    f"progress.{step}" for step in ("filings", "prose", "pages", "downloads", "verify", "pack", "index")
]


def build(portal_root: Path, out: Path | None = None, as_of: date | None = None) -> Path:
    """Build the portal and return where the site stands: `build/site`, or `out`.

    Raises PortalError when mkdocs.yml cannot be used, BuildRefused for everything that keeps the build from going up.
    """
    with _listening() as heard:
        try:
            config = load_config(
                config_file=str(portal_root / CONFIG), site_dir=None if out is None else str(out.absolute())
            )
        except MkDocsException as wrong:
            raise PortalError(
                say("release.config", reason=" ".join(heard) or wrong.format_message())
            ) from wrong
        plugin = next((each for each in config.plugins.values() if isinstance(each, MingbaiPlugin)), None)
        if plugin is None:
            raise PortalError(say("release.config", reason=say("release.no_plugin")))
        plugin.as_of = as_of
        try:
            with progress.shown(*_STEPS):
                run_mkdocs(config)
        except MkDocsException as wrong:
            cause = _cause(wrong)
            raise cause or BuildRefused(say("release.failed", reason=" ".join(heard))) from wrong
    for line in heard:
        print(line, file=sys.stderr)
    return Path(config.site_dir)


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Collect what MkDocs warns about, so that it can be said once and in its place."""
    heard: list[str] = []
    ear = logging.Handler(logging.WARNING)
    ear.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("mkdocs")
    logger.addHandler(ear)
    try:
        yield heard
    finally:
        logger.removeHandler(ear)


def _cause(wrong: BaseException | None) -> MingbaiError | None:
    """Return our own error from which MkDocs's came."""
    while wrong is not None and not isinstance(wrong, MingbaiError):
        wrong = wrong.__cause__ or wrong.__context__
    return wrong
