"""User names: after a label, in access and security logs, in addresses and in the paths of home folders."""

from __future__ import annotations

import re
from collections.abc import Iterator

from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.labelled import (
    ASSIGNED,
    MARK,
    QUOTED,
    USERINFO,
    field_of,
    is_assigned,
    is_placeholder,
)
from bpoaudit.detect.recognizers.literals import guarded
from bpoaudit.detect.recognizers.machine_line import is_machine_line
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import Hit, Prefilter, Recognizer

_LABELLED = guarded(
    r"(?<![^\W_])(?:user[ _\-]?name|user[ _\-]?id|login(?:[ _\-]?(?:name|id))?|screen[ _\-]?name"
    r"|benutzername|nombre de usuario|usuario"
    r"|nom d'utilisateur|identifiant|nazwa u[żz]ytkownika|nume de utilizator|utilizator)(?P<mark>"
    + MARK
    + r")(?:"
    + QUOTED
    + r"|(?P<bare>@?[A-Z0-9][\w.\-@\\]{2,63}))",
    re.IGNORECASE,
)
_FIELD = guarded(
    r"(?<![^\W_])(?:user|uid|usr|uname|logname|acct|actor|principal|assignee"
    r"|(?:created|updated|modified|approved|closed|opened|deleted)_?by)"
    rf"(?:=[\"']?|[\"']{ASSIGNED}[\"'])(?P<value>[A-Z][\w.\-\\]{{1,63}})(?![\w(])",
    re.IGNORECASE,
)
"""Names of fields that are words of prose as well: they need `=` or the quotes of JSON."""
_NAME = r"[\"'`]?(?P<value>[A-Za-z][\w.\-\\]{1,63})[\"'`]?"
_SESSION = (
    guarded(
        r"(?<![^\W_])(?:(?:password|publickey|hostbased|interactive(?:/pam)?) for(?: invalid user| illegal "
        r"user)?|for(?: invalid| illegal)? user"
        rf"|(?:logged|signed) (?:in|on|off|out) as|sudo:) {_NAME}(?![\w=])"
    ),
    guarded(
        rf"(?<![^\W_])[Uu]ser {_NAME} (?:(?:has|was|is) )?(?:successfully )?"
        r"(?:(?:logged|signed|locked|timed) (?:in|on|off|out)|authenticated|connected|disconnected|from \d)"
    ),
    guarded(
        rf"(?<![^\W_])(?:login|logon|logout|logoff)(?: (?:of|for|by))? {_NAME}"
        r"(?=$|[,;\n]|\.(?:\s|$)| \w+="
        r"| (?:from|on|at|via|ok|success|succeeded|failed|denied|accepted)(?![^\W_]))"
    ),
)
"""How systems report sessions."""
_ACCESS_LOG = guarded(
    r"(?<=[\da-f.]) - (?P<value>[A-Z][\w.\-@\\]{1,63}) \[\d\d/[A-Z]{3}/\d{4}:", re.IGNORECASE
)
"""The third field of the Common Log Format."""
_HOME = guarded(r"(?:/home/|/Users/|\\Users\\{1,2}|/C:/Users/)(?P<value>[A-Za-z][\w.\-]{1,63})(?=[/\\])")

_ROLES = frozenset(
    ["root", "admin", "administrator", "sa", "system", "nobody", "postgres", "mysql", "oracle", "www-data",
    "apache", "nginx", "ubuntu", "debian", "centos", "ec2-user", "deploy", "deployer", "daemon", "guest",
    "test", "tester", "app", "application", "service", "svc", "runner", "jenkins", "git", "ansible",
    "backup", "operator", "public", "default", "shared", "user", "users", "anonymous", "none", "null", "nil",
    "unknown", "local", "localservice", "networkservice", "support", "info", "bot", "cron", "scheduler",
    "sys", "dba", "redis", "kafka", "vagrant", "pi", "node", "tomcat", "web", "api", "worker", "batch",
    "true", "false", "undefined", "string", "name", "id", "agent"]
)  # fmt: skip
"""Accounts of a machine or of everybody."""
_NO_USERNAME = frozenset(
    ["page", "ok", "failed", "failure", "form", "screen", "attempt", "attempts", "details", "issue", "issues",
    "error", "errors", "successful", "success", "succeeded", "denied", "link", "problem", "problems",
    "password", "account", "accounts", "session", "data", "access", "authentication", "authorization",
    "required", "please", "again", "today", "now", "help", "portal", "token", "request", "info", "button",
    "credentials", "timeout", "flow", "and", "or", "is", "was", "has", "not", "the", "to", "with", "from",
    "at", "on", "in", "for", "via", "by", "of", "who", "that", "just", "already", "successfully", "here",
    "there", "it", "me", "my", "you", "your", "this", "code", "url", "email", "mobile", "phone", "history",
    "time", "date", "process", "using", "after", "before", "invalid", "expired", "blocked", "disabled"]
)  # fmt: skip
_ONSET = re.compile(
    r"(?:(?:sch|scr|shr|spl|spr|squ|str|thr|chr|phr|sph)|(?:b[lr]|c[hlrz]|d[rw]|f[lr]|g[hlnr]|k[nlr]|p[hlnrst]"
    r"|qu|rh|s[chklmnpqtwvz]|t[hrw]|w[hr])|[bcdfghj-np-tv-z])?[aeiouy]"
)
"""How words begin; a first name's initial before a surname seldom does (`jsmith`)."""


class UsernameRecognizer(Recognizer):
    """Finds the user names of persons; those of machines and roles (`root`, `www-data`) name nobody.

    After a label with a sign any value counts; after a mere word it must not look like one of prose,
    unless a machine wrote the line.
    """

    prefilter = Prefilter(min_length=6)
    begins = Outlined(_LABELLED, _FIELD, _ACCESS_LOG, _HOME, *_SESSION, USERINFO)

    def __init__(self, language: str) -> None:
        super().__init__("UsernameRecognizer", ("USERNAME",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every user name."""
        for match in _LABELLED.finditer(text):
            group = "quoted" if match["quoted"] else "bare"
            mark = match["mark"]
            value = match[group] if match["quoted"] else field_of(match["bare"], mark).rstrip(".,;:!?)")
            sure = is_assigned(mark) or bool(match["quoted"])
            if _is_username(value) and (sure or (mark.strip() and not value.isalpha())):
                start = match.start(group)
                yield Hit(start, start + len(value), "USERNAME", 0.85 if sure else 0.75)
        for pattern in (_FIELD, _ACCESS_LOG, _HOME):
            for match in pattern.finditer(text):
                if _is_username(match["value"]):
                    yield Hit(*match.span("value"), "USERNAME", 0.85)
        for pattern in _SESSION:
            for match in pattern.finditer(text):
                if _is_username(match["value"]) and _is_no_word(match["value"], text, match.start()):
                    yield Hit(*match.span("value"), "USERNAME", 0.75)
        for match in USERINFO.finditer(text) if "://" in text else ():
            if _is_username(match["user"]):
                yield Hit(*match.span("user"), "USERNAME", 0.85)


def _is_username(value: str) -> bool:
    folded = value.lower()
    return (
        len(value) > 1
        and folded not in _ROLES
        and folded not in _NO_USERNAME
        and any(map(str.isalnum, value))
        and not is_placeholder(value)
        and not set(value) <= set("*xX•")
    )


def _is_no_word(value: str, text: str, start: int) -> bool:
    if not value.isalpha():
        return True
    return value.islower() and (_ONSET.match(value) is None or is_machine_line(text, start))


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return (UsernameRecognizer(language),)
