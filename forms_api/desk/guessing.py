"""Takes out of a password what whoever guesses tries first; by rule, without any list of leaked passwords.

What is left counts: keys that lie side by side, repetitions, years, telephone numbers, names in pinyin and the words
below hold nobody up, however many there are of them.
"""

import re
from collections.abc import Iterable

LINES = (
    "1234567890 0123456789 !@#$%^&*() abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm qwertzuiop azertyuiop "
    "qazwsxedcrfvtgbyhnujmikolp 1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm 8ik, 9ol. 147258369 1q2w3e4r5t6y7u8i9o0p "
    "q1w2e3r4t5y6u7i8o9p0"
).split()
WORDS = (
    "mingbai 明白 公开 村务 来信 管理员 密码 口令 我爱你 你好 中国 woaini aini wobuaini mima nihao zhongguo gongkai "
    "cunwu password passwd passw0rd p@ssw0rd p@ssword admin root login welcome letmein iloveyou changeme default "
    "secret master dragon monkey sunshine princess football baseball superman shadow hello guest test user love baby "
    "china beijing asdf qwer zxcv 5201314 1314520 1314 520 521 666 888 168 110 119 12388 12345"
).split()
_STEP = 4  # so many keys side by side are a walk; of digits, three
_SURNAMES = (
    "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang "
    "feng yu dong xiao cheng cao yuan deng fu shen zeng peng lv su lu jiang cai jia ding wei xue ye yan pan du dai xia "
    "zhong tian ren fan fang shi yao tan sheng zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long"
).split()
_SYLLABLE = (
    "(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    "(?:[aeiouv]|ai|ei|ao|ou|an|en|ang|eng|ong|er|i[aeu]|iao|ian|in|iang|ing|iong|u[aoien]|uai|uan|uang|ve)"
)
_NAME = re.compile(f"(?<![a-z])(?:{'|'.join(_SURNAMES)})(?:{_SYLLABLE}){{1,2}}(?![a-z])")
_NUMBER = re.compile(
    r"[1-9]\d{16}[\dx]"  # an identity number
    r"|1[3-9]\d{9}"  # a mobile telephone
    r"|(?:19|20)\d\d(?:[-./]?(?:0[1-9]|1[0-2])[-./]?(?:0[1-9]|[12]\d|3[01]))?"  # a year or a birthday
)
_AGAIN = re.compile(r"(.)\1{2,}|(.{2,}?)\2+", re.DOTALL)


def left(password: str, own: Iterable[str]) -> str:
    """Return what is left of `password`; `own` are the words that only this account makes guessable."""
    text = _NUMBER.sub(" ", password.casefold())
    text = _AGAIN.sub(lambda found: found[1] or found[2], text)
    text = _NAME.sub(" ", text)
    for word in sorted((*WORDS, *(each.casefold() for each in own if each)), key=len, reverse=True):
        text = text.replace(word, " ")
    return "".join(_without_walks(text).split())


def _without_walks(text: str) -> str:
    """Return a text without the keys that were pressed one beside the other."""
    walked: set[int] = set()
    for start in range(len(text)):
        for size in (_STEP, _STEP - 1):
            step = text[start : start + size]
            if len(step) == size and step in _WALKS:
                walked.update(range(start, start + size))
    return "".join(symbol for place, symbol in enumerate(text) if place not in walked)


def _walks() -> frozenset[str]:
    found = set()
    for line in LINES:
        size = _STEP - 1 if line.isdecimal() else _STEP
        for one in (line, line[::-1]):
            found |= {one[start : start + size] for start in range(len(one) - size + 1)}
    return frozenset(found)


_WALKS = _walks()
