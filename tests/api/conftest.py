"""A small portal with the service running on it, at a fixed moment."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from forms_api import create_app
from forms_api.database import Database
from forms_api.desk import passwords
from forms_api.limits import Limits
from tests.api.postgres import Cluster
from tests.village import Village, build_village

NOW = datetime(2026, 4, 16, 10, 21, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
ROW = "/u/east/finance/2026-Q1/#3"

PROFILE = """\
title: {zh: 国家规定, en: National rules}
versions:
  - valid_from: 2020-01-01
    reviewed_on: 2026-01-05
    source: {zh: 测试, en: Test}
    due: {default: {days: 10}}
    levels:
      lead: {days: 2, basis: {zh: 测试规定, en: Test rule}}
      support: {days: 10, basis: {zh: 测试规定, en: Test rule}}
      oversee: {days: 5, workdays: true, basis: {zh: 测试规定, en: Test rule}}
      extension: {days: 30, basis: {zh: 测试规定, en: Test rule}}
    reply:
      inquiry: {days: 10, basis: {zh: 测试规定, en: Test rule}}
      suggestion: {days: 7, workdays: true, basis: {zh: 测试规定, en: Test rule}}
      letter: {days: 15, workdays: true, basis: {zh: 测试规定, en: Test rule}}
      report: {days: 15, workdays: true, basis: {zh: 测试规定, en: Test rule}}
      erratum: {days: 3, workdays: true, basis: {zh: 测试规定, en: Test rule}}
"""
CALENDAR = """\
date,workday,name
2026-05-01,no,劳动节
2026-05-04,no,劳动节
2026-05-05,no,劳动节
2026-05-09,yes,劳动节
"""

Start = Callable[..., Flask]


class Clock:
    """A clock that tests set."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


def settle(root: Path) -> Village:
    """Build the usual village with rules and a calendar of its own."""
    village = build_village(root)
    village.write("datasets/profiles/national.yaml", PROFILE)
    village.write("datasets/calendar/2026.csv", CALENDAR)
    return village


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let argon2id cost as little as it can; what a guess costs is for the tests marked `costly`."""
    if "costly" not in request.keywords:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        monkeypatch.setattr(passwords, "_hasher", lambda: quick)
        passwords._nobody.cache_clear()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for the run."""
    # Not below pytest's folders, which every other run closes to all users but its own.
    with TemporaryDirectory(prefix="mingbai-pg-") as folder:
        running = Cluster(Path(folder))
        yield running
        running.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where submissions are kept; every test that uses `village` runs on both."""
    monkeypatch.delenv("MINGBAI_DATABASE", raising=False)
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        monkeypatch.setenv("MINGBAI_DATABASE", cluster.fresh())
    return str(request.param)


@pytest.fixture
def village(tmp_path: Path, server: str) -> Village:
    return settle(tmp_path / "portal")


def stored(village: Village, question: str) -> list[tuple[Any, ...]]:
    """Return what the database of the service answers to `question` in SQL."""
    with Database.of(village.root / ".state").reading() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


@pytest.fixture(scope="module")
def steady_village(tmp_path_factory: pytest.TempPathFactory) -> Village:
    """A village that the tests of a module share; for those that do not care what others have sent."""
    return settle(tmp_path_factory.mktemp("steady") / "portal")


@pytest.fixture(scope="module")
def steady(steady_village: Village) -> Iterator[FlaskClient]:
    """A client of the service on the shared village, without allowances that many tests would use up."""
    app = create_app(
        steady_village.root, clock=lambda: NOW, limits=Limits(all_burst=10**9, all_lookups_burst=10**9)
    )
    yield app.test_client()
    app.extensions["close"]()


@pytest.fixture
def start(village: Village) -> Iterator[Start]:
    """Start the service on the village, as often as a test wants; all are closed at the end."""
    started: list[Flask] = []

    def begin(limits: Limits | None = None, clock: Callable[[], datetime] = lambda: NOW) -> Flask:
        app = create_app(village.root, clock=clock, limits=limits)
        started.append(app)
        return app

    yield begin
    for app in started:
        app.extensions["close"]()
        app.extensions["acceptance"].database.close()  # a test may have asked a service that was closed


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(start: Start, clock: Clock) -> Flask:
    return start(clock=clock)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def letter(**changes: object) -> dict[str, object]:
    """A submission that keeps the rules, with changes; a field set to `...` is left out."""
    said: dict[str, object] = {
        "type": "inquiry",
        "unit": "east",
        "text": "屋顶防水是哪家做的？",
        "public": True,
    }
    return {name: value for name, value in (said | changes).items() if value is not ...}
