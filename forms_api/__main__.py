"""Starts the service on a built portal: `python -m forms_api --portal . --port 8000`. It answers no letter."""

import argparse
import sys
from pathlib import Path

from forms_api.serving import HOST, PORT, refuse_taken, serve
from mingbai.errors import MingbaiError
from mingbai.portal import Portal


def main(arguments: list[str] | None = None) -> int:
    """Run; return 0, 1 for an installation that cannot be used, 2 for a wrong call."""
    said = _arguments().parse_args(arguments)
    try:
        refuse_taken(said.host, said.port)
        portal = Portal.open(said.portal or Portal.find(Path.cwd()), said.state)
        return serve(portal, said.state, said.host, said.port)
    except MingbaiError as reason:
        print(reason.message, file=sys.stderr)
        return 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m forms_api", description=__doc__)
    parser.add_argument("--portal", type=Path, help="the folder with mkdocs.yml / 门户所在的文件夹")
    parser.add_argument(
        "--state",
        type=Path,
        help="where submissions and keys are kept (.state, $MINGBAI_STATE) / 来信和密钥放在哪",
    )
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--port", type=int, default=PORT)
    return parser


if __name__ == "__main__":
    sys.exit(main())
