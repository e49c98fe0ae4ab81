"""What a clerk sees of a cell counts: rows out of sight, crossed out or in red, and two units on one sheet."""

import pytest

from tests.engine.test_importing import FACTS, HEADER, ROWS, Desk, desk
from tests.spreadsheets import Sheet, made, rewritten, xlsx

__all__ = ["desk"]


@pytest.mark.parametrize("format", ["xlsx", "xls", "ods"])
def test_a_row_that_is_crossed_out_is_asked_about(desk: Desk, format: str) -> None:
    assert desk.hands_in(made(format, Sheet([HEADER, *ROWS], inks={"F3": "struck"})), *FACTS) == 1

    assert "F3 划掉了" in desk.said and not desk.wrote()


@pytest.mark.parametrize("format", ["xlsx", "xls", "ods"])
def test_red_figures_are_taken_as_they_stand_and_told(desk: Desk, format: str) -> None:
    assert desk.hands_in(made(format, Sheet([HEADER, *ROWS], inks={"F4": "red"})), *FACTS) == 0, desk.said

    assert "「支出」有 1 格是红字（F4），照正数导了。" in desk.said


@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_a_row_of_no_height_is_hidden(desk: Desk, format: str) -> None:
    assert desk.hands_in(made(format, Sheet([HEADER, *ROWS], flat_rows=[3])), *FACTS) == 1

    assert "第 3 行有数，但是隐藏的" in desk.said and not desk.wrote()


def test_a_sheet_that_hides_rows_it_does_not_name_hides_them(desk: Desk) -> None:
    content = rewritten(
        xlsx(Sheet([HEADER, *ROWS])), {'defaultRowHeight="15"': 'defaultRowHeight="15" zeroHeight="1"'}
    )

    assert desk.hands_in(content, *FACTS) == 1
    assert "隐藏的" in desk.said and not desk.wrote()


def test_a_label_in_yuan_under_a_title_in_ten_thousands_is_asked_about(desk: Desk) -> None:
    header = [*HEADER[:4], "收入（元）", "支出（元）", HEADER[6]]

    assert desk.hands_in(xlsx(Sheet([["单位：万元"], header, *ROWS])), *FACTS) == 1
    assert "E2「收入（元）」写的是元，表外面写的却是万元，不知道照哪个。" in desk.said and not desk.wrote()


def named(*names: str) -> Sheet:
    """The usual sheet with one more column, 备注, in which these words stand."""
    rows = [[*row, name] for row, name in zip(ROWS, names, strict=True)]
    return Sheet([[*HEADER, "说明"], *rows])


def test_a_column_in_which_only_names_seem_to_stand_is_asked_about(desk: Desk) -> None:
    assert desk.hands_in(xlsx(named("王小明", "李强", "赵大花")), *FACTS, "--map", "摘要=summary") == 1

    assert "这一列像全是人名" in desk.said and "王小明" not in desk.said and not desk.wrote()


def test_a_column_of_words_is_not_taken_for_names(desk: Desk) -> None:
    desk.hands_in(xlsx(named("石料费", "路灯", "沙石")), *FACTS)

    assert "像全是人名" not in desk.said


def test_what_the_clerk_says_of_such_a_column_counts(desk: Desk) -> None:
    desk.hands_in(xlsx(named("王家坝", "李庄", "赵湾")), *FACTS, "--map", "说明=note")

    assert "像全是人名" not in desk.said
