"""Says how a computed column is worked out, where a reader can follow it with a pencil; it computes nothing."""

import re
from collections.abc import Mapping

from mingbai.kinds import Computed, Contract
from mingbai.messages import say

# No 0: it stands in formulas only to ask whether a column holds something.
_TOKEN = re.compile(r"\s*([a-z_][a-z_0-9]*|[1-9][0-9]*|[-+*/()])")
_SIGNS = {"*": "×", "/": "÷", "-": "−"}


def reckoned(contract: Contract, column: Computed, lang: str) -> str:
    """Return how a computed column comes about, its terms called as on the page."""
    options = column.options
    titles = _titles(contract, lang)
    if column.sort == "running":
        return say("reckoned.running", lang)
    if column.sort == "days":
        return say("reckoned.days", lang, first=titles[options["from"]], last=titles[options["to"]])
    formula = {"ratio": "{of} / {to}", "value": "{of}"}.get(column.sort, "").format(**options)
    words = _in_words(formula, titles)
    return say("reckoned.formula", lang, formula=words) if words else say("kind.computed", lang)


def _titles(contract: Contract, lang: str) -> Mapping[str, str]:
    """Return what the columns and header facts are called, by name."""
    typed = [*contract.schema.fields, *(contract.header.fields if contract.header else ())]
    fields = [*typed, *(each.field for each in contract.computed)]
    return {field.name: field.title.in_(lang) for field in fields}


def _in_words(formula: str, titles: Mapping[str, str]) -> str:
    """Return a formula of columns, whole numbers and the four signs in words; nothing where it holds anything else."""
    tokens = _TOKEN.findall(formula)
    known = [token in titles or not token[0].isalpha() for token in tokens]
    if "".join(tokens) != "".join(formula.split()) or not all(known):
        return ""
    words = " ".join(titles.get(token, _SIGNS.get(token, token)) for token in tokens)
    return words.replace("( ", "(").replace(" )", ")")
