"""What makes an empty machine a portal: files parse, commands are there, headers are strict, logs tell on nobody."""

import base64
import gzip
import hashlib
import itertools
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from mingbai import frames
from mingbai.builder.status import STYLE
from mingbai.releases.swapping import repoint
from tests.observatory import score
from tests.server import build_server, clone
from tests.village import build_village
from tests.webserver import PATH as TOOLS_PATH
from tests.webserver import Reader, configure, serving

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "scripts" / "deploy"
BIN = ROOT / ".venv" / "bin"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
SCRIPTS = [DEPLOY / "install", DEPLOY / "backup", DEPLOY / "hosted" / "pre-commit"]
HOSTED = sorted((DEPLOY / "hosted").glob("*.yml"))
PATH = f"{BIN}:{TOOLS_PATH}"
CADDY = (DEPLOY / "Caddyfile").read_text("utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text("utf-8")
MOBILE = "138" + "12345678"


def need(command: str) -> None:
    assert shutil.which(command, path=PATH), f"{command} is not here; scripts/test fetches it"


def run(*words: str | Path, cwd: Path = ROOT, **more: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "PATH": PATH, **more}
    command = [str(word) for word in words]
    return subprocess.run(command, cwd=cwd, env=surroundings, capture_output=True, text=True, check=False)


def name(path: Path) -> str:
    return path.name


# --- the script


@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_a_script_can_be_run_and_says_what_it_does(script: Path) -> None:
    lines = script.read_text("utf-8").splitlines()

    assert script.stat().st_mode & 0o111 == 0o111
    assert lines[0] == "#!/usr/bin/env bash" and lines[1].startswith("# ")
    assert run("bash", "-n", script).returncode == 0


@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_shellcheck_finds_nothing(script: Path) -> None:
    need("shellcheck")
    said = run("shellcheck", script)

    assert said.returncode == 0, said.stdout


def test_a_dry_run_says_everything_and_touches_nothing(tmp_path: Path) -> None:
    for command in (
        "apt-get",
        "useradd",
        "systemctl",
        "runuser",
        "install",
        "chown",
        "chmod",
        "mkdir",
        "touch",
    ):
        (tmp_path / command).write_text(f"#!/bin/sh\necho {command} >>{tmp_path}/called\nexit 1\n")
        (tmp_path / command).chmod(0o755)

    said = run(DEPLOY / "install", "cunwu.example.org", "--dry-run", PATH=f"{tmp_path}:{PATH}")

    assert said.returncode == 0, said.stderr
    assert "/etc/systemd/system/mingbai-builder.service" in said.stdout and "什么也没有动" in said.stdout
    called = (tmp_path / "called").read_text() if (tmp_path / "called").exists() else ""
    assert set(called.split()) <= {"systemctl"}  # it is asked whether units run


@pytest.mark.parametrize("words", [[], ["--dry-run"], ["a b", "--dry-run"], ["x.example.org", "--what"]])
def test_a_wrong_call_is_told_what_to_write(words: list[str]) -> None:
    said = run(DEPLOY / "install", *words)

    assert said.returncode == 1 and said.stderr.startswith("deploy: ")


# --- the units


@pytest.mark.parametrize("unit", UNITS, ids=name)
def test_what_a_unit_starts_is_there(unit: Path) -> None:
    text = unit.read_text("utf-8")
    for words in re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE):
        program, *rest = words.split()
        assert Path(program.replace("/opt/mingbai", str(ROOT))).exists() or program.startswith("/usr/bin/"), (
            program
        )
        if program.endswith("/mingbai"):
            assert run(BIN / "mingbai", *[each for each in rest if "/" not in each], "--help").returncode == 0
    for named in re.findall(r"^(?:Requires|Wants|Unit)=(\S+)", text, re.MULTILINE):
        assert (DEPLOY / "systemd" / named).exists()


def test_systemd_reads_every_unit_without_a_word(tmp_path: Path) -> None:
    need("systemd-analyze")
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace("/opt/mingbai", str(ROOT)), "utf-8")

    said = run("systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir()))

    assert (said.returncode, [line for line in said.stderr.splitlines() if "mingbai" in line]) == (0, [])


@pytest.mark.parametrize("unit", SERVICES, ids=name)
def test_every_service_is_shut_in(unit: Path) -> None:
    lines = unit.read_text("utf-8").splitlines()
    wanted = [
        "User=mingbai",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "ProtectHome=yes",
    ]

    assert [
        each for each in [*wanted, "RestrictNamespaces=yes", "CapabilityBoundingSet="] if each not in lines
    ] == []
    assert any(line.startswith("MemoryMax=") for line in lines)
    assert any(line.startswith("CPUQuota=") for line in lines)


@pytest.mark.parametrize("unit", ["builder", "gatekeeper", "tidy", "keys"])
def test_whoever_reads_what_strangers_pushed_has_no_network(unit: str) -> None:
    lines = (DEPLOY / "systemd" / f"mingbai-{unit}.service").read_text("utf-8").splitlines()

    assert {"IPAddressDeny=any", "PrivateNetwork=yes", "RestrictAddressFamilies=AF_UNIX"} <= set(lines)


# --- the web servers


def test_caddy_reads_its_file(tmp_path: Path) -> None:
    need("caddy")
    (tmp_path / "Caddyfile").write_text(CADDY.replace("/var/log/caddy", str(tmp_path)), "utf-8")

    said = run(
        "caddy", "validate", "--adapter", "caddyfile", "--config", tmp_path / "Caddyfile", HOME=str(tmp_path)
    )

    assert said.returncode == 0, said.stderr


def test_nginx_reads_its_file(tmp_path: Path) -> None:
    need("nginx")
    file = configure(tmp_path, (180, 1443))

    said = run("nginx", "-t", "-e", tmp_path / "log", "-c", file)

    assert said.returncode == 0 and "warn" not in said.stderr, said.stderr


@pytest.fixture
def two_releases(tmp_path: Path) -> Path:
    """The link to a site, beside it two releases: every page says which it is of."""
    for release in ("one", "two"):
        (tmp_path / release / "u").mkdir(parents=True)
        text = f"<html><p>{release * 20_000}</p></html>"
        (tmp_path / release / "u" / "index.html").write_text(text, "utf-8")
        (tmp_path / release / "u" / "index.html.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "current").symlink_to("one")
    return tmp_path / "current"


def by_rename(link: Path, release: str) -> None:
    repoint(link, link.parent / release)


def as_ln_does(link: Path, release: str) -> None:
    link.unlink()
    link.symlink_to(release)


def read_while_swapping(link: Path, swap: Callable[[Path, str], None], folder: Path) -> Reader:
    """Read a page over and over while two releases change places; return what came of it."""
    folder.mkdir()
    with serving(folder, link) as reader:
        over = threading.Event()

        def change_places() -> None:
            for release in itertools.cycle(("two", "one")):
                if over.is_set():
                    return
                swap(link, release)

        beside = threading.Thread(target=change_places)
        beside.start()
        until = time.monotonic() + 20
        while reader.reads < 500 or (not reader.missing and swap is as_ln_does and time.monotonic() < until):
            text = reader.read("u/")
            assert not ("one" in text and "two" in text), "a page of two releases"
        over.set()
        beside.join()
    return reader


def test_nginx_has_every_page_whole_while_releases_change_places(two_releases: Path, tmp_path: Path) -> None:
    need("nginx")
    reader = read_while_swapping(two_releases, by_rename, tmp_path / "nginx")

    assert (reader.missing, reader.partial) == (0, 0)


def test_a_link_that_is_taken_away_first_is_found_missing(two_releases: Path, tmp_path: Path) -> None:
    need("nginx")

    assert read_while_swapping(two_releases, as_ln_does, tmp_path / "nginx").missing


def caddy_headers() -> dict[str, str]:
    """Return what the Caddyfile sets on a page: in blocks and on single lines, as for a page where sorts differ."""
    text = re.sub(r"header @(?:file|feed|hashed|badge|worker) .*", "", CADDY)
    text = re.sub(r"handle_path /status/.*?\n\t}\n", "", text, flags=re.DOTALL)
    found = re.findall(
        r"^\s*(?:header (?:@\w+ )?)?([A-Z][\w-]+-[\w-]+) (\"[^\"]*\"|\S+)$", text, re.MULTILINE
    )
    return {name: value.strip('"') for name, value in found}


def nginx_headers() -> dict[str, str]:
    """Return what nginx.conf sets on a page: the lines of the server itself, variables as they are for a page."""
    server = re.sub(r"location [^{]+\{(?:[^{}]|\{ \})*\}", "", NGINX[NGINX.rindex("\nserver {") :])
    page = re.search(r"~ text/html\"\s+\"([^\"]*)\"", NGINX)
    assert page
    said = {"$mingbai_policy": page[1], "$mingbai_cache": "max-age=60", "$mingbai_share": "same-origin"}
    found = re.findall(r"add_header (\S+) (?:\"([^\"]*)\"|(\S+)) always;", server)
    return {name: quoted or said.get(bare, bare) for name, quoted, bare in found}


def test_the_worker_may_fetch_what_it_keeps_and_no_other_file_may() -> None:
    allowed = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"

    assert f'header @worker Content-Security-Policy "{allowed}"' in CADDY
    assert "@file not path */ *.html /sw.js" in CADDY
    assert re.search(rf'"~\^/sw\\.js "\s+"{re.escape(allowed)}"', NGINX)


@pytest.mark.parametrize("configured", [CADDY, NGINX], ids=["caddy", "nginx"])
def test_the_status_page_may_use_the_style_that_it_brings_and_no_other(configured: str) -> None:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'" in configured


POLICY = frames.policy(["<script>document.documentElement.className='js'</script>"])
HEADERS = {"caddy": caddy_headers(), "nginx": nginx_headers()}


@pytest.mark.parametrize("server", HEADERS)
def test_a_page_would_get_at_least_115_from_the_observatory(server: str) -> None:
    assert score(HEADERS[server], POLICY) >= 115


@pytest.mark.parametrize(
    ("lost", "left"),
    [
        ("Content-Security-Policy", 95),
        ("Strict-Transport-Security", 80),
        ("Cross-Origin-Resource-Policy", 120),
    ],
)
def test_a_header_that_is_lost_costs_what_it_should(lost: str, left: int) -> None:
    headers = {name: value for name, value in HEADERS["caddy"].items() if name != lost}

    assert score(headers, POLICY) <= left


def test_a_policy_that_lets_any_script_in_is_no_good() -> None:
    assert score(HEADERS["caddy"], POLICY.replace("script-src", "script-src 'unsafe-inline'")) < 115


def test_both_servers_set_the_same_headers() -> None:
    assert HEADERS["caddy"] == HEADERS["nginx"]
    assert {"Permissions-Policy", "Cross-Origin-Opener-Policy", "Referrer-Policy"} <= set(HEADERS["caddy"])


LINES = {
    "/u/east/?q=名字": "/u/east/*",
    "/track/feed/abcdefgh.xml": "/track*",
    "/en/follow/key?x=1": "/en/follow*",
    "/api/v1/submissions/ABCD-EFGH-23456": "/api*",
    "/desk/case/17": "/desk*",
    "/ABCD-EFGH-23456": "/*",
    "/u/east/finance/2026-Q1/": "/u/east/finance/2026-Q1/",
}


@pytest.mark.parametrize("address", LINES)
def test_caddy_logs_neither_query_nor_receipt(address: str) -> None:
    found = re.search(r'request>uri regexp "(.+?)" "\$1\*"', CADDY)
    assert found
    shown = re.sub(found[1], lambda each: f"{each[1] or ''}*", address)

    assert shown == LINES[address]


@pytest.mark.parametrize("text", [CADDY, NGINX], ids=["caddy", "nginx"])
def test_no_log_holds_a_whole_address(text: str) -> None:
    assert "ipv4 24" in text and "ipv6 48" in text if "log_format" not in text else "$network" in text
    logged = "".join(re.findall(r"log_format.*?;", text, re.DOTALL))
    assert not re.search(r"\$(remote_addr|args|query_string|request_uri|request\b|http_)", logged)


# --- backups


def test_a_backup_holds_the_repository_and_the_receive_log(tmp_path: Path) -> None:
    server, _ = build_server(tmp_path)

    done = run(DEPLOY / "backup", server.root, tmp_path / "backups")

    assert done.returncode == 0, done.stderr
    day = next((tmp_path / "backups").iterdir())
    assert run("git", "clone", "-q", day / "portal.bundle", tmp_path / "again").returncode == 0
    assert (day / "state" / "receive.log").read_bytes() == server.log.read_bytes()
    assert day.stat().st_mode & 0o077 == 0


# --- hosted git


def steps(path: Path) -> list[str]:
    """Return the commands of a workflow, a step each."""
    said = yaml.safe_load(path.read_text("utf-8"))
    if path.stem == "gitlab":
        return [*said[".mingbai"]["before_script"], *said[".mingbai"]["script"]]
    return [step["run"] for step in said["jobs"]["publish"]["steps"]]


def environment(village: Path, old: str, new: str, tmp_path: Path) -> Mapping[str, str]:
    common = {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", "TOKEN": "x", "ADDRESS": str(village)}
    return common | {"COMMIT": new, "BEFORE": old, "CI_COMMIT_BEFORE_SHA": old, "RUNNER_TEMP": str(tmp_path)}


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[tuple[Path, str, str]]:
    """A repository at a hosting: its folder, and the commits before and after a push."""
    server, _ = build_server(tmp_path / "made")
    clerk = clone(server, tmp_path / "clerk")
    old = clerk.head
    clerk.commit({"content/news.md": "# 村里的事\n\n修好了一段路。\n"})
    yield clerk.folder, old, clerk.head


def do(path: Path, hosted: tuple[Path, str, str], tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a workflow's commands, all but those that fetch Mingbai."""
    folder = tmp_path / "job"
    if path.stem == "gitlab":
        subprocess.run(["git", "clone", "-q", hosted[0], folder], check=True)
    folder.mkdir(exist_ok=True)
    whole = "\n".join(f"cd '{folder}'\n{each}" for each in steps(path) if "/mingbai" not in each)
    return run("bash", "-euo", "pipefail", "-c", whole, cwd=folder, **environment(*hosted, tmp_path))


def test_there_is_a_workflow_for_each_hosting() -> None:
    assert [path.stem for path in HOSTED] == ["gitea", "github", "gitlab"]


@pytest.mark.parametrize("path", HOSTED, ids=name)
def test_every_workflow_does_the_same_and_trusts_nobodys_actions(path: Path) -> None:
    said = "\n".join(steps(path))

    assert re.findall(r"^mingbai (.+)$", said, re.MULTILINE) == [
        'scan --git "$RANGE"',
        "check",
        "build --out public",
    ]
    assert "uses:" not in path.read_text("utf-8")


@pytest.mark.parametrize("path", HOSTED, ids=name)
def test_a_workflow_publishes_what_is_right(
    path: Path, hosted: tuple[Path, str, str], tmp_path: Path
) -> None:
    done = do(path, hosted, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "job" / "public" / "index.html").is_file()
    if path.stem != "gitlab":
        listed = run("git", "ls-tree", "--name-only", "pages", cwd=hosted[0]).stdout
        assert "index.html" in listed


@pytest.mark.parametrize("path", HOSTED, ids=name)
def test_a_workflow_stops_at_a_telephone_number_even_one_taken_out_again(
    path: Path, hosted: tuple[Path, str, str], tmp_path: Path
) -> None:
    folder, old, _ = hosted
    for text in (f"# 村里的事\n\n电话 {MOBILE}\n", "# 村里的事\n"):
        (folder / "content/news.md").write_text(text, "utf-8")
        run("git", "-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "-qam", "x", cwd=folder)
    new = run("git", "rev-parse", "HEAD", cwd=folder).stdout.strip()

    done = do(path, (folder, old, new), tmp_path)

    assert done.returncode == 1 and not (tmp_path / "job" / "public").exists()
    assert MOBILE not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "status"), [("# 新的\n", 0), (f"# 新的\n\n电话 {MOBILE}\n", 1)], ids=["fine", "number"]
)
def test_the_hook_looks_at_what_is_about_to_be_committed(tmp_path: Path, text: str, status: int) -> None:
    village = build_village(tmp_path)
    run("git", "init", "-q", cwd=village.root)
    village.write("content/news.md", text)
    run("git", "add", "content/news.md", cwd=village.root)

    assert run(DEPLOY / "hosted" / "pre-commit", cwd=village.root).returncode == status
