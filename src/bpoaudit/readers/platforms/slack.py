"""Slack: the messages of a channel's day, as the export of a workspace or the API gives them.

Shape: "How to read Slack data exports" and `conversations.history` (`messages[]`); text is mrkdwn.
"""

from __future__ import annotations

import html
import re
from typing import Any

from bpoaudit.readers.conversation import Said
from bpoaudit.readers.platforms.platform import CHAT, Conversation, Node, Platform
from bpoaudit.readers.platforms.taking import besides, letters, moment_of, node, nodes, take, text_of
from bpoaudit.readers.roles import SYSTEM

BLOCKS = "blocks"
"""Field of what the blocks of a message say that its text does not."""

_NAMES = ("real_name", "display_name", "name")
_LINK = re.compile(r"<([^<>|\s][^<>|]*)(?:\|([^<>]*))?>")
_MOMENT = re.compile(r"\d{9,10}\.\d{6}")


def recognises(value: object) -> bool:
    """Tell an array of messages by the form of their `ts`."""
    return any(map(_is_message, _messages(value)))


def read(found: list[object] | Node, about: object) -> Conversation:
    """Take texts and the names of their writers out; blocks that repeat a text are left out."""
    conversation = Conversation(CHAT)
    names = {
        identity: name
        for message in _messages(found)
        if (identity := text_of(message, "user"))
        and (name := text_of(node(message.get("user_profile")), *_NAMES))
    }
    for message in _messages(found):
        if not _is_message(message):
            continue
        written = take(message, "text") or ""
        text = _plain(written)
        blocks = _block_texts(message.get("blocks"))
        beside = besides(BLOCKS, [_plain("".join(blocks))] if blocks else [], text)
        user = text_of(message, "user", "bot_id") or ""
        speaker = names.get(user) or text_of(message, "username") or user or None
        role = SYSTEM if "bot_id" in message or message.get("subtype") == "bot_message" else None
        conversation.items += beside
        if text.strip():
            profile = node(message.get("user_profile"))
            for key in [key for key in _NAMES if speaker and profile.get(key) == speaker]:
                del profile[key]
            conversation.items.append(Said(text, speaker, moment_of(message, "ts"), role))
    return conversation


def _messages(value: object) -> list[Node]:
    return list(nodes(value if isinstance(value, list) else node(value).get("messages")))


def _is_message(message: Node) -> bool:
    moment = message.get("ts")
    return (
        isinstance(moment, str)
        and _MOMENT.fullmatch(moment) is not None
        and isinstance(message.get("text"), str)
    )


def _plain(text: str) -> str:
    """Write links as they are shown, with their target where the label does not say it."""
    return html.unescape(_LINK.sub(_shown, text))


def _shown(link: re.Match[str]) -> str:
    target, label = link[1], link[2]
    if target[0] in "@#!":
        return label or target
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or letters(label) in letters(bare):
        return bare
    return f"{label} ({bare})"


def _block_texts(blocks: object) -> list[str]:
    """Take the texts out of the rich text of a message, in its order."""
    found: list[str] = []
    waiting: list[Any] = [blocks]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict):
            kind = value.get("type")
            if kind == "link" and isinstance(value.get("url"), str):
                url, label = str(value.pop("url")), take(value, "text")
                found.append(f"<{url}|{label}>" if label else f"<{url}>")
            elif kind in ("user", "channel") and isinstance(value.get(f"{kind}_id"), str):
                found.append(f"<{'@' if kind == 'user' else '#'}{value[f'{kind}_id']}>")
            elif kind == "emoji" and isinstance(value.get("name"), str):
                found.append(f":{value['name']}:")
            elif isinstance(value.get("text"), str):
                found.append(str(value.pop("text")))
            if kind not in ("image", "actions", "input"):
                waiting += reversed([each for each in value.values() if isinstance(each, dict | list)])
    return found


PLATFORM = Platform("Slack", (("ts", "text"),), recognises, read)
