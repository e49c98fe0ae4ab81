"""Starts the service on a portal; as the command `mingbai serve` it builds the site first. It answers no letter."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from forms_api.server import Server, obstacle
from forms_api.starting import look_over
from mingbai.calling import Guest, Parser
from mingbai.errors import PortalError
from mingbai.messages import hint, say
from mingbai.portal import Portal

HOST, PORT = "127.0.0.1", 8000


def serve(portal: Portal, state: Path | None, host: str, port: int) -> int:
    """Serve the site that stands, and the forms, on one origin; this ends when it is stopped.

    Raises PortalError for an installation that cannot be used.
    """
    look_over(portal)
    release = portal.root / "build" / "site"
    if not release.is_dir():
        print(say("forms.serve.no_site", folder=release), file=sys.stderr)
    Server(portal.root, state, host, port).run()
    return 0


def refuse_taken(host: str, port: int) -> None:
    """Raise PortalError for an address that cannot be had: that is said before anything that takes long."""
    wrong = obstacle(host, port)
    if wrong is not None:
        raise PortalError(wrong)


def _main(said: argparse.Namespace) -> int:
    """Build, then serve; what keeps the site from being built is said by the build, which is a process of its own."""
    refuse_taken(said.host, said.port)
    portal = Portal.open(said.portal or Portal.find(Path.cwd()), said.state)
    told = {} if said.state is None else {"MINGBAI_STATE": str(said.state)}
    build = [sys.executable, "-m", "mingbai", "--portal", str(portal.root), "build"]
    status = subprocess.run(build, env=os.environ | told, check=False).returncode
    return status or serve(portal, said.state, said.host, said.port)


def _arguments() -> Parser:
    parser = Parser(prog="mingbai serve", key="serve.about")
    parser.add_argument("--portal", type=Path, help=hint("replies.portal.help"))
    parser.add_argument("--state", type=Path, help=hint("replies.state.help"))
    parser.add_argument("--host", default=HOST, help=hint("serve.host"))
    parser.add_argument("--port", type=int, default=PORT, help=hint("serve.port"))
    return parser


serve_command = Guest(_arguments, _main)
