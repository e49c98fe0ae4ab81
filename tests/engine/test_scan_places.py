"""Wherever a number may lie in a document, a letter or an archive, it is found there; figures are left alone."""

import base64
import bz2
import gzip
import io
import json
import lzma
import random
import tarfile
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from reportlab.pdfgen.canvas import Canvas

from mingbai.scan import scan_data
from tests.planting import card, identity, mobile, page, picture, workbook, zipped

CHANCE = random.Random(31)
MAKERS: dict[str, Callable[[random.Random], str]] = {"id": identity, "mobile": mobile, "card": card}


def sorts(name: str, data: bytes | str) -> set[str]:
    return {each.sort for each in scan_data(name, data.encode() if isinstance(data, str) else data)}


def drawn(draw: Callable[[Canvas], object]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 800, "notice")
    draw(canvas)
    canvas.save()
    return out.getvalue()


def changed(change: Callable[[PdfWriter], object]) -> bytes:
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(page("notice")))), io.BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def box_by_box(canvas: Canvas, value: str) -> None:
    for at, each in enumerate(value):
        canvas.drawString(72 + 18 * at, 700, each)


def in_a_narrow_cell(canvas: Canvas, value: str) -> None:
    canvas.drawString(72, 700, "A")
    canvas.drawString(330, 700, "1200.00")
    for at in range(0, len(value), 7):
        canvas.drawString(150, 712 - 12 * at // 7, value[at : at + 7])


def wide(canvas: Canvas, value: str) -> None:
    text = canvas.beginText(72, 700)
    text.setCharSpace(6)
    text.textOut(value)
    canvas.drawText(text)


def outlined(canvas: Canvas, value: str) -> None:
    canvas.bookmarkPage("p")
    canvas.addOutlineEntry(value, "p")


XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title>'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)
PLACES: dict[str, Callable[[str], bytes]] = {
    "box by box": lambda value: drawn(lambda canvas: box_by_box(canvas, value)),
    "a narrow cell": lambda value: drawn(lambda canvas: in_a_narrow_cell(canvas, value)),
    "wide letters": lambda value: drawn(lambda canvas: wide(canvas, value)),
    "a heading": lambda value: drawn(lambda canvas: outlined(canvas, value)),
    "the keywords": lambda value: drawn(lambda canvas: canvas.setKeywords(value)),
    "a form": lambda value: drawn(
        lambda canvas: canvas.acroForm.textfield(name="f", value=value, x=72, y=700)
    ),
    "a link": lambda value: drawn(
        lambda canvas: canvas.linkURL(f"https://a.example/?p={value}", (72, 700, 90, 720))
    ),
    "a note": lambda value: changed(
        lambda writer: writer.add_annotation(0, FreeText(text=value, rect=(50, 550, 200, 650)))
    ),
    "a file in it": lambda value: changed(
        lambda writer: writer.add_attachment("a.xlsx", workbook(value, "comment"))
    ),
    "the name of a file in it": lambda value: changed(
        lambda writer: writer.add_attachment(f"{value}.txt", b"none")
    ),
    "XMP": lambda value: changed(lambda writer: setattr(writer, "xmp_metadata", XMP.format(value).encode())),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_number_in_a_pdf_is_found_wherever_it_lies(place: str) -> None:
    for sort, make in MAKERS.items():
        if (place, sort) != ("a narrow cell", "card"):
            assert sort in sorts("a.pdf", PLACES[place](make(CHANCE)))


def test_figures_in_the_rows_of_a_pdf_are_no_telephone_number() -> None:
    def figures(canvas: Canvas) -> None:
        for row in range(24):
            for column, text in enumerate((str(row), "138", "1234", f"{row}5678", "560.00")):
                canvas.drawString(72 + 70 * column, 760 - 14 * row, text)

    assert sorts("a.pdf", drawn(figures)) == set()


def spreadsheet(rows: list[list[str]]) -> bytes:
    """Return what LibreOffice writes of some rows."""
    cells = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in rows
    )
    xml = f'<?xml version="1.0"?><x xmlns:table="t" xmlns:text="x"><table:table>{cells}</table:table></x>'
    return zipped({"content.xml": xml})


def test_an_open_spreadsheet_has_rows_headers_and_split_numbers() -> None:
    value = identity(CHANCE)

    assert sorts("a.ods", spreadsheet([["甲", value[:6], value[6:14], value[14:]]])) == {"id"}
    assert sorts("a.ods", spreadsheet([["甲", value[:10], value[10:]]])) == {"id"}
    assert sorts("a.ods", spreadsheet([["姓名", "一卡通账号"], ["甲", "123456789012"]])) == {"account"}


def test_figures_side_by_side_in_an_open_spreadsheet_are_left_alone() -> None:
    rows = [
        ["项目", "第一次", "第二次", "第三次"],
        ["甲", "138", "1234", "5678"],
        ["乙", "112", "2234", "5678"],
    ]

    assert sorts("a.ods", spreadsheet(rows)) == set()


@pytest.mark.parametrize("name", ["a.md", "a.html"])
@pytest.mark.parametrize(
    "between",
    ["<!-- 注 -->", "<!---->", "<b></b>", "<wbr>", '<span class="a1">', "&shy;", "&#8203;"],
)
def test_a_number_with_something_of_html_inside_is_found(name: str, between: str) -> None:
    for sort, make in MAKERS.items():
        value = make(CHANCE)
        before, after = (
            ("<html><body><p>", "</p></body></html>") if name.endswith("html") else ("# 公示\n\n", "\n")
        )
        assert sort in sorts(name, f"{before}找{value[:5]}{between}{value[5:]}{after}")
        assert sort in sorts(name, f"{before}找{''.join(f'&#{ord(each)};' for each in value)}{after}")


WRAPPED = {
    "a.md": ["说明如下，号码是{}\n{}，请核对。", "- 说明，号码是{}\n  {}。", "> 说明，号码是{}\n> {}。"],
    "a.yaml": [
        "a: >\n  号码{}\n  {}\n",
        "a: |\n  号码{}\n  {}\n",
        "a: 号码{}\n  {}\nb: 1\n",
        'a: "号码{}\\\n  {}"\n',
    ],
    "a.txt": ["甲，号码{}\r\n{}。\r\n"],
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, each) for name, texts in WRAPPED.items() for each in texts]
)
def test_a_number_that_was_broken_over_two_lines_is_found(name: str, text: str) -> None:
    for sort, make in MAKERS.items():
        value = make(CHANCE)
        for at in (3, 6, 9):
            assert sort in sorts(name, text.format(value[:at], value[at:]))


@pytest.mark.parametrize(
    "text",
    [
        "今年共138\n12345678元。\n",
        "138\n1234\n5678\n142\n2234\n",
        "- 138\n- 1234.50\n- 56789\n",
        "| 138 |\n| 12345678 |\n",
        "opening: 138\nincome: 1234\nvotes: 5678\n",
    ],
)
def test_figures_one_under_another_are_no_number(text: str) -> None:
    assert sorts("a.md", text) == set()
    assert sorts("a.yaml", text) == set()


@pytest.mark.parametrize("indent", [None, 2])
def test_a_number_in_several_values_of_an_object_is_found(indent: int | None) -> None:
    for sort, make in MAKERS.items():
        value = make(CHANCE)
        sizes = {18: (6, 14), 11: (3, 7), 19: (4, 8, 12, 16)}.get(len(value), (4, 8, 12))
        parts = [value[start:end] for start, end in zip((0, *sizes), (*sizes, None), strict=True)]
        rows = {f"no_{at}": part for at, part in enumerate(parts)}
        assert sort in sorts("a.json", json.dumps(rows, indent=indent))
        assert sort in sorts("a.json", json.dumps(parts, indent=indent))
        assert sort in sorts("a.yaml", "no:\n" + "".join(f"  - '{part}'\n" for part in parts))


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ('{"idno": 420683195904170431}', "id"),
        ('{"idno": 4.2068319590417e17}', "mask"),
        ('{"bank_account": "123456789012"}', "account"),
        ("一卡通号: '123456789012'\n", "account"),
        (
            '{"\\u7535\\u8bdd": "\\u0031\\u0033\\u0038\\u0030\\u0030\\u0031\\u0033\\u0038\\u0030\\u0030\\u0030"}',
            "mobile",
        ),
        ('{"households": 138, "people": 1234, "mu": 5678}', None),
        ('{"at": 1742013864271, "size": 138, "x": 113.264385}', None),
    ],
)
def test_a_value_is_read_with_its_name(text: str, sort: str | None) -> None:
    assert sort in sorts("a.json", text) if sort else sorts("a.json", text) == set()


def bound(inner: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("a/b.csv")
        member.size = len(inner)
        archive.addfile(member, io.BytesIO(inner))
    return out.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "a.csv.gz": gzip.compress,
    "a.csv.bz2": bz2.compress,
    "a.csv.xz": lzma.compress,
    "a.csv.lzma": lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE),
    "a.tar": bound,
    "a.tgz": lambda data: gzip.compress(bound(data)),
    "a.tbz": lambda data: bz2.compress(bound(data)),
    "two.gz": lambda data: gzip.compress(b"a") + gzip.compress(data),
}


@pytest.mark.parametrize("name", PACKED)
def test_what_the_standard_library_can_unpack_is_looked_into(name: str) -> None:
    assert sorts(name, PACKED[name](f"事项\n{identity(CHANCE)}\n".encode())) == {"id"}
    assert sorts(name, PACKED[name]("事项\n保洁\n".encode())) == set()


@pytest.mark.parametrize(
    "start", [b"7z\xbc\xaf\x27\x1c\0\4", b"Rar!\x1a\x07\x01\0", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0broken"]
)
def test_what_it_cannot_unpack_is_told(start: bytes) -> None:
    assert sorts("a.bin", start + bytes(range(200))) == {"unread"}


def test_what_swells_beyond_measure_is_told_and_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingbai.scan.packed.MOST", 1_000_000)

    for pack in (gzip.compress, bz2.compress, lzma.compress):
        assert sorts("bomb", pack(b"0" * 50_000_000)) == {"unread"}


@pytest.mark.parametrize("how", ["quoted-printable", "base64"])
def test_a_letter_is_read_as_its_reader_sees_it(how: str) -> None:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "office@village.example", f"名单 {mobile(CHANCE)}"
    letter.set_content(f"请看：{card(CHANCE)}，谢谢大家" * 3, cte=how)
    letter.add_attachment(
        workbook(identity(CHANCE), "comment"), maintype="application", subtype="x", filename="a.bin"
    )

    assert {"mobile", "card", "id"} <= sorts("a.eml", letter.as_bytes())


def test_a_file_that_lies_in_a_text_is_read_and_its_letters_are_not() -> None:
    inner = {"id": f"<p>{identity(CHANCE)}</p>".encode(), "mobile": picture(mobile(CHANCE), "exif")}
    for sort, data in inner.items():
        written = base64.b64encode(data).decode()
        assert sort in sorts(
            "a.html", f'<html><iframe src="data:text/html;base64,{written}"></iframe></html>'
        )
        assert sort in sorts("a.md", f"![图](data:image/jpeg;base64,{written})\n")

    noise = base64.b64encode(b"\xd7\x7f\xcd\xdb" * 3 + b"\x1a+13812345678/" + bytes(range(90))).decode()
    assert sorts("a.md", f"![图](data:image/jpeg;base64,{noise}+13864271905/AAAA)\n") <= {"unread", "mobile"}
    assert sorts("a.md", "![图](data:image/jpeg;base64,13864271905)\n") == {"mobile"}


def document_table(*rows: list[str]) -> bytes:
    """Return a table of a document; a space in a cell begins a new paragraph."""
    cells = [["".join(f"<w:p>{each}</w:p>" for each in cell.split()) for cell in row] for row in rows]
    body = "".join(f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in row)}</w:tr>" for row in cells)
    return zipped({"word/document.xml": f'<?xml version="1.0"?><x xmlns:w="w"><w:tbl>{body}</w:tbl></x>'})


def test_a_number_over_two_paragraphs_of_a_cell_is_one_and_over_two_rows_is_none() -> None:
    value = identity(CHANCE)

    assert sorts("a.docx", document_table(["甲", f"{value[:10]} {value[10:]}", "560"])) == {"id"}
    assert sorts("a.docx", document_table(["甲", "138", "1386427190"], ["5", "乙", "2"])) == set()


def test_a_drawing_that_places_every_digit_is_read_as_one_number() -> None:
    digits = "".join(f'<tspan x="{at}">{each}</tspan>' for at, each in enumerate(mobile(CHANCE)))

    assert sorts("a.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><text>{digits}</text></svg>') == {
        "mobile"
    }


def test_rich_text_is_read_as_its_reader_sees_it() -> None:
    def written(text: str) -> str:
        return (
            "{\\rtf1\\ansi " + "".join(each if each.isascii() else f"\\u{ord(each)}?" for each in text) + "}"
        )

    value = mobile(CHANCE)
    halves = f"{{\\rtf1\\ansi {value[:5]}{{\\b {value[5:]}}}}}"
    assert sorts("a.rtf", written("护照号码 E12345678")) == {"account"}
    assert sorts("a.rtf", halves) == {"mobile"}
    assert sorts("a.rtf", f"{{\\rtf1 {''.join(f'{chr(92)}u{ord(each) + 0xFEE0}?' for each in value)}}}") == {
        "mobile"
    }
    assert sorts("a.rtf", written("合同编号 13864271905")) == set()


@pytest.mark.parametrize("place", ["png text", "png itxt", "webp xmp", "jpeg comment"])
def test_a_word_in_a_picture_says_what_a_number_belongs_to(place: str) -> None:
    assert sorts("a.png", picture("合同编号：13864271905", place)) == set()
    assert sorts("a.png", picture("联系人：13864271905", place)) == {"mobile"}
