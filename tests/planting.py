"""Makes invented identifiers and their look-alikes, and hides them in files the way people and programs do."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.comments import Comment
from PIL import Image, PngImagePlugin
from reportlab.pdfgen import canvas

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PLACES = ("110105", "330106", "420583", "510822", "620102", "653130", "150921", "469007")
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u200e\u202e\u2066\u00ad"


def check_of(body: str) -> str:
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def day(chance: random.Random) -> str:
    return f"{chance.randint(1930, 2020)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"


def identity(chance: random.Random) -> str:
    body = chance.choice(PLACES) + day(chance) + f"{chance.randint(1, 999):03}"
    return body + check_of(body)


def old_identity(chance: random.Random) -> str:
    return chance.choice(PLACES) + day(chance)[2:] + f"{chance.randint(1, 995):03}"


def mobile(chance: random.Random) -> str:
    return f"1{chance.choice('3456789')}{chance.randrange(10**9):09}"


def luhn(body: str) -> str:
    mirrored = [int(each) for each in reversed(body + "0")]
    total = sum(mirrored[::2]) + sum(sum(divmod(2 * each, 10)) for each in mirrored[1::2])
    return str(-total % 10)


def card(chance: random.Random) -> str:
    start = chance.choice(("622202", "621700", "620058", "623668", "955880", "436742", "411111", "552210"))
    size = 16 if start[0] in "45" and start != "436742" else 19
    body = start + "".join(str(chance.randrange(10)) for _ in range(size - 7))
    return body + luhn(body)


VALUES: dict[str, Callable[[random.Random], str]] = {
    "id": identity,
    "old": old_identity,
    "mobile": mobile,
    "card": card,
}


# --- how a number may be written ---


def _digits(to: str) -> Callable[[str, random.Random], str]:
    return lambda number, _: "".join(to[int(each)] if each.isdigit() else each for each in number)


def _fullwidth(number: str, _: random.Random) -> str:
    return "".join(chr(ord(each) + 0xFEE0) for each in number)


def _unseen(number: str, chance: random.Random) -> str:
    return "".join(each + (chance.choice(ZERO_WIDTH) if chance.random() < 0.5 else "") for each in number)


def _grouped(sign: str) -> Callable[[str, random.Random], str]:
    def write(number: str, _: random.Random) -> str:
        sizes = {11: (3, 4, 4), 15: (6, 6, 3), 18: (6, 8, 4)}.get(len(number), (4,) * 5)
        at, parts = 0, []
        for size in sizes:
            parts.append(number[at : at + size])
            at += size
        return sign.join(part for part in parts if part)

    return write


WRITINGS: dict[str, Callable[[str, random.Random], str]] = {
    "plain": lambda number, _: number,
    "spaces": _grouped(" "),
    "dashes": _grouped("-"),
    "dots": _grouped("."),
    "long dashes": _grouped("—"),
    "ideographic spaces": _grouped("\u3000"),
    "one by one": lambda number, _: " ".join(number),
    "fullwidth": _fullwidth,
    "numerals": _digits("〇一二三四五六七八九"),
    "zero numerals": _digits("零一二三四五六七八九"),
    "financial numerals": _digits("零壹贰叁肆伍陆柒捌玖"),
    "circled": _digits("⓪①②③④⑤⑥⑦⑧⑨"),
    "arabic-indic": _digits("٠١٢٣٤٥٦٧٨٩"),
    "mathematical": _digits("𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"),
    "unseen": _unseen,
    "bidi": lambda number, _: f"\u202d{number}\u202c",
    "bold": lambda number, _: f"**{number[:3]}**{number[3:]}",
    "lower case": lambda number, _: number.lower(),
}

# --- look-alikes ---


def wrong_identity(chance: random.Random) -> str:
    number = identity(chance)
    return number[:17] + chance.choice([each for each in "0123456789X" if each != number[17]])


def wrong_card(chance: random.Random) -> str:
    number = card(chance)
    return number[:-1] + str((int(number[-1]) + chance.randint(1, 9)) % 10)


def credit_code(chance: random.Random) -> str:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    start = chance.choice(("91", "92", "93", "52", "12", "N2"))
    body = start + chance.choice(PLACES) + "MA" + "".join(chance.choice(letters) for _ in range(7))
    total = sum(letters.index(each) * pow(3, place, 31) for place, each in enumerate(body))
    return body + letters[-total % 31]


def amount(chance: random.Random) -> str:
    return f"{chance.randrange(10 ** chance.randint(3, 11))}.{chance.randrange(100):02}"


def region(chance: random.Random) -> str:
    return f"{chance.choice(PLACES)}{chance.randrange(10**6):06}"


def gps(chance: random.Random) -> str:
    return f"{chance.uniform(73, 135):.6f}, {chance.uniform(18, 53):.6f}"


LOOKALIKES: dict[str, Callable[[random.Random], str]] = {
    "wrong check digit": wrong_identity,
    "wrong card": wrong_card,
    "credit code": credit_code,
    "amount": amount,
    "thousands": lambda chance: f"{chance.randrange(10**4, 10**11):,}",
    "region": region,
    "gps": gps,
    "day": lambda chance: f"20{chance.randint(10, 29)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
    "moment": lambda chance: f"202603{chance.randint(1, 28):02}{chance.randrange(10**6):06}",
    "contract": lambda chance: f"ZP-20{chance.randint(10, 29)}-{chance.randrange(1000):03}",
    "landline": lambda chance: f"0{chance.randint(310, 999)}-{chance.randrange(2 * 10**7, 9 * 10**7)}",
    "masked mobile": lambda chance: mobile(chance)[:3] + "********",
    "masked identity": lambda chance: identity(chance)[:3] + "*" * 14 + identity(chance)[17],
    "digest": lambda chance: f"{chance.getrandbits(256):064x}",
    "serial": lambda chance: f"{chance.randrange(10**9, 10**10)}",
    "document": lambda chance: f"民发〔20{chance.randint(10, 29)}〕{chance.randint(1, 200)}号",
    "things": lambda chance: (
        f"{chance.randint(1, 9)}组{chance.randint(1, 20)}号{chance.choice('井桥桩池塘')}"
    ),
}

# --- where it may stand ---

WORDS = ("环境卫生", "保洁员工资", "东渠清淤首付款", "村口门面房租金", "垫付误工补贴", "见附件说明")


@dataclass(frozen=True)
class Planted:
    """A file with something in it: its bytes, what is in it and how it got there."""

    name: str
    data: bytes
    how: str


def table(chance: random.Random, value: str, sign: str = ",") -> str:
    rows = [
        ["序号", "日期", "事项", "说明", "金额"],
        *(
            [str(at), f"2026-03-{at + 1:02}", chance.choice(WORDS), chance.choice(WORDS), f"{at * 310}.50"]
            for at in range(1, 7)
        ),
    ]
    rows[chance.randint(1, 6)][chance.choice((2, 3))] = value
    return "\n".join(sign.join(row) for row in rows) + "\n"


def workbook(value: str, place: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "事项"])
    sheet.append([1, "保洁"])
    if place == "hidden sheet":
        other = book.create_sheet("隐藏")
        other.sheet_state = "hidden"
        other["C7"] = value
    elif place == "number":
        sheet["B3"] = int(value) if value.isdigit() and len(value) < 16 else value
    elif place == "comment":
        sheet["A2"].comment = Comment(value, "甲")
    elif place == "properties":
        book.properties.description = value
    elif place == "header":
        sheet.oddHeader.center.text = value
    elif place == "sheet name":
        book.create_sheet(value)
    elif place == "link":
        sheet["A2"].hyperlink = f"https://a.example/?q={value}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def document(value: str, *, runs: bool = False) -> bytes:
    half = len(value) // 2
    parts = [value[:half], value[half:]] if runs else [value]
    text = "".join(f"<w:r><w:t>{escape(part)}</w:t></w:r>" for part in parts)
    xml = f'<?xml version="1.0"?><w:document xmlns:w="x"><w:body><w:p>{text}</w:p></w:body></w:document>'
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": xml})


def slides(value: str) -> bytes:
    xml = f'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>{escape(value)}</a:t></a:r></a:p></p:sld>'
    return zipped({"ppt/slides/slide1.xml": "<p:sld/>", "ppt/notesSlides/notesSlide1.xml": xml})


def zipped(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def picture(value: str, place: str) -> bytes:
    image, out = Image.new("RGB", (8, 8), "white"), io.BytesIO()
    if place == "exif":
        exif = Image.Exif()
        exif[0x010E] = value
        exif[0x9C9C] = value.encode("utf-16-le")
        image.save(out, "JPEG", exif=exif)
    elif place == "jpeg comment":
        image.save(out, "JPEG", comment=value.encode())
    elif place == "webp xmp":
        image.save(out, "WEBP", xmp=f"<x:xmpmeta><rdf:li>{escape(value)}</rdf:li></x:xmpmeta>".encode())
    else:
        chunks = PngImagePlugin.PngInfo()
        if place == "png text":
            chunks.add_text("Comment", value.encode("utf-8", "replace").decode("latin-1"))
        else:
            chunks.add_itxt("Comment", value, zip=place == "png packed")
        image.save(out, "PNG", pnginfo=chunks)
    return out.getvalue()


def page(*lines: str) -> bytes:
    out = io.BytesIO()
    drawn = canvas.Canvas(out)
    for at, line in enumerate(lines):
        drawn.drawString(72, 700 - 20 * at, line)
    drawn.save()
    return out.getvalue()


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030")


def html(value: str, form: str) -> str:
    half = len(value) // 2
    bodies = {
        "text": f"<p>联系{value}</p>",
        "inline": f"<p>{value[:half]}<b>{value[half:]}</b></p>",
        "attribute": f'<p title="{value}">见</p>',
        "entities": "<p>" + "".join(f"&#{ord(each)};" for each in value) + "</p>",
        "comment": f"<p>见</p><!-- {value} -->",
        "cells": f"<table><tr><td>甲</td><td>{value}</td></tr></table>",
    }
    return f"<!doctype html><html><body>{bodies[form]}</body></html>"


def text_files(chance: random.Random, value: str) -> Iterator[Planted]:
    """Yield one text file of every sort with the value in it."""
    encoding = chance.choice(ENCODINGS)
    yield Planted("a.csv", table(chance, value).encode(encoding, "replace"), f"csv {encoding}")
    yield Planted("a.csv", table(chance, f'"{chance.choice(WORDS)}\n{value}"').encode(), "csv quoted")
    yield Planted("a.md", f"# 说明\n\n- 联系 {value}。\n".encode(), "markdown")
    yield Planted("a.md", table(chance, value, " | ").encode(), "markdown table")
    yield Planted("a.yaml", f"supervision:\n  opinion: 请找{value}\n".encode(), "yaml")
    yield Planted("a.json", f'{{"rows": [{{"note": "{value}"}}]}}'.encode(), "json")
    form = chance.choice(("text", "inline", "attribute", "entities", "comment", "cells"))
    yield Planted("a.html", html(value, form).encode(), f"html {form}")


def packed_files(chance: random.Random, value: str) -> Iterator[Planted]:
    """Yield an office file and a picture with the value in them."""
    place = chance.choice(("hidden sheet", "comment", "properties", "header", "link"))
    yield Planted("a.xlsx", workbook(value, place), f"xlsx {place}")
    yield Planted("a.docx", document(value, runs=chance.random() < 0.5), "docx")
    yield Planted("a.pptx", slides(value), "pptx notes")
    yield Planted("a.zip", zipped({"b/a.csv": table(chance, value).encode()}), "zip")
    place = chance.choice(("exif", "jpeg comment", "webp xmp", "png text", "png itxt", "png packed"))
    yield Planted("a.png", picture(value, place), f"picture {place}")


def split_files(chance: random.Random, value: str) -> Iterator[Planted]:
    """Yield tables with the value cut over neighbouring cells of a row."""
    sizes = {11: ((3, 4, 4), (3, 8), (7, 4)), 18: ((6, 8, 4), (6, 12), (10, 8), (4, 4, 4, 4, 2))}.get(
        len(value), ((4, 4, 4, 4, 3),)
    )
    at, parts = 0, []
    for size in chance.choice(sizes):
        parts.append(value[at : at + size])
        at += size
    parts = [part for part in parts if part]
    head = ["事项", *(f"说明{each}" for each in range(len(parts)))]
    rows = [head, *(["保洁", *([""] * len(parts))] for _ in range(3)), ["垫付", *parts]]
    yield Planted("a.csv", "\n".join(",".join(row) for row in rows).encode(), "split csv")
    yield Planted(
        "a.csv", "\n".join(",".join(f'"{each}"' for each in row) for row in rows).encode(), "split quoted"
    )
    text = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    yield Planted("a.md", text.encode(), "split markdown")
    cells = "\n".join("<tr>\n" + "\n".join(f"<td>{each}</td>" for each in row) + "\n</tr>" for row in rows)
    yield Planted("a.html", f"<table>{cells}</table>".encode(), "split html")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    yield Planted("a.xlsx", out.getvalue(), "split xlsx")
    yield Planted("a.json", f"[{', '.join(parts)}]".encode(), "split json")
