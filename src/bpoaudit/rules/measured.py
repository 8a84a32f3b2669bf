"""The tables that measures fill; each has the name of its measure, and its columns are those of the rows."""

from __future__ import annotations

from bpoaudit.rules.table import FEED, FIELD, SOURCE, Column, Table, flag, number, text

MEASURED_TABLES = (
    Table(
        "suppressed",
        "One listed person's value in one field; there is no table without a suppression list.",
        {
            "source": SOURCE,
            "field": FIELD,
            "entity": text("What it was recognised as; null: a whole cell that nothing recognised."),
            "count": number("How often it occurs there."),
        },
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
            "uniform": flag("All records of a class share a sensitive value; null: size not known."),
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
)
