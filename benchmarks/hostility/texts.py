"""Texts without end, without form, or with identifiers in disguise."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import yaml

from hostility.planted import LINE, MAIL, Class

_PIECES = Path(__file__).parents[2] / "tests" / "cases" / "hostile_pieces.yaml"
_DEPTH = 1_000_000


def _counted(form: str, count: int) -> str:
    return "".join(map(form.format, range(count)))


def _streamed(file: Path, pieces: Iterable[str]) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(pieces)


def _xml(folder: Path, _: bool) -> None:
    many = {
        "laughs": "".join(f"<!ENTITY l{n} '{_laugh(n)}'>" for n in range(1, 10)),
        "attributes": _counted("a{0}='{0}' ", 200_000),
        "elements": _counted("<e{0}>{0}</e{0}>", 20_000),
        "namespaces": _counted("xmlns:n{0}='urn:{0}' ", 20_000),
        "long": "x" * 50_000,
        "vast": "v" * (8 << 20),
        "dashes": "-x" * (4 << 20),
        "repeated": "&a;" * 50_000,
    }
    texts = {
        "laughs.xml": f"<!DOCTYPE r [<!ENTITY l0 '{MAIL}'>{many['laughs']}]><r>&l9;</r>",
        "external.xml": f"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>{MAIL}&x;</r>",
        "remote.xml": f"<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'><r><p>{MAIL}</p></r>",
        "parameter.xml": f"<!DOCTYPE r [<!ENTITY % x SYSTEM 'file:///dev/zero'> %x;]><r>{MAIL}</r>",
        "quadratic.xml": f"<!DOCTYPE r [<!ENTITY a '{many['long']}'>]><r>{MAIL}{many['repeated']}</r>",
        "include.xml": "<r xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd'/>"
        + MAIL
        + "</r>",
        "deep.xml": "<a>" * _DEPTH + MAIL + "</a>" * _DEPTH,
        "attributes.xml": f"<r><p {many['attributes']}>{MAIL}</p></r>",
        "elements.xml": f"<r><p>{many['elements']}{MAIL}</p></r>",
        "tag.xml": f"<r><{many['vast']}>{MAIL}</r>",
        "value.xml": f"<r a='{many['vast']}'>{MAIL}</r>",
        "comment.xml": f"<r><!-- {many['dashes']} -->{MAIL}</r>",
        "unclosed.xml": f"<r><p>{MAIL}</p><p>{MAIL}" * 1000,
        "namespaces.xml": f"<r {many['namespaces']}><n1:p>{MAIL}</n1:p></r>",
        "use.svg": f"<svg xmlns='http://www.w3.org/2000/svg'><text>{MAIL}</text><g id='u'><use href='#u'/></g></svg>",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)


def _laugh(level: int) -> str:
    return f"&l{level - 1};" * 10


def _json(folder: Path, _: bool) -> None:
    nines, keys, vast = "9" * 1_000_000, "k" * (8 << 20), "s" * (20 << 20)
    many, twice = _counted('"{0}": {0}, ', 20_000), '"a": 1, ' * 20_000
    first = f'"mail": "{MAIL}"'
    texts = {
        "arrays.json": f'["{MAIL}",' + "[" * _DEPTH + "]" * _DEPTH + "]",
        "objects.json": '{"a":' * _DEPTH + f'"{MAIL}"' + "}" * _DEPTH,
        "open.json": f'["{MAIL}"' + ",[" * _DEPTH,
        "number.json": f'[{{{first}, "n": {nines}}}]',
        "exponent.json": f'[{{{first}, "n": 1e{nines[:1000]}}}]',
        "key.json": f'[{{{first}, "{keys}": 1}}]',
        "string.json": f'[{{{first}, "s": "{vast}"}}]',
        "keys.json": f"[{{{many}{first}}}]",
        "twice.json": f"[{{{twice}{first}}}]",
        "surrogates.json": json.dumps([{"mail": MAIL, "text": "\ud800 x \udfff"}]),
        "deep.json5": f"// {MAIL}\n[{{a: '{MAIL}', b: " + "[" * _DEPTH,
        "deep.jsonl": f"{{{first}}}\n{'[' * _DEPTH}\n{{{first}}}\n",
        "line.jsonl": f'{{{first}, "s": "{vast}"}}\n',
    }
    for name, text in texts.items():
        (folder / name).write_text(text)


def _tables(folder: Path, full: bool) -> None:
    megabytes = 2048 if full else 200
    _streamed(
        folder / "cell.csv",
        ("id,text\n1,", *("loremipsum" * 104_857 for _ in range(megabytes)), f"\n2,{MAIL}\n"),
    )
    _streamed(
        folder / "quoted.csv",
        ('id,text\n1,"', *("one two three\n" * 74_898 for _ in range(megabytes // 10)), f'"\n2,{MAIL}\n'),
    )
    _streamed(folder / "unclosed.csv", (f'id,mail\n1,{MAIL}\n2,"', *(LINE * 1000 for _ in range(500))))
    _streamed(
        folder / "columns.csv",
        (",".join(f"c{n}" for n in range(1_000_000)), "\n", f"{MAIL},", "1," * 999_998, "1\n"),
    )
    _streamed(folder / "ragged.csv", (f"id,mail\n1,{MAIL}\n", "," * 1_000_000, "\n", "x\n" * 1000))
    _streamed(folder / "empty.csv", (f"id,mail\n1,{MAIL}\n", "\n" * 1_000_000))
    _streamed(folder / "quotes.csv", (f"id,mail\n1,{MAIL}\n", '"' * 5_000_000, "\n"))
    (folder / "nul.csv").write_bytes(b"id,mail\n1\0,\0" + MAIL.encode() + b"\0\n" + bytes(1 << 20))
    (folder / "returns.csv").write_text(f"id,mail\r1,{MAIL}\r\n2,{MAIL}\n\r3,{MAIL}")
    (folder / "line.txt").write_text(LINE.strip() + " x" * (10 << 20))
    (folder / "dump.sql").write_text(
        "INSERT INTO t VALUES " + f"(1,'{MAIL}')," * 100_000 + "('" + "'" * 1_000_001
    )
    (folder / "header.csv").write_text("a" * (4 << 20) + f",mail\n1,{MAIL}\n")


def _encodings(folder: Path, _: bool) -> None:
    utf16 = f"mail\n{MAIL}\n".encode("utf-16-le")
    texts = {
        "surrogates-16.csv": b"\xff\xfe" + utf16 + b"\x00\xd8\n\x00\x00\xdc\n\x00",
        "odd-16.csv": b"\xff\xfe" + utf16 + b"\n",
        "surrogates-8.csv": f"mail\n{MAIL}\n".encode() + b"\xed\xa0\x80,\xed\xbf\xbf\n",
        "overlong.csv": f"mail\n{MAIL}\n".encode() + b"\xc0\xaf\xe0\x80\xaf\xf8\x88\x80\x80\x80\n",
        "broken-32.csv": f"\ufeffmail\n{MAIL}\n".encode("utf-32-le") + b"\xff\xff\xff\xff",
        "mixed.csv": f"mail\n{MAIL}\ncafé\n".encode()
        + "café\n".encode("latin-1")
        + "café\n".encode("utf-16"),
        "utf7.txt": f"{LINE}+AGEAYg-\n".encode(),
        "controls.txt": LINE.encode() + bytes(range(256)) * 200,
        "escape.txt": b"\x1b]0;title\x07\x1b[2J" + LINE.encode(),
        "marks.csv": "\ufeff\ufeffmail\n".encode() + f"{MAIL}\n".encode(),
        "combining.txt": (LINE + "e" + "\u0301" * 100_000).encode(),
        "random.bin": bytes(n * n * 31 % 251 for n in range(100_000)),
    }
    for name, data in texts.items():
        (folder / name).write_bytes(data)


_SPELLINGS = (
    lambda t: t.translate({ord(c): chr(ord(c) + 0xFEE0) for c in map(chr, range(0x21, 0x7F))}),  # full width
    lambda t: "\u200b".join(t), lambda t: "\u2060".join(t), lambda t: "\u00ad".join(t), lambda t: "\ufeff".join(t),
    lambda t: f"\u202a{t}\u202c", lambda t: f"\u2066{t}\u2069", lambda t: t[:4] + "\u200d\u200c" + t[4:],
    lambda t: t[:5] + "\u202d" + t[5:] + "\u202c", lambda t: t.replace(" ", "\u00a0"), lambda t: t.replace(" ", "\u2009"),
    lambda t: t.replace("-", "\u2011"), lambda t: t.replace("-", "\u2212"),
    lambda t: t.translate({ord(str(d)): chr(0x0660 + d) for d in range(10)}),  # Arabic-Indic digits
    lambda t: t.translate({ord(str(d)): chr(0x0966 + d) for d in range(10)}),  # Devanagari digits
    lambda t: t.translate({ord(str(d)): chr(0x1D7CE + d) for d in range(10)}),  # mathematical digits
)  # fmt: skip
_VALUES = (MAIL, "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "+1 212-555-0123")
_HOMOGLYPHS = str.maketrans({"a": "\u0430", "e": "\u0435", "o": "\u043e", "c": "\u0441", "p": "\u0440"})


def disguised() -> list[str]:
    """Return the values in every spelling, each once."""
    return list(dict.fromkeys(spelling(value) for spelling in _SPELLINGS for value in _VALUES))


def _disguises(folder: Path, _: bool) -> None:
    rows = [{"text": f"please note {value} for the customer"} for value in disguised()]
    (folder / "notes.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "notes.txt").write_text("\n".join(row["text"] for row in rows))


def _look_alikes(folder: Path, _: bool) -> None:
    # Letters of another alphabet: an address that a mail program would not deliver to, and a person reads all the same.
    values = (MAIL.translate(_HOMOGLYPHS), MAIL[:9].translate(_HOMOGLYPHS) + MAIL[9:])
    (folder / "notes.txt").write_text("\n".join(f"please note {value} for the customer" for value in values))


def _slow(folder: Path, _: bool) -> None:
    pieces = yaml.safe_load(_PIECES.read_text("utf-8")).values()
    (folder / "notes.jsonl").write_text(
        "\n".join(json.dumps({"text": LINE + piece * (20_000 // len(piece))}) for piece in pieces)
    )
    _streamed(
        folder / "cells.csv",
        (
            "id;value\n",
            *(f'{n};"{(piece * 300).replace(chr(34), "")}"\n' for n, piece in enumerate(pieces)),
            f"99;{MAIL}\n",
        ),
    )


CLASSES = (
    Class("XML: entities, depth, 200,000 attributes, endless tags", _xml),
    Class("JSON: a million deep, endless numbers, keys and lines", _json),
    Class("tables: an endless cell, a million columns, quotes that never close, NUL", _tables),
    Class("encodings: lone surrogates, overlong forms, mixtures, control characters", _encodings),
    Class(
        "disguises: direction marks, zero width, full width, digits of other scripts",
        _disguises,
        planted=2 * len(disguised()),
    ),
    Class("homoglyphs: letters of another alphabet in an address", _look_alikes, planted=2),
    Class("texts made to slow patterns down", _slow),
)
