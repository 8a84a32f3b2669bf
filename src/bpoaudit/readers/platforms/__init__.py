"""Exports of call and chat platforms, one module a platform or a family of one shape, known by their keys."""

from __future__ import annotations

from bpoaudit.readers.format import Format
from bpoaudit.readers.platforms import (
    amazon_connect,
    amazon_transcribe,
    azure_speech,
    deepgram,
    elements,
    freshdesk,
    genesys,
    google_conversations,
    google_speech,
    intercom,
    meetings,
    messenger,
    recognised,
    slack,
    teams,
    telegram,
    twilio,
    zendesk,
    zoom,
)

PLATFORMS = (
    amazon_connect.PLATFORM,
    amazon_transcribe.PLATFORM,
    genesys.PLATFORM,
    twilio.PLATFORM,
    zoom.PLATFORM,
    teams.PLATFORM,
    google_conversations.PLATFORM,
    google_speech.PLATFORM,
    azure_speech.PLATFORM,
    deepgram.PLATFORM,
    elements.PLATFORM,
    meetings.PLATFORM,
    zendesk.PLATFORM,
    intercom.PLATFORM,
    freshdesk.PLATFORM,
    slack.PLATFORM,
    telegram.PLATFORM,
    messenger.PLATFORM,
    recognised.PLATFORM,
)
"""In the order in which they are asked; the last one knows the most general shape."""

FORMATS = tuple(
    Format(
        f"{platform.title}: JSON, JSON Lines",
        (),
        (".json", ".jsonl"),
        "standard library",
        "a record is a turn; `text`, `speaker`, and what says something else than the turn (words, "
        "alternatives, other writings, HTML that is not seen); role, time and channel of turns; all else of "
        "the document by path",
        "the times and likelihoods of single words; turns are not told apart in a file of more than 64 Mi "
        "characters, which is read as JSON; files inside messages",
    )
    for platform in PLATFORMS
)
