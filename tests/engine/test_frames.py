"""Frames: marks, filling, the policy over all of them."""

import base64
import hashlib
from pathlib import Path

import pytest
from markupsafe import Markup

from mingbai import frames
from mingbai.errors import FrameError
from mingbai.frames import MARKS, Frame

WHOLE = (
    "<title><!--mingbai:title--></title><!--mingbai:meta--><!--mingbai:nav--><!--mingbai:languages-->"
    "<main><!--mingbai:body--></main>"
)
EMPTY = Markup("")


def fill(frame: Frame, title: str = "", body: Markup = EMPTY) -> str:
    return frame.fill(title=title, meta=EMPTY, nav=EMPTY, languages=EMPTY, body=body)


def test_a_frame_is_filled_at_its_marks_and_nothing_else_changes() -> None:
    page = Frame.read(WHOLE, "zh-0.html").fill(
        title="题",
        meta=Markup("<meta>"),
        nav=Markup("<ul></ul>"),
        languages=Markup("<a>English</a>"),
        body=Markup("<p>文</p>"),
    )

    assert page == "<title>题</title><meta><ul></ul><a>English</a><main><p>文</p></main>"


def test_a_title_is_escaped() -> None:
    assert "<title>&lt;script&gt; &amp; &#34;</title>" in fill(Frame.read(WHOLE, "x"), title='<script> & "')


def test_a_mark_in_the_body_is_not_a_mark() -> None:
    page = fill(Frame.read(WHOLE, "x"), title="题", body=Markup("<!--mingbai:title-->"))

    assert page.count("题") == 1
    assert "<main><!--mingbai:title--></main>" in page


@pytest.mark.parametrize("mark", MARKS)
def test_a_missing_mark_is_named_with_its_file(mark: str) -> None:
    with pytest.raises(FrameError, match=rf"en-3\.html.*{mark}.*0"):
        Frame.read(WHOLE.replace(f"<!--mingbai:{mark}-->", ""), "en-3.html")


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_that_stands_twice_is_named_with_its_file(mark: str) -> None:
    with pytest.raises(FrameError, match=rf"zh-1\.html.*{mark}.*2"):
        Frame.read(f"{WHOLE}<!--mingbai:{mark}-->", "zh-1.html")


def test_a_mark_nobody_knows_is_refused() -> None:
    with pytest.raises(FrameError, match="surprise"):
        Frame.read(f"{WHOLE}<!--mingbai:surprise-->", "zh-1.html")


def test_frames_are_read_back_by_language_and_depth(tmp_path: Path) -> None:
    (tmp_path / "zh-0.html").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "en-2.html").write_text(WHOLE, encoding="utf-8")

    assert set(frames.load(tmp_path)) == {("zh", 0), ("en", 2)}


def test_the_policy_allows_the_inline_scripts_of_all_frames_and_no_others() -> None:
    rule = frames.policy(
        [
            "<script>one()</script>",
            '<script src="a.js"></script><script>two()</script>',
            "<script>one()</script>",
        ]
    )

    for script in ("one()", "two()"):
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in rule
    assert rule.count("sha256-") == 2
    assert "unsafe" not in rule
    assert "http" not in rule


def test_a_data_block_is_no_script() -> None:
    assert frames.inline_scripts('<script type="application/json">{}</script><script >go()</script>') == [
        "go()"
    ]


def test_hidden_frames_lie_as_deep_as_the_pages_they_are_for() -> None:
    for lang, depth in frames.keys(["zh", "en"]):
        assert frames.hidden_path(lang, depth).count("/") == depth


def test_collecting_keeps_frames_with_their_policy_and_clears_the_hidden_pages(tmp_path: Path) -> None:
    source = f"<head><!--mingbai:policy--></head>{WHOLE}<script>care()</script>"
    for key in frames.keys(["zh"]):
        path = tmp_path / frames.hidden_path(*key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    (tmp_path / "prose.html").write_text("<head><!--mingbai:policy--></head>", encoding="utf-8")

    found = frames.collect(tmp_path, ["zh"])

    assert set(found) == set(frames.keys(["zh"]))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["assets", "prose.html"]
    assert "Content-Security-Policy" in (tmp_path / "prose.html").read_text(encoding="utf-8")
    assert frames.load(tmp_path / frames.FOLDER) == found
    assert (tmp_path / frames.FOLDER / "csp.txt").read_text(encoding="utf-8").strip() in fill(found["zh", 0])


def test_the_style_sheet_is_named_by_what_it_holds() -> None:
    one, css = frames.style(["/* why */\na { color: red; }\n", "  b { top: 0; }\n"])
    other, _ = frames.style(["a { color: blue; }"])

    assert css == "a { color: red; }\nb { top: 0; }\n"
    assert one != other
