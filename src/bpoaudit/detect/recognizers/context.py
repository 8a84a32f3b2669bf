"""Context words: what a value is, said by the words around it.

Presidio's own context step needs lemmas; ours looks at whole words in a window of characters, in
any language, also in names such as `customerPhone` or `ssn_no`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache

from bpoaudit.detect.recognizers.literals import Guarded

_CAMEL = re.compile(r"(?<=[a-zº])(?=[A-Z])")
_SENTENCE_END = re.compile(r"[\n;!?]|\.\s")
_LINE = 200
"""Characters of a text that is asked as a whole, for all its matches, whether it has a word at all."""
_WINDOWS = 8_192
"""Stretches of text before a match whose words are remembered."""
_OTHER_VALUE = 6
"""Digits between a word and a match from which on the word belongs to another value."""

BUSINESS = (
    "order", "order id", "ticket", "tracking", "shipment", "parcel", "consignment", "waybill", "invoice",
    "inv", "sku", "transaction", "txn", "trx", "batch", "serial", "part", "item", "product", "model",
    "asset", "agent", "operator", "extension", "ext", "queue", "session", "request", "error", "version",
    "build", "hash", "commit", "uuid", "guid", "timestamp", "epoch", "amount", "total", "price", "qty",
    "quantity", "bestellung", "auftrag", "rechnung", "sendung", "pedido", "factura", "fatura", "envio",
    "reference number", "ean", "upc", "gtin", "barcode", "isbn", "issn", "asin", "awb", "hawb", "mawb",
    "air waybill", "bill of lading", "container",
    "seal", "lot", "pallet", "carton", "po", "purchase order", "hs code", "tariff", "ndc", "cpt", "hcpcs",
    "icd", "drg", "lei", "bic", "swift", "eori", "imo", "voyage", "flight", "train", "port", "pid", "tid",
    "thread", "offset", "partition", "seq", "sequence", "correlation id", "trace", "span", "job", "row",
    "rows", "bytes", "checksum", "crc", "size", "duration", "uptime", "latency", "pixel", "resolution",
    "article", "art", "commande", "facture",
    "colis", "zamowienie", "faktura", "przesylka", "comanda", "ordine", "fattura",
    "bestelling",
)  # fmt: skip
"""Words of numbers that belong to a thing or a process, not to a person."""


def fold(text: str) -> str:
    """Return `text` in lower case, without accents, with camelCase words apart."""
    if not text.islower():
        text = _CAMEL.sub(" ", text)
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache  # most kinds of value share their rivals
def word_pattern(words: frozenset[str]) -> re.Pattern[str]:
    """Return a pattern for any of `words` as whole words of a folded text, longest first.

    Spaces inside a phrase stand for up to two of space, `_`, `.`, `-`, `/` or nothing, so that
    `account number` is also `account_number` and `accountnumber`, and `PhilSys` also `Phil Sys`; a
    plural `s` is allowed.
    """
    return re.compile(_beginnings(words) + r"s?(?![^\W_])")


def _beginnings(words: frozenset[str]) -> str:
    phrases = sorted({fold(word) for word in words}, key=lambda phrase: (-len(phrase), phrase))
    alternatives = "|".join(r"[\s_.\-/]{0,2}".join(map(re.escape, phrase.split())) for phrase in phrases)
    return rf"(?<![^\W_])(?:{alternatives})"


@lru_cache(maxsize=1)  # all kinds of value look at the same text one after the other
def _folded(text: str) -> str:
    return fold(text)


class Words:
    """Context words of one kind of value, and the words that speak against it.

    `before` and `after` are the window in characters, `gap` the most of them between a word and the
    match. The nearest word before a match decides; words after it count only where none stands before.
    """

    def __init__(
        self, *words: str, against: Iterable[str] = BUSINESS, before: int = 48, after: int = 24, gap: int = 48
    ) -> None:
        self.words = words
        rivals = frozenset(map(fold, against)) - frozenset(map(fold, words))
        self._for = word_pattern(frozenset(words))
        self._against = word_pattern(rivals) if rivals else None
        self._guard = Guarded(self._for)
        self.without_digits = not any(map(str.isdigit, "".join((*words, *rivals))))
        """Whether none of them, or of those against, has a digit in it."""
        self.before = before
        self.after = after
        self.gap = gap

    def may_stand(self, text: str) -> bool:
        """Tell whether a context word may stand anywhere in `text`; where none can, `near` is never true.

        A window of a text folds to a part of the folded text, save for spaces between words run together.
        """
        return self._guard.admits(_folded(text))

    def may_be_near(self, text: str) -> bool:
        """Tell whether a context word, or a word that begins with one, stands in `text`.

        It takes longer to tell than `may_stand`, and tells `postcode` from `post`. The window behind a match
        may cut a word, so that its beginning is one.
        """
        return self.may_stand(text) and self._begun.search(_folded(text)) is not None

    @cached_property
    def _begun(self) -> re.Pattern[str]:
        return re.compile(_beginnings(frozenset(self.words)))

    def stands(self, text: str) -> bool:
        """Tell whether a context word stands somewhere in `text`, as a whole word."""
        return self._for.search(_folded(text)) is not None

    def near(self, text: str, start: int, end: int) -> bool:
        """Tell whether a context word belongs to `text[start:end]`."""
        return (len(text) > _LINE or self.may_stand(text)) and bool(self._found(text, start, end))

    def word(self, text: str, start: int, end: int) -> str:
        """Return the context word that belongs to `text[start:end]`, as it is listed; empty without one."""
        found = _bare(self._found(text, start, end))
        listed = {_bare(fold(word)): word for word in self.words}
        return listed.get(found) or listed.get(found.removesuffix("s"), "")

    def _found(self, text: str, start: int, end: int) -> str:
        window = fold(left_window(text, start, self.before))
        support, rival = self._standing(window)
        if support[0] or rival[0]:
            gap = window[max(support, rival)[0] :]
            if len(gap) <= self.gap and sum(map(str.isdigit, gap)) < _OTHER_VALUE:
                return window[support[0] - support[1] : support[0]] if support >= rival else ""
        if not self.after:
            return ""
        following = _SENTENCE_END.split(text[end : end + self.after], maxsplit=1)[0]
        found = self._for.search(fold(following))
        return found.group() if found else ""

    def opposed(self, text: str, start: int) -> bool:
        """Tell whether the nearest word before `start` speaks against this kind of value."""
        support, rival = self._standing(fold(left_window(text, start, self.before)))
        return rival > support

    @lru_cache(maxsize=_WINDOWS)  # noqa: B019  # there are some hundred of them, for as long as the program
    def _standing(self, window: str) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return where the last word for and the last one against stand: before cells it is the header."""
        return _last(self._for, window), _last(self._against, window)


def left_window(text: str, start: int, width: int) -> str:
    """Return up to `width` characters before `start`, without a word that the border cuts."""
    low = max(0, start - width)
    if low and text[low - 1].isalnum():
        while low < start and text[low].isalnum():
            low += 1
    return text[low:start]


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _last(pattern: re.Pattern[str] | None, window: str) -> tuple[int, int]:
    """Return end and length of the last match; of two that end together the longer one is greater."""
    last = (0, 0)
    if pattern is not None:
        for match in pattern.finditer(window):
            last = (match.end(), len(match.group()))
    return last
