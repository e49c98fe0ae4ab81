"""What whoever guesses tries first is no password; what nobody would try is one."""

import itertools

import pytest

from forms_api.desk import passwords
from forms_api.desk.accounts import Account, own_words
from forms_api.desk.guessing import left
from forms_api.desk.passwords import LEFT, Unusable

OWN = own_words(Account("小周", "east", "clerk"))
# What lists of common passwords are made of, put together by rule: no such list was looked at.
WORDS = (
    "password",
    "Passw0rd",
    "admin",
    "woaini",
    "iloveyou",
    "wangwei",
    "zhangxiaoming",
    "qwerty",
    "abc",
    "mima",
)
TAILS = (
    "123456",
    "12345678",
    "1234567890",
    "5201314",
    "1314520",
    "888888",
    "20261231",
    "1990",
    "@2026",
    "!!!",
    "000",
)
COMMON = [each for each in map("".join, itertools.product(WORDS, TAILS)) if len(each) >= passwords.SHORTEST]
WALKS = [
    *(
        "123456789012",
        "1qaz2wsx3edc",
        "qwertyuiop[]",
        "qwertyuiopas",
        "zxcvbnmasdfg",
        "0987654321qw",
        "q1w2e3r4t5y6",
    ),
    *(
        "1q2w3e4r5t6y",
        "abcdefghijkl",
        "987654321000",
        "qazwsxedcrfv",
        "!@#$%^&*()12",
        "147258369147",
        "asdfghjkl123",
    ),
]
REPEATED = [
    "aaaaaaaaaaaa",
    "abcabcabcabc",
    "adminadmin12",
    "长城长城长城长城长城长城",
    "123123123123",
    "20262026202620",
]
OWNERS = [
    "小周mingbai2026",
    "east-east-east",
    "clerkclerk2026",
    "13800138000zw",
    "lihua19851203",
    "我爱你中国我爱你中国",
]
GOOD = [
    *(
        "水渠 竹篮 灯塔 三月 收音机",
        "Harbour Lights 9",
        "thiswillrainonusall",
        "730218465920",
        "三月收音机竹篮灯塔水2024",
    ),
    *(
        "correct horse battery staple",
        "Tangerine!Gravel7",
        "mogu-chuang-dengta-qiuyu",
        "9vK#t2pL!xQz",
        "password 竹篮 灯塔 收音机 水渠",
    ),
]


@pytest.mark.parametrize("password", [*COMMON, *WALKS, *REPEATED, *OWNERS])
def test_what_is_guessed_first_is_no_password(password: str) -> None:
    with pytest.raises(Unusable):
        passwords.judge(password, OWN)


@pytest.mark.parametrize("password", GOOD)
def test_what_nobody_tries_first_is_one(password: str) -> None:
    passwords.judge(password, OWN)


def test_enough_common_passwords_are_put_together() -> None:
    assert len(COMMON) >= 60


def test_a_drawn_password_is_never_refused_and_never_the_same() -> None:
    drawn = {passwords.draw() for _ in range(5000)}

    assert len(drawn) == 5000
    assert min(len(left(each, OWN)) for each in drawn) >= LEFT
    assert all(set(each) <= set("abcdefghjkmnpqrstuvwxyz23456789-") and len(each) == 23 for each in drawn)


@pytest.mark.parametrize("password", ["", "a" * 128, "ab" * 64, "1" * 128, "王" * 128, "zhang" * 25])
def test_no_password_takes_long_to_judge(password: str) -> None:
    assert len(left(password, OWN)) <= LEFT
