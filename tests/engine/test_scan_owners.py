"""Whose a number, an address or a day is, the words beside it say: a body's and a thing's are left alone."""

import io
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from mingbai.scan import scan_data, scan_paths
from tests.planting import check_of

MOBILE = "13864271905"
CARD = "6228480402564890018"


def sorts(text: str, name: str = "a.txt") -> set[str]:
    return {each.sort for each in scan_data(name, text.encode())}


@pytest.mark.parametrize(
    "text",
    [
        "村委会地址：清溪镇石桥村155号",
        "便民服务中心（人民路144号1号楼203室）",
        "活动地点为文化礼堂，白塔村中心街52号",
        "中标单位：杭州某某建设有限公司，注册地址：文一路18号1幢802室",
        "供货单位：宏达五金店（人民路19号）",
        "| 场所 | 地址 |\n| --- | --- |\n| 村卫生室 | 东岙村44号 |",
        "三组12号林地",
        "仲裁委：环城北路35号仲裁庭",
        "乡派出所（振兴大道91号）办理居住证",
        "身份证办理：派出所户籍室，安平县人民路82号",
        "县残联电话：0659-7106040，地址：柳林镇团结路49号。",
        "投递地址：北坪乡人民政府（建设路226号）党政办收",
        "| 机构名称 | 地址 | 电话 | 时间 |\n| --- | --- | --- | --- |\n| 卫生院 | 人民路39号 | 0731-5143831 | 8:00 |",
        "名称,信用代码,住所\n甲种植专业合作社,见证照,响水村二组3号",
    ],
)
def test_the_door_of_a_body_or_a_thing_is_left_alone(text: str) -> None:
    assert sorts(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "路灯安装在建设路1-116号沿线，共449盏",
        "消防栓位置：人民路137号、兴农路177号",
        "积水点：兴农路256号附近低洼处",
        "马鞍山村5组至解放东路65号铺设光缆",
        "古井位于黄家坳村八组176号屋后",
        "六组16号、17号两口机井报废",
        "| 灯杆 | 位置 |\n| --- | --- |\n| D-1 | 人民路129号 |",
        "古树编号,树种,生长地\nA1,银杏,三岔口村11组199号旁",
        '{"officeAddress": "解放东路145号"}',
    ],
)
def test_a_number_of_a_road_where_nobody_is_named_is_no_door_of_a_person(text: str) -> None:
    assert sorts(text, "a.csv" if "," in text and "，" not in text and "{" not in text else "a.md") == set()


@pytest.mark.parametrize(
    "text",
    ["村,住址在册户,C级\n双河村,158,2", "村,身份证办理,住址变更\n红旗村,226,308", "道路,门牌数\n学府路,56"],
)
def test_a_count_below_a_header_that_speaks_of_homes_is_no_door(text: str) -> None:
    assert sorts(text, "a.csv") == set()


@pytest.mark.parametrize(
    "text",
    [
        "三组十二号",
        "被征收人江旺，房屋坐落于东岭村六组102号",
        "快递请寄胡家畈村5组251号，许堂强收。",
        "请到尹远进家（学府路4号附5号）安装扶手。",
        "户口所在地：朝阳街104号附5号，姓名朱向",
        "乙方住所：龙腾苑30栋3单元103室",
        "4. 黄长元　马鞍山村1组125号",
        "孩子家在杨树村塘坎上61号，由爷爷照看。",
        "该户户主何静春，自住房位于大湾村小河边54号。",
        '{"homeAddress": "红旗村11组212号"}',
    ],
)
def test_a_door_that_leads_to_somebody_is_told_however_it_is_said(text: str) -> None:
    assert sorts(text, "a.json" if text[0] == "{" else "a.md") == {"address"}


@pytest.mark.parametrize(
    "text",
    [
        "李小兰，现住桂花小区9-1-601",
        "李小兰，9幢1-601",
        "请送到松岗村后街79号林芳家",
        "走访慰问困难户王芳（白塔村1组18号）",
        "王芳（石桥村3组12号）到卫生院就诊",
        "李小兰，东岙村小学旁3组12号",
        "| 姓名 | 单位 | 地址 |\n| --- | --- | --- |\n| 王芳 | 镇小学 | 东岙村44号 |",
    ],
)
def test_the_door_of_a_person_is_told_though_a_body_is_named(text: str) -> None:
    assert sorts(text) == {"address"}


def test_what_stands_in_a_cell_is_no_header_of_the_cells_below() -> None:
    assert sorts("事项\n通讯地址：石桥村南弄28号（陈英秀收）\n二楼204室\n", "a.csv") == {"address"}
    assert len(list(scan_data("a.csv", "事项\n通讯地址：南弄28号（陈英秀收）\n二楼204室\n".encode()))) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"全县财政总支出{MOBILE}元",
        f"用电量{MOBILE}千瓦时",
        "单位产值138.64271905万元",
        "坐标X 138.64271905",
        f"贷款余额{MOBILE}.7元",
        "户数 人口 耕地亩 合计 138 6427 1905",
        "白塔村 138 6427 1905 3302",
        "1 3 8 6 4 2 7 1 9 0 5 12 33",
        f"水泵出厂编号{MOBILE}",
        "税务登记证号：330106390630186",
        "采购计划编号138 6427 1905",
        f"指标\t数值（元）\n总产值\t{MOBILE}",
        f"合同编号\t承租方\n{MOBILE}\t某某公司",
    ],
)
def test_an_amount_and_the_number_of_a_thing_are_no_telephone(text: str) -> None:
    assert sorts(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        f"收王芳{MOBILE}，304元",
        f"王芳{MOBILE}元旦值班",
        f"电话{MOBILE} 元",
        "王芳 138 6427 1905 560.00",
        "电话 138 64 27 19 05",
        "联系 138.6427.1905",
        "外出务工人员王芳电话013864271905",
        "手机号：一三八，六四二七，一九〇五",
        "手机号：一三八、六四二七、一九〇五",
        "| 号码 | 138642 | 71905 |",
        f"会员编号{MOBILE}",
    ],
)
def test_a_telephone_is_found_beside_figures_and_however_it_is_cut(text: str) -> None:
    assert sorts(text) == {"mobile"}


@pytest.mark.parametrize(
    "text",
    [
        f"代发工资卡：{CARD[:-4]}****",
        f"王芳{CARD[:8]}****{CARD[12:]}",
        "身份证42068319590417____",
        "身份证42068319590417....",
        "身份证42068319590417????",
        "身份证号前14位 42068319590417",
        "身份证前六位420683，中间19590417，后四位0433",
        "电话1386427190X",
        "电话138***71905",
    ],
)
def test_a_mask_of_any_sign_and_a_beginning_that_gives_away_are_told(text: str) -> None:
    assert sorts(text) == {"mask"}


def test_an_identity_number_written_as_an_amount_is_found_where_it_is_called_one() -> None:
    body = "42068319590417" + "043"
    threes = ",".join((body + check_of(body))[at : at + 3] for at in range(0, 18, 3))

    assert sorts(f"身份证号：{threes}（导出）") == {"id"}
    assert sorts(f"合计：{threes}") == set()


def test_a_permit_with_a_place_a_day_and_a_fitting_digit_is_no_child() -> None:
    body = "13018120240714020"
    permit = body + check_of(body)

    assert sorts(f"施工许可证编号{permit}") == set()
    assert sorts(f"许可证编号,项目\n{permit},礼堂\n", "a.csv") == set()
    assert sorts(f"档案号{permit}") == {"id"}


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("name: 孙桂, birthday: 09/06/1979", "birth"),
        ("出生日期：06.09.1979", "birth"),
        ("born 25 March 1951", "birth"),
        ("庆祝中国共产党102岁生日（1921年7月1日成立）", None),
        ("1945年1月1日至1964年12月31日出生的农村老人", None),
        ("28号犊牛出生日期2021-04-24", None),
        ("养殖户王芳，出生日期1965-03-12", "birth"),
        ("耳标号\t出生日期\nA1\t2020-05-02", None),
    ],
)
def test_a_day_of_birth_is_a_persons_and_no_beasts_partys_or_rules(text: str, sort: str | None) -> None:
    assert sorts(text) == ({sort} if sort else set())


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("路灯控制器物联网卡号1064968749912", None),
        ("村集体基本存款账户账号：201004036975435，户名石桥村股份经济合作社", None),
        ("对公账号：33050161732700000123", None),
        ("财政补贴发到王芳存折账号201004036975435", "account"),
        (f"村集体代发王芳账号{CARD}", "card"),
    ],
)
def test_an_account_of_a_body_is_told_from_a_persons(text: str, sort: str | None) -> None:
    assert sorts(text) == ({sort} if sort else set())


@pytest.mark.parametrize(
    "text",
    [
        "粮补打到陈英旺银行账号827086465228918。",
        "直补账户：沈冬，829670666928961。",
        "社保卡账号改为62737256169035173",
        "张明一卡通账号**827086465228918**",
        "折子号：430772167280，户主文卫",
        "林涛生的银行帐号应为027865799196884，原填写错误。",
        "姓名,陈英旺\n银行账号,827086465228918",
        "学生,补助发放卡（折）号\n史明玉,64444673877719936",
    ],
)
def test_an_account_is_found_whatever_stands_around_it(text: str) -> None:
    assert sorts(text, "a.csv" if "\n" in text else "a.md") == {"account"}


@pytest.mark.parametrize(
    "text",
    [
        "单位名称：白果树村股份经济合作社\n法定代表人：姚某\n银行账号：1802580315799538832\n",
        "党费专用账户82014949406080584，户名中共北坪乡委员会组织办",
        "捐款账号42006922158450944648，户名：平川县慈善会",
        "收款人：云阳县财政局，账号：581942090695。",
        "水费请交自来水厂（账号：1802584294179117852）",
        "投标保证金缴入公共资源交易中心账户，账号827071665836597。",
        "保证金账户：固城县公共资源交易中心，账号17646015052576904，开户行建设银行",
        '{"合作社账号": "17689675026336365"}',
        '{"org": "响水村村民委员会",\n "账号": "17420217315689786"}',
    ],
)
def test_an_account_whose_holder_is_a_body_is_left_alone(text: str) -> None:
    assert sorts(text, "a.json" if text[0] == "{" else "a.md") == set()


def test_a_year_of_birth_beside_its_month_is_a_day_of_birth() -> None:
    table = "姓名,出生年,月,日\n方冬霞,1968,7,18\n"

    assert sorts(table, "a.csv") == {"birth"}
    assert sorts(table.replace(",月", ",户数"), "a.csv") == set()


def test_a_number_in_json_is_told_at_its_own_line() -> None:
    text = '{\n "项目代码": "2512-520121-03-03-966050",\n "联系电话": "18924663704"\n}'

    assert {each.line for each in scan_data("a.json", text.encode())} == {3}


def test_a_pipe_is_told_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert [each.sort for each in scan_paths(None, [tmp_path])] == ["unread"]
    assert [each.sort for each in scan_paths(None, [tmp_path / "pipe"])] == ["unread"]


def test_a_workbook_that_is_none_is_told_besides_what_its_letters_say() -> None:
    assert sorts(f"no zip {MOBILE}", "a.xlsx") == {"mobile", "unread"}


def sheet(*rows: list[str | None]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def found_in_sheet(*rows: list[str | None]) -> set[str]:
    return {each.sort for each in scan_data("a.xlsx", sheet(*rows))}


def test_a_number_over_two_rows_of_a_sheet_is_found_below_a_header_that_names_it() -> None:
    assert found_in_sheet(["号码"], [MOBILE[:6]], [MOBILE[6:]]) == {"mobile"}
    assert "card" in found_in_sheet(["姓名", "卡号"], ["王芳", CARD[:6]], [None, CARD[6:]])
    assert found_in_sheet(["数量"], [MOBILE[:6]], [MOBILE[6:]]) == set()


def test_a_number_goes_on_over_an_empty_cell() -> None:
    assert found_in_sheet(["备注"], [CARD[:6], None, CARD[6:]]) == {"card"}
    assert found_in_sheet(["电话", MOBILE[:6], None, MOBILE[6:]]) == {"mobile"}


def test_a_byte_that_looks_like_a_digit_before_a_number_in_a_database_hides_nothing(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.execute("create table t (a text)")
        database.execute("insert into t values (?)", (CARD,))
        database.commit()

    assert "card" in {each.sort for each in scan_data("a.db", (tmp_path / "a.db").read_bytes())}


def test_a_cell_of_a_table_of_tags_is_told_once() -> None:
    table = f"<table><tr><td>电话</td></tr><tr><td>{MOBILE}</td></tr></table>"

    assert len(list(scan_data("a.html", table.encode()))) == 1


def test_a_label_in_a_list_of_tags_belongs_to_what_follows_it() -> None:
    person = (
        "<html><dl><dt>姓名</dt><dd>王芳</dd>\n<dt>一卡通账号</dt><dd>339904156508447680</dd></dl></html>"
    )
    village = "<html><dl><dt>户名</dt><dd>柳湾村股份经济合作社</dd>\n<dt>账号</dt><dd>854038698398418</dd></dl></html>"

    assert (sorts(person, "a.html"), sorts(village, "a.html")) == ({"account"}, set())


def test_a_day_of_birth_in_a_form_of_a_beast_is_left_alone() -> None:
    beast = '{\n "耳标号": "A17",\n "品种": "湖羊",\n "出生日期": "2019年2月8日"\n}'
    child = '{\n "姓名": "王芳",\n "出生日期": "2019年2月8日"\n}'

    assert (sorts(beast, "a.json"), sorts(child, "a.json")) == (set(), {"birth"})


@pytest.mark.parametrize("text", ["出生日期由1958年4月17日改为1937/11/16", "生年月日:2001-08-07,卢明梅"])
def test_a_day_of_birth_is_found_when_it_is_put_right(text: str) -> None:
    assert sorts(text) == {"birth"}
