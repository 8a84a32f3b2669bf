"""The vendor profile and the agreement, read from YAML; their JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bpoaudit.documents import Steps, load_yaml, parse_yaml, validate
from bpoaudit.errors import ProfileError
from bpoaudit.vendor.agreement import Agreement, Feed, Term
from bpoaudit.vendor.exclusions import notices as exclusion_notices
from bpoaudit.vendor.profile import Detection, VendorProfile

__all__ = [
    "Agreement",
    "Detection",
    "Feed",
    "Term",
    "VendorProfile",
    "exclusion_notices",
    "lists_of",
    "load_profile",
    "placeholders",
    "profile_schema",
    "recognizers_of",
    "starter_profile",
]

_INVENTED = "Example "
"""How the names begin that the starter has in the place of true ones."""


def load_profile(path: Path) -> VendorProfile:
    """Read the vendor profile at `path`; `ProfileError` lists every fault with line and column."""
    document = load_yaml(path, ProfileError)
    profile = validate(document, VendorProfile)
    for place, message in _contradictions(profile):
        raise document.fault(place, message)
    return profile


def recognizers_of(profile: VendorProfile, path: Path) -> tuple[Path, ...]:
    """Return the recogniser file that the profile read from `path` names, if any."""
    named = profile.detection.recognizers
    return (path.parent / named,) if named else ()


def lists_of(profile: VendorProfile, path: Path) -> tuple[Path, ...]:
    """Return the files of the lists of people that the profile read from `path` names."""
    return tuple(path.parent / each.file for each in profile.lists or ())


def profile_schema() -> dict[str, Any]:
    """Return the JSON Schema of a profile, for editors and for other programs."""
    schema = VendorProfile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def starter_profile() -> str:
    """Return a commented profile that is valid as it is and honest about what is not known yet."""
    return (Path(__file__).parent / "starter.yaml").read_text(encoding="utf-8")


def placeholders(path: Path) -> list[tuple[int, str, str]]:
    """Return (line, key, value) of what the profile at `path` still has of the starter's invented names."""
    written = load_yaml(path, ProfileError)
    starter = parse_yaml(starter_profile(), "starter.yaml", ProfileError)
    return [
        (written.place(steps).line, ".".join(map(str, steps)), value)
        for steps in starter.values
        if isinstance(value := _at(starter.data, steps), str) and value.startswith(_INVENTED)
        if _at(written.data, steps) == value
    ]


def _at(data: Any, steps: Steps) -> Any:
    for step in steps:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _contradictions(profile: VendorProfile) -> Iterator[tuple[Steps, str]]:
    """Find what no single field shows: names used twice, names of nothing."""
    sites = [site.id for site in profile.vendor.sites or ()]
    feeds = [feed.id for feed in profile.agreement.feeds] if profile.agreement else []
    for index, site in enumerate(sites):
        if site in sites[:index]:
            yield ("vendor", "sites", index, "id"), f"the site '{site}' is listed twice"
    for index, feed in enumerate(feeds):
        if feed in feeds[:index]:
            yield ("agreement", "feeds", index, "id"), f"the feed '{feed}' is listed twice"
    allowed = {value.casefold() for value in profile.detection.allow_list}
    for index, denied in enumerate(profile.detection.deny_list):
        for number, value in enumerate(denied.values):
            if value.casefold() in allowed:
                place = ("detection", "deny_list", index, "values", number)
                yield place, "this value is on the allow-list too"
    lists = [each.id for each in profile.lists or ()]
    for index, known in enumerate(profile.lists or ()):
        if known.id in lists[:index]:
            yield ("lists", index, "id"), f"the list '{known.id}' is given twice"
        if known.kind != "canary" and known.expected == "present":
            yield ("lists", index, "expected"), "people of another client cannot be expected in a delivery"
    for index, certificate in enumerate(profile.certificates or ()):
        for number, site in enumerate(certificate.sites or ()):
            if site not in sites:
                message = f"'{site}' is not the id of a site of the vendor"
                yield ("certificates", index, "sites", number), message
