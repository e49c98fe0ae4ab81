"""Passes on what a letter or report asks for, rewritten, to the unit it concerns, and takes back what came of it.

The unit sees the task and never the letter: no name, no receipt, no hour, and none of the writer's turns of phrase. A
task has a number of its own, so nothing that the unit can list or count tells of letters (design §6.13).
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Row, exists, insert, select

from forms_api.cases.storing import free_number
from forms_api.desk import sight
from forms_api.desk.accounts import Account
from forms_api.desk.acting import Act, Cannot
from forms_api.submissions import PRIVATE, clean
from forms_api.tables import OUTCOMES, TASKS
from mingbai.privacy import identifiers

# So many characters one after another may a task share with the letter: a place, a firm, a sum.
LONGEST_RUN = 9
LONGEST = 1000


@dataclass(frozen=True)
class Task:
    """What a unit is asked to do, and what came of it."""

    number: int
    unit: str
    given_on: date
    due: date
    text: str
    outcome: str | None


def give(act: Act) -> None:
    """Give the unit concerned a task in other words. Raises Cannot when the words are too near to the letter's."""
    case = act.case
    if case.type not in PRIVATE or case.answer is not None:
        raise Cannot("desk.cannot.none.task")
    text = act.words("task", LONGEST)
    if identifiers(text):
        raise Cannot("desk.cannot.personal")
    run = shared_run(text, case.text)
    if len(run) > LONGEST_RUN:
        raise Cannot("desk.cannot.same_words", words=run)
    number = free_number(act.connection)
    act.connection.execute(
        insert(TASKS).values(
            number=number,
            submission=case.number,
            unit=case.unit,
            given_on=act.today.isoformat(),
            due=case.due.isoformat(),
            text=text,
        )
    )
    act.note("passed_on", text=text)


def shared_run(one: str, other: str) -> str:
    """Return the longest run of characters that stands in both, spaces and punctuation left out."""
    left, right = (_bare(text) for text in (one, other))
    best, end, before = 0, 0, [0] * (len(right) + 1)
    for place, symbol in enumerate(left, 1):
        row = [0] * (len(right) + 1)
        for at, opposite in enumerate(right, 1):
            if symbol == opposite:
                row[at] = before[at - 1] + 1
                if row[at] > best:
                    best, end = row[at], place
        before = row
    return left[end - best : end]


def _bare(text: str) -> str:
    return "".join(symbol for symbol in text if symbol.isalnum())


def of_unit(connection: Connection, account: Account) -> list[Task]:
    """Return the tasks that wait at the account's unit, the nearest deadline first; none where it may do none."""
    if not sight.may_do_task(account, account.unit):
        return []
    rows = connection.execute(_TASKS.where(TASKS.c.unit == account.unit, OUTCOMES.c.text.is_(None)))
    return sorted((_task(row) for row in rows), key=lambda task: (task.due, task.number))


def find(connection: Connection, account: Account, number: int) -> Task | None:
    """Return a task if the account may see it."""
    row = connection.execute(_TASKS.where(TASKS.c.number == number)).first()
    return _task(row) if row is not None and sight.may_do_task(account, row.unit) else None


def of_case(connection: Connection, number: int) -> list[Task]:
    """Return the tasks given for a case, for those who may see the case."""
    return [_task(row) for row in connection.execute(_TASKS.where(TASKS.c.submission == number))]


def report(connection: Connection, task: Task, account: Account, at: str, typed: str) -> None:
    """Store what came of a task, once. Raises Cannot."""
    text = clean(typed)
    if not text or len(text) > LONGEST:
        raise Cannot("desk.cannot.outcome", most=LONGEST)
    if connection.scalar(select(exists().where(OUTCOMES.c.task == task.number))):
        raise Cannot("desk.cannot.reported")
    connection.execute(insert(OUTCOMES).values(task=task.number, at=at, account=account.name, text=text))


def _task(row: Row[tuple[object, ...]]) -> Task:
    given, due = date.fromisoformat(row.given_on), date.fromisoformat(row.due)
    return Task(row.number, row.unit, given, due, row.text, row.outcome)


_TASKS = select(TASKS, OUTCOMES.c.text.label("outcome")).select_from(TASKS.outerjoin(OUTCOMES))
