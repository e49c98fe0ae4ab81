"""Keeps the index with Whoosh for the service that filters and pages; it alone knows Whoosh, and it ranks nothing.

An index directory is code: Whoosh unpickles its table of contents and its segments. So an index is opened only from a
folder that nobody else may write to and only if every file in it is the one that `build` wrote (`made.json`). Never
point it at a folder that somebody sent.

    <folder>/current       the name of the generation that answers
    <folder>/<generation>/ Whoosh's files, columns.json, made.json; written whole, then never changed

A generation is built beside the old one and named by a rename, so readers see the old index or the new one, whole.
`Searcher.refresh` returns stale doubles in whoosh-reloaded 2.7.5 and is never called: a new generation is opened anew.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock

from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage

from mingbai.errors import MingbaiError
from mingbai.search import grams, matching
from mingbai.search.columns import Columns, arrange
from mingbai.search.documents import Document
from mingbai.search.matching import Answer, Query

_CURRENT, _COLUMNS, _MADE = "current", "columns.json", "made.json"
_NAME = re.compile("[0-9a-f]{24}")
_REMEMBERED = 512  # sets of documents by gram, kept in memory
_BLOCK = 4096  # documents in a block of a posting list


class IndexMissing(MingbaiError):
    """There is no index that could be opened: none built yet, not whole, or not ours."""


class _Grams(fields.FieldType):  # type: ignore[misc]
    """The field of grams: whether one stands in a document, nothing more."""

    indexed, scorable, stored, unique, vector, analyzer, column_type = (
        True,
        False,
        False,
        False,
        None,
        None,
        None,
    )

    def __init__(self) -> None:
        self.format = formats.Existence()


class _Table:
    """Hands Whoosh the whole sorted table of grams in the place of its own pool; about five times as fast."""

    def __init__(self, table: Mapping[str, Sequence[int]]) -> None:
        self._table = table

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """Yield (field, term, document, weight, value) in the order of bytes."""
        for gram, numbers in sorted((gram.encode(), numbers) for gram, numbers in self._table.items()):
            for number in numbers:
                yield "grams", gram, number, 1.0, b""

    def cleanup(self) -> None:
        """Leave nothing behind: there is nothing."""


def build(documents: Iterable[Document], folder: Path) -> None:
    """Build the index of `documents` in `folder` and let it answer. The same documents again cost next to nothing."""
    arranged = arrange(documents)
    columns = Columns.of(arranged)
    name = _generation(arranged, columns)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    if not _is_whole(folder / name):
        making = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
        try:
            _write(arranged, columns, making)
            making.chmod(0o755)
            shutil.rmtree(folder / name, ignore_errors=True)
            making.rename(folder / name)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    before = _current(folder)
    if before == name:
        return
    pointer = folder / f".{_CURRENT}"
    pointer.write_text(name, encoding="ascii")
    os.replace(pointer, folder / _CURRENT)
    for old in folder.iterdir():  # the one before stays: a reader may be opening it
        if old.is_dir() and old.name not in (name, before):
            shutil.rmtree(old)


def _generation(documents: Sequence[Document], columns: Columns) -> str:
    """Return a name that changes when the documents or the code that indexes them change."""
    found = hashlib.sha256(json.dumps(columns.as_json(), ensure_ascii=False).encode())
    for each in documents:
        found.update(json.dumps(each.entry(), ensure_ascii=False).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:24]


def _write(documents: Sequence[Document], columns: Columns, folder: Path) -> None:
    codec = W3Codec(blocklimit=_BLOCK, compression=1)
    codec.length_stats = (
        False  # else Whoosh asks for the length of a field that has none: one stat(2) a posting
    )
    schema = fields.Schema(grams=_Grams(), entry=fields.STORED())
    with FileStorage(str(folder)) as storage:
        index = storage.create_index(schema)
        writer = index.writer(codec=codec)
        for each in documents:
            writer.add_document(entry=json.dumps(each.entry(), ensure_ascii=False))
        writer.pool.cleanup()
        writer.pool = _Table(grams.table(documents))
        writer.commit(merge=False)
        index.close()
    for left in folder.glob("*LOCK"):
        left.unlink()
    (folder / _COLUMNS).write_text(json.dumps(columns.as_json(), ensure_ascii=False), encoding="utf-8")
    (folder / _MADE).write_text(json.dumps(_hashes(folder)), encoding="utf-8")


def _hashes(folder: Path) -> dict[str, str]:
    paths = (path for path in sorted(folder.iterdir()) if path.name != _MADE)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _is_whole(generation: Path) -> bool:
    """Return whether a generation holds exactly the files that were written, and nobody else may write there."""
    try:
        made = json.loads((generation / _MADE).read_text(encoding="utf-8"))
        return made == _hashes(generation) and not generation.stat().st_mode & 0o002
    except (OSError, ValueError):
        return False


def _current(folder: Path) -> str | None:
    try:
        name = (folder / _CURRENT).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
    return name if _NAME.fullmatch(name) else None


class Index:
    """An open generation; it may be asked by several threads at once and never changes."""

    def __init__(self, generation: Path) -> None:
        """Open a generation that `build` wrote. Raises IndexMissing when it is not whole or not ours."""
        if not _is_whole(generation):
            raise IndexMissing(
                f"{generation}: 搜索的索引不完整，重新生成一次就好 / not whole; build it again"
            )
        self.generation = generation
        self.columns = Columns.from_json(json.loads((generation / _COLUMNS).read_text(encoding="utf-8")))
        self._index = FileStorage(str(generation)).open_index()
        self._reader = self._index.reader()
        self._lock = Lock()  # Whoosh's readers seek in shared files
        self.holding = lru_cache(maxsize=_REMEMBERED)(self._holding)
        self.beginning = lru_cache(maxsize=_REMEMBERED)(self._beginning)

    @classmethod
    def open(cls, folder: Path) -> "Index":
        """Open the generation that answers. Raises IndexMissing when there is none."""
        name = _current(folder)
        if name is None:
            raise IndexMissing(f"{folder}: 还没有搜索的索引 / there is no index yet")
        return cls(folder / name)

    @classmethod
    def newest(cls, folder: Path, held: "Index | None") -> "Index":
        """Return `held` while it is still the one that answers, else open the new one. Raises IndexMissing."""
        if held is not None and held.generation == folder / (_current(folder) or ""):
            return held
        return cls.open(folder)

    def search(self, query: Query) -> Answer:
        """Return the answer to `query`."""
        return matching.search(query, self.columns, self)

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            self._reader.close()
            self._index.close()

    def document(self, number: int) -> Document:
        """Return the document of that number."""
        with self._lock:
            entry = json.loads(self._reader.stored_fields(number)["entry"])
        source = self.columns.sources[self.columns.source_of[number]]
        return Document.of_entry(entry, source, self.columns.dates[number])

    def _holding(self, gram: str) -> frozenset[int]:
        with self._lock:
            return self._numbers(gram.encode())

    def _beginning(self, symbol: str) -> frozenset[int]:
        with self._lock:
            found = [self._numbers(term) for term in list(self._reader.expand_prefix("grams", symbol))]
        return frozenset().union(*found)

    def _numbers(self, term: bytes) -> frozenset[int]:
        if ("grams", term) not in self._reader:
            return frozenset()
        return frozenset(self._reader.postings("grams", term).all_ids())
