from __future__ import annotations

import json
import re

import pytest

from bpoaudit.model import AuditResult, SourceStatus, Status, Waived
from bpoaudit.report.html import render_html
from bpoaudit.report.vendor_edition import for_vendor, without_tail

from .editions import remembered_past, vendor_edition
from .factories import FINGERPRINT, evidence, source, verdict, waived
from .hostile import hostile_result
from .markup import parse
from .sample import AUDIT, audit_result


def secretive() -> AuditResult:
    """The sample with everything in it that a vendor must not see."""
    accepted = waived(
        id="W-SECRET-1",
        reason="We would rather not fight over this.",
        approved_by="cfo@client.example",
        requested_by="buyer@client.example",
        ticket="RISK-999",
        others=(waived(id="W-SECRET-2", reason="Second thoughts.", expires_on="2026-07-15"),),
    )
    result = audit_result()
    return result.model_copy(
        update={
            "audit": AUDIT.model_copy(
                update={
                    "notices": ("W-2026-044 is for the vendor other-call-centre and does not count for this one",),
                    "options": {**AUDIT.options, "suppression": 4711, "min_score": 83, "language": "en"},
                }
            ),
            "vendor": {**result.vendor, "governance": {"notes": "we think of leaving them"}},
            "verdicts": (
                *(v.model_copy(update={"waiver": accepted}) if v.waiver else v for v in result.verdicts),
                verdict(
                    "gdpr/partly", Status.FAIL, failed=4, partly_waived=waived(reason="Partly fine.", covered=1, of=4),
                    evidence=(evidence("a.csv", "phone", "PHONE_NUMBER", 3, "+•• ••• ••• ••97"),), evidence_total=1,
                ),
            ),
            "measures": {**result.measures, "suppression": {"listed": 4711}},
            "delivery": result.delivery.model_copy(
                update={
                    "sources": (
                        *result.delivery.sources,
                        source("hr/x.wav", status=SourceStatus.SKIPPED, reason="heard by our own people"),
                    )
                }
            ),
        }
    )  # fmt: skip


HIDDEN = (
    "heard by our own people", "W-SECRET", "rather not fight", "Second thoughts", "cfo@client", "buyer@client", "RISK-999", "Partly fine",
    "W-2026-0", "other-call-centre", "4711", "leaving them", "Accepted by waiver W", "findings.jsonl",
    "Fingerprint key", "4f1d2c3b5a697887", "hmac-sha256", FINGERPRINT, "Gate of the pipeline", "••97",
    "Other Vendor", "Another Client", "min_score", "Min score", "Fail on",
)  # fmt: skip


def test_the_vendor_sees_nothing_that_is_the_clients_own() -> None:
    result = secretive()
    internal = render_html(result)
    page = render_html(result, vendor_edition(past=remembered_past()))
    assert {text for text in HIDDEN if text in page} == set()
    # What is looked for is there to be hidden.
    for text in (
        "W-SECRET",
        "rather not fight",
        "cfo@client",
        "other-call-centre",
        "••97",
        "Gate of the pipeline",
    ):
        assert text in internal


def test_the_vendor_sees_every_rule_its_evidence_and_the_same_score() -> None:
    text = " ".join(parse(render_html(audit_result(), vendor_edition())).full_text.split())
    for each in audit_result().verdicts:
        assert each.rule in text
    assert "range 15–31, 84.1% of the rules’ weight assessed" in text
    assert "The client accepts the failure until 2026-08-31" in text
    assert "responses.yaml" in text
    assert "Prepared for Meridian Contact Services" in text


def test_nothing_of_a_finding_but_its_shape_is_left() -> None:
    told = for_vendor(audit_result()).model_dump_json()
    assert "hmac-sha256:" not in told
    assert json.loads(told)["delivery"]["key_id"] == ""
    shapes = re.findall(r'"(?:masked|samples)":(?:"([^"]*)"|\["([^"]*)")', told)
    assert shapes
    for shape in ("".join(pair) for pair in shapes):
        assert shape.startswith("<") or not any(char.isdigit() for char in shape), shape


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ("+•• ••• ••• ••32", "+•• ••• ••• ••••"),
        ("•••• •••• •••• ••11", "•••• •••• •••• ••••"),
        ("****1234", "****••••"),
        ("XXXX-1234", "XXXX-••••"),
        ("PL•• •••• •••• ••27", "PL•• •••• •••• ••••"),
        ("j•••@•••.com", "j•••@•••.com"),
        ("j***@•••.org", "j***@•••.org"),
        ("1•••@•••.com", "••••@•••.com"),
        ("A••• B•••", "A••• ••••"),
        ("<HEALTH>", "<HEALTH>"),
        ("•••", "•••"),
        ("", ""),
    ],
)
def test_a_shape_loses_its_tail(shape: str, told: str) -> None:
    assert without_tail(shape) == told
    assert len(without_tail(shape)) == len(shape)


def test_the_vendors_page_withstands_hostile_names() -> None:
    html = render_html(hostile_result(), vendor_edition())
    assert "<script>" not in html
    assert "javascript:" not in re.findall(r'href="([^"]*)"', html)


def test_waivers_keep_their_earliest_day() -> None:
    result = for_vendor(secretive())
    told = [v.waiver for v in result.verdicts if v.waiver]
    assert [(each.expires_on, each.others) for each in told] == [("2026-07-15", ())]
    assert isinstance(told[0], Waived)
