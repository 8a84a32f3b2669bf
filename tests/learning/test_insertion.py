"""Drafted feeds inside the text of a profile: all else stays as it was written."""

from __future__ import annotations

import pytest

from bpoaudit.documents import parse_yaml, validate
from bpoaudit.errors import ProfileError
from bpoaudit.learning.insertion import in_profile, in_starter
from bpoaudit.vendor import VendorProfile

LINES = ["# Seen", "- id: learnt", "  files: [learnt.csv]"]

PROFILE = """\
apiVersion: bpoaudit/v1
kind: VendorProfile
vendor: {name: V, country: IN, services: [support]}   # ours
client: {name: C, country: IE}
processing: {countries: [IN], subject_countries: [IE]}
"""

FEEDS = {
    "at the end": "agreement:\n  feeds:\n    - id: old\n      files: [old.csv]\n",
    "without a last line break": "agreement:\n  feeds:\n    - id: old\n      files: [old.csv]",
    "not indented": "agreement:\n  feeds:\n  - id: old\n    files: [old.csv]\npacks: [gdpr]\n",
    "before exclusions": (
        "agreement:\n  feeds:\n    - id: old\n      files: [old.csv]\n      fields:\n        - {name: a}\n"
        "        # a remark\n        - name: b\n  exclude:\n    - {files: [x.mp3], reason: music}\npacks: [gdpr]\n"
    ),
    "before other parts": (
        "agreement:\n    feeds:\n        - files:\n            - old.csv\n          id: old\n          description: >-\n"
        "            two\n            lines\n\n# left out\npacks: [gdpr]\n"
    ),
    "in braces": "agreement:\n  feeds:\n    - {id: old, files: [old.csv],\n       fields: [{name: a}]}\npacks: [gdpr]\n",
}


def _feeds(text: str) -> list[str]:
    profile = validate(parse_yaml(text, "f"), VendorProfile)
    assert profile.agreement is not None
    return [feed.id for feed in profile.agreement.feeds]


def test_the_starter_takes_the_draft_in_place_of_its_example() -> None:
    text = in_starter(LINES)

    assert _feeds(text) == ["learnt"]
    assert "tickets" not in text.partition("\nagreement:")[2]
    assert "# packs:" in text


def test_a_profile_without_an_agreement_gets_one() -> None:
    text = in_profile(PROFILE, "v.yaml", LINES)

    assert text.startswith(PROFILE)
    assert _feeds(text) == ["learnt"]


@pytest.mark.parametrize("name", FEEDS)
def test_feeds_that_there_are_stay_and_come_first(name: str) -> None:
    written = PROFILE + FEEDS[name]
    text = in_profile(written, "v.yaml", LINES)

    assert _feeds(text) == ["old", "learnt"]
    assert [line for line in text.splitlines() if line in written.splitlines()] == written.splitlines()


def test_an_agreement_of_exclusions_alone_gets_feeds() -> None:
    text = in_profile(
        PROFILE + "agreement:\n  exclude:\n    - {files: [x.mp3], reason: music}\n", "v.yaml", LINES
    )

    assert _feeds(text) == ["learnt"]


@pytest.mark.parametrize(
    "agreement",
    [
        "agreement: {feeds: [{id: old, files: [old.csv]}]}\n",
        "agreement:\n  feeds: [{id: old, files: [old.csv]}]\n",
        "agreement:\n  feeds: []\n",
        "agreement:\n",
        "agreement: {}\n",
    ],
)
def test_what_leaves_no_line_for_feeds_is_refused_with_its_place(agreement: str) -> None:
    with pytest.raises(ProfileError, match=r"dash|as it is written") as caught:
        in_profile(PROFILE + agreement, "v.yaml", LINES)

    assert "v.yaml" in str(caught.value.file)


def test_a_profile_in_braces_is_refused() -> None:
    whole = (
        '{"apiVersion": "bpoaudit/v1", "kind": "VendorProfile", "vendor": {"name": "V", "country": "IN",'
        ' "services": ["support"]}, "client": {"name": "C", "country": "IE"},'
        ' "processing": {"countries": ["IN"], "subject_countries": ["IE"]}}\n'
    )
    with pytest.raises(ProfileError, match="as it is written"):
        in_profile(whole, "v.yaml", LINES)
