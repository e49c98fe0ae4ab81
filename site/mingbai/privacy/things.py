"""Knows the words that say what a number belongs to: a thing, an amount, a person; it looks at folded text.

Numbers of contracts, pumps and pigs look like those of persons by chance, and so do large amounts.
"""

import re

# What a number is called just before it, when it belongs to a thing and not to a person.
_THINGS = (
    "流水|订单|运单|快递|发票|凭证|合同|项目|批次|序列|设备|票据|工单|交易|受理|档案|型号|批号|(?<!手)机号|车架|发动机|车辆识别|耳标"
    "|税务登记证?|纳税人?识别|税号|营业执照(?:注册)?|[水电气]表|IMEI|ICCID|IMSI|VIN|S/?N"
    "|[产林地]权证?|使用权证?|经营权证?|土地证|房产证|宗地|地块|图斑|许可证?|备案|条码|条形码"
)
# These tell it only where they are said to have a number.
_NUMBERED = (
    "回单|收据|单据|生产|商品|产品|药品|疫苗|农药|种子|出厂|机身|整机|机器|主机|车辆|农机|铭牌|标识牌|表具|仪表|户表|登记证|注册"
    "|组织机构|信用|防伪|追溯|检疫|系谱|工程|招标|采购|资产|固定资产|卡片|仓单|磅单|过磅|保单|保险单|案件|文件|证书|标准"
)
_NUMBER = "(?:编?号码?|编码|代码|码|单号|证书?号?|第)"
_SERIAL = re.compile(
    f"(?:(?:{_THINGS})证?书?(?:的)?{_NUMBER}?|(?:{_NUMBERED})证?书?(?:编号|号|编码|代码|码|单号)(?!码)"
    "|户号|[底盘桩管箱炉泵柜件货仓票牌耳圈栏宗图刊井杆班]号|(?<![一-龥])(?:编码|代码)|parcel|plot|[一-龥](?:编号|序号|单号|文号|[识标][别识]号|注册号|登记号|编码|代码))"
    '[":=是为 ]{0,4}(?:字?第)?$',
    re.IGNORECASE,
)
# Whose numbers and codes may be a telephone number or worse all the same.
_SOMEBODY = re.compile(
    "(?:身份|证件|手机|电话|微信|联系|人员|会员|用户|客户|农户|户主|住户|学生|员工|职工|党员|村民|患者|社保|医保|个人)"
    '[一-龥]{0,4}[":=是为 ]{0,3}$'
)
_NO_ADULT = "2010"  # nobody born since is one before 2028; whoever is older is found whatever the words say
_PERMIT = re.compile(
    "(?:许可证?|项目|备案|工程|合同|图审|招标|立项|核准|批准|审批|审查)(?:证书?)?(?:编?号码?|文号|编码|代码|码)?"
    '[":=是为 ]{0,3}$'
)
# What cards are for that are in a machine, a car or a door.
CARDS = "物联网?|ETC|加?[油气]|燃气|IC|门禁|[饭餐]|公交|地铁|购物|会员|充值|考勤|停车"
_CARD_OF_A_THING = re.compile(
    f"(?:{CARDS}|(?<![农工建])[水电])卡(?:卡?(?:编号|号码?))?[:=是为 ]{{0,3}}$",
    re.IGNORECASE,
)
_CALLED = {
    "mobile": re.compile(
        "(?:电话|手机|微信|联系|号码|致电|拨打|(?<![A-Za-z])(?:tel|mobile|phone|call))(?![费补卡])[^0-9;]{0,12}$",
        re.IGNORECASE,
    ),
    "id": re.compile("(?:身份|证件|证号|号码|(?<![A-Za-z])id)[^0-9;]{0,12}$", re.IGNORECASE),
    "card": re.compile(
        "(?:卡号|[账帐][号户]|银行卡|存折|一卡通|号码|(?<![A-Za-z])card)[^0-9;]{0,12}$", re.IGNORECASE
    ),
}
# Any of them, for who needs no more than the lines with one.
LABELS = (
    "电话 手机 微信 联系 号码 致电 拨打 身份 证件 证号 卡号 账号 账户 帐号 帐户 银行卡 存折 卡通"
    " tel mobile phone call id card"
).split()
_LABEL = re.compile("|".join(LABELS), re.IGNORECASE)
_UNITS = (
    "[万亿]{0,2}元(?![宝旦月宵])|(?:千瓦)?时(?![一-龥])|千瓦时?|度(?!假)|k[wW]h|立方米?|吨|公斤|千克|斤|市?亩|平方(?:米|公里)|m[23²³]|公里"
    "|公顷|厘米|毫米|千米|kg|升(?![一-龥])|方(?![一-龥])|美元|人次|[株户人头只](?=[,/)])"
)
_MEASURED = re.compile(f"[ (]{{0,2}}(?:{_UNITS})", re.IGNORECASE)
_UNIT_OF_HEADER = re.compile(rf"\((?:单位:?)?(?:{_UNITS.replace('(?=[,/)])', '')}|[万亿]+)\)$", re.IGNORECASE)
_SUM = re.compile("(?:[合小总共累]计|户数|人口|数量|面积|[亩数]|(?<=[:(0-9万千百亿])元)[: ]*$")


def is_of_a_thing(before: str) -> bool:
    """Tell whether the words before a number, or above it, say that it is a thing's: of a contract, a plot of land."""
    words = before.strip()
    return bool(_SERIAL.search(words)) and not _SOMEBODY.search(words)


def is_card_of_a_thing(before: str) -> bool:
    """Tell whether the number that follows is that of a card in a machine, a car or a door."""
    return bool(_CARD_OF_A_THING.search(before))


def is_permit(digits: str, before: str) -> bool:
    """Tell whether 18 digits are a permit's or a project's: a place, a day, a number. Its holder would be a child."""
    return digits[6:10] >= _NO_ADULT and bool(_PERMIT.search(before.strip()))


def is_label(header: str) -> bool:
    """Tell whether a header names a number to call or to pay to, or of a person, and no figure."""
    return bool(_LABEL.search(header)) and not is_of_a_thing(header)


def is_called(sort: str, before: str) -> bool:
    """Tell whether the words before digits say that a number of that sort follows."""
    return bool(_CALLED[sort].search(before))


def is_measured(after: str) -> bool:
    """Tell whether a unit follows a number: it is an amount."""
    return bool(_MEASURED.match(after))


def is_summed(before: str) -> bool:
    """Tell whether the word before a number announces figures."""
    return bool(_SUM.search(before))


def has_unit(header: str) -> bool:
    """Tell whether a header names the unit of what stands below it."""
    return bool(_UNIT_OF_HEADER.search(header.strip()))
