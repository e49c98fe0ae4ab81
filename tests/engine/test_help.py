"""The command explains itself: help, refusals and completion, in the language of who calls it."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingbai import cli, completion
from mingbai.calling import Parser, fold, wide
from mingbai.errors import UsageError
from mingbai.messages import catalogue, language
from tests.village import Village

CHINESE = re.compile("[\u4e00-\u9fff]")
# Words of argparse that no clerk should read.
ENGLISH = re.compile(
    r"usage|options:|positional|error:|required|invalid|argument|show this|expected|unrecognized"
)
NAMES = ("MINGBAI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chinese and a terminal of a usual size, whatever the machine has."""
    monkeypatch.setenv("MINGBAI_LANG", "zh")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MINGBAI_LANG", request.param)
    return str(request.param)


def tree(words: str, parser: Parser) -> Iterator[tuple[str, Parser]]:
    """Yield a command and all below it, each with how it is called."""
    yield words, parser
    for name, below in parser.below.items():
        yield from tree(f"{words} {name}", below)


def every() -> list[tuple[str, Parser]]:
    """Return every command, those of guests too, the whole first."""
    top = cli.parser()
    found = [each for name, parser in cli.commands(top).items() for each in tree(f"mingbai {name}", parser)]
    return [("mingbai", top), *found]


def refusal(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a wrong call is told, and hold that it ends with 2."""
    assert cli.main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_there_are_commands_to_look_at() -> None:
    words = [words for words, _ in every()]

    assert len(words) > 35
    assert {"mingbai check", "mingbai serve-git init", "mingbai desk user add"} <= set(words)


def test_every_command_has_one_to_three_examples_that_can_be_written(lang: str) -> None:
    commands = cli.commands(cli.parser())
    for words, parser in every():
        if words != "mingbai" and not parser.below:
            assert 1 <= len(parser.examples) <= 3, words
        for line in parser.examples:
            typed = shlex.split(line.partition("  #")[0].partition(" > ")[0])
            assert typed[: len(words.split())] == words.split(), line
            if "--help" not in typed:
                commands[typed[1]].parse_args(typed[2:])


def test_every_option_and_every_place_has_a_sentence(lang: str) -> None:
    for words, parser in every():
        assert parser.description
        for each in [*parser.options, *parser.places]:
            assert each.help, f"{words} {each.dest}"
            assert bool(CHINESE.search(each.help)) is (lang == "zh"), f"{words}: {each.help}"


def test_help_in_chinese_holds_no_word_of_argparse() -> None:
    for words, parser in every():
        told = parser.format_help()
        assert told.startswith(f"用法：{words} [选项]"), told
        assert ENGLISH.findall(told) == [], words
        assert "\n例子：\n" in told


def test_help_in_english_explains_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGBAI_LANG", "en")
    for words, parser in every():
        explained = parser.format_help().partition("\nExamples:\n")
        assert explained[1], words
        assert CHINESE.findall(explained[0]) == [], words


def test_help_is_printed_and_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["check", "-h"], ["desk", "user", "add", "--help"]):
        with pytest.raises(SystemExit, match="0"):
            cli.main(arguments)
        assert "选项：" in capsys.readouterr().out


@pytest.mark.parametrize("columns", [60, 80])
def test_no_sentence_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for _, parser in every():
        rows = parser.format_help().partition("\n选项：\n")[2].partition("\n例子：\n")[0].splitlines()
        assert [row for row in rows if wide(row) > columns and not re.search(r"[!-~]{20}", row)] == []


def test_a_line_begins_with_no_mark_that_closes_and_cuts_no_word() -> None:
    lines = fold("查这些，查 mkdocs.yml，都查。", 8)

    assert "".join(lines).replace(" ", "") == "查这些，查mkdocs.yml，都查。"
    assert [line for line in lines if line[0] in "，。"] == []
    assert any("mkdocs.yml" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("", "还缺：命令。照这样写：mingbai check"),
        ("chek", "没有「chek」这个命令。是不是 check？怎么写：mingbai --help"),
        ("xyzzy", "没有「xyzzy」这个命令。怎么写：mingbai --help"),
        ("desk user ad", "是不是 add？怎么写：mingbai desk user --help"),
        ("check --formt json", "没有「--formt」这个选项。是不是 --format？"),
        ("check --portal here", "mingbai --portal 门户 check"),
        ("check --format xml", "「xml」不行，--format 后面只能写 text、json。"),
        ("completion tcsh", "「tcsh」不行，只能写 bash、zsh、fish。"),
        ("check --format", "--format 后面还要写内容，像这样：--format text|json"),
        ("check --no-cache=3", "--no-cache 后面什么也不用写，去掉「3」。"),
        ("check --as-of 2026-02-30", "「2026-02-30」不是日期"),
        (
            "import",
            "还缺：表格、--unit 单位、--kind 事项、--period 时期。照这样写：mingbai import 收支.xlsx --unit",
        ),
        ("import a.xlsx --unit a --kind b --period c --s d", "可能是 --sheet、--slips。"),
        ("import a.xlsx --unit a --kind b --period c --range 甲", "甲"),
        ("open one two", "「two」是多出来的"),
        ("desk trail --case x", "--case 后面要写一个整数"),
        ("replies answer", "还缺：编号、--text 答复。"),
        ("backup", "还缺：备份文件。照这样写：mingbai backup 备份.tar"),
    ],
)
def test_a_wrong_call_is_told_in_one_chinese_sentence_what_to_write(
    capsys: pytest.CaptureFixture[str], arguments: str, told: str
) -> None:
    said = refusal(*arguments.split(), capsys=capsys)

    assert told in said
    assert len(said.splitlines()) == 1
    assert ENGLISH.findall(said) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("chek", "There is no command chek. Do you mean check? How to write it: mingbai --help"),
        ("clone", "Still missing: ADDRESS, FOLDER, --unit UNIT."),
        ("check --format xml", "xml will not do; write one of text, json after --format."),
        ("check --as-of x", "x is not a date"),
    ],
)
def test_a_wrong_call_is_told_in_english_where_that_is_chosen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: str, told: str
) -> None:
    monkeypatch.setenv("MINGBAI_LANG", "en")

    said = refusal(*arguments.split(), capsys=capsys)

    assert told in said
    assert CHINESE.findall(said) == []


def test_the_portal_may_stand_before_every_command(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    place, told = str(village.root), []
    for arguments in (
        ["desk", "--portal", place, "user", "list"],
        ["--portal", place, "desk", "user", "list"],
        [f"--portal={place}", "desk", "user", "list"],
    ):
        told.append((cli.main(arguments), capsys.readouterr()))

    assert told[0] == told[1] == told[2]
    assert told[0][0] == 0


def test_what_a_newer_argparse_says_is_not_passed_on() -> None:
    with pytest.raises(UsageError) as refused:
        cli.parser().error("argument of a sort that nobody knew is required")

    assert refused.value.message == "这样写看不懂。怎么写：mingbai --help"


def test_what_was_typed_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for typed in ("--\x1b[2J", "\x1b[2J", "--as-of=\x1b[2J"):
        assert "\x1b" not in refusal("check" if typed.startswith("-") else typed, typed, capsys=capsys)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "", "LC_MESSAGES": "en_GB", "LANG": "zh_CN"}, "en"),
        ({"MINGBAI_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
        ({"MINGBAI_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_first_that_is_set_chooses_the_language(
    monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str], expected: str
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)

    assert language() == expected


def test_no_sentence_of_help_speaks_like_a_machine() -> None:
    told = {key: text for key, text in catalogue().items() if key.startswith(("calling.", "cli.", "doctor."))}

    assert len(told) > 150
    assert [key for key, text in told.items() if re.search("系统|操作|非法|[！!]", text.zh)] == []


# Completion.


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = cli.parser()
    path = tmp_path_factory.mktemp("completion") / "mingbai"
    path.write_text(completion.script("bash", top, cli.commands(top)), encoding="utf-8")
    return path


# What bash does when Tab is pressed after the words: it calls the function that `complete` names.
PRESSED = """
source "$0"; complete -p mingbai | grep -q -- '-o default -F _mingbai' || exit 1
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mingbai; echo "${COMPREPLY[*]}"
"""


def pressed(script: Path, *words: str) -> list[str]:
    """Return what a real bash offers for the last of the words."""
    bash = ["bash", "--norc", "-c", PRESSED, str(script), *words]
    return subprocess.run(bash, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("mingbai che", ["check"]),
        ("mingbai re", ["remind", "releases", "replies", "restore"]),
        ("mingbai --po", ["--portal"]),
        ("mingbai --portal elsewhere rem", ["remind"]),
        ("mingbai check --", ["--help", "--no-cache", "--format", "--lang", "--as-of"]),
        ("mingbai duties --format ", ["text", "json", "csv"]),
        ("mingbai completion ", ["bash", "zsh", "fish"]),
        ("mingbai releases ", ["list", "rollback", "prune"]),
        ("mingbai desk user a", ["add"]),
        ("mingbai desk user add --role c", ["clerk"]),
        ("mingbai backup --st", ["--state"]),
        ("mingbai check data", []),
        ("mingbai import --unit ", []),
        ("mingbai nothing --", ["--help", "--portal"]),
    ],
)
def test_bash_completes(script: Path, typed: str, offered: list[str]) -> None:
    assert pressed(script, *typed.split(" ")) == offered


def test_bash_completes_every_command_and_every_option(script: Path) -> None:
    for words, parser in every():
        if parser.below:
            assert pressed(script, *words.split(), "") == list(parser.below), words
        assert "--help" in pressed(script, *words.split(), "--"), words
    assert {*pressed(script, "mingbai", "import", "--")} == {
        name for each in cli.parser().below["import"].options for name in each.option_strings if name != "-h"
    }


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_the_script_of_every_shell_knows_every_command_and_option(
    capsys: pytest.CaptureFixture[str], shell: str
) -> None:
    assert cli.main(["completion", shell]) == 0
    told = capsys.readouterr().out

    for words, parser in every():
        assert words in told
        for each in parser.options:
            assert all(
                (name.lstrip("-") if shell == "fish" else name) in told for name in each.option_strings
            )


@pytest.mark.parametrize(
    ("command", "said"), [("remind", "zh"), ("notices", "zh"), ("check", "en"), ("doctor", "en")]
)
def test_what_is_made_for_the_village_stays_chinese_on_an_english_machine(
    monkeypatch: pytest.MonkeyPatch, command: str, said: str
) -> None:
    monkeypatch.setenv("MINGBAI_LANG", "en")
    lang = next(each for each in cli.parser().below[command].options if each.dest == "lang")

    assert lang.default == said
