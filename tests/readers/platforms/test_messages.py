"""Tickets, chats and messengers: who writes, in what order, and what HTML and markup hide."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.readers.conftest import Seen

Read = Callable[..., list[Seen]]


def turns(seen: Seen) -> list[tuple[str | None, str | None, float | None]]:
    return [(turn.speaker, turn.role, turn.seconds) for turn in seen.turns]


def dump(document: Any) -> str:
    return json.dumps(document)


def test_tickets_are_conversations_with_the_names_of_the_users_table(read: Read) -> None:
    def comment(author: int, body: str, minute: int) -> dict[str, Any]:
        html = f"<p>{body} <a href='https://example.org/?m=ann@example.org'>more</a><!-- secret --></p>"
        return {
            "author_id": author,
            "body": body,
            "html_body": html,
            "created_at": f"2026-02-25T06:{minute}:00Z",
        }

    tickets = [
        {"id": at, "requester_id": 7, "assignee_id": 9, "description": "hello", "custom": f"c{at}@example.org",
         "comments": [comment(7, "hello", 10), comment(9, "who are you?", 12)]}
        for at in (1, 2)
    ]  # fmt: skip
    users = [{"id": 7, "name": "Ann Lee", "role": "end-user"}]
    spoken, rest = read(dump({"tickets": tickets, "users": users}), "t.json")
    assert spoken.part.facts == {"conversations": 2, "channel": "mail"}
    assert turns(spoken)[2:] == [("Ann Lee", "customer", 0.0), ("9", "agent", 120.0)]
    assert spoken.fields["attributes"][-1] == (4, "https://example.org/?m=ann@example.org")
    assert spoken.fields["comments"][-1] == (4, " secret ")
    assert rest.fields["tickets[*].custom"] == [(1, "c1@example.org"), (2, "c2@example.org")]
    assert "tickets[*].description" not in rest.fields


def test_a_masked_body_beside_clear_html(read: Read) -> None:
    masked = {"author_id": 1, "body": "my card is [masked]", "html_body": "<p>my card is 4111</p>"}
    assert read(dump({"comments": [masked]}), "t.json")[0].values("html") == ["my card is 4111"]


def test_a_chat_of_zendesk(read: Read) -> None:
    history = [
        {
            "type": "chat.msg",
            "name": "Visitor 5",
            "nick": "visitor",
            "msg": "hi",
            "timestamp": "2026-02-25T06:10:00Z",
        },
        {
            "type": "chat.msg",
            "name": "Joy",
            "nick": "agent:2",
            "msg": "bye",
            "timestamp": "2026-02-25T06:10:09Z",
        },
    ]
    spoken, rest = read(dump({"chats": [{"history": history, "visitor": {"phone": "555-0100"}}]}), "t.json")
    assert turns(spoken) == [("Visitor 5", "customer", 0.0), ("Joy", "agent", 9.0)]
    assert rest.values("chats[*].visitor.phone") == ["555-0100"]


def test_intercom(read: Read) -> None:
    conversation = {
        "source": {"subject": "<p>Bill of Ann</p>", "body": "<p>hi</p>", "author": {"type": "user", "name": "Ann"}},
        "created_at": 1772000000,
        "conversation_parts": {"conversation_parts": [
            {"part_type": "assignment", "body": None, "author": {"type": "bot", "name": "Fin"}},
            {"body": "<div style='display:none'>hid@example.org</div><b>b</b>ye", "created_at": 1772000060,
             "author": {"type": "admin", "name": "Joy", "email": "joy@example.org"}},
        ]},
    }  # fmt: skip
    spoken, rest = read(dump({"conversations": [conversation]}), "t.json")
    assert turns(spoken) == [("Ann", "customer", 0.0), ("Joy", "agent", 60.0)]
    assert spoken.fields["text"] == [(1, "hi"), (2, "bye")]
    assert (spoken.values("subject"), spoken.values("hidden")) == (["Bill of Ann"], ["hid@example.org"])
    parts = "conversations[*].conversation_parts.conversation_parts[*].author"
    assert (rest.values(f"{parts}.name"), rest.values(f"{parts}.email")) == (["Fin"], ["joy@example.org"])


def test_freshdesk(read: Read) -> None:
    ticket = {
        "description": "<div>hi</div>", "description_text": "hi", "requester": {"name": "Ann"},
        "conversations": [{"body": "<p>bye</p>", "body_text": "bye", "incoming": False, "from_email": "d@example.org"}],
    }  # fmt: skip
    spoken = read(dump([ticket]), "t.json")[0]
    assert [(t.speaker, t.role) for t in spoken.turns] == [("Ann", "customer"), ("d@example.org", "agent")]
    assert "html" not in spoken.fields


def test_teams_messages_with_replies(read: Read) -> None:
    def message(name: str, body: str, minute: int, **more: Any) -> dict[str, Any]:
        return {
            "createdDateTime": f"2026-02-25T06:{minute}:00Z", "from": {"user": {"displayName": name}},
            "body": {"contentType": "html", "content": body}, **more,
        }  # fmt: skip

    reply = message("Bo", "<p>to <at id='0'>Ann</at>: a&amp;b</p>", 11)
    value = [message("Ann", "plain", 10, replies=[reply]), message("Cy", '<img alt="cy@example.org">', 12)]
    spoken = read(dump({"value": value}), "t.json")[0]
    assert spoken.values("text") == ["plain", "to Ann: a&b"]
    assert spoken.values("attributes") == ["0", "cy@example.org"]
    assert [turn.seconds for turn in spoken.turns] == [0.0, 60.0, 120.0]


def test_slack_marks(read: Read) -> None:
    def message(text: str, **more: Any) -> dict[str, Any]:
        return {"type": "message", "user": "U1", "ts": "1772000000.000100", "text": text, **more}

    clear = [{"type": "rich_text", "elements": [{"type": "text", "text": "card 4111"}]}]
    messages = [
        message("<@U2> mail <mailto:ann@example.org|ann@example.org> &amp; <https://example.org/b|the bill>"),
        message("card [masked]", blocks=clear),
        message("card 4111", blocks=clear, edited={"user": "bo@example.org"}),
    ]
    spoken, rest = read(dump(messages), "2026-02-25.json")
    assert spoken.values("text")[0] == "@U2 mail ann@example.org & the bill (https://example.org/b)"
    assert spoken.fields["blocks"] == [(2, "card 4111")]
    assert rest.fields["edited.user"] == [(3, "bo@example.org")]
    assert not any(value == "card 4111" for column in rest.fields for value in rest.values(column))


def test_telegram_pieces(read: Read) -> None:
    message = {
        "type": "message", "date_unixtime": "1772000000", "from": "Ann", "from_id": "user1",
        "text": ["call ", {"type": "phone", "text": "555-0100"}, {"type": "text_link", "text": ".", "href": "https://example.org"}],
        "text_entities": [{"type": "plain", "text": "call "}, {"type": "phone", "text": "555-0100"}, {"text": "."}],
        "contact_information": {"phone_number": "555-0199"},
    }  # fmt: skip
    spoken, rest = read(dump({"chats": {"list": [{"messages": [message]}]}}), "result.json")
    assert (spoken.values("text"), "entities" in spoken.fields) == (["call 555-0100."], False)
    assert rest.values("chats.list[*].messages[*].text[*].href") == ["https://example.org"]
    assert rest.values("chats.list[*].messages[*].contact_information.phone_number") == ["555-0199"]


def test_messenger_is_put_in_order_and_repaired(read: Read) -> None:
    messages = [
        {"sender_name": "Zo\u00c3\u00ab", "timestamp_ms": 1772000060000, "content": "caf\u00c3\u00a9"},
        {"sender_name": "Ann", "timestamp_ms": 1772000000000, "content": "first é"},
    ]
    spoken, rest = read(
        dump({"participants": [{"name": "Zo\u00c3\u00ab"}], "messages": messages}), "message_1.json"
    )
    assert spoken.values("text") == ["first é", "café"]
    assert turns(spoken) == [("Ann", None, 0.0), ("Zoë", None, 60.0)]
    assert rest.values("participants[*].name") == ["Zoë"]


def test_a_file_inside_a_message_is_a_loss(read: Read) -> None:
    body = '<p>see</p><img src="data:image/png;base64,iVBORw0KGgo=">'
    value = [{"createdDateTime": "2026-02-25T06:10:00Z", "from": None, "body": {"content": body}}]
    assert read(dump(value), "t.json")[0].part.losses == ["files inside messages, not read: 1"]
