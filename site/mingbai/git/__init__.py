"""Runs git, reads what differs between two states and writes it out; it knows no rule of ours and imports no room.

Hooks of a server start with this room alone, for two hundred of them may start within a minute.
"""

from mingbai.git.changes import Change, apply, changes, changes_of_every_commit, merged_tree, read_raw
from mingbai.git.pushes import MAIN, Update, read
from mingbai.git.repository import GitRefused, Pushed, Repository

__all__ = [
    "MAIN",
    "Change",
    "GitRefused",
    "Pushed",
    "Repository",
    "Update",
    "apply",
    "changes",
    "changes_of_every_commit",
    "merged_tree",
    "read",
    "read_raw",
]
