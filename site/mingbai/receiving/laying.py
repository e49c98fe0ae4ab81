"""Brings the server's portal folder to the newest commit, by what differs; it checks nothing and builds nothing."""

from mingbai.git import Change, apply, changes
from mingbai.receiving.layout import Server
from mingbai.receiving.locks import alone

# The tree that holds nothing, by the name that every git knows it under.
EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def commit_of(server: Server) -> str:
    """Return the commit of which the portal folder holds the files, the empty tree before the first."""
    return server.laid_out.read_text("ascii").strip() if server.laid_out.is_file() else EMPTY


def lay_out(server: Server, commit: str) -> list[Change]:
    """Bring the portal folder to a commit and return what changed; killed on the way, it is done again."""
    with alone(server.state / "portal.lock"):
        found = changes(server.repository, commit_of(server), commit)
        apply(server.repository, server.portal, found)
        stands(server, commit)
    return found


def stands(server: Server, commit: str) -> None:
    """Note of which commit the portal folder holds the files."""
    fresh = server.laid_out.with_suffix(".new")
    fresh.write_text(commit, "ascii")
    fresh.replace(server.laid_out)
