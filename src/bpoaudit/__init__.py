"""bpoaudit: audit what an outsourcing vendor delivers.

```python
import bpoaudit

result = bpoaudit.audit(["delivery/"], vendor="vendor.yaml")
print(result.score.value, result.gate.exit_code)
```
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpoaudit.api import audit as audit
    from bpoaudit.api import scan as scan
    from bpoaudit.errors import BpoauditError as BpoauditError
    from bpoaudit.errors import ExitCode as ExitCode
    from bpoaudit.model import AuditResult as AuditResult
    from bpoaudit.model import ScanResult as ScanResult

__version__ = "0.1.0"

_PUBLIC = {
    "audit": "bpoaudit.api",
    "scan": "bpoaudit.api",
    "AuditResult": "bpoaudit.model",
    "ScanResult": "bpoaudit.model",
    "BpoauditError": "bpoaudit.errors",
    "ExitCode": "bpoaudit.errors",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    # What detects takes a second to import; the command line's help must not wait for it.
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)
