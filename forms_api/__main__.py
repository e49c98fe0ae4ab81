"""Starts the service: `python -m forms_api --portal . --port 8000`. It answers no letter."""

import argparse
import sys
from pathlib import Path

from forms_api.server import Server, obstacle
from forms_api.starting import look_over
from mingbai.errors import MingbaiError
from mingbai.messages import say
from mingbai.portal import Portal


def main(arguments: list[str] | None = None) -> int:
    """Run; return 0, 1 for an installation that cannot be used, 2 for a wrong call."""
    said = _arguments().parse_args(arguments)
    wrong = obstacle(said.host, said.port)
    if wrong is not None:
        print(wrong, file=sys.stderr)
        return 1
    try:
        portal = Portal.open(said.portal or Portal.find(Path.cwd()), said.state)
        look_over(portal)
    except MingbaiError as reason:
        print(reason.message, file=sys.stderr)
        return 1
    release = portal.root / "build" / "site"
    if not release.is_dir():
        print(say("forms.serve.no_site", folder=release), file=sys.stderr)
    Server(portal.root, said.state, said.host, said.port).run()
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m forms_api", description=__doc__)
    parser.add_argument("--portal", type=Path, help="the folder with mkdocs.yml / 门户所在的文件夹")
    parser.add_argument(
        "--state",
        type=Path,
        help="where submissions and keys are kept (.state, $MINGBAI_STATE) / 来信和密钥放在哪",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    return parser


if __name__ == "__main__":
    sys.exit(main())
