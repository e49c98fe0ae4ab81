"""Writes the script that lets a shell complete the command: its commands, options and choices; it reads no portal.

Each script walks the words to the command it stands in (its place, `mingbai desk user`), then looks that place up.
"""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mingbai.calling import Parser


@dataclass(frozen=True)
class _Option:
    """One option: its names, its sentence, whether a value follows, and which values there are (none: any)."""

    names: Sequence[str]
    sentence: str
    has_value: bool
    choices: Sequence[str]


@dataclass(frozen=True)
class _Place:
    """One command: how it is called, what may follow with its sentence, its options, and whether files may follow."""

    words: str
    below: Mapping[str, str]
    options: Sequence[_Option]
    takes_files: bool

    @property
    def dashed(self) -> Mapping[str, str]:
        """The names of the options with their sentences."""
        return {name: each.sentence for each in self.options for name in each.names}

    @property
    def bare(self) -> Mapping[str, str]:
        """What to offer where nothing is typed yet: what follows, else files (nothing here), else the options."""
        return self.below or ({} if self.takes_files else self.dashed)


def script(shell: str, top: Parser, commands: Mapping[str, Parser]) -> str:
    """Return the script for a shell; `commands` are those below `top`, the guests' own parsers among them."""
    places = [
        _place("mingbai", top),
        *(each for name in commands for each in _places(f"mingbai {name}", commands[name])),
    ]
    return SHELLS[shell](places)


def _places(words: str, parser: Parser) -> Iterator[_Place]:
    yield _place(words, parser)
    for name, below in parser.below.items():
        yield from _places(f"{words} {name}", below)


def _place(words: str, parser: Parser) -> _Place:
    options = [
        _Option(each.option_strings, each.help or "", each.nargs != 0, tuple(map(str, each.choices or ())))
        for each in parser.options
    ]
    chosen = {str(word): "" for each in parser.places for word in each.choices or ()}
    below = {name: each.description or "" for name, each in parser.below.items()}
    return _Place(words, below or chosen, options, takes_files=bool(parser.places) and not chosen)


def _bash(places: Sequence[_Place]) -> str:
    lines = [
        "_mingbai() {",
        '    local word="${COMP_WORDS[COMP_CWORD]}" place=mingbai words= each',
        '    for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
        '        case "$place $each" in',
        f'            {_either(_ways(places))}) place="$place $each" ;;',
        "        esac",
        "    done",
        '    case "$place ${COMP_WORDS[COMP_CWORD-1]}" in',
        *(
            f"        {_either(ways)}) words={shlex.quote(values)} ;;"
            for values, ways in _valued(places).items()
        ),
        '        *) case "$place:$word" in',
    ]
    for each in places:
        quoted = shlex.quote(each.words)
        lines.append(f"            {quoted}:-*) words={shlex.quote(' '.join(each.dashed))} ;;")
        lines.append(f"            {quoted}:*) words={shlex.quote(' '.join(each.bare))} ;;")
    lines += [
        "        esac ;;",
        "    esac",
        '    COMPREPLY=($(compgen -W "$words" -- "$word"))',
        "}",
        "complete -o default -F _mingbai mingbai",
    ]
    return _ended(lines)


def _zsh(places: Sequence[_Place]) -> str:
    # `words` and `path` belong to zsh: the second is where it looks for programs.
    lines = [
        "#compdef mingbai",
        "_mingbai() {",
        "    local place=mingbai each",
        "    local -a offers",
        '    for each in "${(@)words[2,CURRENT-1]}"; do',
        '        case "$place $each" in',
        f'            {_either(_ways(places))}) place="$place $each" ;;',
        "        esac",
        "    done",
        '    case "$place ${words[CURRENT-1]}" in',
        *(
            f"        {_either(ways)}) {f'compadd -- {values}' if values else '_files'}; return ;;"
            for values, ways in _valued(places).items()
        ),
        "    esac",
        '    case "$place:${words[CURRENT]}" in',
    ]
    for each in places:
        quoted = shlex.quote(each.words)
        lines.append(f"        {quoted}:-*) offers=({_described(each.dashed)}) ;;")
        lines.append(f"        {quoted}:*) offers=({_described(each.bare)}) ;;")
    lines += [
        "    esac",
        "    if (( $#offers )); then _describe mingbai offers; else _files; fi",
        "}",
        # From a folder of `fpath` zsh runs the whole file as the function, the first time too.
        'if [ "$funcstack[1]" = _mingbai ]; then _mingbai "$@"; else compdef _mingbai mingbai; fi',
    ]
    return _ended(lines)


def _fish(places: Sequence[_Place]) -> str:
    lines = [
        "function __mingbai_at",
        "    set -l place mingbai",
        "    for each in (commandline -opc)[2..-1]",
        '        switch "$place $each"',
        f"            case {' '.join(_fish_quoted(way) for way in _ways(places))}",
        '                set place "$place $each"',
        "        end",
        "    end",
        '    test "$place" = "$argv[1]"',
        "end",
    ]
    for place in places:
        at = f"complete -c mingbai -n {_fish_quoted(f'__mingbai_at {_fish_quoted(place.words)}')}"
        lines += [f"{at} -f"] if not place.takes_files else []
        lines += [f"{at} -a {name} -d {_fish_quoted(said)}" for name, said in place.below.items()]
        for option in place.options:
            names = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
            value = (
                []
                if not option.has_value
                else ["-rF"]
                if not option.choices
                else ["-xa", shlex.quote(" ".join(option.choices))]
            )
            lines.append(" ".join([at, *names, *value, "-d", _fish_quoted(option.sentence)]))
    return _ended(lines)


SHELLS: Mapping[str, Callable[[Sequence[_Place]], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}


def _ways(places: Sequence[_Place]) -> list[str]:
    """Return the places that one more word leads to."""
    return [each.words for each in places if " " in each.words]


def _valued(places: Sequence[_Place]) -> dict[str, list[str]]:
    """Return after which place and option the values come, by the values; "" where any may be written."""
    found: dict[str, list[str]] = {}
    for place in places:
        for option in place.options:
            if option.has_value:
                found.setdefault(" ".join(option.choices), []).extend(
                    f"{place.words} {name}" for name in option.names
                )
    return found


def _either(words: Sequence[str]) -> str:
    return "|".join(map(shlex.quote, words))


def _described(offers: Mapping[str, str]) -> str:
    """Return words for `_describe` of zsh, each with its sentence after a colon."""
    return " ".join(shlex.quote(f"{name}:{said}" if said else name) for name, said in offers.items())


def _fish_quoted(text: str) -> str:
    """Quote for fish, where a backslash escapes within single quotes too."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _ended(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
