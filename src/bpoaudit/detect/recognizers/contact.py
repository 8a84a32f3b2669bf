"""E-mail addresses and web addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import tldextract
from presidio_analyzer import EntityRecognizer

from bpoaudit.detect.recognizers.context import Words
from bpoaudit.detect.recognizers.literals import Guarded, guarded, lowered
from bpoaudit.detect.recognizers.machine_line import is_machine_line
from bpoaudit.detect.recognizers.outline import Outlined
from bpoaudit.detect.recognizers.recognizer import Hit, Prefilter, Recognizer

_LABEL = r"[^\W_](?:[\w\-]{0,61}[^\W_])?"
_LEADING = "'*/=?`{|}~!#$%^&.-"
"""Signs that may stand in a local part but, leading it, are the quoting or bullet before it."""


class EmailRecognizer(Recognizer):
    """Finds e-mail addresses of any domain, reserved ones included (RFC 5321 syntax, RFC 2606 names).

    The address itself is the proof: no list of top-level domains is asked. In a web address its sign may be
    encoded (`jane%40mail.example`). User and host of a remote file or server are none
    (`git@host:path`, `scheme://user:password@host`), nor is the number of a message that a mail program
    made up (`<20260501.4A7C2E11@host>`, `Message-ID: <a1@host>`, RFC 5322 3.6.4).
    """

    prefilter = Prefilter("@%", min_length=6)

    def __init__(self, language: str) -> None:
        super().__init__("EmailRecognizer", ("EMAIL_ADDRESS",), language)

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return what matches the sign of an address."""
        return (_AT_SIGN,)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every address."""
        for at, after in _at_signs(text):
            match = _email_around(text, at, after)
            if match is not None:
                yield Hit(*match, "EMAIL_ADDRESS", 0.95)


_AT_SIGN = re.compile("@|%40")
_MASK_SIGNS = ("•", "●", "∙", "·")
_LOCAL_END = re.compile(r"(?:[\w!#$%&'*+/=?^`{|}~.\-]{1,64}|\"[^\"@\s]{1,62}\")\Z")
_DOMAIN = re.compile(rf"(?:{_LABEL}\.){{1,8}}[^\W\d_](?:[\w\-]{{0,61}}[^\W_])?(?![\w\-])")


_FIELD_BEFORE = re.compile(r".*(?:[=?&/|]|%(?:2[0267F]|3[ACDF]))(?=[^=?&/|])", re.IGNORECASE)
_USERINFO_END = re.compile(r"://[^\s/@?#\"'<>]*\Z")
_MESSAGE_NUMBER = re.compile(
    r"(?=(?:\D{0,20}\d){6})[\w.$+=%\-]{20,}|(?:19|20)\d{6}(?:\d{4,6})?[.\-][\w.$+=%\-]+"
)
"""Long and full of figures, or a day with a number behind it."""
_NUMBERS_MESSAGE = re.compile(
    r"(?:message[\-_ ]?id|in[\-_]reply[\-_]to|references|content-id|list-id)\W{1,4}"
    r"(?:<[^<>\s]{3,200}>\s{1,4}){0,20}<\Z",
    re.IGNORECASE,
)
_NUMBERS = 1_000
"""Characters before the number of a message in which its header stands, with those of other messages."""
_REMOTE_PATH = re.compile(r":(?!\d+(?:/|\b))[\w.~\-]*/")


def _at_signs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sign begins and ends."""
    for sign in ("@", "%40"):
        at = text.find(sign)
        while at >= 0:
            yield at, at + len(sign)
            at = text.find(sign, at + 1)


def _email_around(text: str, at: int, after: int) -> tuple[int, int] | None:
    before = text[max(0, at - 65) : at]
    local = _LOCAL_END.search(before)
    domain = _DOMAIN.match(text, after)
    if local is None or domain is None:
        return None
    if _USERINFO_END.search(text[max(0, at - 200) : at]) or _REMOTE_PATH.match(text, domain.end()):
        return None
    # `reset?email=jane@…`: what stands before is the query of a web address, or another field.
    name = _FIELD_BEFORE.sub("", local.group()).lstrip(_LEADING)
    top_level = domain.group().rpartition(".")[2]
    if not name or ".." in name or name.endswith(".") or len(top_level) < 2 or not name.strip('"'):
        return None
    # `j***l@…` and `j•••l@…` are masked: the visible end of a local part is no address of its own.
    if "*" in name or text[at - len(local.group()) - 1 : at - len(local.group())] in _MASK_SIGNS:
        return None
    start, end = at - len(name), domain.end()
    bracketed = text[start - 1 : start] == "<" and text[end : end + 1] == ">"
    return None if bracketed and _numbers_a_message(text, start, name) else (start, end)


def _numbers_a_message(text: str, start: int, name: str) -> bool:
    """Tell whether what stands in angle brackets is a message's, by its form or by its header."""
    if _MESSAGE_NUMBER.fullmatch(name):
        return True
    return _NUMBERS_MESSAGE.search(text[max(0, start - _NUMBERS) : start]) is not None


_PROVIDER = (
    r"(?:g ?mai?l+|yahoo|ymail|hotmail|outlook|icloud|aol|live|msn|protonmail|proton|rediffmail|gmx|web|mail"
    r"|zoho)"
)
_AT = r" ?(?:@|\(at\)|\[at\]|\bat\b) ?"
_DOT = r" ?(?:\.|,|\(dot\)|\[dot\]|\bdot\b) ?"
_PROVIDED = rf"{_PROVIDER}(?:{_DOT}| ?)(?P<suffix>com|net|org|co ?\.? ?uk|co ?\.? ?in|in|de|fr|pl)(?![\w@])"
_MANGLED = re.compile(
    rf"(?<![\w@.])(?P<local>[a-z0-9][a-z0-9._\-]{{0,40}}?(?: ?\d{{1,6}})?)(?P<sign>{_AT}| ?){_PROVIDED}",
    re.IGNORECASE,
)
_END_OF_MANGLED = re.compile(_PROVIDED)
"""In a `lowered` text: found far faster than what stands before it, which may be any word."""
_WRITTEN = guarded(
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
    begins = Outlined(_MANGLED, _WRITTEN)

    def __init__(self, language: str) -> None:
        super().__init__("MangledEmailRecognizer", ("EMAIL_ADDRESS",), language)

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every address."""
        for match in _MANGLED.finditer(text) if _END_OF_MANGLED.search(lowered(text)) else ():
            glued = match["suffix"].lower() == "com" or match["sign"].strip() != ""
            if glued and len(match["local"]) > 1 and match["local"].lower() not in _MAIL_WORDS:
                yield Hit(*match.span(), "EMAIL_ADDRESS", 0.75)
        for match in _WRITTEN.finditer(text):
            yield Hit(*match.span(), "EMAIL_ADDRESS", 0.8)


_SCHEME_URL = guarded(r"(?<![^\W_])(?:https?|ftps?|sftp)://[^\s<>\"'{}|\\^`]{3,2048}", re.IGNORECASE)
_WWW_URL = guarded(
    rf"(?<![\w.@/\-])www\d?\.(?:{_LABEL}\.){{1,8}}[^\W\d_]{{2,63}}(?:[/?#][^\s<>\"'{{}}|\\^`]{{0,2048}})?",
    re.IGNORECASE,
)
_BARE_URL = re.compile(
    rf"(?<![\w.@/\-%$])(?:{_LABEL}\.){{1,8}}[^\W\d_]{{2,24}}(?![\w@\-(]|%40|\.[^\W_])"
    rf"(?:[/?#][^\s<>\"'{{}}|\\^`]{{0,2048}})?",
    re.IGNORECASE,
)
_LOCAL_HOST = re.compile(r"https?://(?:localhost|127\.\d|0\.0\.0\.0|\[::1?\])(?![\w\-.])")
_PACKAGE = re.compile(r"(?:com|org|net|edu|gov|io|java|javax|de|uk|co)\.[\w\-]+\.")
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
    begins = Outlined(_SCHEME_URL, _WWW_URL, _BARE_URL)

    def __init__(self, language: str) -> None:
        super().__init__("UrlRecognizer", ("URL",), language)

    def traces(self, line: str) -> Sequence[re.Pattern[str] | Guarded]:
        """Return its patterns; of what a machine asked for, words about a profile alone make a match."""
        return super().traces(line) if _PERSONAL.may_stand(line) else ()

    def find(self, text: str) -> Iterator[Hit]:
        """Yield every address."""
        for pattern, score in ((_SCHEME_URL, 0.6), (_WWW_URL, 0.6), (_BARE_URL, 0.4)):
            for match in pattern.finditer(text):
                start, url = match.start(), match.group().rstrip(_TRAILING)
                if pattern is _BARE_URL and not (_has_public_suffix(url) and _is_host(url)):
                    continue
                near = _PERSONAL.near(text, start, start + len(url))
                if text[start - 1 : start] == "+" or _LOCAL_HOST.match(url):
                    continue  # the page of a crawler, a program on this machine
                if not near and is_machine_line(text, start):
                    continue  # a server, a page that somebody asked for
                sure, words = (0.75, _PERSONAL) if near else (score, None)
                yield Hit(start, start + len(url), "URL", sure, alone=score, words=words)


def _is_host(url: str) -> bool:
    """Tell a host from the name of a package or a channel (`org.example.Class`, `production.INFO`)."""
    host = re.split(r"[/?#]", url, maxsplit=1)[0]
    return _PACKAGE.match(host) is None and host in (host.lower(), host.upper(), host.capitalize())


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
