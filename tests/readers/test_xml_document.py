from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpoaudit.delivery.content import Content
from bpoaudit.errors import UnreadableSource
from bpoaudit.readers import Member, Part, ReadOptions, open_parts
from tests.readers.conftest import Read, Seen, consume

ReadOne = Callable[..., Seen]

CUSTOMERS = """<?xml version="1.0" encoding="UTF-8"?>
<customers version="2">
  <customer id="1"><name>Ann Lee</name><address><city>Cork</city></address></customer>
  <customer id="2">
    <name>Bob</name><phone>555-0101</phone><phone>555-0102</phone><!-- call ann@example.org -->
  </customer>
</customers>
"""


def test_the_elements_that_repeat_are_the_records(read_one: ReadOne) -> None:
    seen = read_one(CUSTOMERS, "t.xml")
    assert seen.records == 2
    assert seen.fields == {
        "@version": [(1, "2")],
        "customer.@id": [(1, "1"), (2, "2")],
        "customer.name": [(1, "Ann Lee"), (2, "Bob")],
        "customer.address.city": [(1, "Cork")],
        "customer.phone[*]": [(2, "555-0101"), (2, "555-0102")],
        "customer.#comment": [(2, "call ann@example.org")],
    }


def test_records_may_lie_deep_and_in_several_places(read_one: ReadOne) -> None:
    seen = read_one(
        '<s:Envelope xmlns:s="urn:s"><s:Body><Reply><Id>7</Id><C><M>a</M></C><C><M>b</M></C>'
        "<Orders><O>x</O><O>y</O><O>z</O></Orders></Reply></s:Body></s:Envelope>",
        "t.xml",
    )
    assert seen.fields == {
        "Body.Reply.Id": [(1, "7")],
        "Body.Reply.C.M": [(1, "a"), (2, "b")],
        "Body.Reply.Orders.O": [(1, "x"), (2, "y"), (3, "z")],
    }
    assert seen.records == 5


def test_a_payment_order(read_one: ReadOne) -> None:
    payments = "".join(
        f"<CdtTrfTxInf><Amt><InstdAmt Ccy='EUR'>{n}.00</InstdAmt></Amt><Cdtr><Nm>Person {n}</Nm></Cdtr>"
        f"<CdtrAcct><Id><IBAN>DE8937040044053201300{n}</IBAN></Id></CdtrAcct></CdtTrfTxInf>"
        for n in range(3)
    )
    seen = read_one(
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn><GrpHdr>'
        f"<MsgId>M1</MsgId></GrpHdr><PmtInf><PmtMtd>TRF</PmtMtd>{payments}</PmtInf></CstmrCdtTrfInitn></Document>",
        "t.dat",
    )
    path = "CstmrCdtTrfInitn.PmtInf.CdtTrfTxInf"
    assert seen.fields[f"{path}.CdtrAcct.Id.IBAN"][-1] == (3, "DE89370400440532013002")
    assert seen.fields[f"{path}.Amt.InstdAmt.@Ccy"] == [(1, "EUR"), (2, "EUR"), (3, "EUR")]
    assert seen.fields["CstmrCdtTrfInitn.GrpHdr.MsgId"] == [(1, "M1")]


def test_a_document_in_which_nothing_repeats_is_one_record(read_one: ReadOne) -> None:
    seen = read_one("<note><to>Ann</to><body>Hi</body></note>", "t.xml")
    assert (seen.records, seen.fields) == (1, {"to": [(1, "Ann")], "body": [(1, "Hi")]})
    assert read_one("<note>Hi</note>", "t.xml").fields == {"text": [(1, "Hi")]}
    assert read_one("<note/>", "t.xml").fields == {}


def test_text_with_elements_in_it_is_one_text(read_one: ReadOne) -> None:
    seen = read_one(
        "<tt><body><p begin='1s'>My number is <b>555</b>-0199<br/>thanks</p><p begin='3s'>ok</p></body></tt>",
        "t.ttml",
    )
    assert seen.fields["body.p"] == [(1, "My number is 555-0199 thanks"), (2, "ok")]
    assert seen.fields["body.p.@begin"] == [(1, "1s"), (2, "3s")]


def test_text_around_the_records_does_not_hide_them(read_one: ReadOne) -> None:
    seen = read_one("<r>by ann@example.org<c><n>x</n></c><c><n>y</n></c>end</r>", "t.xml")
    assert seen.fields == {"c.n": [(1, "x"), (2, "y")], "text": [(1, "by ann@example.orgend")]}


def test_everything_beside_the_elements_is_read(read_one: ReadOne) -> None:
    seen = read_one(
        "<!-- from a@example.org --><?app b@example.org?><!DOCTYPE r PUBLIC 'c@example.org' 'http://x/'>"
        "<r><a><![CDATA[<d@example.org>]]></a></r><!-- e@example.org -->",
        "t.xml",
    )
    said = " ".join(text for cells in seen.fields.values() for _, text in cells)
    assert [f"{letter}@example.org" in said for letter in "abcde"] == [True] * 5
    assert "names a document type outside the file, which is not fetched" in seen.part.notes


def test_prefixes_are_left_out_and_clashes_kept_apart(read_one: ReadOne) -> None:
    seen = read_one(
        '<a:r xmlns:a="urn:a" xmlns:b="urn:b"><a:id>1</a:id><b:id b:x="3">2</b:id></a:r>', "t.xml"
    )
    assert seen.fields == {"id": [(1, "1")], "id_2": [(1, "2")], "id_2.@x": [(1, "3")]}


def test_a_fragment_without_its_namespaces(read_one: ReadOne) -> None:
    assert read_one("<s:r><s:a>x</s:a></s:r>", "t.xml").fields == {"a": [(1, "x")]}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "windows-1250", "iso-8859-2", "utf-8"])
def test_encodings_by_declaration(read_one: ReadOne, encoding: str) -> None:
    label = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{label}"?>\n<r><a>Żółć Łódź</a></r>'
    seen = read_one(text.encode(encoding), "t.xml")
    assert (seen.values("a"), seen.part.losses) == (["Żółć Łódź"], [])


def test_a_declaration_that_lies_does_not_break_the_text(read_one: ReadOne) -> None:
    text = '<?xml version="1.0" encoding="{}"?><r><a>Zoë</a></r>'
    assert read_one(text.format("iso-8859-1").encode(), "t.xml").values("a") == ["Zoë"]
    assert read_one(text.format("idna").encode("cp1252"), "t.xml").values("a") == ["Zoë"]
    seen = read_one(text.format("us-ascii").encode("cp1252"), "t.xml")
    assert seen.values("a") == ["Zoë"]


def test_entities_of_html_are_known(read_one: ReadOne) -> None:
    seen = read_one("<r><a x='Zo&euml;'>Zo&euml;&nbsp;&amp;&#233;</a></r>", "t.xml")
    assert seen.fields == {"a.@x": [(1, "Zoë")], "a": [(1, "Zoë\xa0&é")]}


def test_an_entity_that_nobody_defines_is_a_loss(read_one: ReadOne) -> None:
    seen = read_one("<!DOCTYPE r SYSTEM 'http://example.org/r.dtd'><r><a>x &who; y</a><b>z</b></r>", "t.xml")
    assert seen.values("b") == ["z"]
    assert seen.part.losses == ["entities that the document does not define, not read: 1"]


HOSTILE = [
    '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><r>&b;</r>',
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
    '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://example.org/x.dtd"> %x;]><r/>',
    '<?xml version="1.0"?><!-- x --><!DOCTYPE r [<!ENTITY a "ann@example.org">]><r>&a;</r>',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_entities_are_refused(read_one: ReadOne, text: str) -> None:
    seen = read_one(text, "t.xml")
    assert isinstance(seen.error, UnreadableSource)
    assert "declares entities" in seen.error.message
    assert "example" not in f"{seen.error!r} {seen.error.__cause__!r}"
    assert seen.error.__suppress_context__ or seen.error.__context__ is None


def test_defaults_of_attributes_do_not_multiply(read_one: ReadOne) -> None:
    text = f'<!DOCTYPE r [<!ATTLIST a x CDATA "{"y" * 1000} ann@example.org">]><r>{"<a/>" * 1000}</r>'
    seen = read_one(text, "t.xml")
    assert sum(len(value) for cells in seen.fields.values() for _, value in cells) < 2_000
    assert "ann@example.org" in seen.values("#doctype")[1]


@pytest.mark.parametrize(
    "declared",
    [
        '<!ATTLIST c id (A|GB82WEST12345698765432|B) "A">',
        '<!ATTLIST c id CDATA "GB82WEST12345698765432">',
        '<!NOTATION n SYSTEM "GB82WEST12345698765432">',
        '<!NOTATION n PUBLIC "GB82WEST12345698765432">',
        "<!-- GB82WEST12345698765432 -->",
    ],
)
def test_what_a_document_type_declares_is_read(read_one: ReadOne, declared: str) -> None:
    seen = read_one(f"<!DOCTYPE r [{declared}]><r><c>x</c></r>", "t.xml")
    assert "GB82WEST12345698765432" in str(seen.fields)


def test_depth_is_bounded(read_one: ReadOne) -> None:
    seen = read_one("<r><a>x</a>" + "<b>" * 100_000, "t.xml")
    assert seen.values("a") == ["x"]
    assert seen.error is not None
    assert seen.error.message == "XML nested more than 200 deep, not read from there on"


def test_a_tag_without_end_is_bounded(read_one: ReadOne) -> None:
    seen = read_one("<r><a>x</a><b c='" + "y" * (9 << 20), "t.xml")
    assert seen.values("a") == ["x"]
    assert seen.error is not None
    assert "tag or comment" in seen.error.message


def test_a_long_text_is_read_in_pieces(read_one: ReadOne) -> None:
    seen = read_one("<r><a>" + "some words " * 300_000 + "ann@example.org</a></r>", "t.xml")
    assert max(map(len, seen.values("a"))) < 1_200_000
    assert " ".join(seen.values("a")) == ("some words " * 300_000 + "ann@example.org")
    assert seen.part.notes[-1] == "texts over 1,048,576 characters read in pieces: 3"


def test_endless_names_do_not_make_endless_fields(read_one: ReadOne) -> None:
    seen = read_one("<r>" + "".join(f"<n{n}>v{n}</n{n}>" for n in range(12_000)) + "</r>", "t.xml")
    assert len(seen.fields) < 10_002
    assert {"n11999", "v11999"} <= set(seen.values("*"))
    assert "elements after 10,000 different ones are read as values" in seen.part.notes


@pytest.mark.parametrize(
    ("tail", "place"),
    [("<c>a & b</c></r>", "line 3, column 7"), ("<c>cut", "line 3, column 7"), ("</x>", "line 3, column 3")],
)
def test_what_comes_before_a_fault_counts(read_one: ReadOne, tail: str, place: str) -> None:
    seen = read_one("<r>\n<c>ann@example.org</c><c>b</c>\n" + tail, "t.xml")
    assert (seen.records, seen.values("c")[:2]) == (2, ["ann@example.org", "b"])
    assert seen.error is not None
    assert seen.error.message == f"XML that is not well-formed at {place}, not read from there on"


def test_the_place_of_a_fault_in_a_document_of_one_line(read_one: ReadOne) -> None:
    for start in ("", "<?xml version='1.0'?>"):
        seen = read_one(start + "<r><a>x</a><b></r>", "t.xml")
        assert seen.error is not None
        assert f"line 1, column {len(start) + 17}," in seen.error.message


def test_control_characters_are_replaced(read_one: ReadOne) -> None:
    seen = read_one("<r><a>x\x0by</a><b>z</b></r>", "t.xml")
    assert (seen.values("a"), seen.values("b"), seen.error) == (["x\ufffdy"], ["z"], None)
    assert "control characters that XML forbids, read as U+FFFD: 1" in seen.part.notes


def test_files_in_base64_are_members() -> None:
    table = base64.encodebytes(b"name,mail\nAnn,ann@example.org\n" * 20)
    key = base64.b64encode(bytes(range(256)))
    data = b"<r><d><f>" + table + b"</f></d><d><f>" + key + b"</f></d></r>"
    part, member = open_parts_consumed(data)
    assert isinstance(member, Member)
    assert member.suffix == "!d.f/1"
    assert member.content is not None
    assert member.content.first(9)[0] == b"name,mail"
    assert part.values("d.f") == [key.decode()]


def open_parts_consumed(data: bytes) -> tuple[Seen, Member]:
    pieces = []
    for piece in open_parts(Content.of_bytes("t.xml", data), "application/xml"):
        pieces.append(consume(piece) if isinstance(piece, Part) else piece)
    part, member = pieces
    assert isinstance(part, Seen)
    assert isinstance(member, Member)
    return part, member


def test_the_stream_is_not_held(tmp_path: Path) -> None:
    path = tmp_path / "t.xml"
    path.write_text("<r>" + "<c><a>x</a></c>" * 50_000 + "</r>")
    (part,) = open_parts(Content.of_path(path), "application/xml")
    assert isinstance(part, Part)
    assert next(part.batches).records == 2000


ELEMENTS = st.recursive(
    st.text("ab <&\u017c", max_size=4),
    lambda inner: st.lists(st.tuples(st.sampled_from("xyz"), inner), max_size=4),
    max_leaves=15,
)


def _written(element: object) -> str:
    if isinstance(element, str):
        return element.replace("&", "&amp;").replace("<", "&lt;")
    assert isinstance(element, list)
    return "".join(f"<{name}>{_written(inner)}</{name}>" for name, inner in element)


@given(element=ELEMENTS, batch_records=st.integers(1, 4))
def test_records_do_not_depend_on_the_batch_size(element: object, batch_records: int) -> None:
    data = f"<r>{_written(element)}</r>".encode()

    def seen(most: int) -> Seen:
        (part,) = open_parts(Content.of_bytes("t.xml", data), "application/xml", ReadOptions(most))
        assert isinstance(part, Part)
        return consume(part)

    whole, pieces = seen(2000), seen(batch_records)
    assert (pieces.records, pieces.fields) == (whole.records, whole.fields)
    assert whole.error is None


def test_nothing_is_quoted(read: Read) -> None:
    (seen,) = read("<r><a>ann@example.org</a>", "t.xml")
    assert "ann" not in f"{seen.error!r} {seen.part!r} {seen.part.notes} {seen.part.losses}"
