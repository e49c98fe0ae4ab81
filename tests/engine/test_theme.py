"""The theme: contrast of every pair of colours, recomputed from the tokens; nothing that an old phone cannot read."""

import re
from itertools import chain

import pytest

from mingbai.messages import theme_folder

CSS = theme_folder() / "assets" / "css"
TOKENS = (CSS / "10-tokens.css").read_text(encoding="utf-8")

# Foreground, background, least contrast (WCAG 2.2, 1.4.3 and 1.4.11).
PAIRS = [
    ("ink", "sheet", 4.5),
    ("ink", "wall", 4.5),
    ("ink", "inset", 4.5),
    ("ink-2", "sheet", 4.5),
    ("ink-2", "inset", 4.5),
    ("ink-2", "wall", 4.5),
    ("pen", "sheet", 4.5),
    ("pen", "wall", 4.5),
    ("pen", "inset", 4.5),
    ("zhu", "sheet", 4.5),
    ("zhu", "zhu-wash", 4.5),
    ("zhu", "inset", 4.5),
    ("ink", "zhu-wash", 4.5),
    ("on-zhu", "zhu-fill", 4.5),
    ("ok", "sheet", 4.5),
    ("ok", "ok-wash", 4.5),
    ("late", "sheet", 4.5),
    ("late", "late-wash", 4.5),
    ("miss", "sheet", 4.5),
    ("nil", "nil-wash", 4.5),
    ("show", "show-wash", 4.5),
    ("sheet", "ink", 4.5),
    ("on-band", "band", 4.5),
    ("edge", "sheet", 3),
    ("edge", "wall", 3),
    ("zhu", "wall", 3),
    ("focus", "sheet", 3),
    ("focus", "wall", 3),
    ("focus", "inset", 3),
]


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", block))


def block(selector: str) -> dict[str, str]:
    found = re.search(rf"{re.escape(selector)}\s*{{(.*?)}}", TOKENS, re.DOTALL)
    assert found, selector
    return colours(found[1])


DAY = block("\n:root")
NIGHT = DAY | block(":root:not(.light)")
CARE = DAY | block("html.elder")
PALETTES = {"day": DAY, "night": NIGHT, "care": CARE}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_the_one_of_wcag() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_of_colours_can_be_read(name: str, front: str, back: str, least: float) -> None:
    palette = PALETTES[name]

    assert contrast(palette[front], palette[back]) >= least


def test_night_and_care_name_no_colour_that_day_lacks() -> None:
    assert set(NIGHT) == set(CARE) == set(DAY)


def test_colours_stand_in_the_tokens_and_on_paper_only() -> None:
    for path in sorted(CSS.glob("*.css")):
        if path.name not in ("10-tokens.css", "95-print.css"):
            css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            assert re.findall(r"#[0-9a-f]{3,8}\b(?=[^{]*;)", css) == [], path.name


def test_every_token_used_is_defined() -> None:
    sheets = [path.read_text(encoding="utf-8") for path in CSS.glob("*.css")]
    used = set(chain.from_iterable(re.findall(r"var\((--[\w-]+)", css) for css in sheets))
    defined = set(chain.from_iterable(re.findall(r"(--[\w-]+)\s*:", css) for css in sheets))

    assert used - defined == set()


# What Chromium 80 does not know and would drop, with no fallback that works.
@pytest.mark.parametrize(
    "news", [":has(", ":is(", ":where(", "color-mix(", "@layer", "@container", "inset:", "aspect-ratio"]
)
def test_style_sheets_ask_nothing_of_old_phones(news: str) -> None:
    for path in sorted(CSS.glob("*.css")):
        css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(
            rf"(?<![-\w]){re.escape(news)}" if news[0].isalpha() else re.escape(news), css
        ), path.name


def test_flex_boxes_keep_their_distance_without_gap() -> None:
    for path in sorted(CSS.glob("*.css")):
        for rule in re.findall(r"{([^{}]*)}", path.read_text(encoding="utf-8")):
            flex = re.search(r"display:\s*(inline-)?flex", rule)
            assert not (flex and re.search(r"(?<![-\w])gap:", rule)), f"{path.name}: {rule}"
