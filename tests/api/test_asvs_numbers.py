"""Numbers that are too large for any case, as OWASP ASVS 5.0 asks (V1.4.2): they lead nowhere and break nothing."""

import pytest
from flask import Flask

from tests.api.desk import HTTPS, Person, Writer
from tests.village import Village


@pytest.mark.parametrize("number", [10**9, 2**63, 10**30])
def test_a_number_that_no_case_can_have_is_not_there(app: Flask, village: Village, number: int) -> None:
    clerk = Person(app, village, "小周", "east")

    for path in (f"/desk/cases/{number}", f"/desk/tasks/{number}", f"/desk/cases/{number}/photos/1"):
        assert clerk.client.get(path, base_url=HTTPS).status_code == 404


@pytest.mark.parametrize("other", ["9" * 10, "9" * 30, "9" * 5000, "-1", "٣"])
def test_a_letter_is_not_merged_with_a_number_that_none_can_have(
    app: Flask, village: Village, other: str
) -> None:
    writer, clerk = Writer(app, village), Person(app, village, "小周", "east")

    assert clerk.act(writer.number, "merge", other=other).status_code == 422
