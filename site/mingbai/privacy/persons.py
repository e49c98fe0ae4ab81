"""Knows from a label that its column leads to a person; it looks at no cell."""

import re
import unicodedata

from mingbai.kinds.contracts import PERSON

# Columns that lead to a person besides those that no filing may have (`kinds.contracts.PERSON`). Who signs for an
# office (经手人, 审批人) is none of them: such a column is left out by name like any other.
_PERSON_WORDS = (
    "姓名|名字|户名|身份证|证件号|公民身份|(?:电话|手机|微信)(?:号码?)?$|联系方式|住址|(?:家庭|详细|居住|通讯)地址|^地址$|门牌"
    "|银行卡|卡号|账号|帐号|(?:银行|收款|发放|个人)[账帐]户|^[账帐]户$|一卡通|存折|社保号|社保卡|社会保障[号卡]|医保[号卡]|残疾证"
    "|出生|生日|签名|签字|手印"
    "|(?:户主|监护人|领款人|领取人|收款人|受益人|受助人|申请人|当事人|(?:救助|补助|帮扶|慰问|补贴|受助)对象)(?!数|户数|人数|口|类|属)"
)
_LEADS_TO_PERSON = re.compile(_PERSON_WORDS)
_IS_LABEL_OF_PERSON = re.compile(rf"^.{{0,6}}(?:{_PERSON_WORDS})(?:号|号码|编号|年月|日期|年月日|姓名)?$")
_LONGEST_LABEL = 8


def is_person(*labels: str) -> bool:
    """Tell whether a label leads to a person."""
    return any(PERSON.search(each) or _LEADS_TO_PERSON.search(each) for each in map(_plain, labels) if each)


def is_label_of_person(label: str) -> bool:
    """Tell whether a text is a label that leads to a person, not a cell that speaks of one: 户主, but not 户主外出."""
    words = _plain(label)
    return bool(_IS_LABEL_OF_PERSON.match(words) or (len(words) <= _LONGEST_LABEL and PERSON.search(words)))


def _plain(label: str) -> str:
    """Return the words of a label: no spaces, no star, narrow characters, small letters."""
    folded = "".join(unicodedata.normalize("NFKC", label).split()).strip("*:").casefold()
    return folded.replace("、", "").replace("·", "")
