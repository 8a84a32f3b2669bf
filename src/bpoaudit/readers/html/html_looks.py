"""What the tags, attributes and styles of HTML do to its text."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLOCKS = (
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hr html legend li main "
    "menu nav noscript ol optgroup option p pre section select summary table tbody template textarea tfoot "
    "thead title tr ul"
)
_LAYOUT = (
    "align bgcolor border cellpadding cellspacing charset class clear color cols colspan crossorigin dir "
    "enctype face frame frameborder height hspace http-equiv lang language leftmargin link marginheight "
    "marginwidth maxlength media method nowrap rel role rows rowspan rules scope shape size sizes span "
    "style tabindex target text topmargin type valign vlink vspace width xml:lang xmlns"
)
BLOCK_TAGS = frozenset(_BLOCKS.split())
"""Elements that begin and end a line."""
CELL_TAGS = frozenset(("td", "th"))
LAYOUT_ATTRIBUTES = frozenset(_LAYOUT.split())
"""Attributes that hold measures, colours, names of styles and words of closed lists."""
KEEPS_SPACE = frozenset(("pre", "textarea", "listing", "xmp", "plaintext"))
SPACE = re.compile(r"\s+")

_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|mso-hide:all|opacity:0(?:\.0+)?(?:;|!|$)"
    r"|font-size:0+(?:\.0+)?(?:px|pt|em|rem|%)?(?:;|!|$)|(?:^|;)(?:max-)?(?:height|width):0(?:px|pt)?(?:;|!|$)"
)
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_GROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_WHITE = frozenset(("white", "#fff", "#ffffff", "rgb(255,255,255)"))
_STYLE_WORDS = re.compile(r"/\*.*?(?:\*/|\Z)|\"[^\"\n]*\"|'[^'\n]*'|url\([^()\n]*\)", re.DOTALL)


def looks(attributes: dict[str, str], hidden: bool, ground: str) -> tuple[bool, str]:
    """Return whether an element is hidden, and the colour it stands on.

    `hidden` and `ground` are those of the element around it. Only what the element says itself counts:
    its attributes and its own style, not a style sheet.
    """
    style = SPACE.sub("", attributes.get("style", "").lower())
    ground = attributes.get("bgcolor", "").strip().lower() or ground
    if "background" in attributes:
        ground = "image"
    if found := _GROUND.search(style):
        ground = found[1]
    found = _COLOUR.search(style)
    own = found[1] if found else attributes.get("color", "").strip().lower()
    unseen = bool(own) and (own == ground or (own in _WHITE and ground in _WHITE))
    return hidden or unseen or "hidden" in attributes or _HIDING.search(style) is not None, ground


def style_words(style: str) -> Iterator[str]:
    """Yield what a style sheet, or an element's style, says in words: comments, strings, addresses."""
    for words in _STYLE_WORDS.findall(style):
        if bare := words.removeprefix("/*").removesuffix("*/").strip("\"' \n"):
            yield bare
