"""Runs git on one repository, without the caller's configuration, hooks or terminal; it knows no rule of ours."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mingbai.errors import MingbaiError

# What a hook inherits points into the repository of the push; git in another one must not see it.
_INHERITED = "GIT_"
_REMOTE = "remote: "  # before each line that the other side's hooks print


class GitRefused(MingbaiError):
    """Git ended with an error; the message is its own last line."""


@dataclass(frozen=True)
class Pushed:
    """How a push ended. `said`: what the other side's hooks said; `reason`: git's own last line where it failed."""

    taken: bool
    said: str
    reason: str


@dataclass(frozen=True)
class Repository:
    """A repository by its folder; `environment` is added to what git sees, all `GIT_*` of the caller is taken away."""

    path: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_push(cls, path: Path) -> "Repository":
        """Return the repository that is being pushed to, with the objects that are still in quarantine."""
        kept = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH")
        return cls(path, {name: os.environ[name] for name in kept if name in os.environ})

    def run(self, *words: str, given: bytes | None = None) -> bytes:
        """Return what git prints. Raises GitRefused."""
        done = subprocess.run(
            self._command(words), input=given, capture_output=True, check=False, env=self._env()
        )
        if done.returncode:
            last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["git"]
            raise GitRefused(last[0])
        return done.stdout

    def says(self, *words: str) -> str | None:
        """Return the first line of what git prints, None where it ends with an error."""
        try:
            return self.run(*words).decode("utf-8", "replace").partition("\n")[0]
        except GitRefused:
            return None

    def push(self, target: Path, refspec: str, *options: str) -> Pushed:
        """Push to a repository on this machine, through its hooks; `options` are for them (git-push(1), -o)."""
        told = [f"--push-option={each}" for each in options]
        words = ("push", "--porcelain", *told, "--", str(target), refspec)
        done = subprocess.run(self._command(words), capture_output=True, check=False, env=self._env())
        lines = done.stderr.decode("utf-8", "replace").splitlines()
        said = [line.removeprefix(_REMOTE).rstrip() for line in lines if line.startswith(_REMOTE)]
        own = [line for line in lines if not line.startswith(_REMOTE)] or ["git"]
        return Pushed(not done.returncode, "\n".join(said), "" if not done.returncode else own[-1])

    def blobs(self, ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the bytes of objects one after the other; only one of them is in memory."""
        command = self._command(("cat-file", "--batch"))
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self._env()) as git:
            assert git.stdin and git.stdout
            for id in ids:
                git.stdin.write(f"{id}\n".encode())
                git.stdin.flush()
                size = int(git.stdout.readline().split()[2])
                yield id, git.stdout.read(size + 1)[:-1]
            git.stdin.close()

    def _command(self, words: Sequence[str]) -> list[str]:
        return ["git", "-C", str(self.path), "-c", "core.quotepath=off", *words]

    def _env(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(_INHERITED)}
        nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
        return clean | nobody | {"LC_ALL": "C.UTF-8"} | dict(self.environment)
