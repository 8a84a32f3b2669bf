"""`audit.json`: the canonical document, written, read back and described by a JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from bpoaudit.errors import DocumentError
from bpoaudit.model import AuditResult, ScanResult

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MAX_DOCUMENT_BYTES = 2 * 1024 * 1024 * 1024
"""Larger files are refused: ten million findings in 200,000 groups take a quarter of it."""

SCHEMA_ID = "urn:bpoaudit:audit:1"


def render_json(result: AuditResult | ScanResult) -> str:
    """Return the canonical JSON: sorted keys, six decimals at most, a newline at the end.

    Equal results give equal bytes, and `load_result` gives back what was rendered.
    """
    document = _rounded(result.model_dump(mode="json"))
    return json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1) + "\n"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) + 0.0  # adding zero turns -0.0 into 0.0
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value


def load_result(path: Path) -> AuditResult:
    """Read an `audit.json`.

    Raises `DocumentError` when the file cannot be read, is not JSON, is of another schema version
    or does not have the form of `result_schema`. The message names the place, never the content.
    """
    return result_in(_bytes_of(path), path)


def result_in(data: bytes, path: Path) -> AuditResult:
    """Return the audit that `data`, the bytes of `path`, holds. Raises `DocumentError` as `load_result`."""
    try:
        return AuditResult.model_validate_json(data)
    except ValidationError as error:
        raise _document_error(error, path) from error


def load_audit_or_scan(path: Path) -> AuditResult | ScanResult:
    """Read an `audit.json`, or what `scan -o scan.json` wrote. Raises `DocumentError` as `load_result`."""
    data = _bytes_of(path)
    try:
        return AuditResult.model_validate_json(data)
    except ValidationError as error:
        if not _is_scan(error.errors(include_url=False, include_input=False)):
            raise _document_error(error, path) from error
    try:
        return ScanResult.model_validate_json(data)
    except ValidationError as error:
        raise _document_error(error, path) from error


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_DOCUMENT_BYTES:
            raise DocumentError("too large for an audit result", file=str(path))
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", file=str(path)) from error


def _is_scan(problems: Sequence[ErrorDetails]) -> bool:
    missing = {problem["loc"] for problem in problems if problem["type"] == "missing"}
    return {("verdicts",), ("score",)} <= missing and ("inventory",) not in missing


def _document_error(error: ValidationError, path: Path) -> DocumentError:
    problems = error.errors(include_url=False, include_input=False)
    if _is_scan(problems):
        return DocumentError(
            "this is the result of a scan, which has no verdicts",
            file=str(path),
            hint="make an audit.json with: bpoaudit audit DELIVERY --vendor vendor.yaml -o audit.json",
        )
    first = problems[0]
    place = ".".join(str(step) for step in first["loc"])
    if place == "schema_version":
        return DocumentError(
            "schema_version is not 1",
            file=str(path),
            hint="the file comes from another version of bpoaudit; audit again or update",
        )
    message = f"{place}: {first['msg']}" if place else first["msg"]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return DocumentError(
        f"not an audit result: {message}{more}",
        file=str(path),
        hint="bpoaudit report --schema prints the form that is expected",
    )


def result_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `audit.json`, generated from `bpoaudit.model`."""
    schema = AuditResult.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}
