"""What a clerk leaves in a number on purpose or by haste hides it no longer; its look-alikes are left alone."""

import random

import pytest

from mingbai.scan import scan_data
from tests.planting import card, check_of, identity, mobile

CHANCE = random.Random(23)
MOBILE = "13864271905"
DIGITS = {
    "numerals": "〇一二三四五六七八九",
    "zero": "零一二三四五六七八九",
    "formal": "零壹贰叁肆伍陆柒捌玖",
}


def sorts(text: str, name: str = "a.md") -> set[str]:
    return {each.sort for each in scan_data(name, text.encode())}


def identity_of(place: str, day: str, number: str) -> str:
    body = f"{place}{day}{number}"
    return body + check_of(body)


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("420683********0433", "mask"),
        ("420683****0433", "mask"),
        ("420683……0433", "mask"),
        ("4206831959********", "mask"),
        ("420683195904******", "mask"),
        ("******19590417****", "mask"),
        ("138****1905", "mask"),
        ("1386427****", "mask"),
        ("138xxxx1905", "mask"),
        ("138……1905", "mask"),
        ("13864271***", "mask"),
        ("* 138■■■■1905", "mask"),
        ("> **提示** 138 **** 1905", "mask"),
        ("****** 19590417 ****", "mask"),
        ("42068319590417某某某某", "mask"),
        ("4****************3", None),
        ("******************", None),
        ("187****，张三", None),
        ("150…某某", None),
        ("138********", None),
        ("6222 **** **** 1234", None),
        ("1500*600*75", None),
        ("138**8000**元", None),
    ],
)
def test_a_mask_that_leads_neighbours_to_one_person_is_told(text: str, sort: str | None) -> None:
    assert sorts(text) == ({sort} if sort else set())


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("李某，男，1963年8月出生", "birth"),
        ("李某，1963年8月生，党员", "birth"),
        ("生日 63.8.12", "birth"),
        ("生日：8月12日", "birth"),
        ("李某（1963.08生）", "birth"),
        ("李某，63年8月12日出生", "birth"),
        ("李某，63年8月生", "birth"),
        ("李某，农历1963年8月初七生", "birth"),
        ("26年3月生效", None),
        ("李某，生于一九六三年八月", "birth"),
        ("出生年月:196308", "birth"),
        ("1963年8月建成", None),
        ("2026年3月生产的化肥", None),
        ("2026年3月生效", None),
        ("事故发生于2026年3月5日", None),
        ("村务监督委员会产生于2021年3月", None),
        ("2026年3月出生人口12人", None),
        ("2026年3月出生12人", None),
        ("2020年1月出生的儿童可以报名", None),
    ],
)
def test_a_month_of_birth_in_prose_is_told_from_other_dates(text: str, sort: str | None) -> None:
    assert sorts(text) == ({sort} if sort else set())


@pytest.mark.parametrize("digits", DIGITS.values(), ids=DIGITS.keys())
@pytest.mark.parametrize("sign", ["", "、", " ", "，", "-"])
def test_numerals_one_by_one_are_a_number_whatever_parts_them(digits: str, sign: str) -> None:
    for value, sort in ((identity_of("420683", "19590417", "043"), "id"), (MOBILE, "mobile")):
        spelled = sign.join(digits[int(each)] if each.isdigit() else each for each in value)
        assert sort in sorts(f"李某：{spelled}。")


@pytest.mark.parametrize(
    "text",
    [
        "1、3、5、6、8、9、11、12组",
        "1、2、3、4、5、6、7、8、9、10、11、12",
        "一、三、四、五、六、七、八、九组",
    ],
)
def test_a_list_of_small_numbers_is_no_number_of_a_person(text: str) -> None:
    assert sorts(text) == set()


def test_numbers_written_in_one_are_found() -> None:
    id, other = identity(CHANCE), identity_of("420683", "19590417", "043")
    glued = {
        f"2026-03-15{MOBILE}": "mobile",
        f"2026年3月15{MOBILE}": "mobile",
        "电话138，6427，1905": "mobile",
        "1991-427-1905": "mobile",
        "①壹叁捌陆肆贰柒壹玖零伍": "mobile",
        "一、三、八、六、四、\n二、七、一、九、〇、五": "mobile",
        f"20260315{id}": "id",
        f"20260315{identity_of('152221', '19840724', '648')}": "id",
        f"2026-03-15{id}": "id",
        f"{MOBILE}{mobile(CHANCE)}": "mobile",
        f"{MOBILE}{id}": "id",
        f"{id}{card(CHANCE)}": "id",
        f"{other}{id}": "id",
        f"12{id}": "id",
    }  # fmt: skip

    assert {text: sort in sorts(f"退给{text}") for text, sort in glued.items()} == dict.fromkeys(glued, True)


@pytest.mark.parametrize(
    "text",
    [
        "20260315134512345",
        "20260315134512",
        "2026031513451213862",
        "2026-03-15 13:45:12.386427",
        "1742013864271",
        "192.168.101.123",
        "159.226.101.12:8080",
        "138.197.110.222",
        "ISBN 978-7-5124-3864-2",
        "6901386427190",
        "浙（2026）某县不动产权第13864271905号",
        "林权证第13864271905号",
        "宗地代码330106138642JC00012",
        "2026.1.13-2026.12.31",
        "2025-11-13—2026-12-13",
        "550e8400-e29b-4138-8123-446655440000",
        "91330106MA2A138642",
        "54330106MF13864271",
        "155+0117+0099=371",
        "版本13.19.1234.567",
        "（编号：E4206830714391504）",
        "合同编号 13864271905",
        "地块编码 4206830714391504263",
    ],
)
def test_moments_addresses_of_computers_books_and_land_are_no_telephone(text: str) -> None:
    assert sorts(f"见 {text}。") == set()
    assert sorts(f"序号,说明,金额\n1,{text},560.00\n", "a.csv") == set()


@pytest.mark.parametrize("place", ["168524", "266685", "384210", "661122", "920101"])
def test_eighteen_digits_of_no_province_are_no_identity_however_well_they_check(place: str) -> None:
    assert sorts(f"编码 {identity_of(place, '19590417', '043')}") == set()
    assert sorts(f"编码 {identity_of('420683', '19590417', '043')}") == {"id"}


@pytest.mark.parametrize(
    ("header", "cell", "sort"),
    [
        ("一卡通账号", "123456789012", "account"),
        ("惠农一折通", "123456789012", "account"),
        ("卡折号", "123456789012", "account"),
        ("医保编号", "1234567890", "account"),
        ("存折号", "123456789012", "account"),
        ("银行账户", "123456789012", "account"),
        ("低保证号", "鄂1234567890", "account"),
        ("残疾证号", "12345678901243", "account"),
        ("户口簿号", "1234567890", "account"),
        ("护照号码", "EA1234567", "account"),
        ("港澳通行证", "C12345678", "account"),
        ("身份证号码", "420683195904170431", "id"),
        ("身份证号码", "420683195904170000", "mask"),
        ("公民身份号码", "4.20683195904E+17", "id"),
        ("护照办理费", "1234567890", None),
        ("社保缴费金额", "1234567890", None),
        ("残疾人数", "1234567890", None),
        ("身份证有效期", "20200101-20400101", None),
        ("低保证发放日期", "2026-03-15", None),
    ],
)  # fmt: skip
def test_a_header_names_the_paper_whose_numbers_stand_below(header: str, cell: str, sort: str | None) -> None:
    expected = {sort} if sort else set()

    assert sorts(f"序号,姓名,{header}\n1,甲,{cell}\n", "a.csv") == expected
    assert sorts(f"| 序号 | {header} |\n| --- | --- |\n| 1 | {cell} |\n") == expected


@pytest.mark.parametrize("value", ["420683195904170000", "4.20683195904170E+17", "4.2068319590417e17"])
def test_an_identity_number_that_a_spreadsheet_rounded_is_found_under_any_header(value: str) -> None:
    assert sorts(f"序号,备注\n1,{value}\n", "a.csv") == {"mask"}


@pytest.mark.parametrize(
    "value", ["420683000000000000", "4.2E+17", "1.23456789012345E+17", "2026031513451200000"]
)
def test_another_round_figure_is_none(value: str) -> None:
    assert sorts(f"序号,备注\n1,{value}\n", "a.csv") == set()


@pytest.mark.parametrize(
    "text",
    [
        "银行账户：123456789012",
        "低保证号：鄂1234567890",
        "残疾证号 12345678901243",
        "护照：E12345678",
        "身份证：420683195904170431",
    ],
)
def test_a_paper_named_in_prose_is_found_with_its_number(text: str) -> None:
    assert sorts(text) <= {"account", "id"}
    assert sorts(text)


def test_a_paper_that_is_to_be_brought_along_is_no_number_of_one() -> None:
    assert sorts("事项,材料,电话\n建房,申请书、户口簿,0000-0000000\n", "a.csv") == set()
    assert sorts("名称,内容\n社保卡号,123456789012\n", "a.csv") == {"account"}


def test_a_column_of_things_holds_no_numbers_of_persons_but_identities() -> None:
    for header, value in (("合同编号", MOBILE), ("地块编码", "4206830714391504263"), ("发票号码", MOBILE)):
        assert sorts(f"序号,{header},金额\n1,{value},5\n", "a.csv") == set()
        assert sorts(f"序号,{header},金额\n1,{identity(CHANCE)},5\n", "a.csv") == {"id"}
    assert sorts(f"序号,编号,金额\n1,{MOBILE},5\n", "a.csv") == {"mobile"}


def written_in_runs(*parts: str) -> set[str]:
    runs = "".join(
        f"<w:r><w:rPr><w:rFonts w:hint='eastAsia'/></w:rPr><w:t>{each}</w:t></w:r>" for each in parts
    )
    return sorts(f'<?xml version="1.0"?><w:p xmlns:w="x">{runs}</w:p>', "a.xml")


def test_a_word_keeps_its_sense_in_the_encoding_and_the_runs_it_is_written_in() -> None:
    value = next(each for each in iter(lambda: identity(CHANCE), "") if each.endswith("X"))

    assert not list(scan_data("a.txt", f"见合同编号 {MOBILE}，已办结".encode("gb18030")))
    assert written_in_runs("合同", "编号", MOBILE) == set()
    assert written_in_runs(*value) == {"id"}


def test_lists_of_figures_in_one_line_hold_no_telephone_number() -> None:
    assert (
        sorts("[[890, 4173, 2600], [1801, 3772, 2892], [137, 7591, 6867], [306, 6943, 6573]]", "a.json")
        == set()
    )
    assert sorts("[[137, 7591, 6867], [138, 6427, 1905], [139, 1234, 5678]]", "a.json") == {"mobile"}


def test_a_well_is_no_door_though_its_word_is_set_in_a_run_of_its_own() -> None:
    assert written_in_runs("8组", "16号", "井") == set()
    assert written_in_runs("8组", "16号", "李某家") == {"address"}
