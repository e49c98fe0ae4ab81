"""Says which files of a push lie where nobody may push, or not this publisher; it reads no content.

Kinds, profiles, calendar, units and settings judge what is pushed, so a push may not bring its own (design §6.9): they
change on the server, by `mingbai portal update`.
"""

from collections.abc import Iterator, Mapping, Sequence

from mingbai.gate.adding import SHOWN
from mingbai.gate.names import folded, is_accepted, is_open
from mingbai.gate.publishers import Publisher
from mingbai.git import Change
from mingbai.messages import say


def outside(found: Sequence[Change], unit: str | None, publisher: Publisher) -> Iterator[str]:
    """Say what a push changes that it may not: closed folders, other sorts of files, folders of other units."""
    told: dict[str, list[str]] = {}
    for each in found:
        if not is_open(each.path):
            told.setdefault("gate.closed", []).append(each.path)
        elif not each.is_gone and not is_accepted(each.path):
            told.setdefault("gate.sort", []).append(each.path)
        elif not publisher.may_touch(each.path, unit):
            told.setdefault("gate.not_yours", []).append(each.path)
    for key, paths in told.items():
        yield say(key, paths=paths[:SHOWN], count=len(paths))


def brought_back(found: Sequence[Change], taken_down: frozenset[str]) -> Iterator[str]:
    """Say which files hold, byte for byte, what was withdrawn: an old clone would bring it back."""
    for path in dict.fromkeys(each.path for each in found if each.id in taken_down):
        yield say("gate.withdrawn", path=path)


def doubled(found: Sequence[Change], standing: Mapping[str, str]) -> Iterator[str]:
    """Say which new names a desktop cannot tell from another; `standing`: the names that stand, folded."""
    seen = dict(standing)
    for each in found:
        if not each.is_gone:
            other = seen.setdefault(folded(each.path), each.path)
            if other != each.path:
                yield say("gate.case", path=each.path, other=other)
