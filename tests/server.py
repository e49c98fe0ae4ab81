"""Makes a server with a small village on it and clerks who push to it with an ordinary git; nothing here judges."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mingbai.receiving.installing import init, take_files
from mingbai.receiving.layout import Server
from tests.village import Village, build_village

CLERK = ("-c", "user.name=clerk", "-c", "user.email=clerk@example.org", "-c", "commit.gpgsign=false")


@dataclass
class Clone:
    """A clerk's clone. `account`: whom the hosting names; without one the push counts as the administrator's."""

    folder: Path
    account: str | None = None

    def git(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run git as this clerk."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        named = {} if self.account is None else {"MINGBAI_PUBLISHER": self.account}
        return subprocess.run(
            ["git", "-C", str(self.folder), *CLERK, *words],
            capture_output=True,
            text=True,
            check=check,
            env=clean | named,
        )

    def commit(self, files: dict[str, str | bytes | None], message: str = "公开") -> None:
        """Write or delete files and commit them all."""
        for path, content in files.items():
            target = self.folder / path
            if content is None:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "--all", "--force", "--sparse")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)

    def push(self, *words: str) -> tuple[int, str]:
        """Push and return git's status and everything that was said."""
        done = self.git("push", "-o", "no-wait", *words, check=False)
        return done.returncode, done.stderr.replace("remote: ", "")

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD").stdout.strip()


def build_server(root: Path) -> tuple[Server, Village]:
    """Return a server that holds the usual small village, and the village it was taken from."""
    village = build_village(root / "source")
    server = init(root / "server")
    take_files(server, village.root)
    return server, village


def clone(server: Server, folder: Path, account: str | None = None) -> Clone:
    """Return a whole clone, as an administrator makes it."""
    subprocess.run(["git", "clone", "--quiet", str(server.repository.path), str(folder)], check=True)
    return Clone(folder, account)
