"""Verifies published figures against each other by interval arithmetic and says in numbers what came of it.

It must not read files, change a figure or judge a person: rows and relations come in, outcomes go out.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mingbai.figures import arithmetic, limits, wording
from mingbai.figures.readings import figure_of
from mingbai.figures.verdicts import (
    NOT_COMPARABLE,
    WORDS,
    Book,
    NotComparable,
    Relation,
    RelationError,
    Verdict,
    sentence,
)
from mingbai.messages import Text, say
from mingbai.privacy import PublicTable

__all__ = ["SORTS", "WORDS", "Outcome", "RelationError", "rows", "text", "verify", "verify_table"]

SORTS: Mapping[str, Callable[[Relation, Book], Verdict]] = {
    "sum": arithmetic.judge_sum,
    "product": arithmetic.judge_product,
    "ratio": arithmetic.judge_ratio,
    "count": wording.judge_count,
    "split": arithmetic.judge_split,
    "bound": limits.judge_bound,
    "unit": arithmetic.judge_unit,
    "scope": wording.judge_scope,
    "order": wording.judge_order,
    "format": wording.judge_format,
    "band": limits.judge_band,
}


@dataclass(frozen=True)
class Outcome:
    """What one relation came to: `outcome` is one of WORDS, `explanation` tells claim, numbers, interval."""

    document: str
    figures: tuple[str, ...]
    relation: str
    sort: str
    outcome: str
    explanation: Text


def verify(rows: Sequence[Mapping[str, object]], relations: Sequence[object]) -> tuple[Outcome, ...]:
    """Judge every relation, in order; a later one may use the result of an earlier one by its name.

    `rows` are the cells of the filing, `relations` its header fact. A figure that is missing or unpublished
    makes the outcome 不可比. Raises RelationError for a relation that cannot be understood.
    """
    book = Book({figure.key: figure for figure in map(figure_of, rows)})
    outcomes: list[Outcome] = []
    for relation in map(Relation.read, relations):
        if any(relation.id == each.relation for each in outcomes):
            raise relation.wrong("relation")
        verdict = _judge(relation, book)
        if verdict.result is not None:
            book.results[relation.id] = verdict.result
        known = [book.figures[key].document for key in relation.figures if key in book.figures]
        explanation = sentence("figures.explanation", claim=relation.claim, found=verdict.sentence)
        document = known[0] if known else ""
        outcomes.append(
            Outcome(document, relation.figures, relation.id, relation.sort, verdict.outcome, explanation)
        )
    return tuple(outcomes)


def verify_table(table: PublicTable) -> tuple[Outcome, ...]:
    """Judge the relations of one published filing. Raises RelationError if they are no list."""
    relations = table.header.get("relations")
    if relations is None:
        return ()
    if not isinstance(relations, list):
        raise RelationError(say("figures.malformed", relation=table.id.path, option="relations"))
    return verify([row.cells for row in table.rows], relations)


def _judge(relation: Relation, book: Book) -> Verdict:
    if relation.sort not in SORTS:
        raise relation.wrong("sort")
    missing = [key for key in relation.figures if key not in book.figures]
    if missing:
        return Verdict(NOT_COMPARABLE, sentence("figures.missing", figures="、".join(missing)))
    try:
        return SORTS[relation.sort](relation, book)
    except NotComparable as reason:
        return Verdict(NOT_COMPARABLE, reason.sentence)


def rows(outcomes: Sequence[Outcome], lang: str = "zh") -> list[dict[str, object]]:
    """Return rows for JSON: document, figures, relation, outcome, explanation.

    `outcome` is the Chinese word in every language, so that programs can rely on it.
    """
    return [
        {
            "document": each.document,
            "figures": list(each.figures),
            "relation": each.sort,
            "id": each.relation,
            "outcome": each.outcome,
            "explanation": each.explanation.in_(lang),
        }
        for each in outcomes
    ]


def text(outcomes: Sequence[Outcome], lang: str = "zh") -> str:
    """Return the outcomes as lines for a terminal, grouped by document, the counts of each outcome last."""
    lines = [say("figures.caveat", lang)]
    for document in dict.fromkeys(each.document for each in outcomes):
        lines += ["", document]
        for each in outcomes:
            if each.document == document:
                word = say(f"figures.word.{each.outcome}", lang)
                lines.append(f"  [{word}] {each.relation} ({' '.join(each.figures)})")
                lines.append(f"      {each.explanation.in_(lang)}")
    counts = Counter(each.outcome for each in outcomes)
    tally = {f"n{number}": counts[word] for number, word in enumerate(WORDS)}
    return "\n".join([*lines, "", say("figures.tally", lang, total=len(outcomes), **tally)])
