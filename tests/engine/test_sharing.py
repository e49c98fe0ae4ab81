"""Work that is shared out ends as if one had done it, and never hangs."""

import os
import threading
from pathlib import Path

import pytest

from mingbai.errors import KindError
from mingbai.sharing import FEW, share_out

MANY = range(3 * FEW + 1)


pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
_THREADS = threading.active_count


@pytest.fixture(autouse=True)
def _two_processors_and_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The threads are those of pytest-xdist: what is shared here needs none of their locks."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr("threading.active_count", lambda: 1)


def test_answers_come_in_the_order_of_the_items() -> None:
    assert share_out(lambda each: each * each, MANY) == [each * each for each in MANY]


def test_several_processes_work() -> None:
    assert len(set(share_out(lambda _: os.getpid(), MANY))) == 2


def test_few_items_are_worked_on_where_they_are() -> None:
    assert share_out(lambda _: os.getpid(), range(FEW - 1)) == [os.getpid()] * (FEW - 1)


def test_a_process_with_threads_works_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threading.active_count", _THREADS)
    over = threading.Event()
    beside = threading.Thread(target=over.wait)
    beside.start()
    try:
        assert set(share_out(lambda _: os.getpid(), MANY)) == {os.getpid()}
    finally:
        over.set()
        beside.join()


def test_what_goes_wrong_in_a_share_goes_wrong_here() -> None:
    def work(each: int) -> int:
        if each == MANY[-1]:
            raise KindError("broken")
        return each

    with pytest.raises(KindError, match="broken"):
        share_out(work, MANY)


def test_a_process_that_is_killed_is_heard_of() -> None:
    def work(each: int) -> int:
        if each == 1:
            os.kill(os.getpid(), 9)
        return each

    with pytest.raises(ChildProcessError):
        share_out(work, MANY)


def test_what_is_written_stays(tmp_path: Path) -> None:
    share_out(lambda each: (tmp_path / str(each)).write_text("", encoding="utf-8"), MANY)

    assert len(list(tmp_path.iterdir())) == len(MANY)
