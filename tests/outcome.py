"""Counts what the tests did, in one process or in several, and ends the run with that count; it changes no test.

A test that is skipped could not run, and that ends the command non-zero: only `--without PART` may leave tests out.
"""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

# Where the tests of a part lie; the first that fits decides.
PARTS = {
    "tests/test_lint.py": "lint",
    "tests/test_types.py": "types",
    "tests/engine": "unit",
    "tests/api": "api",
    "tests/browser": "browser",
    "tests": "contract",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--without",
        metavar="PARTS",
        type=_parts,
        default=frozenset(),
        help=f"leave out parts, with commas between them: {', '.join(sorted(PARTS.values()))}",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Outcome(config), "outcome")


def part_of(path: Path, root: Path) -> str:
    """Return the part to which a test file belongs."""
    below = path.relative_to(root)
    return next(part for place, part in PARTS.items() if below.is_relative_to(place))


def _parts(value: str) -> frozenset[str]:
    parts = frozenset(value.split(","))
    if not parts <= set(PARTS.values()):
        raise pytest.UsageError(f"--without {value}: the parts are {', '.join(sorted(PARTS.values()))}")
    return parts


class Outcome:
    """The count of one run: tests by their ids."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.passed: set[str] = set()
        self.failed: set[str] = set()
        self.skipped: set[str] = set()
        self.collected: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the parts that were not wanted, before any other choice is made, and put the quick ones first."""
        self.collected = {item.nodeid for item in items}
        order = list(PARTS.values())
        part = {item: part_of(item.path, self.config.rootpath) for item in items}
        wanted = [item for item in items if part[item] not in self.config.option.without]
        self.config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
        items[:] = sorted(wanted, key=lambda item: order.index(part[item]))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker collected: a test that was left out is known there only."""
        self.collected |= set(getattr(node, "workeroutput", {}).get("collected", ()))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Count a file that cannot be read as one failed test, and one that skips itself as one skipped."""
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.skipped:
            self.skipped.add(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what one step of a test did; a test whose clearing up fails has failed."""
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.skipped:
            self.skipped.add(report.nodeid)
        elif report.when == "call":
            self.passed.add(report.nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Refuse skipped tests, let pytest say its own, then print the count as the last line."""
        if self.skipped and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["collected"] = sorted(self.collected)
        yield
        terminal = self.config.pluginmanager.get_plugin("terminalreporter")
        if terminal is None:
            return  # a worker: the count is said once, by the process that started it
        if self.skipped:
            terminal.write_line(
                "A test that cannot run counts as a fault; a whole part is left out with --without."
            )
        terminal.write_line(str(self))

    def __str__(self) -> str:
        passed = self.passed - self.failed
        not_run = (self.collected | self.skipped) - passed - self.failed
        return f"{len(passed)} passed, {len(self.failed)} failed, {len(not_run)} not run"
