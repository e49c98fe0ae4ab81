"""Shows a task and takes what came of it; the letter behind it is not known here."""

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from forms_api.cases import moment
from forms_api.deadlines import day_words
from forms_api.desk import audit, tasks
from forms_api.desk.accounts import Account
from forms_api.desk.acting import Cannot
from forms_api.desk.entrance import address, note, page, signed_in
from forms_api.desk.tasks import Task
from forms_api.frames import plain_page
from forms_api.intake import acceptance

task_pages = Blueprint("task", __name__)


@task_pages.get("/desk/tasks/<int(max=999999999):number>", defaults={"lang": "zh"})
@task_pages.get("/en/desk/tasks/<int(max=999999999):number>", defaults={"lang": "en"})
@signed_in
def show(account: Account, number: int, lang: str) -> Response:
    """Show one task."""
    task = _seen(account, number)
    if task is None:
        return plain_page("desk_no_case", 404, lang)
    note(acceptance(), account, "read_task")
    return _task(account, task, lang, 200)


@task_pages.post("/desk/tasks/<int(max=999999999):number>", defaults={"lang": "zh"})
@task_pages.post("/en/desk/tasks/<int(max=999999999):number>", defaults={"lang": "en"})
@signed_in
def report(account: Account, number: int, lang: str) -> AnyResponse:
    """Take what came of the task, once."""
    service, task, typed = acceptance(), _seen(account, number), request.form.get("outcome", "")
    if task is None:
        return plain_page("desk_no_case", 404, lang)

    def store(connection: Connection) -> None:
        tasks.report(connection, task, account, moment(service.clock()), typed)
        audit.note(connection, service.clock(), account.name, "reported")

    try:
        service.writer.run(store)
    except Cannot as reason:
        return _task(account, task, lang, 422, typed, reason.said(lang))
    return redirect(address(lang, ""), 303)


def _seen(account: Account, number: int) -> Task | None:
    with acceptance().database.reading() as connection:
        return tasks.find(connection, account, number)


def _task(
    account: Account, task: Task, lang: str, status: int, typed: str = "", problem: str | None = None
) -> Response:
    facts = {"due": day_words(task.due, lang), "given": day_words(task.given_on, lang)}
    return page(
        "desk_task.html",
        lang,
        account,
        status,
        task=task,
        typed=typed,
        problem=problem,
        most=tasks.LONGEST,
        **facts,
    )
