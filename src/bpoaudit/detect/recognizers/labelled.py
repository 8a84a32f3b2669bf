"""Values after a label, as people and programs write them: `password: …`, `"user": "…"`, `uid=…;`."""

from __future__ import annotations

import re

IS = r"(?:\s{1,3}(?:is|was|ist|es|est|e|é|to|jest|este|now|currently|as)){0,2}"
ASSIGNED = r"[\"'”’]?\s{0,3}(?::=|=>|[:=])\s{0,3}"
MARK = rf"(?:{IS}{ASSIGNED}|{IS}\s{{1,3}})"
QUOTED = r"[\"'“‘`](?P<quoted>[^\"'”’`\n]{2,64})[\"'”’`]"

USERINFO = re.compile(
    r"(?<![^\W_])[a-z][a-z\d+.\-]{1,20}://(?P<user>[^\s:/@\"'<>]{0,64}):(?P<password>[^\s/@\"'<>]{1,128})@(?=[\w\[])",
    re.IGNORECASE,
)
"""User and password in a web address or connection string (RFC 3986, 3.2.1)."""

_NEXT_FIELD = re.compile(r"[;&,](?=\s?[\w .\-]{1,32}=|\s|\Z)")
_PLACEHOLDER = re.compile(
    r"\$\{?\w.*|%\(?\w.*|\{\{?.*|<.*|\[.*|[A-Za-z_.]+\(.*|(?:self|os|env|config|args|process|this)[.\[].*"
)
_PAIR = re.compile(r"[A-Za-z_][\w.\-]*=")


def field_of(value: str, mark: str) -> str:
    """Return `value` up to the next field of a connection string or query (`pw;Encrypt=true`)."""
    return _NEXT_FIELD.split(value, maxsplit=1)[0] if "=" in mark else value


def is_assigned(mark: str) -> bool:
    """Tell whether a sign, and not only a verb or a space, stands between label and value."""
    return ":" in mark or "=" in mark


def is_placeholder(value: str) -> bool:
    """Tell whether a program stands for the value: a variable, a call, a field to fill in."""
    return _PLACEHOLDER.fullmatch(value) is not None


def is_pair(value: str) -> bool:
    """Tell whether a text is itself the next `name=value`."""
    return _PAIR.match(value) is not None
