"""Takes the pictures of the gallery and of the handbook from the demo: `scripts/bench gallery`; it measures nothing.

The demo is built as of one day in a folder of its own, so that the same code gives the same pictures. They go into
`content/images/gallery/`; what they show is said on the pages of the gallery.
"""

import argparse
import io
import shutil
import tempfile
import threading
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from mingbai.plugin import build
from tests.browser.conftest import AS_OF, CHROMIUM, FLAGS, ROOT

PHONE, DESK, PAPER = (360, 1000), (1200, 1000), (794, 1123)  # CSS pixels; paper is A4 at 96 to the inch
FOLDER = ROOT / "content" / "images" / "gallery"


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page, the size of the window, and how it is looked at."""

    name: str
    address: str
    size: tuple[int, int]
    scheme: str = "light"
    large: bool = False
    medium: str = "screen"


FILING = "/u/lianqiao/finance/2026-Q2/"
SHOTS = (
    Shot("home", "/", PHONE),
    Shot("village", "/u/lianqiao/", PHONE),
    Shot("filing", FILING, PHONE),
    Shot("filing-dark", FILING, PHONE, scheme="dark"),
    Shot("filing-large", FILING, PHONE, large=True),
    Shot("filing-english", f"/en{FILING}", PHONE),
    Shot("filing-desk", FILING, DESK),
    Shot("filing-paper", FILING, PAPER, medium="print"),
    Shot("board", "/board/", DESK),
    Shot("kind", "/k/finance/", DESK),
)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def take(browser: Browser, base: str, shot: Shot) -> None:
    """Take one picture and keep it as WebP, which old phones and every browser of the last years show."""
    width, height = shot.size
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.scheme == "dark" else "light",
        device_scale_factor=2 if width == PHONE[0] else 1,
        base_url=base,
    )
    page.clock.set_fixed_time(datetime.combine(AS_OF, time(12)))  # later the site says that it is old
    page.goto(shot.address)
    if shot.large:
        page.evaluate("localStorage.setItem('care', 'on')")
        page.reload()
    page.emulate_media(media="print" if shot.medium == "print" else "screen")
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").save(FOLDER / f"{shot.name}.webp", quality=70, method=6)
    page.close()


def main() -> None:
    """Build the demo, take every picture, say how large they are."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for part in ("content", "datasets", "site/theme"):
            shutil.copytree(ROOT / part, root / part)
        shutil.copy(ROOT / "mkdocs.yml", root / "mkdocs.yml")
        for shot in SHOTS:  # a picture that was never taken would be a broken link
            picture = root / FOLDER.relative_to(ROOT) / f"{shot.name}.webp"
            picture.parent.mkdir(exist_ok=True)
            picture.touch()
        site = build(root, None, AS_OF).resolve()
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        FOLDER.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for shot in SHOTS:
                take(browser, f"http://127.0.0.1:{server.server_port}", shot)
            browser.close()
        server.shutdown()
    size = sum(path.stat().st_size for path in FOLDER.glob("*.webp"))
    print(f"gallery: {len(SHOTS)} pictures, {size // 1000} kB")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    main()
