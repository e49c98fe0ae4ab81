"""One browser for all, and the demo portal built once and served with its forms, as residents meet it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from mingbai import sealed
from mingbai.filings import FilingId
from mingbai.periods import Period
from mingbai.plugin import build
from mingbai.portal import Portal

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
AS_OF = date(2026, 11, 23)
PHONE = (360, 780)  # the narrowest screen that is still sold
OWN_RECORD = (sealed.draw_code(), {"项目": "农村低保", "金额": "1680.00", "说明": "<b>示范数据</b>"})


@dataclass(frozen=True)
class Demo:
    """The served demo: where it stands on disk and at which address."""

    root: Path
    address: str


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Build a copy of the demo and serve it as `scripts/serve` does, with a state folder of its own."""
    root = tmp_path_factory.mktemp("demo")
    for part in ("content", "datasets", "site/theme"):
        shutil.copytree(ROOT / part, root / part)
    shutil.copy(ROOT / "mkdocs.yml", root / "mkdocs.yml")
    portal = Portal.open(root)
    id = FilingId("lianqiao", "assist", Period.parse("2026-Q3"))
    sealed.put(portal, id, sealed.seal(id.address, date(2999, 1, 1), [OWN_RECORD]))
    build(root, None, AS_OF)
    with serving(root) as address:
        yield Demo(root, address)


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """Serve a built portal as `scripts/serve` does, and yield its address."""
    port = _free_port()
    command = ["-m", "forms_api", "--portal", str(root), "--state", str(root / ".state"), "--port", str(port)]
    paths = os.pathsep.join([str(ROOT / "site"), str(ROOT)])
    with (root / "service.log").open("w") as log:
        service = subprocess.Popen(
            [sys.executable, *command], stdout=log, stderr=log, env=os.environ | {"PYTHONPATH": paths}
        )
        address = f"http://127.0.0.1:{port}"
        _wait(address, service)
        yield address
        service.terminate()
        service.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(address: str, service: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert service.poll() is None, "the service ended before it answered"
        try:
            with urlopen(f"{address}/healthz", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the service did not answer within 20 seconds")


@pytest.fixture
def phone(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A new visitor with a small phone."""
    yield from _visitor(browser, demo, PHONE, scripts=True)


@pytest.fixture
def desk(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A new visitor at a desk."""
    yield from _visitor(browser, demo, (1280, 900), scripts=True)


@pytest.fixture
def bare(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A new visitor with a small phone that runs no script."""
    yield from _visitor(browser, demo, PHONE, scripts=False)


def _visitor(browser: Browser, demo: Demo, size: tuple[int, int], scripts: bool) -> Iterator[Page]:
    width, height = size
    context = browser.new_context(
        base_url=demo.address, viewport={"width": width, "height": height}, java_script_enabled=scripts
    )
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()
