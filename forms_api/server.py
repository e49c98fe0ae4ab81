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
from mingbai.messages import say

THREADS = 16
_TRIES = 8


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with exactly one threaded worker: a second process would be a second writer."""

    def __init__(self, portal: Path, state: Path | None, host: str, port: int) -> None:
        self._portal, self._state, self._host, self._port = portal, state, host, port
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        settings: dict[str, Any] = {
            "bind": f"{self._host}:{self._port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": 15,
            "keepalive": 5,
            "limit_request_line": 8190,
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


def taken(host: str, port: int) -> bool:
    """Return whether another program keeps the port; one that is just being killed is given a few seconds."""
    for _ in range(_TRIES):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as reason:
                if reason.errno != errno.EADDRINUSE:
                    return False
            else:
                return False
        time.sleep(0.5)
    return True


def announce(worker: Any) -> None:
    """Print the address as soon as the service answers there."""
    host, port = worker.sockets[0].getsockname()[:2]
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/"
    threading.Thread(target=_print_when_up, args=(address,), daemon=True).start()


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
