"""E-mail addresses and web addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import tldextract
from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.recognizer import Hit, Prefilter, Recognizer

_LABEL = r"[^\W_](?:[\w\-]{0,61}[^\W_])?"
_LEADING = "'*/=?`{|}~!#$%^&.-"
"""Signs that may stand in a local part but, leading it, are the quoting or bullet before it."""


class EmailRecognizer(Recognizer):
    """Finds e-mail addresses of any domain, reserved ones included (RFC 5321 syntax, RFC 2606 names).

    The address itself is the proof: no list of top-level domains is asked.
    """

    prefilter = Prefilter("@", min_length=6)

    def __init__(self, language: str) -> None:
        super().__init__("EmailRecognizer", ("EMAIL_ADDRESS",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every address."""
        for at in _at_signs(text):
            match = _email_around(text, at)
            if match is not None:
                yield Hit(*match, "EMAIL_ADDRESS", 0.95)


_MASK_SIGNS = ("•", "●", "∙", "·")
_LOCAL_END = re.compile(r"(?:[\w!#$%&'*+/=?^`{|}~.\-]{1,64}|\"[^\"@\s]{1,62}\")\Z")
_DOMAIN = re.compile(rf"(?:{_LABEL}\.){{1,8}}[^\W\d_](?:[\w\-]{{0,61}}[^\W_])?(?![\w\-])")


def _at_signs(text: str) -> Iterator[int]:
    at = text.find("@")
    while at >= 0:
        yield at
        at = text.find("@", at + 1)


def _email_around(text: str, at: int) -> tuple[int, int] | None:
    before = text[max(0, at - 65) : at]
    local = _LOCAL_END.search(before)
    domain = _DOMAIN.match(text, at + 1)
    if local is None or domain is None:
        return None
    name = local.group().lstrip(_LEADING)
    top_level = domain.group().rpartition(".")[2]
    if not name or ".." in name or name.endswith(".") or len(top_level) < 2 or not name.strip('"'):
        return None
    # `j***l@…` and `j•••l@…` are masked: the visible end of a local part is no address of its own.
    if "*" in name or text[at - len(local.group()) - 1 : at - len(local.group())] in _MASK_SIGNS:
        return None
    return at - len(name), domain.end()


_PROVIDER = (
    r"(?:g ?mai?l+|yahoo|ymail|hotmail|outlook|icloud|aol|live|msn|protonmail|proton|rediffmail|gmx|web|mail"
    r"|zoho)"
)
_AT = r" ?(?:@|\(at\)|\[at\]|\bat\b) ?"
_DOT = r" ?(?:\.|,|\(dot\)|\[dot\]|\bdot\b) ?"
_MANGLED = re.compile(
    rf"(?<![\w@.])(?P<local>[a-z0-9][a-z0-9._\-]{{0,40}}?(?: ?\d{{1,6}})?)(?P<sign>{_AT}| ?)"
    rf"(?P<provider>{_PROVIDER})(?:{_DOT}| ?)"
    r"(?P<suffix>com|net|org|co ?\.? ?uk|co ?\.? ?in|in|de|fr|pl)(?![\w@])",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    rf"(?<![\w@.])[a-z0-9][a-z0-9._\-]{{0,40}}(?: ?(?:\(at\)|\[at\]) ?| at |@){_LABEL}"
    r"(?:(?: ?(?:\(dot\)|\[dot\]) ?| dot )[a-z][a-z0-9\-]{1,30}){1,3}(?![\w@])",
    re.IGNORECASE,
)
_MAIL_WORDS = frozenset({
    "www", "http", "https", "the", "my", "on", "a", "your", "to", "from", "via", "at", "use", "is", "by",
    "or", "and", "of",
})  # fmt: skip


class MangledEmailRecognizer(Recognizer):
    """Finds e-mail addresses as people type or say them: `name at provider dot com`, `namegmailcom`.

    Without any sign between its parts only the large mail providers are known.
    """

    prefilter = Prefilter("mMoOtT", min_length=8)

    def __init__(self, language: str) -> None:
        super().__init__("MangledEmailRecognizer", ("EMAIL_ADDRESS",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every address."""
        for match in _MANGLED.finditer(text):
            glued = match["suffix"].lower() == "com" or match["sign"].strip() != ""
            if glued and len(match["local"]) > 1 and match["local"].lower() not in _MAIL_WORDS:
                yield Hit(*match.span(), "EMAIL_ADDRESS", 0.75)
        for match in _WRITTEN.finditer(text):
            yield Hit(*match.span(), "EMAIL_ADDRESS", 0.8)


_SCHEME_URL = re.compile(r"(?<![^\W_])(?:https?|ftps?|sftp)://[^\s<>\"'{}|\\^`]{3,2048}", re.IGNORECASE)
_WWW_URL = re.compile(
    rf"(?<![\w.@/\-])www\d?\.(?:{_LABEL}\.){{1,8}}[^\W\d_]{{2,63}}(?:[/?#][^\s<>\"'{{}}|\\^`]{{0,2048}})?",
    re.IGNORECASE,
)
_BARE_URL = re.compile(
    rf"(?<![\w.@/\-])(?:{_LABEL}\.){{1,8}}[^\W\d_]{{2,24}}(?![\w@\-]|\.[^\W_])"
    rf"(?:[/?#][^\s<>\"'{{}}|\\^`]{{0,2048}})?",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}'\"»”’…"
_PERSONAL = Words(
    "profile",
    "linkedin",
    "facebook",
    "instagram",
    "my website",
    "my site",
    "my page",
    "homepage",
    "blog",
    "perfil",
    "profil",
)


@cache
def _suffixes() -> tldextract.TLDExtract:
    # The list that ships with the package: nothing is fetched and nothing is written.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


class UrlRecognizer(Recognizer):
    """Finds web addresses: with a scheme, with `www.`, or a domain under a public suffix.

    Most are not about a person, so only those next to words about a profile score high.
    """

    prefilter = Prefilter(".", min_length=4)

    def __init__(self, language: str) -> None:
        super().__init__("UrlRecognizer", ("URL",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every address."""
        for pattern, score in ((_SCHEME_URL, 0.6), (_WWW_URL, 0.6), (_BARE_URL, 0.4)):
            for match in pattern.finditer(text):
                start, url = match.start(), match.group().rstrip(_TRAILING)
                if pattern is _BARE_URL and not _has_public_suffix(url):
                    continue
                near = _PERSONAL.near(text, start, start + len(url))
                yield Hit(start, start + len(url), "URL", 0.75 if near else score)


def _has_public_suffix(url: str) -> bool:
    host = re.split(r"[/?#]", url, maxsplit=1)[0]
    name = host.rpartition(".")[2]
    # `report.py`, `e.g`, `end.It`: a suffix that is also an ending of a file or a sentence proves nothing.
    if name.lower() in _FILE_ENDINGS or (name != name.lower() and name != name.upper()):
        return False
    found = _suffixes()(host)
    return bool(found.suffix and found.domain)


_FILE_ENDINGS = frozenset({
    "py", "sh", "pl", "rs", "md", "zip", "mov", "ps", "so", "cc", "java", "app", "in", "it", "is", "at",
    "no", "me", "be", "my", "am", "us", "id", "as", "to",
})  # fmt: skip


def build(language: str) -> tuple[EntityRecognizer, ...]:
    """Return the recognisers of this family."""
    return EmailRecognizer(language), MangledEmailRecognizer(language), UrlRecognizer(language)
