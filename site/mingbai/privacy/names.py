"""Guesses where a person is named in a text: by a surname, or by a word for what somebody is; it knows no people."""

import re

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕"
    "聂焦向柳邢岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯"
    "阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇"
    "敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
# What a place, a body or a thing ends in and hardly a person's name.
_NO_NAME = (
    "村镇乡县市区组路街巷弄店厂所站局院校馆部委社会行室家园堂司队屯坪湾桥幢栋号楼办科股树"
    "计数额人口亩项目方位点者期费款率价类"
)
_NAME = f"(?!万元|党[费员支委群政建组校]|仲裁|银杏|桂花|时间|成立)[{_SURNAMES}][一-龥]{{0,1}}[^{_NO_NAME}\\W0-9A-Za-z_]"
_AT_END = re.compile(rf"(?<![一-龥]){_NAME}[ ,:]*$")
_WITHIN = re.compile(rf"(?<![一-龥]){_NAME}(?=[ ,:()\"'|\t\x1f])")
_GLUED = re.compile(rf"{_NAME}\($")
# Whose house, or who takes what is sent there: 胡家畈村 is nobody's.
_HOUSED = re.compile(
    rf"{_NAME}(?:的?家(?![畈湾村坪冲坳庄沟岭塘坡营店河院庭])"
    "|(?<![账帐用贫困低农特监住租客商专基])户(?=[ ,:(])|收(?=[ ,.:;)]|$)|现居|生前|通讯地址)"
)
# Somebody, or where somebody lives.
_PERSON = re.compile(
    rf"家住|户主|居住(?!区|证)|户籍(?:所在)?地|户口所在|户籍[在为]|现住|房屋坐落|住址|住在|租住|入住|(?<!居)住(?![院房建宿持宅所])|当事人|房东|业主|租户|被告|原告|本人|姓名|名字|身份证(?!办|业务|窗口)"
    "|(?:申请|收件|收货|领款|收款|联系|监护|经办|代理|负责|报案|捐款|信访|举报|反映|来访|投诉|借款|担保|受益|受灾|死亡|受伤|继承|承包|承租|出租)人|经营者|老板|店主"
    "|(?:困难|低保|五保|脱贫|贫困|监测|特困|养殖|种植|搬迁|拆迁|危房)户|农户(?!数)|丧偶|独居|家庭(?!农场)|家中|家属|遗属"
    "|村民(?!委|活动|服务|中心|小?组|代表|自治|大会|会议|议事|理事|学校|中心)|居民(?!委|小组|代表|小区|楼|服务|点)|社员(?!代表)|老人(?!活动|协会)|学生(?!食堂|宿舍|[0-9])|患者|死者|孤儿"
    "|残疾人(?!联|服务|之家)|党员(?!活动|大会|教育|之家)|军人(?!服务)|干部(?!学)|主任(?!办)|书记(?!办|信箱)|委员(?!会)|会计(?!服务|核算)|组长|老师|医生|职工(?!之家)|员工"
    f"|同志|先生|女士|(?<![一-龥])[{_SURNAMES}]某"
)
# Headers of tables of people; whom to call at an office is none.
_LISTED = re.compile(
    "姓名|名字|户主|房主|业主|(?:产权|权利|申请|受益|当事|领款|受灾|监护|承租)人|(?<!户)居民|村民|老人|学生|家长|患者"
)
# What follows a door where somebody lives behind it: 王大爷家.
_BEHIND = re.compile(
    f"^[室号房 ,(]{{0,3}}[老小大]?[{_SURNAMES}][一-龥]{{1,3}}(?<![办科股局室部所院站会])(?:家|户|宅|收|住|处)"
)


def ends_with_name(before: str) -> bool:
    """Tell whether a text ends with what looks like a name."""
    return bool(_AT_END.search(before))


def names_person(text: str) -> bool:
    """Tell whether a clause or a row speaks of a person: by a name that stands by itself, or by a word."""
    return bool(_PERSON.search(text) or _WITHIN.search(text) or _GLUED.search(text) or _HOUSED.search(text))


def is_of_somebody(after: str) -> bool:
    """Tell whether the words after a door say that somebody lives there or takes what is sent."""
    return bool(_BEHIND.match(after))


def lists_persons(headers: str) -> bool:
    """Tell whether the headers of a table say that its rows are people's; a header by itself is no name."""
    return bool(_LISTED.search(headers))
