"""Each recipient's own record is sealed under a code, found by it alone, and gone when its time is over."""

import base64
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from mingbai import cli, sealed
from mingbai.filings import FilingId
from mingbai.periods import Period
from mingbai.sealed import sealing
from tests.village import Village, build_village

ADDRESS = "/u/town/relief/2026-Q1/"
ID = FilingId("town", "relief", Period.parse("2026-Q1"))
LATER = date.today() + timedelta(days=90)
LIST = "金额,项目\n1680.00,农村低保\n2370.00,特困供养\n860.50,临时救助\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretch codes less: how often is for the test that reads the number."""
    monkeypatch.setattr(sealing, "ROUNDS", 10)


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path / "portal")


def run(village: Village, *said: str) -> int:
    return cli.main(["--portal", str(village.root), *said])


def seal(village: Village, words: str = LIST, until: date = LATER, slips: str = "slips.pdf") -> int:
    source = village.write("list.csv", words)
    where = ["--unit", "town", "--kind", "relief", "--period", "2026-Q1"]
    return run(
        village,
        "seal",
        str(source),
        *where,
        "--until",
        str(until),
        "--slips",
        str(village.root.parent / slips),
    )


def codes(village: Village, slips: str = "slips.pdf") -> list[str]:
    pages = PdfReader(village.root.parent / slips).pages
    return [line for page in pages for line in page.extract_text().split("\n") if line.count("-") == 3]


def stored(village: Village) -> Path:
    return village.root / ".state/sealed/town/relief/2026-Q1.json"


def test_every_code_opens_its_own_record(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    assert seal(village) == 0
    capsys.readouterr()

    said = []
    for code in codes(village):
        assert run(village, "open", code) == 0
        said.append(capsys.readouterr().out)

    assert ["1680.00" in said[0], "2370.00" in said[1], "860.50" in said[2]] == [True] * 3


def test_codes_are_stretched_as_long_as_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    assert sealed.seal(ADDRESS, LATER, []).rounds >= 600_000


def test_lengths_and_numbers_of_records_tell_nothing() -> None:
    for count in (0, 1, 63, 64, 65):
        records = [(sealed.draw_code(), {"说明": "长" * (count % 7) * 10}) for _ in range(count)]
        found = sealed.seal(ADDRESS, LATER, records)
        assert len(found.records) == max(64, -(-count // 64) * 64)
        assert len({len(each) for each in (*found.records.values(),)}) == 1
        assert len({len(tag) for tag in found.records}) == 1


def test_the_stored_order_is_not_the_order_of_the_list() -> None:
    records = [(sealed.draw_code(), {"行": str(number)}) for number in range(40)]
    stored = sealed.Sealed.of_json(sealed.seal(ADDRESS, LATER, records).as_json())

    assert list(stored.records) == sorted(stored.records)


def test_neither_code_nor_content_stands_in_what_is_stored(village: Village) -> None:
    seal(village)
    content = stored(village).read_text("utf-8")

    assert stored(village).stat().st_mode & 0o077 == 0
    for secret in (*codes(village), *(code.replace("-", "") for code in codes(village)), "1680.00", "低保"):
        assert secret not in content


@pytest.mark.parametrize("part", ["nonce", "middle", "end"])
def test_a_record_that_was_changed_does_not_open(part: str) -> None:
    code = sealed.draw_code()
    found = sealed.seal(ADDRESS, LATER, [(code, {"金额": "1"})])
    tag = next(
        tag for tag in found.records if tag == sealing._derive(code, base64.b64decode(found.salt), 10)[0]
    )
    content = bytearray(base64.b64decode(found.records[tag]))
    content[{"nonce": 0, "middle": 500, "end": -1}[part]] ^= 1
    broken = sealed.Sealed(ADDRESS, LATER, found.salt, 10, {tag: base64.b64encode(content).decode()})

    with pytest.raises(sealed.Locked, match="坏了"):
        sealed.open_record(broken, code)


def test_a_record_does_not_open_at_another_filing() -> None:
    code = sealed.draw_code()
    found = sealed.seal(ADDRESS, LATER, [(code, {"金额": "1"})])
    moved = sealed.Sealed("/u/east/relief/2026-Q1/", LATER, found.salt, found.rounds, found.records)

    with pytest.raises(sealed.Locked):
        sealed.open_record(moved, code)


WRONG = {
    "too short": ("abc", "17 个字符"),
    "no such symbols": ("1" * 17, "没有 0、1"),
    "one symbol wrong": ("2" * 16 + "3", "抄错了"),
    "another's": (sealed.draw_code(), "没有记录"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_code_that_opens_nothing_is_a_sentence(
    village: Village, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    typed, says = WRONG[wrong]
    seal(village)

    assert run(village, "open", typed) == 1
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "没有可以封的行"),
        ("金额,项目\n", "没有可以封的行"),
        ("姓名,金额\n张某,5\n", "「姓名」"),
        ("金额,一卡通卡号\n5,1\n", "「一卡通卡号」"),
        ("金额,备注\n5,13800138000\n", "「备注」"),
        ("领款人,金额\n令狐,5\n", "「领款人」"),
        ("金额,备注\n5," + "长" * 400 + "\n", "第 2 行太长"),
        ("金额,备注\n5," + '"' * 2 + '"' * 1700 + '""\n', "第 2 行太长"),
        ("金额,金额\n5,6\n", "对不齐"),
        ("金额,\n5,6\n", "对不齐"),
        ("金额,项目\n5,6,7\n", "对不齐"),
    ],
)
def test_a_list_that_cannot_be_sealed_writes_nothing_and_shows_no_value(
    village: Village, words: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seal(village, words) == 1

    said = capsys.readouterr().err
    assert says in said and "什么也没写" in said and "13800138000" not in said and "张某" not in said
    assert not stored(village).exists() and not (village.root.parent / "slips.pdf").exists()


def test_a_day_that_is_over_and_a_file_that_is_there_are_refused(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seal(village, until=date(2020, 1, 1)) == 1
    assert "要写今天以后" in capsys.readouterr().err
    assert seal(village, until=LATER + timedelta(days=400)) == 1
    assert "366 天以内" in capsys.readouterr().err
    (village.root.parent / "slips.pdf").write_bytes(b"")
    assert seal(village) == 1
    assert "没有盖掉" in capsys.readouterr().err and not stored(village).exists()


def test_what_is_over_is_deleted_from_the_state_and_from_every_release(village: Village) -> None:
    seal(village)
    copy = village.write(f"build/releases/one{ADDRESS}sealed.js", "x")

    assert sealed.expire(village.portal, LATER) == [] and copy.exists()
    assert sealed.expire(village.portal, LATER + timedelta(days=1)) == [ID]
    assert not copy.exists() and not stored(village).exists()


def test_slips_made_again_void_the_earlier_ones(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    seal(village)
    old = codes(village)[0]
    seal(village, slips="again.pdf")

    assert "以前发过的纸条全部作废" in capsys.readouterr().out
    assert run(village, "open", old) == 1
    assert run(village, "open", codes(village, "again.pdf")[0]) == 0


def test_ten_slips_stand_on_a_page_in_the_order_of_the_list(village: Village) -> None:
    seal(village, "金额\n" + "\n".join(str(number) for number in range(1, 24)) + "\n")

    pages = PdfReader(village.root.parent / "slips.pdf").pages
    assert len(pages) == 3
    assert "名单第 11 行" in pages[1].extract_text()


def test_what_a_maintainer_broke_is_named(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    seal(village)
    stored(village).write_text(json.dumps({"salt": 1}))

    assert run(village, "open", sealed.draw_code()) == 1
    assert "2026-Q1.json 读不出来" in capsys.readouterr().err


@pytest.mark.parametrize("inside", ["content/slips.pdf", ".state/slips.pdf", "slips.pdf"])
def test_slips_inside_the_portal_are_refused(
    village: Village, inside: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seal(village, slips=f"portal/{inside}") == 1
    assert "会跟着推送或者上网" in capsys.readouterr().err
    assert not (village.root / inside).exists() and not stored(village).exists()


def test_a_folder_that_is_not_there_is_a_sentence(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seal(village, slips="nowhere/slips.pdf") == 1
    assert "写不了" in capsys.readouterr().err and not stored(village).exists()


def test_records_whose_day_is_over_are_deleted_when_somebody_looks(village: Village) -> None:
    over = sealed.seal(ADDRESS, date(2020, 1, 1), [(sealed.draw_code(), {"金额": "1"})])
    sealed.put(village.portal, ID, over)

    assert run(village, "open", sealed.draw_code()) == 1
    assert not stored(village).exists()


def test_the_doctor_tells_records_whose_day_is_over_and_deletes_none(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    over = sealed.seal(ADDRESS, date(2020, 1, 1), [(sealed.draw_code(), {"金额": "1"})])
    sealed.put(village.portal, ID, over)

    assert run(village, "doctor") == 1
    assert f"过了期还没有删：{ID.path}" in capsys.readouterr().out
    assert stored(village).exists()
