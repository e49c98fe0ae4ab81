"""Is the one way by which a picture gets in: judged by its first bytes, then opened in a process that may do nothing.

The service itself never opens a picture. What comes back is a plain JPEG or a reason, never the file that was sent,
and neither of them touches the disk: both lie in memory (`memfd_create`) that the process gets as its standard input
and output.
"""

import os
import subprocess
import sys
import threading
from io import FileIO
from pathlib import Path

from forms_api.limits import Limits
from forms_api.writer import Busy
from mingbai.errors import MingbaiError

PROGRAM = Path(__file__).with_name("child.py")
_WRITTEN = 4 * 1024 * 1024  # bytes; a picture full of noise, 1,600 pixels wide, takes a third of it
_PATIENCE = 3  # seconds on the clock for each second of work: the machine may be busy


class Unfit(MingbaiError):
    """A picture cannot be taken; `reason` is the last word of its sentence's key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Ingest:
    """The processes that open pictures: few at a time, because each may need hundreds of megabytes."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._places = threading.BoundedSemaphore(limits.photo_processes)

    def repaint(self, sent: bytes) -> bytes:
        """Return the picture in `sent` as a JPEG without anything hidden in it.

        Raises Unfit, and Busy when too many others are at it.
        """
        if len(sent) > self._limits.photo_size:
            raise Unfit("size")
        sort = sort_of(sent)
        if sort is None:
            raise Unfit("broken" if not sent else "sort")
        if not self._places.acquire(timeout=self._limits.photo_wait):
            raise Busy("photos")
        try:
            return self._opened_apart(sent, sort)
        finally:
            self._places.release()

    def _opened_apart(self, sent: bytes, sort: str) -> bytes:
        try:
            with _in_memory(sent) as given, _in_memory(b"") as painted:
                status = subprocess.run(
                    [sys.executable, "-I", str(PROGRAM), sort, *self._bounds()],
                    stdin=given,
                    stdout=painted,
                    stderr=subprocess.DEVNULL,
                    env={},
                    cwd="/",
                    timeout=self._limits.photo_seconds * _PATIENCE,
                ).returncode
                painted.seek(0)
                said = painted.read(_WRITTEN)
        except subprocess.TimeoutExpired:
            raise Unfit("broken") from None
        except OSError:  # no memory and no process left to start one
            raise Busy("photos") from None
        # Whoever took the process over may have written anything: let it at least be no page and no script.
        if status == 0 and sort_of(said) == "JPEG":
            return said
        raise Unfit({b"pixels": "pixels", b"moving": "moving"}.get(said, "broken"))

    def _bounds(self) -> list[str]:
        limits = self._limits
        numbers = (
            limits.photo_pixels,
            limits.photo_edge,
            limits.photo_memory,
            limits.photo_seconds,
            _WRITTEN,
        )
        return [str(each) for each in numbers]


def _in_memory(content: bytes) -> FileIO:
    file = FileIO(os.memfd_create("photo"), "r+")
    file.write(content)
    file.seek(0)
    return file


def sort_of(picture: bytes) -> str | None:
    """Return which of the three sorts the first bytes promise, by Pillow's name; None for all others."""
    if picture.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if picture.startswith(b"RIFF") and picture[8:12] == b"WEBP" else None
