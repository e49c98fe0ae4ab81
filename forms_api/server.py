"""Runs the service: one process, many threads, one writer; it prints the address once the service really answers."""

import errno
import socket
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from forms_api import create_app
from forms_api.limits import Limits
from mingbai.messages import say

_TRIES = 4


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with exactly one threaded worker: a second process would be a second writer."""

    def __init__(self, portal: Path, state: Path | None, host: str, port: int) -> None:
        self._portal, self._state, self._host, self._port = portal, state, host, port
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        settings: dict[str, Any] = {
            "bind": f"{_in_address(self._host)}:{self._port}",
            "workers": 1,
            "worker_class": "forms_api.connections.Worker",
            "threads": Limits.threads,
            "timeout": 60,
            "graceful_timeout": 15,
            "keepalive": 5,
            "limit_request_line": 8190,
            # gunicorn lets whoever asks from this machine, a proxy that passes on what it got, set PATH_INFO by header.
            "forwarder_headers": "",
            "forwarded_allow_ips": "",
            "loglevel": "warning",
            "logger_class": "forms_api.access_log.MaskingLogger",
            "control_socket_disable": True,
            "post_worker_init": announce,
            "worker_exit": leave,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application; called in the worker, after the fork, so its threads live there."""
        return create_app(self._portal, self._state)


def obstacle(host: str, port: int) -> str | None:
    """Return the sentence that says why the service cannot listen there, None when it can.

    A port that is taken is asked for again for a moment: the program on it may just be ending.
    """
    if not 0 <= port <= 65535:
        return say("forms.serve.no_port", port=port)
    for _ in range(_TRIES):
        try:
            _bind(host, port)
        except OSError as reason:
            if reason.errno != errno.EADDRINUSE:
                return say("forms.serve.no_address", host=host, port=port, reason=reason.strerror)
        else:
            return None
        time.sleep(0.5)
    return say("forms.serve.taken", port=port, other=port + 1 if port < 65535 else 8000)


def _bind(host: str, port: int) -> None:
    family, sort, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, sort) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def announce(worker: Any) -> None:
    """Print the address as soon as the service answers there."""
    host, port = worker.sockets[0].getsockname()[:2]
    address = f"http://{_in_address({'0.0.0.0': '127.0.0.1', '::': '::1'}.get(host, host))}:{port}/"
    threading.Thread(target=_print_when_up, args=(address,), daemon=True).start()


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _print_when_up(address: str) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"{address}healthz", timeout=5):
                print(say("forms.serve.ready", address=address), flush=True)
                return
        except urllib.error.HTTPError:
            print(say("forms.serve.ready", address=address), flush=True)
            return
        except OSError:
            time.sleep(0.05)


def leave(server: Any, worker: Any) -> None:
    """Store what is queued before the worker goes."""
    app = getattr(worker, "wsgi", None)
    if isinstance(app, Flask):
        app.extensions["close"]()
