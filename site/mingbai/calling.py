"""Reads how the command was called and says, in the caller's language, how to call it rightly; it knows no command.

Every sentence is in the catalogue: one an option, one and its `.example` a command. A wrong call is a UsageError that
says what to write next. argparse speaks English alone: what it says is recognised here, and never passed on.
"""

import argparse
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, NoReturn
from unicodedata import east_asian_width

from mingbai.errors import UsageError
from mingbai.messages import LANGUAGES, catalogue, hint, language, listed

# What argparse says, in the versions of Python from 3.11 on, and the last part of the key that says it for us.
_REFUSALS = (
    ("required", r"the following arguments are required: (?P<names>.+)"),
    ("unknown", r"unrecognized arguments: (?P<said>.+)"),
    ("choice", r"argument (?P<names>.+?): invalid choice: (?P<said>.+?) \(choose from"),
    ("value", r"argument (?P<names>.+?): expected .*argument"),
    ("bare", r"argument (?P<names>.+?): ignored explicit argument (?P<said>.+)"),
    ("number", r"argument (?P<names>.+?): invalid int value: (?P<said>.+)"),
    ("ambiguous", r"ambiguous option: (?P<said>\S+) could match (?P<names>.+)"),
)
_LEFT = 28  # columns for what is written, before its sentence
_WIDEST = 110


class Parser(argparse.ArgumentParser):
    """A parser of one command; `key` names its sentence, `key.example` its examples, `above` the command around it."""

    def __init__(self, *, prog: str, key: str, above: "Parser | None" = None, **given: Any) -> None:
        super().__init__(prog=prog, description=hint(key), add_help=False, **given)
        self.above = above
        self._key = key
        self._below: argparse._SubParsersAction[Parser] | None = None
        self.add_argument("-h", "--help", action="help", help=hint("calling.help"))

    def add_command(self, name: str, key: str) -> "Parser":
        """Add a command below this one."""
        if self._below is None:
            self._below = self.add_subparsers(required=True, metavar=hint("calling.name.command"))
        return self._below.add_parser(name, help=hint(key), key=key, above=self)

    @property
    def below(self) -> Mapping[str, "Parser"]:
        """The commands below this one by name."""
        return {} if self._below is None else self._below.choices

    @property
    def options(self) -> Sequence[argparse.Action]:
        """What is written with dashes."""
        return [each for each in self._actions if each.option_strings]

    @property
    def places(self) -> Sequence[argparse.Action]:
        """What is written without dashes, in its order; not the commands below."""
        return [each for each in self._actions if not each.option_strings and each is not self._below]

    @property
    def examples(self) -> Sequence[str]:
        """Lines to copy: the command's own, or the first of each command below."""
        if f"{self._key}.example" in catalogue():
            return hint(f"{self._key}.example").splitlines()
        return [each.examples[0] for each in self.below.values()]

    def format_usage(self) -> str:
        """Return in one line what must be written."""
        must = [each for each in self.options if each.required]
        last = [hint("calling.name.command")] if self.below else []
        words = [self.prog, hint("calling.some"), *map(written, [*must, *self.places]), *last]
        return hint("calling.usage", words=" ".join(words))

    def format_help(self) -> str:
        """Return the help: sentence, commands, what is written, examples."""
        commands = [(name, each.description or "") for name, each in self.below.items()]
        parts = (
            [self.format_usage(), self.description or ""],
            _block("calling.commands", commands),
            _block("calling.places", [(written(each), each.help or "") for each in self.places]),
            _block(
                "calling.options", [(written(each, whole=True), each.help or "") for each in self.options]
            ),
            [hint("calling.examples"), *(f"  {line}" for line in self.examples)],
        )
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Read the arguments; what no command knows is refused here, where its neighbours are known."""
        known, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(f"unrecognized arguments: {rest[0]}")
        return known, rest

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with our own sentence for what argparse says."""
        for key, pattern in _REFUSALS:
            if found := re.match(pattern, message, re.DOTALL):
                facts = found.groupdict("")
                said, names = _printable(facts.get("said", "")), facts.get("names", "").split(", ")
                raise UsageError(self._refusal(key, said, names)) from None
        raise UsageError(_told(hint("calling.other"), self._see))

    @property
    def _see(self) -> str:
        return hint("calling.see", prog=self.prog)

    def _refusal(self, key: str, said: str, names: Sequence[str]) -> str:
        """Return the sentence for one refusal: of what was said, of the arguments that argparse names."""
        meant = [each for name in names for each in self._actions if name in _names(each)]
        if key == "unknown":
            return self._unknown(said)
        if key == "ambiguous":
            return hint("calling.ambiguous", said=said, names=[*names])
        if key == "required":
            return hint("calling.required", names=[*map(written, meant)], example=self._example)
        if not meant:
            return _told(hint("calling.other"), self._see)
        if meant[0] is self._below:
            return _told(hint("calling.no_command", said=said), _maybe(said, self.below), self._see)
        choices = list(map(str, meant[0].choices or ()))
        key = "option_choice" if key == "choice" and meant[0].option_strings else key
        facts = {"name": named(meant[0]), "written": written(meant[0]), "help": meant[0].help}
        return _told(hint(f"calling.{key}", said=said, choices=choices, **facts), _maybe(said, choices))

    @property
    def _example(self) -> str:
        return self.examples[0].partition("  #")[0].strip()

    def _unknown(self, said: str) -> str:
        """Say that an option is not there, stands at the wrong place, or that a word is one too many."""
        if not said.startswith("-"):
            return _told(hint("calling.too_many", said=said), self._see)
        name, above = said.partition("=")[0], self.above
        earlier = [each for each in above.options if name in each.option_strings] if above else []
        if above and earlier:
            whole = f"{above.prog} {written(earlier[0])}"
            return hint("calling.earlier", said=name, written=whole, command=self.prog.split()[-1])
        own = [name for each in self.options for name in each.option_strings]
        return _told(hint("calling.unknown", said=said), _maybe(name, own), self._see)


@dataclass(frozen=True)
class Guest:
    """A command that another package brings: how it is called, and what runs with what was read."""

    parser: Callable[[], Parser]
    run: Callable[[argparse.Namespace], int]

    def __call__(self, argv: Sequence[str]) -> int:
        """Run the command and return its status. Raises MingbaiError."""
        return self.run(self.parser().parse_args(list(argv)))


def day(typed: str) -> date:
    """Read a day. Raises UsageError."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise UsageError(hint("cli.bad_day", value=_printable(typed))) from None


def add_format(command: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    """Add the option that says in which form a command prints; the first form is the usual one."""
    said = listed((hint(f"cli.format.{each}") for each in formats), language())
    command.add_argument("--format", choices=formats, default=formats[0], help=said)


def add_lang(command: argparse.ArgumentParser, usual: str) -> None:
    """Add the option that says in which language a command prints: usually the caller's, on a wall the village's."""
    command.add_argument("--lang", choices=LANGUAGES, default=usual, help=hint("cli.lang"))


def written(action: argparse.Action, *, whole: bool = False) -> str:
    """Return how an argument is written: `--unit 单位`, `[文件…]`; `whole` with its short name, `-h, --help`."""
    what = _noun(action) if action.choices is None or action.metavar else "|".join(map(str, action.choices))
    what += "…" if action.nargs in ("*", "+") else ""
    if not action.option_strings:
        return f"[{what}]" if action.nargs in ("?", "*") else what
    name = ", ".join(action.option_strings) if whole else action.option_strings[-1]
    return f"{name} {what}".rstrip()


def named(action: argparse.Action) -> str:
    """Return the name of an argument alone: `--unit`, `文件夹`."""
    return action.option_strings[-1] if action.option_strings else _noun(action)


def _noun(action: argparse.Action) -> str:
    """Return what stands for the value of an argument in the caller's language; nothing where it has none."""
    if isinstance(action.metavar, str):
        return action.metavar
    return "" if action.nargs == 0 else hint(f"calling.name.{action.dest}")


def _names(action: argparse.Action) -> tuple[object, ...]:
    """Return by what names argparse may call an argument."""
    return ("/".join(action.option_strings), action.metavar, action.dest)


def _told(*sentences: str) -> str:
    return ("" if language() == "zh" else " ").join(filter(None, sentences))


def _maybe(said: str, names: Iterable[str]) -> str:
    near = get_close_matches(said, list(names), 1)
    return hint("calling.maybe", name=near[0]) if near else ""


def _printable(said: str) -> str:
    """Return what was typed without what would steer a terminal, and without the quotes that argparse puts around."""
    return "".join(sign if sign.isprintable() else "�" for sign in said).strip("'\"")


def _block(key: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    """Return lines of two columns under a heading; no lines without rows."""
    columns = min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns) - _LEFT
    lines = []
    for left, sentence in rows:
        first, *more = fold(sentence, max(columns, _LEFT)) or [""]
        pad = " " * (_LEFT - 2 - wide(left))
        lines += [f"  {left}{pad}{first}"] if wide(left) < _LEFT - 3 else [f"  {left}", " " * _LEFT + first]
        lines += [" " * _LEFT + line for line in more]
    return [hint(key), *lines] if lines else []


def wide(text: str) -> int:
    """Return how many columns a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def fold(text: str, columns: int) -> list[str]:
    """Return the lines of a text: words of letters stay whole, no line begins with a mark that closes."""
    lines = [""]
    for part in re.findall(r"(?:[!-~]+|\S)[，。；：、）」？]*|\s+", text):
        if lines[-1] and wide(lines[-1]) + wide(part) > columns:
            lines.append("")
        lines[-1] += part if lines[-1] or not part.isspace() else ""
    return [line.rstrip() for line in lines]
