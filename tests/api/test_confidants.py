"""Letters and reports find their reader, and letters of units that ended theirs, however `units.csv` changes."""

from datetime import date

import pytest

from forms_api.cases import all_cases
from forms_api.confidants import SUPERVISOR, confidants
from forms_api.database import Database
from forms_api.desk.accounts import ROLES, Account
from forms_api.desk.sight import may_see, reach, seat
from forms_api.submissions import TYPES
from tests.api.conftest import NOW, Clock, Start, letter
from tests.api.desk import HTTPS, Person, Writer, enrol, enter
from tests.village import UNITS, Village

TOWN2 = "town2,南测镇,Nance,town,county,2020-01-01,,,national,,,,\n"
EAST = "east,东头村,Dongtou,village,town,2020-01-01,,,national,,210,800,\n"
WORDS = "只给上面看的话"


def moved(on: date) -> str:
    """Return `units.csv` with the village `east` in another town from a day on."""
    ended = EAST.replace("2020-01-01,,", f"2020-01-01,{date.fromordinal(on.toordinal() - 1)},")
    begun = EAST.replace(",town,", ",town2,").replace("2020-01-01", on.isoformat())
    return UNITS.replace(EAST, TOWN2 + ended + begun)


def sees(start: Start, village: Village, clock: Clock, unit: str, role: str, number: int) -> bool:
    """Return whether an account of that unit and role sees the case."""
    name = f"{unit} {role}"
    client = enter(start(clock=clock), name, enrol(village, name, unit, role), clock.now)
    return client.get(f"/desk/cases/{number}", base_url=HTTPS).status_code == 200


def test_a_move_that_is_still_to_come_changes_nothing_today(start: Start, village: Village) -> None:
    village.write("datasets/units.csv", moved(date(2026, 7, 1)))
    clock = Clock()
    writer = Writer(start(clock=clock), village, type="report", public=False, text=WORDS)

    assert sees(start, village, clock, "town", "intake", writer.number)
    assert not sees(start, village, clock, "town2", "supervisor", writer.number)


def test_a_report_stays_with_who_got_it_when_the_village_moves(start: Start, village: Village) -> None:
    clock = Clock()
    writer = Writer(start(clock=clock), village, type="report", public=False, text=WORDS)
    village.write("datasets/units.csv", moved(NOW.date()))

    assert sees(start, village, clock, "town", "intake", writer.number)
    assert sees(start, village, clock, "town2", "supervisor", writer.number)
    assert not sees(start, village, clock, "east", "intake", writer.number)


def test_a_report_about_the_county_stays_with_its_supervisor_when_a_city_comes_above(
    start: Start, village: Village
) -> None:
    clock = Clock()
    writer = Writer(start(clock=clock), village, type="report", unit="county", public=False, text=WORDS)
    county = "county,测试县,Test county,county,,2020-01-01"
    city = "city,测试市,Test city,county,,2020-01-01,,,national,,,,\n"
    village.write("datasets/units.csv", UNITS.replace(county, city + county.replace(",,", ",city,")))

    assert sees(start, village, clock, f"{SUPERVISOR}county", "intake", writer.number)
    assert not sees(start, village, clock, "county", "intake", writer.number)


def test_a_report_on_a_collective_is_not_read_by_the_village_it_belongs_to(
    start: Start, village: Village
) -> None:
    village.write(
        "datasets/units.csv",
        UNITS + EAST.replace("east,东头村", "coop,东头合作社").replace("village,town", "collective,east"),
    )
    clock = Clock()
    writer = Writer(start(clock=clock), village, type="report", unit="coop", public=False, text=WORDS)

    assert sees(start, village, clock, "town", "intake", writer.number)
    assert not sees(start, village, clock, "east", "intake", writer.number)
    assert not sees(start, village, clock, "east", "supervisor", writer.number)


@pytest.mark.parametrize(
    ("unit", "above"),
    [("east", ("town", "county")), ("town", ("county",)), ("county", ("supervisor:county",))],
)
def test_who_reads_in_confidence_is_above(village: Village, unit: str, above: tuple[str, ...]) -> None:
    assert confidants(village.portal.units, unit, NOW.date()) == above


def test_what_a_village_had_that_ended_its_successor_has(start: Start, village: Village) -> None:
    clock = Clock()
    writer = Writer(start(clock=clock), village, unit="west", text="西头的路灯")
    hidden = Writer(start(clock=clock), village, unit="west", type="report", public=False, text=WORDS)
    west = "west,西头村,Xitou,village,town,2020-01-01,,"
    village.write("datasets/units.csv", UNITS.replace(west, west[:-1] + "2026-04-30,east"))
    clock.now = NOW.replace(month=5, day=6)

    app = start(clock=clock)
    clerk = Person(app, village, "小周", "east", at=clock.now)

    assert "西头的路灯" in clerk.queue()
    assert clerk.act(writer.number, "answer", answer="修好了。").status_code == 303
    assert sees(start, village, clock, "town", "supervisor", writer.number)
    assert not sees(start, village, clock, "east", "supervisor", hidden.number)
    assert sees(start, village, clock, "town", "intake", hidden.number)


def test_successors_that_end_in_their_turn_are_followed_and_a_circle_ends_nowhere(village: Village) -> None:
    first = "a,甲村,A,village,town,2020-01-01,2020-12-31,b,national,,,,\n"
    second = "b,乙村,B,village,town,2020-01-01,2021-12-31,{},national,,,,\n"
    village.write("datasets/units.csv", UNITS + first + second.format("east"))
    through = village.portal.units
    village.write("datasets/units.csv", UNITS + first + second.format("a"))
    circle = village.portal.units

    assert through.heirs("a", NOW.date()) == {"east"}
    assert circle.heirs("a", NOW.date()) == frozenset()


def test_reach_holds_every_case_that_may_be_seen(start: Start, village: Village) -> None:

    app = start()
    for type in TYPES:
        for unit in ("county", "town", "east", "west", "lane"):
            said = letter(type=type, unit=unit, text=f"{type} {unit}", public=False)
            assert app.test_client().post("/api/v1/submissions", json=said).status_code == 201
    units, today = village.portal.units, NOW.date()
    with Database.of(village.root / ".state").reading() as connection:
        cases = all_cases(connection)

    seen = 0
    for role in ROLES:
        for unit in ("county", "town", "east", "lane", "supervisor:county"):
            account = Account("谁", unit, role)
            within = reach(units, account, today)
            for case in (case for case in cases if may_see(units, account, case, today)):
                seen += 1
                assert {case.handler, case.owner} & within
    assert seen > 50 and seat(units, Account("谁", "east", "clerk"), today) == {"east", "old"}
