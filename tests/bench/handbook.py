"""Takes the pictures of 十分钟公开第一件 from the running system: `scripts/bench handbook`; it measures nothing.

A server with the demo, the service and a clerk's clone are made in a folder of their own. Two villages whose last
quarter is missing there publish it, one at the desk in a browser, one by git in a terminal; what is seen on the way
goes into `content/images/handbook/`.
"""

import argparse
import csv
import io
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

import pyotp
import yaml
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from forms_api import create_app
from forms_api.database import Database
from forms_api.desk import accounts
from forms_api.desk.accounts import Account
from mingbai.builder import build_newest
from mingbai.receiving.cloning import clone
from mingbai.receiving.installing import init, take_files
from mingbai.receiving.layout import Server
from mingbai.receiving.locks import alone
from tests.browser.conftest import CHROMIUM, FLAGS, ROOT
from tests.spreadsheets import Sheet, made

FOLDER = ROOT / "content" / "images" / "handbook"
DESK, GIT, PERIOD = (
    "lianqiao",
    "fengling",
    "2026-Q3",
)  # two villages of the demo, and the quarter they publish
NAME, PASSWORD = "小周", "水渠 竹篮 灯塔 三月 收音机"
SCREEN = {"width": 720, "height": 900}
TERMINAL = (
    "<style>body{margin:0}pre{margin:0;padding:18px 22px;width:88ch;white-space:pre-wrap;overflow-wrap:anywhere;"
    "background:#1d1a16;color:#f4eee2;font:17px/1.55 'Noto Sans Mono CJK SC',monospace}b{color:#9fd3ae}</style>"
)


def filing(unit: str) -> Path:
    """Return the path of the filing of a village without its suffix."""
    return Path("datasets/filings") / unit / "finance" / PERIOD


def ledger(unit: str, remark: str = "") -> tuple[bytes, dict[str, str]]:
    """Return the quarter of a village of the demo as a bookkeeper keeps it, and what stands above it."""
    with (ROOT / filing(unit).with_suffix(".csv")).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = ("number", "date", "subject", "summary", "note", "income", "expenditure", "voucher")
    cells: list[list[str]] = [[row[name] for name in names] for row in rows]
    cells[0][4] = remark or cells[0][4]
    sums = [str(sum(float(row[name] or 0) for row in rows)) for name in ("income", "expenditure")]
    header = ["序号", "日期", "科目", "摘要", "说明", "收入", "支出", "凭证号"]
    table = [["2026年第三季度收支表"], header, *cells, ["合计", "", "", "", "", *sums, ""]]
    facts = yaml.safe_load((ROOT / filing(unit).with_suffix(".yaml")).read_text(encoding="utf-8"))["header"]
    return made("xlsx", Sheet(table, ["A1:H1"])), {name: f"{value:.2f}" for name, value in facts.items()}


@contextmanager
def running(folder: Path) -> Iterator[tuple[Server, str, str]]:
    """Make a server of the demo without the two quarters, start the service; yield both, and the clerk's secret."""
    source = folder / "demo"
    for part in ("content", "datasets"):
        shutil.copytree(ROOT / part, source / part)
    shutil.copy(ROOT / "mkdocs.yml", source / "mkdocs.yml")
    for unit in (DESK, GIT):
        for end in (".csv", ".yaml"):
            (source / filing(unit)).with_suffix(end).unlink()
    log = source / "datasets" / "receive.demo.log"
    lines = [line for line in log.read_text("utf-8").splitlines() if f"/{PERIOD}." not in line]
    log.write_text("\n".join(lines) + "\n", "utf-8")
    server = init(folder / "server")
    take_files(server, source)
    publishers = {NAME: {"units": [DESK]}, "会计": {"units": [GIT]}}
    server.publishers.write_text(yaml.safe_dump({"publishers": publishers}, allow_unicode=True), "utf-8")
    build_newest(server)
    os.environ |= {"MINGBAI_SERVER": str(server.root), "MINGBAI_STATE": str(server.state)}
    app = create_app(server.portal, server.state)
    service = app.extensions["acceptance"]
    with Database.of(server.state).changing() as connection:
        account = accounts.add(connection, Account(NAME, DESK, "clerk"), PASSWORD, service.clock())
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    listening = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield server, f"http://127.0.0.1:{listening.port}", str(pyotp.parse_uri(account.uri).secret)
    finally:
        listening.shutdown()
        app.extensions["close"]()
        with alone(
            server.state / "builder.lock"
        ):  # a builder that still writes would have its folder taken away
            pass


def keep(name: str, png: bytes) -> None:
    """Keep one picture as WebP."""
    Image.open(io.BytesIO(png)).convert("RGB").save(FOLDER / f"{name}.webp", quality=72, method=6)


def seen(page: Page, name: str, height: int = SCREEN["height"]) -> None:
    """Take what stands below the head of the page, as far as `height`."""
    top = page.locator("main").bounding_box()
    assert top is not None
    area = {"x": 0, "y": top["y"], "width": SCREEN["width"], "height": height}
    keep(name, page.screenshot(full_page=True, clip=area))  # type: ignore[arg-type]


def at_the_desk(page: Page, base: str, secret: str) -> None:
    """Publish the quarter of one village in the browser; the first sheet holds what may not go out."""
    page.goto(f"{base}/desk")
    page.fill("[name=name]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    page.click("button[type=submit]")
    wrong, facts = ledger(DESK, remark="联系人 138" + "12345678")
    _drop(page, base, wrong)
    seen(page, "desk-wrong", 410)
    _drop(page, base, ledger(DESK)[0], picture="desk-choose")
    for name, value in facts.items():
        page.fill(f"[name=fact-{name}]", value)
    for name, value in {
        "opinion": "账款相符，同意公布",
        "reviewed": "2026-10-08",
        "place": "村部公示栏",
    }.items():
        page.fill(f"[name={name}]", value)
    keep("desk-facts", page.locator("#questions").screenshot())
    page.click("[value=again]")
    keep("desk-look", page.locator("section.sheet").first.screenshot())
    page.click("[value=publish]", timeout=120_000)
    seen(page, "desk-done", 430)


def _drop(page: Page, base: str, book: bytes, picture: str = "") -> None:
    page.goto(f"{base}/desk/publish")
    page.select_option("[name=kind]", "finance")
    page.fill("[name=period]", PERIOD)
    page.set_input_files("[type=file]", {"name": "收支.xlsx", "mimeType": "", "buffer": book})
    if picture:
        keep(picture, page.locator("section.sheet").last.screenshot())
    page.click("[value=look]")


def by_git(page: Page, server: Server, folder: Path) -> None:
    """Publish the quarter of the other village from its clone."""
    village = folder / "village"
    clone(str(server.repository.path), village, GIT)
    book, facts = ledger(GIT)
    (village / "收支.xlsx").write_bytes(book)
    taking = ["mingbai", "import", "收支.xlsx", "--unit", GIT, "--kind", "finance", "--period", PERIOD]
    told = [part for name, value in facts.items() for part in ("--fact", f"{name}={value}")]
    shown(page, "git-import", village, [*taking, *told])
    shown(page, "git-check", village, ["mingbai", "check"])
    shown(
        page,
        "git-push",
        village,
        ["git", "add", "datasets"],
        ["git", "commit", "-qm", "公开第三季度收支"],
        ["git", "push"],
    )


def shown(page: Page, name: str, folder: Path, *commands: list[str]) -> None:
    """Run commands as a clerk does, and take what the terminal shows."""
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    named = {f"GIT_{who}_{what}": said for who in ("AUTHOR", "COMMITTER") for what, said in _CLERK.items()}
    text = ""
    for command in commands:
        done = subprocess.run(
            command,
            cwd=folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=True,
            env=os.environ | named | {"PATH": tools, "MINGBAI_LANG": "zh", "MINGBAI_PUBLISHER": "会计"},
        )
        said = done.stdout.replace(str(folder.parent / "server"), "server").replace("        \n", "\n")
        text += f"<b>$ {escape(' '.join(command))}</b>\n{escape(said)}"
    page.goto("about:blank")  # the policy of a page of the site would forbid the style
    page.set_content(f"{TERMINAL}<pre>{text.rstrip()}</pre>")
    keep(name, page.locator("pre").screenshot())


_CLERK = {"NAME": "clerk", "EMAIL": "clerk@example.org"}


def main() -> None:
    """Publish both quarters, and say how large the pictures are."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, running(Path(place)) as (server, base, secret):
        with sync_playwright() as driver:
            # The browser's own words and dates are those of a clerk's (Debian: chromium-l10n).
            spoken = {**os.environ, "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"}
            browser = driver.chromium.launch(
                executable_path=CHROMIUM, args=[*FLAGS, "--lang=zh-CN"], env=spoken
            )
            page = browser.new_page(viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
            at_the_desk(page, base, secret)
            by_git(page, server, Path(place))
            while not (server.current / "u" / GIT / "finance" / PERIOD).is_dir():
                build_newest(server)
            page.goto(f"{base}/u/{GIT}/finance/{PERIOD}/")
            seen(page, "page", 620)
            browser.close()
    pictures = list(FOLDER.glob("*.webp"))
    print(f"handbook: {len(pictures)} pictures, {sum(each.stat().st_size for each in pictures) // 1000} kB")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    main()
