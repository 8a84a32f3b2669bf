"""The tables that measures fill; each has the name of its measure, and its columns are those of the rows."""

from __future__ import annotations

from bpoaudit.rules.table import FEED, FIELD, SOURCE, Column, Table, flag, number, text

LIST_KIND = Column(
    "str",
    "Planted people of the client (canary) or of another (other_canary), or another client's customers.",
    frozenset({"canary", "other_canary", "other_client"}),
)

CONDUCT = frozenset(
    [
        "recording_notice",
        "company_named",
        "checked_before_disclosure",
        "card_code_said",
        "card_said_after_pause",
        "card_read_back",
        "one_time_password_asked",
        "pin_asked",
        "password_asked",
        "objection_taken_up",
        "erasure_request_taken_up",
        "deletion_promised",
        "private_contact",
    ]
)
"""Events of conversations."""

LEAKS = frozenset(
    ["birth_date_beside", "clear_beside", "clear_elsewhere", "expiry_beside", "over_shown", "town_beside"]
)
"""What can be wrong with masked values."""

_PLACE_OF_SOMEBODY = {
    "source": SOURCE,
    "field": FIELD,
    "entity": text("What it was recognised as; null: a whole cell that nothing recognised."),
    "count": number("How often it occurs there."),
}

LISTED = Table(
    "listed",
    "One value of a listed person in one field; there is no table without lists.",
    {
        "list": text("Id of the list."),
        "kind": LIST_KIND,
        **_PLACE_OF_SOMEBODY,
    },
    weight="count",
    placeholders=("source", "field", "record", "entity"),
    from_reading=True,
)
"""Filled from the places of `lists`."""

MEASURED_TABLES = (
    Table(
        "suppressed",
        "One listed person's value in one field; there is no table without a suppression list.",
        _PLACE_OF_SOMEBODY,
        weight="count",
        placeholders=("source", "field", "record", "entity"),
        from_reading=True,
    ),
    Table(
        "subjects",
        "People whom the findings of one entity in one field are about; both null: the whole source.",
        {
            "source": SOURCE,
            "field": FIELD,
            "entity": text("Entity type."),
            "subjects": number("Different people, at most."),
            "estimated": flag("Too many to count one by one."),
        },
        placeholders=("source", "field", "entity"),
        from_reading=True,
    ),
    Table(
        "equivalence_classes",
        "Records of a feed declared pseudonymised or anonymised that agree in all quasi-identifiers with"
        " equally many others; there is no table without an agreement.",
        {
            "source": SOURCE,
            "feed": FEED,
            "quasi_identifiers": number("Fields that others may know of a person."),
            "sensitive_fields": number("Fields that others must not learn; null: size not known."),
            "size": number("Records of each such class, 21 for all that are larger; null: not known."),
            "sensitive_values": number(
                "Least number of different values of a sensitive field in a class, 5 for all that are more;"
                " null: nothing sensitive in it, or size not known."
            ),
            "records": number("Records in classes of this size."),
        },
        weight="records",
        placeholders=("source",),
        from_reading=True,
    ),
    Table(
        "identifiers",
        "One column of identifiers that have a check digit or a form, masked values apart.",
        {
            "source": SOURCE,
            "field": FIELD,
            "entity": text("Entity type that the column holds."),
            "values": number("Values that are not masked."),
            "invalid": number("Of these, values whose check digit or form is wrong."),
            "invalid_share": number("Their share, 0 to 1."),
        },
        weight="values",
        failing_weight="invalid",
        placeholders=("source", "field", "entity"),
        from_reading=True,
    ),
    Table(
        "hashes",
        "One column of values that look like hashes without a key.",
        {
            "source": SOURCE,
            "field": FIELD,
            "algorithm": Column("str", "What their length suggests.", frozenset({"md5", "sha1", "sha256"})),
            "values": number("Different hashes."),
            "reversed": number(
                "Of these, at least, hashes of identifiers that the delivery has in clear; null: not known."
            ),
        },
        weight="values",
        failing_weight="reversed",
        placeholders=("source", "field"),
        from_reading=True,
    ),
    Table(
        "keys_beside",
        "One column that hides people (codes of a feed declared pseudonymised or anonymised, hashes in a"
        " table that names nobody), or one field or file that is called a salt or key of pseudonyms.",
        {
            "source": SOURCE,
            "field": FIELD,
            "kind": Column("str", "What it is.", frozenset({"pseudonym", "salt"})),
            "values": number("Different codes; of a salt or key, its values."),
            "opened": number(
                "Of these, at least, codes that another table of the delivery has beside people in clear, and"
                " all values of a salt or key; null: not known."
            ),
            "table": text("The source that leads back; null: none, or not told."),
        },
        weight="values",
        failing_weight="opened",
        placeholders=("source", "field"),
        from_reading=True,
    ),
    Table(
        "lists",
        "One list of people that the profile names; there is no table without lists.",
        {
            "list": text("Id of the list."),
            "kind": LIST_KIND,
            "expected": Column(
                "str",
                "Whether its people were agreed to be in the delivery.",
                frozenset({"present", "absent"}),
            ),
            "listed": number("People on it."),
            "found": number("Of these, people who are in the delivery."),
            "deviating": number("People who are there and should not be, or the reverse; null: not agreed."),
            "places": Column("rows", "Where they are, as in the table `listed`."),
        },
        weight="listed",
        failing_weight="deviating",
        from_reading=True,
    ),
    Table(
        "test_data",
        "One kind of identifier in one field of a source that is declared to be test data, or called so.",
        {
            "source": SOURCE,
            "field": FIELD,
            "feed": FEED,
            "entity": text("Entity type."),
            "declared": flag("The feed is declared to be test data; null: only the name says so."),
            "values": number("Values that are not masked, in the right form."),
            "real": number("Of these, values that no reserved range holds."),
            "real_share": number("Their share, 0 to 1."),
        },
        weight="values",
        failing_weight="real",
        placeholders=("source", "field", "entity"),
        from_reading=True,
    ),
    Table(
        "drift",
        "What changed in one feed since the last delivery, or how much of it stayed the same; there is no"
        " table without a history.",
        {
            "source": text("The feed, by the name of its files without dates."),
            "field": FIELD,
            "entity": text("Entity type."),
            "what": Column("str", "What is compared.", frozenset({"feed", "field", "entity"})),
            "change": Column(
                "str",
                "How it changed; unmasked: values in clear where there were none.",
                frozenset({"same", "added", "removed", "unmasked"}),
            ),
            "count": number("Fields or entities that stayed the same; 1 for a change."),
            "old_records": number("Records of the feed in the last delivery."),
            "new_records": number("Records of the feed now."),
            "factor": number("The larger number of records over the smaller; null: not in both."),
            "old_found": number("How often the entity occurred."),
            "new_found": number("How often it occurs now."),
        },
        weight="count",
        placeholders=("source", "field", "entity"),
        from_reading=True,
    ),
    Table(
        "conduct",
        "Conversations that are alike in what one event in them comes to: each of the first twenty, then"
        " all others together.",
        {
            "source": text("Name of the source; null: all the others."),
            "field": FIELD,
            "feed": FEED,
            "channel": Column("str", "How it was held.", frozenset({"voice", "chat", "mail", "unknown"})),
            "from_start": flag("The conversation is there from its beginning, as far as the source shows."),
            "event": Column("str", "What could be said in it; see docs/conduct.md.", CONDUCT),
            "heard": flag("It was said; null: nobody knows who speaks, and it depends on that."),
            "turn": number("Turn in which a recording notice or the company's name comes first; 11: later."),
            "conversations": number("Conversations."),
        },
        weight="conversations",
        placeholders=("source", "record"),
        from_reading=True,
    ),
    Table(
        "masked_values",
        "One thing that can be wrong with the masked values of one field and entity.",
        {
            "source": SOURCE,
            "field": FIELD,
            "entity": text("Entity type of the masked values."),
            "leak": Column("str", "What can be wrong; see docs/conduct.md.", LEAKS),
            "values": number("Masked values; of `clear_elsewhere` different ones."),
            "leaking": number("Of these, values with which it is wrong; null: not known."),
        },
        weight="values",
        failing_weight="leaking",
        placeholders=("source", "field", "record", "entity"),
        from_reading=True,
    ),
    Table(
        "masked_files",
        "One file that masks an entity which its name or properties have in clear; the others, together.",
        {
            "source": text("Name of the source; null: all files that do not."),
            "field": text("Where it is named; null: nowhere."),
            "entity": text("Entity type."),
            "named": flag("Its name or its properties have a clear value of that entity."),
            "files": number("Files."),
            "masked_values": number("Masked values in their content."),
        },
        weight="files",
        placeholders=("source", "field", "entity"),
        from_reading=True,
    ),
)
