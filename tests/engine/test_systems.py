"""The list of mechanisms: what does not hold together is named with its line."""

from pathlib import Path

import pytest

from mingbai import systems
from mingbai.errors import PortalError
from tests.examples import KINDS

HEAD = "id,mechanism,kind,target,evidence,rule,out\n"
GOOD = "0-1,四议两公开,decision,/u/east/decision/x/,/u/east/decision/x/#决议,quorum,\n"


def listed(root: Path, text: str) -> list[systems.Mechanism]:
    path = root / "systems.csv"
    path.write_text(text, encoding="utf-8")
    return systems.read(path, KINDS)


def test_a_portal_need_not_have_the_list(tmp_path: Path) -> None:
    assert systems.read(tmp_path / "systems.csv", KINDS) == []


def test_a_line_that_holds_is_read(tmp_path: Path) -> None:
    (found,) = listed(tmp_path, HEAD + GOOD)

    assert (found.id, found.kind, found.rule, found.out) == ("0-1", "decision", "quorum", "")


@pytest.mark.parametrize(
    "text",
    [
        "id,name\n0-1,x\n",
        HEAD + GOOD.replace("decision,/u", "nothing,/u"),
        HEAD + GOOD.replace(",quorum,", ",nothing,"),
        HEAD + GOOD.replace("#决议", ""),
        HEAD + GOOD.replace(",/u/east/decision/x/#", ",/u/west/decision/x/#"),
        HEAD + GOOD.replace("quorum,", "quorum,没有数量"),
        HEAD + GOOD + GOOD,
    ],
    ids="columns kind rule anchor target both twice".split(),
)
def test_a_line_that_does_not_hold_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PortalError, match=r"systems\.csv"):
        listed(tmp_path, text)
