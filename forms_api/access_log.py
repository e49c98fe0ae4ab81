"""Writes one line a request to the log; never a receipt, a text, a query, a name or an address of a person.

Who asked stands there as a keyed hash that changes every day: enough to see one machine knocking, not who it was.
"""

import json
import logging
import re
import sys
import time
from typing import Any

from flask import Flask, Response, g, request
from gunicorn.glogging import Logger

from forms_api.acceptance import Acceptance
from forms_api.receipts import GROUPS
from mingbai.symbols import ALPHABET

_SYMBOL = f"[{ALPHABET}{ALPHABET.lower()}]"
_APART = "[^0-9A-Za-z]{0,3}"
_RECEIPT = re.compile(_APART.join(f"{_SYMBOL}{{{size}}}" for size in GROUPS))
_UNDER_RECEIPT = re.compile(r"(/(?:submissions|tokens)/)[^'\"\[\n]+")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
MASK = "*"


def _escaped(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"


def masked(line: str) -> str:
    """Return `line` with everything that could be a receipt replaced."""
    return _RECEIPT.sub(MASK, _UNDER_RECEIPT.sub(rf"\g<1>{MASK}", line))


class MaskingFormatter(logging.Formatter):
    """Formats like any other, masks what comes out, tracebacks included, and keeps a record from posing as two."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the masked line."""
        return masked(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the message on one line: what somebody sent may hold line ends and escapes for terminals."""
        return _UNPRINTABLE.sub(_escaped, super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """Return the traceback, every line set in: none of them can be taken for a record."""
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"  {_UNPRINTABLE.sub(_escaped, line)}" for line in lines)


class MaskingLogger(Logger):  # type: ignore[misc]
    """The server's own log: it quotes broken request lines, so it is masked as well."""

    def setup(self, cfg: Any) -> None:
        """Set up as usual, then put the masking formatter in."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(MaskingFormatter(self.error_fmt, self.datefmt))


class ToStandardError(logging.Handler):
    """Writes each line to what standard error is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        print(self.format(record), file=sys.stderr, flush=True)


def install(app: Flask, service: Acceptance) -> None:
    """Log every request of `app` to standard error."""
    handler = ToStandardError()
    handler.setFormatter(MaskingFormatter("%(message)s"))
    log = logging.getLogger("forms_api.access")
    log.propagate = False
    log.setLevel(logging.INFO)
    log.handlers = [handler]
    app.logger.handlers = [handler]
    app.logger.propagate = False

    @app.before_request
    def started() -> None:
        g.started = time.monotonic()

    @app.after_request
    def line(response: Response) -> Response:
        now = service.clock()
        who = service.keys.sign(f"log {now.date().isoformat()}", (request.remote_addr or "").encode()).hex()[
            :8
        ]
        log.info(
            json.dumps(
                {
                    "at": now.isoformat(timespec="seconds"),
                    "who": who,
                    "method": request.method,
                    "path": _path(response),
                    "status": response.status_code,
                    "ms": round((time.monotonic() - g.get("started", time.monotonic())) * 1000),
                }
            )
        )
        return response


def _path(response: Response) -> str:
    """Return the address of a page that exists, else the route alone: what leads nowhere may be a receipt."""
    rule = request.url_rule
    if rule is None:
        return MASK
    found = rule.endpoint == "site.page" and response.status_code < 400
    return masked(request.path) if found else rule.rule
