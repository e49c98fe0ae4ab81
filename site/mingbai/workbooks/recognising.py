"""Says what a file is by its first bytes and, for an archive, by what lies in it; it reads no cell.

An archive is opened only when all it would unpack to is small enough and no part of it declares entities of its own.
"""

import io
import re
import zipfile
import zlib

from mingbai.workbooks.refusals import Refused

MOST_BYTES = 20_000_000
MOST_UNPACKED = 120_000_000
_MOST_PARTS = 2_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_CELLS = "Workbook Book".split()
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_WEB = re.compile(rb"<(?:!doctype\s+html|html|table|head|body|meta)\b", re.IGNORECASE)
_STRICT = b"http://purl.oclc.org/ooxml/"
_OTHER_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
# What reading an archive may raise about bytes that somebody broke.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    LookupError,
)


def recognise(data: bytes) -> str:
    """Return "xlsx", "xls", "ods" or "text". Raises Refused for everything else, naming what it is."""
    if len(data) > MOST_BYTES:
        raise Refused("too_many_bytes", most=MOST_BYTES // 1_000_000)
    if not data.strip(b"\x00 \t\r\n"):
        raise Refused("empty")
    if data.startswith(_OLE):
        return _compound(data)
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    return _plain(data)


def _plain(data: bytes) -> str:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or data[4:8] == b"ftyp":
        raise Refused("picture")
    if start.startswith(b"%PDF"):
        raise Refused("pdf")
    if start.startswith(b"{\\rtf"):
        raise Refused("document")
    if data.startswith(_OTHER_ARCHIVES):
        raise Refused("archive")
    narrow = start.replace(b"\x00", b"")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in narrow:
        raise Refused("xml_2003")
    if b"urn:oasis:names:tc:opendocument" in narrow:
        raise Refused("flat")
    if _WEB.search(narrow) or narrow.startswith(b"MIME-Version"):
        raise Refused("web_page")
    return "text"


def _compound(data: bytes) -> str:
    """Tell what the old container holds: its folder names its streams in UTF-16."""
    named = {
        name
        for name in (*_OLE_CELLS, "EncryptedPackage", "WordDocument", "PowerPoint Document")
        if name.encode("utf-16-le") + b"\x00\x00" in data
    }
    if "EncryptedPackage" in named:
        raise Refused("password")
    if named & {"WordDocument", "PowerPoint Document"} and not named & set(_OLE_CELLS):
        raise Refused("document")
    return "xls"  # its own reader says whether it is cut off


def _archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _packed(archive)
    except DAMAGED:
        raise Refused("cut_off") from None


def _packed(archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused("unpacks_too_large", most=MOST_UNPACKED // 1_000_000)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("password")
    names = {part.filename for part in parts}
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _no_entities(archive, part)
    if "content.xml" in names and "mimetype" in names:
        return _open_document(archive, names)
    if "xl/workbook.xml" in names:
        if _STRICT in archive.read("xl/workbook.xml")[:4096]:
            raise Refused("strict")
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise Refused("xlsb")
    raise Refused("document" if names & {"word/document.xml", "ppt/presentation.xml"} else "archive")


def _open_document(archive: zipfile.ZipFile, names: set[str]) -> str:
    if b"spreadsheet" not in archive.read("mimetype")[:200]:
        raise Refused("document")
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Refused("password")
    return "ods"


def _no_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a part that brings a document type: only one made to do harm does."""
    with archive.open(part) as stream:
        start = stream.read(4096).replace(b"\x00", b"")
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise Refused("entities")
