"""A disk that fails on purpose: SQLite's own file layer (sqlite3_vfs) with every write and sync watched.

It reaches the very library that Python's `sqlite3` uses, by ctypes, so the service's own writer runs on it unchanged.
Only the functions that write, cut, sync and delete are replaced; all others stay SQLite's. Source: sqlite.org/vfs.html
and the structures in sqlite3.h. It can log (for power cuts), refuse (disk full, I/O errors) and be slow.
"""

import _sqlite3
import ctypes
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

FULL, IO_ERROR = 13, 10 | 3 << 8  # SQLITE_FULL, SQLITE_IOERR_WRITE
_SECTOR = 512

_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
# Names go through as they are: SQLite reads what stands in memory before and after them.
_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)


class _Methods(ctypes.Structure):
    """sqlite3_io_methods: what can be done with an open file."""

    _fields_: ClassVar[list[Any]] = [("version", c_int)] + [
        (name, c_void_p)
        for name in (
            "close read write truncate sync file_size lock unlock check_lock control sector_size characteristics "
            "shm_map shm_lock shm_barrier shm_unmap fetch unfetch"
        ).split()
    ]


class _Layer(ctypes.Structure):
    """sqlite3_vfs: how files are opened and deleted."""

    _fields_: ClassVar[list[Any]] = [
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
    ] + [
        (name, c_void_p)
        for name in (
            "access full_path dl_open dl_error dl_sym dl_close randomness sleep time last_error time64 "
            "set_call get_call next_call"
        ).split()
    ]


@dataclass(frozen=True)
class Done:
    """One thing that was done to a file: write (`data` at `at`), truncate (to `at`), sync, delete."""

    file: str
    what: str
    at: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """What the disk does: `log` holds everything in order, `refuse` may return an SQLite error code, `pause` sleeps."""

    log: list[Done] = field(default_factory=list)
    refuse: Callable[[Done], int] = lambda done: 0
    sync_seconds: float = 0.0

    def do(self, done: Done, really: Callable[[], int]) -> int:
        """Do one thing, or refuse it, and log what was done."""
        code = self.refuse(done)
        if code:
            return code
        if done.what == "sync" and self.sync_seconds:
            time.sleep(self.sync_seconds)
        code = really()
        if code == 0:
            self.log.append(done)
        return code


@contextmanager
def disk() -> Iterator[Disk]:
    """Put every SQLite database that is opened in the block on a disk of its own making."""
    library = ctypes.CDLL(_sqlite3.__file__)  # finds the functions in it, or in the library behind it
    library.sqlite3_vfs_find.restype = c_void_p
    library.sqlite3_vfs_find.argtypes = [c_char_p]
    found = library.sqlite3_vfs_find(None)
    layer = _Watching(found, Disk())
    library.sqlite3_vfs_register(ctypes.byref(layer.own), 1)
    try:
        yield layer.disk
    finally:
        library.sqlite3_vfs_register(c_void_p(found), 1)
        library.sqlite3_vfs_unregister(ctypes.byref(layer.own))
        _KEPT.append(layer)  # files that are still open call into it


_KEPT: list["_Watching"] = []


class _Watching:
    """The layer that stands between SQLite and the real one."""

    def __init__(self, found: int, disk: Disk) -> None:
        self.disk, self._found = disk, found
        self._lock = threading.Lock()
        self._names: dict[int, str] = {}
        self._methods: dict[int, tuple[_Methods, list[object]]] = {}
        real = ctypes.cast(found, POINTER(_Layer)).contents
        self.own = _Layer.from_buffer_copy(real)
        self._real_open, self._real_delete = _OPEN(real.open), _DELETE(real.delete)
        self._open, self._delete = _OPEN(self._opened), _DELETE(self._deleted)
        self.own.name, self.own.next = b"mingbai-disk", None
        self.own.open = ctypes.cast(self._open, c_void_p)
        self.own.delete = ctypes.cast(self._delete, c_void_p)

    def _opened(self, layer: int, name: int | None, file: int, flags: int, out: object) -> int:
        code = self._real_open(self._found, name, file, flags, out)
        slot = ctypes.cast(file, POINTER(c_void_p))
        if code == 0 and slot[0] and name is not None:
            with self._lock:
                self._names[file] = _last(name)
                slot[0] = ctypes.addressof(self._watched(slot[0]))
        return int(code)

    def _deleted(self, layer: int, name: int, sync_folder: int) -> int:
        done = Done(_last(name), "delete")
        return self.disk.do(done, lambda: int(self._real_delete(self._found, name, sync_folder)))

    def _watched(self, address: int) -> _Methods:
        """Return the methods at `address` with those that change a file replaced; each set is made once."""
        if address not in self._methods:
            real = ctypes.cast(address, POINTER(_Methods)).contents
            write, truncate, sync = _WRITE(real.write), _TRUNCATE(real.truncate), _SYNC(real.sync)
            disk, names = self.disk, self._names

            def on_write(file: int, data: int, size: int, at: int) -> int:
                done = Done(names[file], "write", at, ctypes.string_at(data, size))
                return disk.do(done, lambda: int(write(file, data, size, at)))

            def on_truncate(file: int, size: int) -> int:
                return disk.do(Done(names[file], "truncate", size), lambda: int(truncate(file, size)))

            def on_sync(file: int, flags: int) -> int:
                return disk.do(Done(names[file], "sync"), lambda: int(sync(file, flags)))

            own = _Methods.from_buffer_copy(real)
            replaced = [_WRITE(on_write), _TRUNCATE(on_truncate), _SYNC(on_sync)]
            own.write, own.truncate, own.sync = (ctypes.cast(each, c_void_p) for each in replaced)
            self._methods[address] = (own, [*replaced, write, truncate, sync])
        return self._methods[address][0]


def _last(name: int) -> str:
    """Return the file's own name from the address of its path."""
    return Path(ctypes.string_at(name).decode()).name


def after_cut(log: list[Done], draw: random.Random) -> dict[str, bytes]:
    """Return the files as they may lie there after the power went right after the last entry of `log`.

    What was synced is whole. Of what was written since, each sector of 512 bytes is there, is not, or is garbled.
    """
    files: dict[str, bytearray] = {}
    synced = {done.file: at for at, done in enumerate(log) if done.what == "sync"}
    for at, done in enumerate(log):
        content = files.setdefault(done.file, bytearray())
        sure = at < synced.get(done.file, -1)
        if done.what == "delete":
            files.pop(done.file)
        elif done.what == "truncate" and (sure or draw.random() < 0.5):
            del content[done.at :]
        elif done.what == "write":
            for start in range(0, len(done.data), _SECTOR):
                part = done.data[start : start + _SECTOR]
                fate = "kept" if sure else draw.choice(("kept", "kept", "dropped", "garbled"))
                if fate != "dropped":
                    _put(content, done.at + start, part if fate == "kept" else draw.randbytes(len(part)))
    return {name: bytes(content) for name, content in files.items()}


def _put(content: bytearray, at: int, part: bytes) -> None:
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(part)] = part
