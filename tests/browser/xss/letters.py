"""Walks with a letter from its first word to what is released, and says which pages to open on the way."""

from collections.abc import Iterator

from tests.api.desk import seen_on, token_in
from tests.browser.xss.findings import Visit
from tests.browser.xss.stage import (
    CLERK,
    INTAKE,
    OVER,
    SECOND,
    TOO_LONG,
    TOWN,
    Stage,
    listed,
    token_of,
    within,
)


def case(stage: Stage) -> Iterator[Visit]:
    """A letter from the first word to the approved draft: what its holder sees of it, and what staff do."""
    hand, words = stage.hand, stage.hand.words
    receipt, number = stage.write(
        words("letter"), name=hand.word("writer")[:40], contact=hand.word("contact")[:100]
    )
    again = hand.again("letter", "letter again")
    _, other = stage.write(again)
    yield Visit("queue", "/desk", listed(words("letter")) | listed(again), CLERK)
    yield Visit("letters found", "/desk/cases", listed(words("letter")) | listed(again), CLERK)
    alike = listed(words("letter")) | stage.shown("letter again")
    yield Visit("letters alike", f"/desk/cases/{other}", alike, CLERK)
    stage.act(CLERK, other, "merge", other=number)
    stage.holder(receipt, "remark", text=words("remark"))
    stage.act(CLERK, number, "extend", reason=words("extension"), due=stage.latest(number))
    stage.act(CLERK, number, "remember", reason=words("note"))
    stage.act(CLERK, number, "assign", account=stage.called)
    yield Visit("case of somebody", f"/desk/cases/{number}", {token_of(stage.called): True}, CLERK)
    yield Visit("queue of somebody", "/desk", {token_of(stage.called): True}, SECOND)
    yield from given_back(stage, number)
    stage.act(CLERK, number, "hand_up", reason=words("handing up"))
    stage.act(CLERK, number, "hand_over", reason=words("handing over"), unit="town")
    stage.act(TOWN, number, "hand_over", reason=words("handing back"), unit="east")
    stage.act(OVER, number, "urge", reason=words("urging"))
    story = stage.shown("remark", "extension", "handing up", "handing over", "handing back", "urging")
    tracked = {"receipt": receipt}
    hidden = stage.silent("letter", "writer", "contact", "note")
    yield Visit("track", "/track", story | hidden, form=tracked)
    yield Visit("track in English", "/en/track", story, form=tracked)
    yield Visit("case", f"/desk/cases/{number}", story | stage.shown("letter", "note"), CLERK)
    yield Visit("case as JSON", f"/api/v1/submissions/{receipt}", story)
    followed = stage.client.post("/track/feed", data=tracked).text
    feed = followed.split('<a href="/track/feed/')[1].split('"')[0]
    yield Visit("feed of a case", f"/track/feed/{feed}", stage.silent("letter", "remark"))
    long = {"receipt": receipt, "text": words("remark given back") + TOO_LONG}
    yield Visit("remark given back", "/track/remark", stage.shown("remark given back"), form=long, status=422)
    stage.act(CLERK, number, "answer", answer=words("first answer"))
    yield Visit("track, answered", "/track", stage.shown("first answer"), form=tracked)
    yield Visit("case, answered", f"/desk/cases/{number}", stage.shown("first answer"), CLERK)
    long = {"receipt": receipt, "text": words("reopening given back") + TOO_LONG}
    yield Visit(
        "reopening given back", "/track/reopen", stage.shown("reopening given back"), form=long, status=422
    )
    stage.holder(receipt, "reopen", text=words("reopening"))
    stage.act(TOWN, number, "answer", answer=words("second answer"))
    tried = stage.shown("first answer", "reopening", "second answer")
    yield Visit("track, reopened", "/track", tried, form=tracked)
    yield Visit("case, reopened", f"/desk/cases/{number}", stage.shown("reopening", "second answer"), TOWN)
    yield Visit("answer as JSON", f"/api/v1/submissions/{receipt}", stage.shown("reopening", "second answer"))
    yield from publishing(stage, number)


def given_back(stage: Stage, number: int) -> Iterator[Visit]:
    """Every button of an open case pressed in vain, and the two that only show the page again."""
    words, long = stage.hand.words, TOO_LONG
    sheets = (
        ("answer", "answer", {"answer": words("sheet answer") + long}),
        ("preview", "preview", {"answer": words("sheet preview")}),
        ("canned", "canned", {"answer": words("sheet canned"), "canned": "thanks"}),
        ("extend", "due+reason", {"due": words("sheet due"), "reason": words("sheet reason")}),
        ("hand_up", "up", {"reason": words("sheet up") + long}),
        ("hand_over", "over", {"reason": words("sheet over") + long, "unit": "town"}),
        ("refer", "body+referral", {"body": words("sheet body"), "referral": words("sheet referral") + long}),
        ("merge", "other", {"other": words("sheet other")}),
        ("remember", "remember", {"reason": words("sheet remember") + long}),
    )
    for act, fields, typed in sheets:
        shows = "+".join(f"sheet {name}" for name in fields.split("+"))
        status = 200 if act in ("preview", "canned") else 422
        yield stage.sheet(f"{act} given back", CLERK, number, shows, {"act": act} | typed, status)
    urge = {"act": "urge", "reason": words("sheet urge") + long}
    yield stage.sheet("urge given back", OVER, number, "sheet urge", urge)
    others = {"act": "answer", "answer": words("sheet others")}
    yield stage.sheet("answer to a letter of others given back", OVER, number, "sheet others", others, 403)
    silent = {name: stage.hand.word(f"sheet {name}") for name in ("account", "act", "steps")}
    path, seen = f"/desk/cases/{number}", seen_on(stage.staff[CLERK].look(number).text)
    for name, status, typed in (
        ("account", 422, {"act": "assign"}),
        ("act", 403, {}),
        ("steps", 409, {"act": "remember", "reason": "x"}),
    ):
        form = seen | typed | {name: silent[name]}
        yield Visit(f"wrong {name}", path, stage.silent(f"sheet {name}"), CLERK, form, status=status)


def publishing(stage: Stage, number: int) -> Iterator[Visit]:
    """An answered case on its way to the public site."""
    words = stage.hand.words
    yield Visit("queue, to be drafted", "/desk", listed(words("letter")), TOWN)
    typed = {"question": words("sheet question") + TOO_LONG, "answer": words("sheet reply")}
    typed |= {"act": "draft", "reason": words("sheet why")}
    shows = "sheet question+sheet reply+sheet why"
    yield stage.sheet("draft given back", TOWN, number, shows, typed)
    wrong = seen_on(stage.staff[TOWN].look(number).text) | {
        "act": "withhold",
        "article": stage.hand.word("sheet article"),
    }
    yield Visit(
        "wrong article", f"/desk/cases/{number}", stage.silent("sheet article"), TOWN, wrong, status=422
    )
    # With a word before it: what begins like a formula is not published.
    draft = {
        "question": f"问 {words('question')}",
        "answer": f"答 {words('reply')}",
        "reason": words("changing"),
    }
    stage.act(TOWN, number, "draft", **draft)
    yield Visit("queue, to be approved", "/desk", listed(words("letter")), SECOND)
    drafted = stage.shown("question", "reply", "changing")
    yield Visit("draft to be approved", f"/desk/cases/{number}", drafted, SECOND)
    yield Visit("draft to be changed", f"/desk/cases/{number}", drafted, TOWN)
    step = stage.staff[SECOND].look(number).text.split('name="draft" value="')[1].split('"')[0]
    stage.act(SECOND, number, "approve", draft=step)
    stage.approved += [*stage.hand.tokens("question"), *stage.hand.tokens("reply")]


def referring(stage: Stage) -> Iterator[Visit]:
    """A letter that goes to somebody else."""
    words = stage.hand.words
    receipt, number = stage.write(words("letter to refer"))
    body = stage.hand.word("body")[:60]
    stage.act(CLERK, number, "refer", body=body, referral=words("referral"))
    tried = within(stage.hand.word("body"), 60) | stage.shown("referral")
    yield Visit("track, referred", "/track", tried, form={"receipt": receipt})
    yield Visit("case, referred", f"/desk/cases/{number}", tried | stage.shown("letter to refer"), CLERK)
    stage.act(CLERK, number, "withhold", article="privacy")


def report(stage: Stage) -> Iterator[Visit]:
    """A report, and the task that the unit concerned gets in other words."""
    words = stage.hand.words
    _, number = stage.write("村里不知道的事", type="report", public=False)
    typed = {"act": "pass_on", "task": words("sheet task") + TOO_LONG}
    yield stage.sheet("task given back", INTAKE, number, "sheet task", typed)
    stage.act(INTAKE, number, "pass_on", task=words("task"))
    queue = stage.staff[CLERK].queue()
    task = int(queue.split("/desk/tasks/")[1].split('"')[0])
    yield Visit("queue, with a task", "/desk", listed(words("task")), CLERK)
    yield Visit("task", f"/desk/tasks/{task}", stage.shown("task"), CLERK)
    form = {"token": token_in(queue), "outcome": words("sheet outcome") + TOO_LONG}
    tried = stage.shown("task", "sheet outcome")
    yield Visit("outcome given back", f"/desk/tasks/{task}", tried, CLERK, form, status=422)
    assert stage.staff[CLERK].report(task, words("outcome")).status_code == 303
    tried = stage.shown("task", "outcome")
    yield Visit("task, done", f"/desk/tasks/{task}", tried, CLERK)
    yield Visit("case with a task", f"/desk/cases/{number}", tried, INTAKE)
    stage.act(INTAKE, number, "answer", answer="办了")


LETTERS = (case, referring, report)
