"""Merges the branches of units into `main`, alone and one after the other; it judges none, for the gate has.

Whoever holds the lock merges every branch that waits, so that of two hundred pushes at once none has to come again. A
push whose hook was killed in between is merged by the next.
"""

from mingbai.git import MAIN, GitRefused, Repository, merged_tree
from mingbai.messages import say

WHO = {
    "GIT_AUTHOR_NAME": "mingbai",
    "GIT_AUTHOR_EMAIL": "mingbai@localhost",
    "GIT_COMMITTER_NAME": "mingbai",
    "GIT_COMMITTER_EMAIL": "mingbai@localhost",
}
_TRIES = 20  # how often `main` may be moved by an administrator's push in between


def merge_all(repository: Repository) -> None:
    """Merge every branch of a unit that `main` does not hold yet; one that does not fit is left as it is."""
    for line in repository.run(
        "for-each-ref", "--no-merged", MAIN, "--format=%(refname)", "refs/heads/u/"
    ).split():
        _merge(repository, line.decode())


def holds(repository: Repository, commit: str) -> bool:
    """Tell whether `main` holds a commit."""
    return repository.says("merge-base", "--is-ancestor", commit, MAIN) is not None


def _merge(repository: Repository, branch: str) -> None:
    named = Repository(repository.path, WHO)
    for _ in range(_TRIES):
        old = repository.run("rev-parse", MAIN).decode().strip()
        new = repository.run("rev-parse", branch).decode().strip()
        tree = merged_tree(repository, old, new)
        if tree is None:
            return
        message = say("receiving.merge", "zh", unit=branch.removeprefix("refs/heads/u/"))
        commit = named.run("commit-tree", tree, "-p", old, "-p", new, "-m", message).decode().strip()
        try:
            repository.run("update-ref", MAIN, commit, old)
            return
        except GitRefused:
            continue
