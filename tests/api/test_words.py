"""The words of the service stand in the catalogue, and the catalogue holds no others."""

import re
from pathlib import Path

import yaml

from mingbai.messages import catalogue, theme_folder

ROOM = Path(__file__).resolve().parents[2] / "forms_api"
SOURCES = "\n".join(path.read_text("utf-8") for path in [*ROOM.rglob("*.py"), *ROOM.glob("templates/*.*ml")])
# f"forms.problem.{key}" in a module, 'forms.type.' ~ case.type in a template: what is put in stands for any word.
PUT_TOGETHER = re.findall(r"f[\"']([a-z_]+\.[a-z_.]*\{[^\"']+)[\"']", SOURCES)
PATTERNS = [
    *(
        re.compile(re.sub(r"\\\{.*?\\\}", "[a-z_.]+", re.escape(each)))
        for each in PUT_TOGETHER
        if "." in each
    ),
    *(
        re.compile(re.escape(each) + "[a-z_.]+")
        for each in re.findall(r"[\"']([a-z_]+\.[a-z_.]*\.)[\"'] ~", SOURCES)
    ),
]
OWN = [
    key
    for name in ("forms", "replies", "desk")
    for key in yaml.safe_load((theme_folder() / "messages" / f"{name}.yaml").read_text("utf-8"))
]


def test_every_key_that_is_said_is_there() -> None:
    said = set(re.findall(r"\b(?:say|hint|t)\(\s*[\"']([a-z_.]+[a-z])[\"']", SOURCES))

    assert len(said) > 50
    assert said - set(catalogue()) == set()


def is_said(key: str) -> bool:
    """Return whether the key stands in the sources, whole or put together: f"forms.problem.{key}"."""
    return any(f"{quote}{key}{quote}" in SOURCES for quote in "\"'") or any(
        pattern.fullmatch(key) for pattern in PATTERNS
    )


def test_every_key_that_is_there_is_said() -> None:
    assert not any(is_said(f"{room}.nobody.says_this") for room in ("forms", "replies", "desk"))
    assert [key for key in OWN if not is_said(key)] == []


def test_no_word_shouts_or_speaks_like_a_machine() -> None:
    assert [key for key in OWN if re.search("系统|操作|非法|联系管理员|[!！]", catalogue()[key].zh)] == []


def test_both_languages_tell_the_same_facts() -> None:
    def facts(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert [key for key in OWN if facts(catalogue()[key].zh) != facts(catalogue()[key].en)] == []
