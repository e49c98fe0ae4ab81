"""Makes a clerk's clone: the folder of one unit and what checks need, pushed to the branch of that unit."""

import re
import subprocess
from pathlib import Path

from mingbai.errors import UsageError
from mingbai.messages import LANGUAGES, say, spoken
from mingbai.receiving import options

_UNIT = re.compile(r"[a-z0-9-]{1,40}")


def clone(address: str, folder: Path, unit: str) -> None:
    """Clone the portal at `address` sparsely into `folder`. Raises UsageError with git's own reason."""
    if not _UNIT.fullmatch(unit):
        raise UsageError(say("cli.no_unit", unit=unit))
    _git(None, "clone", "--quiet", "--filter=blob:none", "--no-checkout", "--", address, str(folder))
    kept = ["/mkdocs.yml", "/datasets/*", "!/datasets/filings/*/", f"/datasets/filings/{unit}/"]
    _git(folder, "sparse-checkout", "set", "--no-cone", *kept)
    _git(folder, "config", "remote.origin.push", f"refs/heads/main:refs/heads/u/{unit}")
    _git(folder, "config", "pull.rebase", "false")
    if spoken() != LANGUAGES[0]:
        _git(folder, "config", "push.pushOption", f"{options.IN}{spoken()}")
    _git(folder, "checkout", "--quiet", "main")


def _git(folder: Path | None, *words: str) -> None:
    """Run git as the clerk, with the clerk's own keys and name."""
    at = [] if folder is None else ["-C", str(folder)]
    done = subprocess.run(["git", *at, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["git"]
        raise UsageError(say("receiving.clone_failed", reason=reason[0]))
