"""Judges a push before anything of it is taken, and says in the clerk's words what must change; it changes nothing.

Cheap questions come first, so that a hostile push ends early: which references, how much, which files, whose; then what
stands in them. Every object is scanned, not only the tip, for git forgets nothing (design §6.4).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mingbai import scan
from mingbai.checks import report
from mingbai.gate import adding, references, scope, trying
from mingbai.gate.names import folded, is_open
from mingbai.gate.publishers import Publisher, Publishers, who
from mingbai.git import MAIN, Change, Repository, Update, changes, changes_of_every_commit, merged_tree
from mingbai.messages import say, spoken
from mingbai.portal import Portal

__all__ = [
    "Ground",
    "Publisher",
    "Publishers",
    "judge",
    "misshapen_in_history",
]


@dataclass(frozen=True)
class Ground:
    """What a push is held against: the repository, the portal's files as laid out, the commit they are of."""

    repository: Repository
    portal: Path
    laid_out: str
    publishers: Publishers
    state: Path
    taken_down: frozenset[str]
    environment: Mapping[str, str]
    portal_at: Callable[[Path], Portal]


class Push:
    """One reference of a push, with what git says of it; each is asked once."""

    def __init__(self, ground: Ground, update: Update) -> None:
        self.ground, self.update, self.repository = ground, update, ground.repository

    @cached_property
    def publisher(self) -> Publisher | None:
        """Who pushes."""
        return who(self.ground.publishers, self.repository, self.update.new, self.ground.environment)

    @cached_property
    def main(self) -> str:
        """The commit that `main` is at; asked once, for others may move it meanwhile."""
        return self.repository.run("rev-parse", MAIN).decode().strip()

    @cached_property
    def tree(self) -> str | None:
        """The tree of `main` as the push would leave it, None where it cannot be merged."""
        return merged_tree(self.repository, self.main, self.update.new)

    @cached_property
    def changes(self) -> list[Change]:
        """What the push changes on `main`."""
        return changes(self.repository, self.main, self.tree or self.main)


def judge(ground: Ground, asked: Sequence[Update]) -> list[str]:
    """Return what is wrong with a push, each a paragraph for the clerk; nothing is wrong where the list is empty."""
    found = list(references.refused(asked))
    if found or not asked:
        return found
    push = Push(ground, asked[0])
    for step in (_whose, _size_and_shape, _place, _content):
        found = list(step(push))
        if found:
            return found
    return []


def misshapen_in_history(repository: Repository, new: str) -> list[str]:
    """Say what a history that is no push yet holds in its open folders that could not be pushed."""
    every = changes_of_every_commit(repository, new)
    return list(adding.misshapen([each for each in every if is_open(each.path)]))


def _whose(push: Push) -> Iterator[str]:
    update, publisher = push.update, push.publisher
    if publisher is None:
        yield say("gate.nobody")
    elif update.unit is None and not publisher.is_administrator:
        yield say("gate.main", name=publisher.name)
    elif update.unit is not None and not publisher.is_administrator and update.unit not in publisher.units:
        yield say("gate.not_your_unit", name=publisher.name, unit=update.unit)
    elif not update.creates and push.repository.says("merge-base", update.old, update.new) != update.old:
        yield say("gate.backwards")


def _size_and_shape(push: Push) -> Iterator[str]:
    found = list(adding.too_much(push.repository, push.update.new))
    yield from found
    if not found:
        every = changes_of_every_commit(push.repository, push.update.new)
        yield from adding.misshapen(every)
        yield from scope.brought_back(every, push.ground.taken_down)


def _place(push: Push) -> Iterator[str]:
    if push.tree is None:
        yield say("gate.conflict")
    elif push.publisher is not None:
        yield from scope.outside(push.changes, push.update.unit, push.publisher)
        yield from scope.doubled(push.changes, _names(push.repository, push.main))


def _content(push: Push) -> Iterator[str]:
    """Scan every object that is new, and check the filings as they will stand on `main`."""
    ground, repository = push.ground, push.repository
    since = changes(repository, ground.laid_out, push.tree or push.main)
    with trying.laid_out(repository, ground.portal, since, ground.state / "trying") as root:
        portal = ground.portal_at(root)
        personal = [
            each for each in _scanned(portal, push) if each.severity == "error" or each.sort == "unread"
        ]
        if personal:
            yield scan.report(personal, spoken(), in_history=True)
        checked = trying.check(portal, push.changes, portal.today)
        if checked is not None and checked.errors:
            yield report(checked, spoken())


def _scanned(portal: Portal, push: Push) -> list[scan.Finding]:
    return scan.scan_range(portal, push.repository.path, f"{push.update.new} --not --all")


def _names(repository: Repository, main: str) -> dict[str, str]:
    """Return every path of a commit, by the form in which desktops take two for one."""
    listed = repository.run("ls-tree", "-r", "-z", "--name-only", main).decode("utf-8", "surrogateescape")
    return {folded(path): path for path in listed.split("\0") if path}
