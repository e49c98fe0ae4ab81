"""Runs the real nginx with the configuration that offices get, on ports of its own; nothing of the system's is used."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIGURATION = ROOT / "scripts" / "deploy" / "nginx.conf"
TOOLS = ROOT / "build" / "tools" / "usr"  # where scripts/test puts what this machine does not have
PATH = f"{os.environ['PATH']}:{TOOLS / 'bin'}:{TOOLS / 'sbin'}:/usr/sbin"
_KEY = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-days", "2"]
_TYPES = """types {
    text/html html; text/css css; application/javascript js; application/json json; image/svg+xml svg; text/xml xml;
    text/plain txt; image/png png; image/webp webp;
}
"""
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def configure(folder: Path, ports: tuple[int, int], site: Path = Path("/var/lib/mingbai/current")) -> Path:
    """Write nginx.conf for `site` with a certificate of its own into `folder`; `ports` stand for 80 and 443."""
    subprocess.run(
        [*_KEY, "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True,
        capture_output=True,
    )
    (folder / "mime.types").write_text(_TYPES, "utf-8")
    text = CONFIGURATION.read_text("utf-8")
    for given, ours in (
        ("/etc/ssl/mingbai", folder),
        ("/var/log/nginx", folder),
        ("/var/lib/mingbai/current", site),
    ):
        text = text.replace(given, str(ours))
    for given, ours in zip(("80", "443"), ports, strict=True):
        text = re.sub(rf"(listen (?:\[::\]:)?){given}\b", rf"\g<1>{ours}", text)
    (folder / "portal.conf").write_text(text, "utf-8")
    places = "".join(f"{sort}_temp_path {folder};" for sort in _TEMPORARY)
    user = "user root; " if os.geteuid() == 0 else ""  # whose folders others may not enter
    inside = f"http {{ {places} include portal.conf; }}"
    (folder / "nginx.conf").write_text(
        f"{user}pid {folder}/pid; error_log {folder}/log; events {{}} {inside}", "utf-8"
    )
    return folder / "nginx.conf"


@dataclass
class Reader:
    """Asks for pages over one connection, as a browser does, and counts what is missing or not whole."""

    port: int
    reads: int = 0
    missing: int = 0
    partial: int = 0
    _line: HTTPSConnection | None = field(default=None, repr=False)

    def read(self, page: str) -> str:
        """Return one page, which ends as pages do, "" for none."""
        if self._line is None:
            self._line = HTTPSConnection(
                "127.0.0.1", self.port, context=ssl._create_unverified_context(), timeout=20
            )
        self._line.request(
            "GET", f"/{page}", headers={"Host": "portal.example.org", "Connection": "keep-alive"}
        )
        answer = self._line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        self.reads += 1
        self.missing += answer.status != 200
        self.partial += answer.status == 200 and not text.rstrip().endswith("</html>")
        return text if answer.status == 200 else ""

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()


@contextmanager
def serving(folder: Path, site: Path) -> Iterator[Reader]:
    """Serve what the link `site` leads to, and yield somebody who reads it."""
    ports = (_free(), _free())
    file = configure(folder, ports, site)
    command = [shutil.which("nginx", path=PATH) or "nginx", "-e", folder / "log", "-c", file]
    running = subprocess.Popen([*command, "-g", "daemon off;"])
    reader = Reader(ports[1])
    try:
        _wait(ports[1])
        yield reader
    finally:
        reader.close()
        running.terminate()
        running.wait()


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("nginx does not answer")
