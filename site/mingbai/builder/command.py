"""Is the part of the command line that builds on a server; it builds nothing itself."""

import argparse
from pathlib import Path

from mingbai.builder.running import build_newest, serve
from mingbai.messages import hint, say
from mingbai.receiving import gatekeeper
from mingbai.receiving.command import server_at
from mingbai.receiving.installing import write_hooks


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of `mingbai builder`."""
    command.add_argument("folder", type=Path, help=hint("cli.builder.folder"))
    command.add_argument("--once", action="store_true", help=hint("cli.builder.once"))
    command.set_defaults(run=_run)


def add_gatekeeper(command: argparse.ArgumentParser) -> None:
    """Add the options of `mingbai gatekeeper`."""
    command.add_argument("folder", type=Path, help=hint("cli.builder.folder"))
    command.set_defaults(run=lambda options: gatekeeper.serve(server_at(options.folder)))


def _run(options: argparse.Namespace) -> int:
    server = server_at(options.folder)
    if not options.once:
        write_hooks(server)  # the engine that starts here is the one that should judge
        serve(server)
    ended = build_newest(server)
    if ended is None:
        print(say("builder.another"))
        return 0
    print(say(f"builder.stage.{ended.stage}", at=ended.at, as_of=ended.as_of), ended.reason)
    return int(ended.stage == "failed")
