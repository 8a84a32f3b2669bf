"""Write docs/services.md: what each service usually needs, from the table that the rule judges by.

    python docs/make_services.py

A test compares.
"""

from __future__ import annotations

from pathlib import Path

from bpoaudit.vendor.services import Need, service_profiles

PAGE = Path(__file__).with_name("services.md")

HEAD = """# What services usually need

Where the profile of a vendor has no [agreement](vendor-profile.md#the-agreement), or no feed of it covers a
file, the services that the profile names say what a delivery usually has to hold. What goes beyond is **to be
justified** by somebody (rule `bpo-baseline/beyond-service-needs`); it is not thereby forbidden. The table is
**judgement, not law**: an agreement always counts more. Values that are fully masked are left out.

This page is written by `docs/make_services.py` from `src/bpoaudit/vendor/services.yaml`. The words in italics
are data categories, terms of the [Data Privacy Vocabulary](https://w3id.org/dpv/pd#), and stand for all of
their entities.
"""


def page() -> str:
    """Return the page."""
    sections = []
    for service, profile in service_profiles().items():
        rows = "".join(f"| {_what(need)} | {need.why} |\n" for need in profile.needs)
        sections.append(f"\n## {profile.title} (`{service}`)\n\n| what | why |\n| --- | --- |\n{rows}")
    return HEAD + "".join(sections)


def _what(need: Need) -> str:
    return ", ".join([*(f"`{each}`" for each in need.entities), *(f"*{each}*" for each in need.categories)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
