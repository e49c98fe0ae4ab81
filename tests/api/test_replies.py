"""`mingbai replies`: list, answer, release."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forms_api.limits import Limits
from mingbai import checks
from mingbai.cli import main
from tests.api.conftest import NOW, ROW, Start, letter, stored
from tests.village import AS_OF, Village

PATH = "/api/v1/submissions"
MOBILE = "138" + "0013" + "8000"


class Desk:
    """Runs the command on a village and keeps what it said."""

    def __init__(self, village: Village, capsys: pytest.CaptureFixture[str]) -> None:
        self.village, self._capsys = village, capsys

    def run(self, *arguments: str) -> tuple[int, str]:
        status = main(["replies", "--portal", str(self.village.root), *arguments])
        said = self._capsys.readouterr()
        return status, (said.err if status else said.out).strip()

    def rows(self, unit: str = "east") -> list[dict[str, str]]:
        path = self.path(unit)
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    def path(self, unit: str = "east") -> Path:
        kind = self.village.portal.kind_by_role("replies")
        assert kind is not None
        return self.village.root / "datasets" / "filings" / unit / kind.id / "2026.csv"


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], village: Village) -> Desk:
    return Desk(village, capsys)


def send(client: FlaskClient, **changes: object) -> str:
    answer = client.post(PATH, json=letter(**changes))
    assert answer.json is not None, answer.text
    return str(answer.json["receipt"])


def test_what_waits_is_listed_with_the_nearest_deadline_first(client: FlaskClient, desk: Desk) -> None:
    send(client, text="问十天")
    send(client, type="erratum", text="三个工作日", about=ROW)
    send(client, unit="west", text="别村的")

    status, said = desk.run("list", "--unit", "east")

    assert status == 0
    assert said.index("三个工作日") < said.index("问十天")
    assert ROW in said and "别村的" not in said and "2026-04-27" in said


def test_an_answer_reaches_the_holder_of_the_receipt_and_the_case_leaves_the_list(
    client: FlaskClient, desk: Desk
) -> None:
    receipt = send(client)

    status, _ = desk.run("answer", receipt, "--text", "县里一家防水公司做的，\n保五年。")

    assert status == 0
    case = client.get(f"{PATH}/{receipt}").json
    assert case is not None
    assert (case["status"], case["answer"]["text"], case["answer"]["by"]) == (
        "answered", "县里一家防水公司做的，\n保五年。", "east",
    )  # fmt: skip
    assert "保五年" in client.post("/track", data={"receipt": receipt}).text
    assert desk.run("list")[1] == "没有等着答复的来信。"


def test_an_answer_stands(client: FlaskClient, desk: Desk) -> None:
    receipt = send(client)
    desk.run("answer", receipt, "--text", "一")

    status, said = desk.run("answer", receipt, "--text", "二")

    assert (status, "没有改动" in said) == (1, True)
    assert client.get(f"{PATH}/{receipt}").json["answer"]["text"] == "一"  # type: ignore[index]


def test_a_released_answer_is_a_row_that_passes_the_check(client: FlaskClient, desk: Desk) -> None:
    receipt = send(client, about=ROW, text="屋顶防水是哪家做的？\n保几年？")
    desk.run("answer", receipt, "--text", "县里一家公司。")

    status, said = desk.run("release", receipt)

    assert status == 0, said
    row = desk.rows()[0]
    assert (row["number"], row["sort"], row["about"]) == ("1", "质询", ROW)
    assert (row["question"], row["answer"]) == ("屋顶防水是哪家做的？ 保几年？", "县里一家公司。")
    assert (row["received"], row["due"]) == ("2026-04-16", "2026-04-27")
    assert checks.check(desk.village.portal, [desk.path()], max(AS_OF, NOW.date())).errors == 0
    case = client.get(f"{PATH}/{receipt}").json
    assert case is not None
    assert case["status"] == "released" and case["released"].endswith("/2026/#1")


def test_released_rows_are_numbered_by_themselves_and_written_once(client: FlaskClient, desk: Desk) -> None:
    for text in ("一问", "二问"):
        receipt = send(client, text=text)
        desk.run("answer", receipt, "--text", "答")
        assert desk.run("release", receipt)[0] == 0
        assert desk.run("release", receipt)[0] == 1

    assert [(row["number"], row["question"]) for row in desk.rows()] == [("1", "一问"), ("2", "二问")]


def test_two_people_who_ask_the_same_are_two_rows(client: FlaskClient, desk: Desk) -> None:
    for _ in range(2):
        receipt = send(client, text="路什么时候修？")
        desk.run("answer", receipt, "--text", "下个月")
        assert desk.run("release", receipt)[0] == 0

    assert [row["number"] for row in desk.rows()] == ["1", "2"]
    assert len(set(stored(desk.village, "SELECT address FROM releases"))) == 2


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", ["list", "answer", "release"])
def test_a_database_that_cannot_be_used_is_a_sentence(desk: Desk, command: str) -> None:
    desk.village.write(".state/submissions.db", b"no database " * 100)
    rest = {"list": [], "answer": ["123456789", "--text", "答"], "release": ["123456789"]}[command]

    status, said = desk.run(command, *rest)

    assert status == 1
    assert "没有写成" in said


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"public": False}, "没有同意公开"), ({"type": "letter", "public": False}, "没有同意公开")],
    ids=["not agreed", "letter"],
)
def test_what_may_not_be_public_is_never_written(
    client: FlaskClient, desk: Desk, changes: dict[str, object], says: str
) -> None:
    receipt = send(client, **changes)
    desk.run("answer", receipt, "--text", "答")

    status, said = desk.run("release", receipt)

    assert (status, says in said) == (1, True)
    assert desk.rows() == desk.rows("town") == []


def test_what_is_not_answered_is_not_released(client: FlaskClient, desk: Desk) -> None:
    status, said = desk.run("release", send(client))

    assert (status, "先答复再公开" in said) == (1, True)


@pytest.mark.parametrize("mobile", [MOBILE, " ".join(MOBILE), MOBILE[:3] + "-" + MOBILE[3:]])
def test_a_personal_number_is_not_released_and_other_words_are(
    client: FlaskClient, desk: Desk, mobile: str
) -> None:
    receipt = send(client, text=f"给我打电话 {mobile}")
    desk.run("answer", receipt, "--text", "好的。")

    status, said = desk.run("release", receipt)
    assert status == 1
    assert "手机号" in said and "--question" in said and MOBILE not in said
    assert desk.rows() == []

    assert desk.run("release", receipt, "--question", "请回电话。")[0] == 0
    assert desk.rows()[0]["question"] == "请回电话。"


def test_a_row_that_fails_the_check_leaves_the_file_as_it_was(client: FlaskClient, desk: Desk) -> None:
    first = send(client)
    desk.run("answer", first, "--text", "答")
    desk.run("release", first)
    before = desk.path().read_bytes()
    desk.path().write_bytes(before + "7,2026-04-16,质询,,期限写反了,2026-04-01,,,,,\n".encode())
    wrong = desk.path().read_bytes()
    second = send(client, text="第二问")
    desk.run("answer", second, "--text", "答")

    status, said = desk.run("release", second)

    assert status == 1 and "照原样放回" in said
    assert desk.path().read_bytes() == wrong
    desk.path().write_bytes(before)
    assert desk.run("release", second)[0] == 0


def test_words_that_the_contract_refuses_are_refused_before_anything_is_written(
    client: FlaskClient, desk: Desk
) -> None:
    receipt = send(client, text="=1+1 这样开头的话")
    desk.run("answer", receipt, "--text", "答")

    status, said = desk.run("release", receipt)

    assert status == 1 and "当公式来算" in said and "--question" in said
    assert desk.rows() == []
    assert desk.run("release", receipt, "--question", "换个开头的话")[0] == 0


def test_words_without_a_case_are_refused(client: FlaskClient, desk: Desk) -> None:
    desk.run("answer", send(client), "--text", "答")

    status, said = desk.run("release", "--question", "给谁的？")

    assert status == 1 and "没写是哪一封" in said


def test_who_lists_whole_letters_stands_in_the_audit_trail_with_each_of_them(
    client: FlaskClient, desk: Desk
) -> None:
    send(client)
    (number,) = stored(desk.village, "SELECT number FROM submissions")[0]

    desk.run("list")

    assert stored(desk.village, "SELECT account, what, submission FROM audit_trail ORDER BY line") == [
        ("mingbai replies", "listed", None),
        ("mingbai replies", "read", number),
    ]


@pytest.mark.parametrize("typed", ["123456789", "2345", "回执", "", "9" * 40])
def test_an_unknown_case_is_refused_with_a_sentence(client: FlaskClient, desk: Desk, typed: str) -> None:
    status, said = desk.run("answer", typed, "--text", "答")

    assert status == 1 and said


def test_a_wrong_call_says_so(desk: Desk) -> None:
    assert desk.run("list")[0] == 1  # no submission yet
    assert desk.run("list", "--unit", "nowhere")[0] == 2


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_contacts_are_forgotten_after_the_promised_days_and_cases_after_theirs(
    start: Start, desk: Desk, village: Village
) -> None:
    limits = Limits(contact_days=30, case_days=60)
    client = start(limits).test_client()
    receipt = send(client, name="王某某某", contact="村东头第三家")
    desk.run("answer", receipt, "--text", "答")

    def stored() -> bytes:
        return b"".join(path.read_bytes() for path in (village.root / ".state").glob("submissions.db*"))

    def later(days: int) -> int:
        app = start(limits, lambda: NOW + timedelta(days=days))
        status = app.test_client().get(f"{PATH}/{receipt}").status_code
        app.extensions["close"]()
        return status

    assert "王某某某".encode() in stored()
    far = 3650  # the answer was given today by the clock of the machine that runs this test
    assert later(0) == 200
    assert [later(far + days) for days in (0, 2, 4)] == [200, 200, 404]  # once the clock has run steadily
    assert "王某某某".encode() not in stored() and "第三家".encode() not in stored()


def test_the_audit_trail_says_that_a_contact_was_forgotten_and_not_whose(
    start: Start, desk: Desk, village: Village
) -> None:
    limits = Limits(contact_days=30, case_days=100_000)
    client = start(limits).test_client()
    with_contact, without = send(client, name="王某某某"), send(client, text="没写名字")
    for receipt in (with_contact, without):
        desk.run("answer", receipt, "--text", "答")
    (number,) = stored(village, "SELECT submission FROM writers")

    for days in (3650, 3652, 3654, 3656):
        start(limits, lambda days=days: NOW + timedelta(days=days))

    assert stored(village, "SELECT account, what, submission FROM audit_trail WHERE what = 'forgot'") == [
        ("mingbai", "forgot", *number)
    ]
