"""Workbooks, PDFs, pictures, mails and databases that are larger than they look, go in circles or are broken."""

from __future__ import annotations

import base64
import random
import struct
import sys
import zipfile
import zlib
from pathlib import Path

from hostility.planted import LINE, MAIL, Class

_HOME = Path(__file__).parents[2]
_FORMATS = _HOME / "fixtures" / "formats" / "delivery"
_PACKAGE = "http://schemas.openxmlformats.org"


def _package(file: Path, members: dict[str, str | bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, data in members.items():
            package.writestr(name, data)


def _changed(file: Path, original: Path, changes: dict[str, tuple[bytes, bytes]]) -> None:
    """Copy a package with a piece of some members replaced."""
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            data = source.read(name)
            old, new = changes.get(name, (b"", b""))
            if old and old not in data:
                raise ValueError(f"{name} of {original.name} has no {old!r}")
            package.writestr(name, data.replace(old, new, 1) if old else data)


def _workbooks(folder: Path, _: bool) -> None:
    sys.path.insert(0, str(_HOME / "fixtures"))
    import xlsxwriter

    def workbook(name: str, fill: object) -> Path:
        with xlsxwriter.Workbook(folder / name) as book:
            sheet = book.add_worksheet("Q3")
            sheet.write(0, 0, "mail")
            sheet.write(1, 0, MAIL)
            if callable(fill):
                fill(book, sheet)
        return folder / name

    plain = workbook("plain.xlsx", None)
    workbook("corners.xlsx", lambda book, sheet: sheet.write(1_048_575, 16_383, MAIL))
    workbook("sheets.xlsx", lambda book, sheet: [book.add_worksheet(f"s{n}") for n in range(2000)])
    workbook(
        "names.xlsx", lambda book, sheet: [book.define_name(f"name_{n}", "=Q3!$A$1") for n in range(20_000)]
    )
    workbook("formula.xlsx", lambda book, sheet: sheet.write_formula(2, 0, f'="{MAIL}"&REPT("x",32767)&A3'))
    sheet = "xl/worksheets/sheet1.xml"
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 100_000)).encode()
    _changed(folder / "wide.xlsx", plain, {sheet: (b"</sheetData>", rows + b"</sheetData>")})
    merged = b"</sheetData><mergeCells count='1'><mergeCell ref='A3:XFD1048576'/></mergeCells>"
    _changed(folder / "merged.xlsx", plain, {sheet: (b"</sheetData>", merged)})
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    _changed(folder / "laughs.xlsx", plain, {sheet: (b"<worksheet", laughs + b"<worksheet")})
    _changed(
        folder / "strings.xlsx",
        plain,
        {"xl/sharedStrings.xml": (b"</sst>", b"<si><t>" + b"s" * (300 << 20) + b"</t></si></sst>")},
    )
    _changed(folder / "index.xlsx", plain, {sheet: (b"<v>1</v>", b"<v>4294967295</v>")})
    _changed(folder / "cell.xlsx", plain, {sheet: (b'r="A2"', b'r="ZZZZZZ99999999999"')})
    table = (
        "<table:table table:name='t'><table:table-row table:number-rows-repeated='1048576'><table:table-cell "
    )
    table += f"table:number-columns-repeated='16384'><text:p>{MAIL}</text:p></table:table-cell></table:table-row></table:table>"
    content = (
        "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:"
        f"text:1.0'><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"
    )
    _package(
        folder / "repeated.ods",
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content},
    )
    paragraphs = "<w:p><w:r><w:t>" + MAIL + "</w:t></w:r></w:p>"
    document = (
        f"<w:document xmlns:w='{_PACKAGE}/wordprocessingml/2006/main'><w:body>{{}}</w:body></w:document>"
    )
    types = f"<Types xmlns='{_PACKAGE}/package/2006/content-types'/>"
    for name, body in {
        "nested.docx": "<w:tbl><w:tr><w:tc>" * 50_000 + paragraphs, "long.docx": paragraphs * 100_000,
        "entity.docx": "&x;" + paragraphs, "zeros.docx": paragraphs + "<w:p><w:r><w:t>" + "0" * (300 << 20),
    }.items():  # fmt: skip
        _package(folder / name, {"[Content_Types].xml": types, "word/document.xml": document.format(body)})
    for name, body in {
        # A parser writes the namespace out with every name: a kilobyte that stands for gigabytes.
        "namespace.docx": f"<w:d xmlns:w='{'u' * 120_000}'>" + "<w:p/>" * 9000 + f"<w:t>{MAIL}</w:t></w:d>",
        "namespaces.docx": f"<w:d xmlns:w='{'u' * 300_000}'>"
        + "".join(f"<w:p{number}/>" for number in range(5000)) + f"<w:t>{MAIL}</w:t></w:d>",
        "comment.docx": f"<d><p>{MAIL}</p><!--" + "c" * (200 << 20) + "--></d>",
        "comments.docx": f"<d><p>{MAIL}</p>" + f"<!-- {MAIL} -->" * 50_000 + "</d>",
    }.items():  # fmt: skip
        _package(folder / name, {"[Content_Types].xml": types, "word/document.xml": body})


def _pdf(objects: list[bytes], root: int = 1) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(
        out + b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, at)
    )


def _stream(data: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(data, 6)
    return b"<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream" % (len(packed), more, packed)


_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_TEXT = b"BT /F 12 Tf 72 720 Td (" + MAIL.encode() + b") Tj ET\n"


def _page(content: bytes, font: bytes = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>") -> list[bytes]:
    return [
        _CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>>>",
        content, font, _stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"),
    ]  # fmt: skip


def _documents(folder: Path, _: bool) -> None:
    chance = random.Random(8)
    thrice = zlib.compress(zlib.compress(zlib.compress(_TEXT + bytes(500 << 20), 6), 6), 6)
    embedded = b"<</Type/Font/Subtype/TrueType/BaseFont/X/FontDescriptor<</Type/FontDescriptor/FontName/X/FontFile2 7 0 R>>>>"
    bodies = {
        "flate.pdf": _page(_stream(_TEXT + b" " * (500 << 20))),
        "thrice.pdf": _page(b"<</Length %d/Filter[/FlateDecode/FlateDecode/FlateDecode]>>\nstream\n%s\nendstream" % (len(thrice), thrice)),
        "form.pdf": _page(_stream(_TEXT + b"/X Do")),
        "kids.pdf": [_CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"],
        "count.pdf": [_CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 2147483647>>", *_page(_stream(_TEXT))[2:]],
        "parent.pdf": [_CATALOG, b"<</Type/Pages/Parent 3 0 R/Kids[3 0 R]/Count 1>>", b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>"],
        "nested.pdf": _page(b"[" * 100_000 + b"]" * 100_000),
        "length.pdf": _page(b"<</Length 4 0 R>>\nstream\n" + _TEXT + b"\nendstream"),
        "operators.pdf": _page(_stream(_TEXT * 100_000)),
        "box.pdf": [body.replace(b"612 792", b"1e30 1e30") for body in _page(_stream(_TEXT))],
        "predictor.pdf": _page(_stream(_TEXT, b"/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32>>")),
        "font.pdf": [*_page(_stream(_TEXT), embedded), _stream(b"\0\1\0\0\0\x10" + chance.randbytes(20_000))],
        "type3.pdf": _page(_stream(_TEXT), b"<</Type/Font/Subtype/Type3/FontMatrix[0 0 0 0 0 0]/CharProcs 5 0 R/Encoding 5 0 R>>"),
    }  # fmt: skip
    for name, objects in bodies.items():
        (folder / name).write_bytes(_pdf(objects))
    good = _pdf(_page(_stream(_TEXT)))
    (folder / "loop.pdf").write_bytes(
        good.replace(b"trailer\n<<", b"trailer\n<</Prev %d " % good.index(b"xref\n0"))
    )
    (folder / "cut.pdf").write_bytes(good[:-200])
    (folder / "head.pdf").write_bytes(b"%PDF-1.7\n" + LINE.encode())
    for name, rtf in {
        "deep.rtf": "{\\rtf1" + "{" * 1_000_000 + MAIL, "bin.rtf": "{\\rtf1 " + MAIL + "{\\pict\\bin2147483647 x",
        "unicode.rtf": "{\\rtf1\\uc2147483647 " + MAIL + "\\u-32768?" * 10_000,
    }.items():  # fmt: skip
        (folder / name).write_text(rtf)
    (folder / "deep.html").write_text(f"<!doctype html><p>{MAIL}</p>" + "<div>" * 200_000)
    (folder / "span.html").write_text(
        f"<!doctype html><table><tr><td colspan=99999999 rowspan=99999999>{MAIL}<td>x</table>"
    )
    (folder / "attributes.html").write_text(
        f"<!doctype html><p {' '.join(f'a{n}=1' for n in range(200_000))}>{MAIL}"
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, data: bytes, *more: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + b"".join(more)
        + _chunk(b"IDAT", zlib.compress(data))
        + _chunk(b"IEND", b"")
    )


def _pictures(folder: Path, _: bool) -> None:
    note = b"Comment\0" + MAIL.encode()
    frames = (
        b"GIF89a\xff\xff\xff\xff\x00\x00\x00"
        + b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0" * 50_000
        + b";"
    )
    pictures = {
        "vast.png": _png(2**31 - 1, 2**31 - 1, b"", _chunk(b"tEXt", note)),
        "large.png": _png(30_000, 30_000, bytes(90_030_000), _chunk(b"tEXt", note)),
        "text.png": _png(1, 1, b"\0\0\0\0", *[_chunk(b"tEXt", note)] * 50_000),
        "ztxt.png": _png(1, 1, b"\0\0\0\0", _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(MAIL.encode() + bytes(300 << 20)))),
        "frames.gif": frames,
        "loop.tif": b"II*\0\x08\0\0\0\x01\0\x00\x01\x03\0\x01\0\0\0\x01\0\0\0\x08\0\0\0" + MAIL.encode(),
        "offset.tif": b"II*\0\x08\0\0\0\xff\xff" + b"\x0e\x01\x02\0\xff\xff\xff\x7f\0\0\0\0" * 100,
        "exif.jpg": b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0\x08\0\0\0\xff\xff" + MAIL.encode() + b"\xff\xd9",
        "comment.jpg": b"\xff\xd8" + (b"\xff\xfe" + struct.pack(">H", 2 + len(note)) + note) * 20_000 + b"\xff\xd9",
        "vast.bmp": b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 2**31 - 1, -(2**31) + 1, 1, 32, 0, 0, 1, 1, 0, 0),
        "chunk.wav": b"RIFF\xff\xff\xff\xffWAVELIST\xff\xff\xff\xffINFO" + MAIL.encode(),
        "id3.mp3": b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + MAIL.encode() * 100,
    }  # fmt: skip
    for name, data in pictures.items():
        (folder / name).write_bytes(data)


def _mails(folder: Path, _: bool) -> None:
    head = f"From: {MAIL}\nTo: b@example.org\nMIME-Version: 1.0\n"
    deep = (
        head
        + "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(5000))
        + f"\n{MAIL}\n"
    )
    forwarded = head + "Content-Type: message/rfc822\n\n" * 5000 + f"\n{MAIL}\n"
    parts = (
        head
        + "Content-Type: multipart/mixed; boundary=b\n\n"
        + f"--b\nContent-Disposition: attachment; filename=a\n\n{MAIL}\n" * 11_000
    )
    mails = {
        "deep.eml": deep, "forwarded.eml": forwarded, "parts.eml": parts, "unclosed.eml": parts[:2000],
        "headers.eml": head + "".join(f"X-{n}: {MAIL}\n" for n in range(5000)) + "\nx\n",
        "header.eml": head + "Subject: " + "s" * (2 << 20) + "\n\nx\n",
        "words.eml": head + "Subject: " + "=?utf-8?q?a?= " * 100_000 + "\n\nx\n",
        "encoded.eml": head + "Subject: " + "=?" * 500_000 + "\n\nx\n",
        "addresses.eml": head + "Cc: " + "(" * 100_000 + "<" * 100_000 + "\n\nx\n",
        "charset.eml": head + f"Content-Type: text/plain; charset={'x' * 100_000}\nContent-Transfer-Encoding: base64\n\n{'!' * 100_000}\n",
        "quoted.eml": head + "Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain\n\n" + "=" * 5_000_000,
        "uu.eml": head + f"\nbegin 644 {'../' * 1000}x\n" + "M" * 1_000_000 + "\n",
        "signed.eml": head + "Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n"
        + base64.b64encode(b"\x30\x84\x7f\xff\xff\xff" + b"\x30\x80" * 50_000).decode(),
        "many.mbox": f"From {MAIL} Mon Nov 23 10:00:00 2026\nFrom: {MAIL}\nMIME-Version: 1.0\n\nx\n\n" * 20_000,
    }  # fmt: skip
    for name, text in mails.items():
        (folder / name).write_text(text)
    tnef = b"\x78\x9f\x3e\x22\0\0" + b"\x02\x90\x06\0\0\0" + b"\xff\xff\xff\x7f" + MAIL.encode()
    (folder / "winmail.dat").write_bytes(tnef)
    ole = bytearray((_FORMATS / "mail" / "claim.msg").read_bytes())
    for at in range(512, min(1024, len(ole)), 4):
        ole[at : at + 4] = b"\0\0\0\0"  # every sector is followed by the first
    (folder / "circle.msg").write_bytes(ole)


def _broken(folder: Path, full: bool) -> None:
    """Copy each sample of a format, cut, with bytes changed, and with others behind it."""
    chance = random.Random(8)
    for file in sorted(path for path in _FORMATS.rglob("*") if path.is_file()):
        data = file.read_bytes()
        flipped = [bytearray(data) for _ in range(8 if full else 1)]
        for each in flipped:
            for _ in range(max(2, len(each) // 200)):
                each[chance.randrange(len(each))] = chance.randrange(256)
        cut = data[: chance.randrange(1, len(data))]
        for number, each in enumerate(
            [*flipped, cut] if full else [flipped[0] if chance.random() < 0.6 else cut]
        ):
            (folder / f"{file.stem}-{number}{file.suffix}").write_bytes(bytes(each))
    (folder / "canary.txt").write_text(LINE)


CLASSES = (
    Class("workbooks and office files: vast, repeated, entities, endless strings", _workbooks),
    Class("PDF, RTF and HTML: bombs, circles, malformed fonts, endless nesting", _documents),
    Class("pictures and recordings: vast, circular, lying about their lengths", _pictures),
    Class("mail: nested without end, endless headers, signatures and encodings", _mails),
    Class("every sample of a format, broken", _broken),
)
