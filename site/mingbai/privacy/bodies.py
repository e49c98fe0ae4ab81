"""Knows the words that say an address, an account or a day belongs to a body, a thing or a beast and to no person.

Where a person is named beside it too, it is that person's: a doubt is told and not passed over.
"""

import re

from mingbai.privacy.folding import fold
from mingbai.privacy.names import ends_with_name, is_of_somebody, lists_persons, names_person
from mingbai.privacy.things import CARDS

_NEAR = 60  # characters before, of the same sentence, in which the owner is named
_BORDER = re.compile("[;!?\n]|\\.(?![0-9])")
_BODY = re.compile(
    "委员会|[村居]委|残联|妇联|团委|工商联|村部|党支部|党群|政府|办事处|中心(?![街路村小])|行政|法院|检察院|仲裁|司法所|派出所|公安|财政所|税务|[一-龥]局|机关"
    "|[小中大]学|学校|学院|幼儿园|党校|教学点|银行|支行|分行|分理处|信用社|储蓄所|营业厅|网点|医院|卫生[院室所]|诊所|药[店房]"
    "|公司|集团|企业|合作社|协会|基金|工会|研究[院所]|事务所|农场|工厂|厂(?!房)|[商书饭门杂专]店|店(?=[(:,地])|超市|市场|商行|经营部|农资"
    "|加油站|车站|电站|泵站|水[厂站]|邮[局政]|驿站|服务[站点室部社]|投票站|文化[站室礼]|礼堂|祠堂|广场|公园|会场|纪委|监委|信访"
    "|单位|部门|机构|供应商|商户|场所|办公|注册地|开户行|养老|食堂|仓库|展馆|博物馆|图书[馆室]|书屋|接待室|窗口|大厅"
    "|[一-龥](?!住)[一-龥][所站院厂场馆店社局校](?=[ ,:(|\t\x1f设位地在])|站点|施工方|供货方|承建方|运营方"
    "|地点|公厕|厕所|厂房|村集体|[营经]业[部点厅]|[一-龥]{2}[办点](?=[ ,:(])"
    "|(?:活动|会议|办理|开标|报名|集合|施工|项目|工程|演出|培训)(?:地[点址]|场地)"
)
_BODY_AFTER = re.compile(
    "^[室号房楼层 ,(]{0,4}[一-龥]{0,8}(?:委员会|委会|村部|政府|中心|法院|[小中]学|学校|银行|支行|公司|合作社|卫生[院室]"
    "|派出所|服务站|办公[室楼]|超市|会议室|值班室|活动室|教室|档案室|机房)(?![一-龥]?(?:旁|隔壁|对面|附近|后面|前面|门口|边))"
)
# Doors of people whoever is named beside them, and doors that may be anybody's.
_ROOM = re.compile("[室栋幢]|单元|号楼")
_HOME = re.compile("住址|户籍|户口|居住|住处|门牌|住宅|家庭|坐落|(?<![A-Za-z])home", re.IGNORECASE)
_HOME_BEFORE = re.compile(
    "(?:[甲乙丙]方住所|家庭|住宅|居住|现居|家?住|家在|home)[_ ]?(?:地?址|address)?[\"' :=为是在于]{0,4}[一-龥]{0,20}$",
    re.IGNORECASE,
)
# In a village a number after a group is a house, unless it only tells where something stands.
_OF_A_GROUP = re.compile(r"(?:[组社队屯湾坪坡]|村[一-龥]{0,3})[ \n]{0,3}附?[0-9十百]")
_SITE_BEFORE = re.compile(
    "(?:位置|安装|位于|地点|[起终站]点|生长|设在|建在|路段|管[段线]|铺设|[至到、])[^,;]{0,24}$"
)
_SITE_AFTER = re.compile(
    "^[ ]?(?:旁|边|屋[前后旁]|门[前口]|附近|对面|隔壁|[前后东南西北]侧?(?![一-龥]?[家户])|沿线|一带|[至到]"
    "|(?:[,、][0-9十百]+号)*[0-9两]?[口座处])"
)
_LABELLED = re.compile("(?:^|[^一-龥])(?:地址|住址)[\"' :=为是在]{1,4}[一-龥]{0,20}$")
_NEXT = 40  # characters after, of the same sentence, in which a person may be named
_THING_CARD = re.compile(
    f"(?:{CARDS}|[水电]|流量|SIM|UIM|USIM|上网|数据)卡?$",
    re.IGNORECASE,
)
_BODY_ACCOUNT = re.compile(
    "对公|公[账帐户]|基本户|专户|专用[账帐]户|捐款|善款|食堂|(?:基本|专用|一般|临时)存款|零余额|集体经济|村级[账帐]|财政专户"
    "|国库|税款|工会|党费|代管资金|保证金"
    "|(?:公|单位|公司|企业|合作社|[村居]委会|委员会|集体|学校|[小中]学|政府|财政所|[一-龥]{2}[厂局院园会站]|中心)"
    "的?(?:收款|银行|基本户?|结算|资金|[账帐]户)*[( ,:]*$"
)
_BODIES = (
    "合作社|联社|公司|委员会|委会|党委|支部|政府|财政所|办事处|工会|学校|[小中]学|幼儿园|协会|[慈善字联合]{2}会|基金会"
    "|卫生[院室所]|医院|敬老院|福利院|[一-龥]{2}[局所]|中心|办公室|[一-龥]{2}办|经营部|[厂店]"
)
_BODY_CELL = re.compile(f"(?:{_BODIES})(?=[\"' (]*(?:[|,\\t\\x1f]|$))")
_BODY_USES = re.compile(
    f"^[ ,(]{{0,2}}(?:系|是|为|属于?)?[一-龥]{{2,20}}(?:{_BODIES})(?:专用|使用|所有|[ ,.;)]|$)"
)
_BODY_NAME = re.compile(
    "(?:户名|开户(?:名称|单位)|单位(?:名称)?|收款(?:单位|人)|[账帐]户名称?|名称|(?<![A-Za-z])(?:org|company|payee))"
    f"[ :,=|\t\x1f\"'为是]{{0,4}}[一-龥()0-9]{{2,24}}(?:{_BODIES})"
)
# Who holds an account, told on a line of its own: of a form, a contract, an object in JSON.
_HOLDER = re.compile(
    "(?:户名|单位(?:名称)?|(?:收款|付款|开户|承包|供货)(?:单位|方|名称)|[账帐]户名称?|[甲乙]方|org(?:ani[sz]ation)?|company|payee|unit)"
    f"[\"' :=为是()一-龥]{{1,8}}?[一-龥()0-9]{{2,24}}(?:{_BODIES})",
    re.IGNORECASE,
)
_SOMEBODYS = re.compile("(?:户名|姓名|户主|持卡人|开户人)[\"' :=为是]{1,5}[一-龥]{2,4}(?![一-龥])")
_BEAST = re.compile(
    "犊|[奶肉黄母公种小役耕]牛|牦牛|水牛|牛犊|母猪|[公仔种肥生]猪|猪苗|羔|[母公种湖山绵奶黑]羊|雏|马驹|驴|骡|驹|[种蛋肉]鸡|[种蛋]鸭|鹅苗"
    "|[种肉獭]兔|[种警工作]犬|幼犬|梅花鹿|耳标|系谱|胎次|畜|禽|品种|[牛羊猪鸡鸭鹅犬兔](?:只|群|崽|仔)|生猪"
)
_FOUNDED = re.compile("^[ )号日]{0,3}(?:正式)?(?:成立|建立|创建|创立|诞生|建[党国军校]|解放)")
_YOUNG = re.compile("^[ ]?的?[一-龥]{0,3}(?:[羔犊仔崽驹雏]|小[猪牛羊鸡鸭鹅狗]|[猪牛羊]苗)")
_FEAST = re.compile(
    "(?:共产党|建党|党的?|祖国|国家|共和国|建国|建军|军队|建团|共青团|建团节|学校|母校|村庄|公司|医院)[一-龥]{0,4}"
    "(?:[0-9]{1,3}(?:岁|周年))?[一-龥]{0,3}$"
)
_UNTIL = re.compile(r"[0-9日号][ ]?(?:至|到|[~-]+)[ ]?$")


def _clause(before: str) -> str:
    """Return the end of a text back to where its sentence begins."""
    near = before[-_NEAR:]
    borders = [found.end() for found in _BORDER.finditer(near)]
    return near[borders[-1] :] if borders else near


def is_door_of_nobody(before: str, door: str, after: str) -> bool:
    """Tell whether a door leads to no person: to an office or a shop, or to whatever stands there and nobody lives.

    A house by a road or of a group is a person's where one is named beside it, or where a word says that it is a home;
    stairs and rooms, and houses of a group, are homes unless a body is named or something is said to stand there.
    """
    clause, rest = _clause(before), _BORDER.split(after[:_NEXT])[0]
    if is_of_somebody(after) or names_person(clause) or names_person(f"{rest.strip('号室 ')} "):
        return False
    if _BODY.search(clause) or _BODY_AFTER.match(after) or _BODY.search(rest):
        return True
    if _ROOM.search(door) or _HOME_BEFORE.search(clause) or _LABELLED.search(clause):
        return False
    return not _OF_A_GROUP.search(door) or bool(_SITE_BEFORE.search(clause) or _SITE_AFTER.match(after))


def is_account_of_a_body(before: str, after: str) -> bool:
    """Tell whether an account is a body's or the number of a card in a machine."""
    clause = _clause(before)
    if _THING_CARD.search(clause.rstrip()):
        return True
    if _BODY_NAME.search(before[-_NEAR:]) or _BODY_NAME.search(after[:50]):
        return True
    named = _BODY_CELL.search(clause.rstrip(" ,:=")) or _BODY_USES.match(after[:50])
    return bool(named or _BODY_ACCOUNT.search(clause[-14:])) and not (
        ends_with_name(clause[:-1]) or names_person(clause)
    )


def is_anothers(sort: str, lines: str) -> bool:
    """Tell whether the lines of a form say that an account is a body's, or that who was born is a beast."""
    said = fold(lines)
    if sort == "birth":
        return bool(_BEAST.search(said)) and not lists_persons(said)
    return bool(_HOLDER.search(said)) and not _SOMEBODYS.search(said)


def is_column_of_others(sort: str, headers: str, header: str, row: str) -> bool:
    """Tell whether a cell below `header` is a body's or a beast's, by all headers of its table and all of its row."""
    if sort == "birth":
        return bool(_BEAST.search(headers)) and not names_person(headers)
    if sort == "account":
        plain = header.rstrip("号码编")
        if _THING_CARD.search(plain) or _BODY_ACCOUNT.search(plain.rstrip("账帐户")):
            return True
        return bool(_BODY_CELL.search(row)) and not (lists_persons(headers) or names_person(f"{row},"))
    return sort == "address" and _is_column_of_no_homes(headers, header, row)


def _is_column_of_no_homes(headers: str, header: str, row: str) -> bool:
    of_a_body = bool(_BODY.search(f"{headers},{row}"))
    if lists_persons(headers):
        return False
    if _HOME.search(header):
        return of_a_body and not names_person(f"{row},")
    return of_a_body or not (names_person(f"{row},") or _OF_A_GROUP.search(row))


def is_birth_of_no_person(before: str, found: str, after: str) -> bool:
    """Tell whether a day is that of a beast, of a party or a state, or the end of a span that a rule names."""
    clause = _clause(before)
    beast = list(_BEAST.finditer(clause))
    if beast and not names_person(clause[beast[-1].end() :]):
        return True
    if _FOUNDED.match(after) or _YOUNG.match(after) or (found.startswith("生日") and _FEAST.search(clause)):
        return True
    return bool(_UNTIL.search(clause)) and found.endswith("生")
