"""Passes on what a letter asks for, rewritten, to the unit it concerns, and takes back what came of it.

The unit sees the task and never the letter: no name, no receipt, no day of either, and none of the writer's turns of
phrase. A task has a number of its own, and open questions that went up make tasks like letters and reports do, so
nothing that the unit can list or count tells of what was said in confidence (design §6.13).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, Row, exists, insert, select

from forms_api import cases
from forms_api.cases.storing import free_number
from forms_api.cases.writers import writer_of
from forms_api.desk import sight
from forms_api.desk.accounts import Account
from forms_api.desk.acting import Act, Cannot, still_open
from forms_api.submissions import clean
from forms_api.tables import OUTCOMES, TASKS
from mingbai.privacy import identifiers

# So many characters one after another may a task share with the letter: a place, a firm, a sum.
LONGEST_RUN = 9
LONGEST = 1000
DAYS = 7  # for a task for which no day is said; never the letter's own day, from which one could count back
_SHORTEST_PART = 2


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
    """Give the unit concerned a task in other words. Raises Cannot when the words tell too much of the letter."""
    case = act.case
    still_open(case)
    if not sight.may_pass_on(case):
        raise Cannot("desk.cannot.task")
    text, due = act.words("task", LONGEST), act.day("task_due")
    if act.typed.get("task_due") and (due is None or due <= act.today):
        raise Cannot("desk.cannot.task_due")
    _tell_nothing(act, text)
    number = free_number(act.connection)
    act.connection.execute(
        insert(TASKS).values(
            number=number,
            submission=case.number,
            unit=case.unit,
            given_on=act.today.isoformat(),
            due=act.portal.workdays.ending(due or act.today + timedelta(days=DAYS)).day.isoformat(),
            text=text,
        )
    )
    act.note("passed_on", text=text)


def _tell_nothing(act: Act, text: str) -> None:
    """Raise Cannot when a task holds a personal number, the writer's name or contact, or what the writer said."""
    if identifiers(text):
        raise Cannot("desk.cannot.personal")
    together = (act.case, *cases.merged_into(act.connection, act.case.number))
    if any(part in _bare(text) for case in together for part in _who(act.connection, case.number)):
        raise Cannot("desk.cannot.writer")
    for words in (words for case in together for words in _said(case)):
        run = shared_run(text, words)
        if run:
            raise Cannot("desk.cannot.same_words", words=run)


def _who(connection: Connection, number: int) -> Iterator[str]:
    """Yield what tells who wrote: name and contact, whole and in parts."""
    writer = writer_of(connection, number)
    for said in () if writer is None else (writer.name or "", writer.contact or ""):
        for part in (said, *re.split(r"[\s,，;；、:：]+", said)):
            if len(_bare(part)) >= _SHORTEST_PART:
                yield _bare(part)


def _said(case: cases.Case) -> Iterator[str]:
    """Yield what the writer of a case said, then and later."""
    yield case.text
    yield from (event.text for event in case.events if event.what in ("remarked", "reopened") and event.text)


def shared_run(one: str, other: str) -> str:
    """Return a run of more than `LONGEST_RUN` characters that stands in both, "" where there is none.

    Spaces, punctuation, width and case do not count. It runs in the writer's thread, so it looks at each place once: a
    resident may write many long remarks, and comparing every place with every other held up all who wrote meanwhile.
    """
    left, right, size = _bare(one), _bare(other), LONGEST_RUN + 1
    windows = {left[at : at + size] for at in range(len(left) - size + 1)}
    for at in range(len(right) - size + 1):
        end = at + size
        if right[at:end] in windows:
            while end < len(right) and right[at : end + 1] in left:
                end += 1
            return right[at:end]
    return ""


def _bare(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum())


def of_unit(connection: Connection, account: Account) -> list[Task]:
    """Return the tasks that wait at the account's unit, the nearest deadline first; none where it may do none.

    A task waits until it is reported. If it went with the answer and came back with a reopening, the unit would read
    from its queue how the letter it must not know of stands.
    """
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
