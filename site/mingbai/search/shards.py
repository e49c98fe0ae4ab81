"""Writes the index as small scripts that a browser loads one by one; it answers no query and needs no server.

Each file calls `mingbaiSearch.put(name, data)`, so it can be fetched from anywhere a page can be: over HTTP, from a
folder (`file://`), by phones without `fetch`. Names are hashes of the contents and may be cached for ever; only
`router.js` is asked for anew. The same documents give the same bytes.

    router.js     how many documents; the first gram of each shard; the names of all files
    columns       see `Columns.as_json`
    t-…  a shard  {"grams": gram⏎gram⏎…, "numbers": packed⏎packed⏎…}, about 16 KB, grams in order
    d-…  a chunk  64 documents: [[url, title zh, title en, cells, amount or null], …]
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mingbai.search.columns import Columns, arrange
from mingbai.search.documents import Document
from mingbai.search.grams import table as table_of

SHARD = 16_000  # bytes of a shard, roughly
CHUNK = 64  # documents in a chunk
ROUTER = "router.js"
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def write(documents: Iterable[Document], folder: Path) -> None:
    """Write router, columns, shards and chunks into `folder`, which may not hold anything yet."""
    arranged = arrange(documents)
    folder.mkdir(parents=True, exist_ok=True)
    shards = [(first, _put(folder, "t", data)) for first, data in _shards(table_of(arranged), len(arranged))]
    router = {
        "count": len(arranged),
        "columns": _put(folder, "c", Columns.of(arranged).as_json()),
        "firsts": [first for first, _ in shards],
        "shards": [name for _, name in shards],
        "chunk": CHUNK,
        "chunks": [_put(folder, "d", chunk) for chunk in _chunks(arranged)],
    }
    (folder / ROUTER).write_text(_script("router", router), encoding="utf-8")


def _put(folder: Path, sort: str, data: Any) -> str:
    """Write one file under the hash of what it holds and return its name without `.js`."""
    name = f"{sort}-{hashlib.sha256(_json(data).encode()).hexdigest()[:12]}"
    (folder / f"{name}.js").write_text(_script(name, data), encoding="utf-8")
    return name


def _script(name: str, data: Any) -> str:
    return f'mingbaiSearch.put("{name}",{_json(data)});\n'


def _json(data: Any) -> str:
    """Return JSON that is also JavaScript everywhere: older engines end a string at U+2028 and U+2029."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _shards(table: Mapping[str, Sequence[int]], count: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (first gram, shard) in order."""
    held: list[tuple[str, str]] = []
    size = 0
    for gram, numbers in table.items():
        if size > SHARD:
            yield _shard(held)
            held, size = [], 0
        packed = pack(numbers, count)
        held.append((gram, packed))
        size += len(gram.encode()) + len(packed) + 2
    if held:
        yield _shard(held)


def _shard(held: Sequence[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    grams, numbers = zip(*held, strict=True)
    return held[0][0], {"grams": "\n".join(grams), "numbers": "\n".join(numbers)}


def _chunks(documents: Sequence[Document]) -> Iterator[list[list[Any]]]:
    for first in range(0, len(documents), CHUNK):
        yield [each.entry() for each in documents[first : first + CHUNK]]


def pack(numbers: Sequence[int], count: int) -> str:
    """Return ascending numbers below `count` as text: gaps of five bits a character, or `!` and a bitmap of six.

    The shorter of the two is taken; a gap's lower bits come first, 32 says that more follow.
    """
    gaps = []
    last = -1
    for number in numbers:
        gap = number - last - 1
        last = number
        while gap > 31:
            gaps.append(_DIGITS[32 | gap & 31])
            gap >>= 5
        gaps.append(_DIGITS[gap])
    return "".join(gaps) if len(gaps) <= count // 6 + 1 else _bitmap(numbers, count)


def _bitmap(numbers: Sequence[int], count: int) -> str:
    bits = [0] * (count // 6 + 1)
    for number in numbers:
        bits[number // 6] |= 1 << number % 6
    return "!" + "".join(_DIGITS[each] for each in bits)
