"""Is the part of the command line for servers: `serve-git`, `portal`, `clone`, `builder`; it decides nothing itself."""

import argparse
from pathlib import Path

from mingbai.calling import Parser
from mingbai.errors import UsageError
from mingbai.messages import hint, say
from mingbai.receiving import cloning, doors, installing
from mingbai.receiving.layout import Server


def add_serve_git(command: Parser) -> None:
    """Add `init DIR`, `import DIR SOURCE` and `keys DIR`."""
    made = command.add_command("init", "cli.serve_git.init")
    made.add_argument("folder", type=Path, help=hint("cli.serve_git.folder"))
    made.set_defaults(run=_init)
    taken = command.add_command("import", "cli.serve_git.import")
    taken.add_argument("folder", type=Path, help=hint("cli.builder.folder"))
    taken.add_argument(
        "source", type=Path, metavar=hint("calling.name.portal"), help=hint("cli.serve_git.source")
    )
    taken.add_argument("--without-history", action="store_true", help=hint("cli.serve_git.files"))
    taken.set_defaults(run=_import)
    keys = command.add_command("keys", "cli.serve_git.keys")
    keys.add_argument("folder", type=Path, help=hint("cli.builder.folder"))
    keys.set_defaults(run=_keys)


def add_portal(command: Parser) -> None:
    """Add `update DIR SOURCE`."""
    update = command.add_command("update", "cli.portal.update")
    update.add_argument("folder", type=Path, help=hint("cli.builder.folder"))
    update.add_argument(
        "source", type=Path, metavar=hint("calling.name.portal"), help=hint("cli.serve_git.source")
    )
    update.set_defaults(run=_update)


def add_clone(command: argparse.ArgumentParser) -> None:
    """Add the options of `mingbai clone`."""
    command.add_argument("address", help=hint("cli.clone.address"))
    command.add_argument("folder", type=Path, help=hint("cli.clone.folder"))
    command.add_argument("--unit", required=True, help=hint("cli.clone.unit"))
    command.set_defaults(run=_clone)


def server_at(folder: Path) -> Server:
    """Return the server in a folder. Raises UsageError where there is none."""
    server = Server(folder.resolve())
    if not server.is_there:
        raise UsageError(say("receiving.no_server", folder=folder))
    return server


def _init(options: argparse.Namespace) -> int:
    server = installing.init(options.folder)
    print(say("receiving.made", root=server.root, repository=server.repository.path, current=server.current))
    return 0


def _import(options: argparse.Namespace) -> int:
    server = server_at(options.folder)
    if options.without_history:
        installing.take_files(server, options.source)
    else:
        installing.take_history(server, options.source)
    print(say("receiving.imported", root=server.root))
    return 0


def _keys(options: argparse.Namespace) -> int:
    server = server_at(options.folder)
    print(say("receiving.keys", count=doors.write(server), file=server.authorized_keys))
    return 0


def _update(options: argparse.Namespace) -> int:
    found = installing.take_files(server_at(options.folder), options.source)
    print("\n".join(found) if found else say("receiving.nothing_new"))
    return 0


def _clone(options: argparse.Namespace) -> int:
    cloning.clone(options.address, options.folder, options.unit)
    print(say("receiving.cloned", folder=options.folder, unit=options.unit))
    return 0
