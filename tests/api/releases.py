"""A village in git with two people at the desk who publish answers by the command, for tests; it can cut runs off."""

import csv
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from mingbai.cli import main
from tests.api.conftest import NOW
from tests.api.desk import Person, Writer
from tests.village import Village

# Ends the program that called git, from a hook: hook ← git ← program.
KILL = "#!/bin/sh\nkill -9 $(awk '/^PPid/ {print $2}' /proc/$PPID/status)\nexit 1\n"


class House:
    """The village, its people and its repository."""

    def __init__(
        self, app: Flask, village: Village, capsys: pytest.CaptureFixture[str], at: datetime = NOW
    ) -> None:
        self.app, self.village, self._capsys = app, village, capsys
        self.clerk = Person(app, village, "小周", "east", at=at)
        self.colleague = Person(app, village, "老王", "east", at=at)
        self.git("init", "-q", "-b", "main")
        (village.root / ".gitignore").write_text(".state/\nbuild/\n")
        self.commit_all("begin")

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        """Run git in the village, or in another folder, as somebody who is not the service."""
        me = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        done = subprocess.run(
            ["git", "-C", str(folder or self.village.root), *me, *arguments], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def commit_all(self, message: str) -> None:
        """Commit everything, as a clerk does."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def hook(self, name: str, script: str) -> Path:
        """Let git run a script of ours."""
        path = self.village.root / ".git" / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(script)
        path.chmod(0o755)
        return path

    def approved(self, words: str = "屋顶防水是哪家做的？", answer: str = "禾平公司做的。") -> Writer:
        """Return somebody whose answered question two people want to publish."""
        writer = Writer(self.app, self.village, text=words)
        assert self.clerk.act(writer.number, "answer", answer=answer).status_code == 303
        self.approve(writer, self.clerk, self.colleague, words, answer)
        return writer

    def approve(self, writer: Writer, one: Person, other: Person, question: str, answer: str) -> None:
        """Let one draft and another approve the words."""
        typed = {"question": question, "answer": answer, "reason": "照原话"}
        assert one.act(writer.number, "draft", **typed).status_code == 303
        step = other.look(writer.number).text.split('name="draft" value="')[1].split('"')[0]
        assert other.act(writer.number, "approve", draft=step).status_code == 303

    def run(self, *arguments: str, command: str = "replies") -> tuple[int, str]:
        """Run a command here and return its status and all that it said."""
        status = main([command, "--portal", str(self.village.root), *arguments])
        said = self._capsys.readouterr()
        return status, said.out + said.err

    def release(self, *arguments: str) -> tuple[int, str]:
        """Run `mingbai replies release`."""
        return self.run("release", *arguments)

    def cut_off(self, hook: str) -> None:
        """Run the release in a process of its own, which is killed when git comes to a hook."""
        planted = self.hook(hook, KILL)
        done = run_apart("replies", "--portal", str(self.village.root), "release")
        planted.unlink()
        assert done.returncode == -9, done.stderr

    @property
    def path(self) -> Path:
        """The filing in which the answers stand."""
        kind = self.village.portal.kind_by_role("replies")
        assert kind is not None
        return self.village.root / "datasets" / "filings" / "east" / kind.id / "2026.csv"

    @property
    def here(self) -> str:
        """The same as an address below the village."""
        return self.path.relative_to(self.village.root).as_posix()

    def rows(self) -> list[dict[str, str]]:
        """Return the rows as they are committed."""
        tracked = self.git("ls-tree", "--name-only", "HEAD", "--", self.here)
        return list(csv.DictReader(self.git("show", f"HEAD:{self.here}").splitlines())) if tracked else []

    def questions(self) -> list[str]:
        """Return the published questions, as they are committed, sorted."""
        return sorted(row["question"] for row in self.rows())

    def is_clean(self) -> bool:
        """Return whether everything in the work tree is committed."""
        return self.git("status", "--porcelain") == ""


def run_apart(*arguments: str, planted: str = "") -> "subprocess.CompletedProcess[str]":
    """Run `mingbai` in a process of its own, after a few lines that plant something in it."""
    program = f"import sys\n{planted}\nfrom mingbai.cli import main\nsys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, env=os.environ
    )
