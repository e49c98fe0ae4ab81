"""Knows where a server keeps what: repository, portal, releases, state; it reads and writes none of it."""

from dataclasses import dataclass
from pathlib import Path

from mingbai.git import Repository


@dataclass(frozen=True)
class Server:
    """The folder that `mingbai serve-git init` makes.

    `portal.git`: what is pushed to. `portal`: the files of `main` as they were last laid out, and the releases built of
    them. `current`: what a web server serves. `state`: log, letters, keys, sealed records. `publishers.yml`: who may
    push what.
    """

    root: Path

    @property
    def repository(self) -> Repository:
        """The repository, as it stands; objects of a push that is not taken yet are not in it."""
        return Repository(self.root / "portal.git")

    @property
    def portal(self) -> Path:
        """The files that are checked against and built."""
        return self.root / "portal"

    @property
    def current(self) -> Path:
        """The link to the site that stands."""
        return self.root / "current"

    @property
    def state(self) -> Path:
        """What is never in git."""
        return self.root / "state"

    @property
    def publishers(self) -> Path:
        """Who may push what."""
        return self.root / "publishers.yml"

    @property
    def authorized_keys(self) -> Path:
        """The same for sshd(8): one line a key, written by `mingbai serve-git keys`."""
        return self.root / "authorized_keys"

    @property
    def log(self) -> Path:
        """The receive log: the only dates of publication that count (design §6.5)."""
        return self.state / "receive.log"

    @property
    def laid_out(self) -> Path:
        """The file that names the commit of which `portal` holds the files."""
        return self.state / "laid-out"

    @property
    def is_there(self) -> bool:
        """Whether somebody made a server here."""
        return (self.root / "portal.git" / "HEAD").is_file() and self.state.is_dir()
