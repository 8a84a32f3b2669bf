"""The tables that the reading of a delivery fills, held against agreement and profile."""

from __future__ import annotations

from bpoaudit.facts import FACTS
from bpoaudit.model import FieldKind, MaskingState, SourceStatus
from bpoaudit.rules.table import FEED, FIELD, SOURCE, Column, Table, country, date, flag, number, text, words
from bpoaudit.vendor.words import AgreedMasking, Classification, Mechanism, RecordKind

DELIVERY_TABLES = (
    Table(
        "findings",
        "Findings of one field that share entity, masking, confidence, recogniser and region.",
        {
            "source": SOURCE,
            "field": FIELD,
            "kind": words("Where the field comes from.", FieldKind),
            "feed": FEED,
            "classification": text("What the feed is declared to be; null: not declared.", Classification),
            "entity": text("Entity type, such as EMAIL_ADDRESS."),
            "category": text("W3C DPV term of the entity; null where DPV has none."),
            "masking": words("What the vendor's masking left visible.", MaskingState),
            "confidence": number("0 to 1."),
            "recognizer": text("What found it."),
            "region": text("Country that the value tells, or whose identifier it is; null: none."),
            "region_agreed": flag("The feed lists that country; null: no country told, or none listed."),
            "region_declared": flag(
                "The profile names that country for the client or the people; null: no country told."
            ),
            "agreed": flag("The agreement allows this entity in this field; null: no agreement."),
            "agreed_masking": text("The masking that was agreed; null: not agreed.", AgreedMasking),
            "masking_met": flag("Masked as agreed, or better; null: nothing agreed."),
            "special": flag("A special category of personal data (GDPR Art. 9(1))."),
            "count": number("Findings in the group."),
        },
        weight="count",
        placeholders=("source", "field", "record", "entity"),
        from_reading=True,
    ),
    Table(
        "fields",
        "One field of one source.",
        {
            "source": SOURCE,
            "field": FIELD,
            "kind": words("Where the field comes from.", FieldKind),
            "feed": FEED,
            "records": number("Records of the source."),
            "non_empty": number("Records in which the field is not empty."),
            "distinct": number("Different values."),
            "agreed": flag("The agreement lists the field; null: no agreement."),
            "entity_types": number("Different entities found in it."),
            "personal": flag("It holds personal data."),
        },
        placeholders=("source", "field"),
        from_reading=True,
    ),
    Table(
        "sources",
        "One source of the delivery.",
        {
            "source": SOURCE,
            "media_type": text("Media type."),
            "status": words("How far it was read.", SourceStatus),
            "bytes": number("Size; null for a sheet or table inside a file."),
            "records_read": number("Records read."),
            "feed": FEED,
            "agreed": flag("A feed of the agreement covers it; null: no agreement."),
            "over_max_records": flag("More records than the feed may have; null: no limit agreed."),
            **{
                name: Column("str" if kind.words else "number", kind.description, frozenset(kind.words))
                for name, kind in FACTS.items()
            },
        },
        placeholders=("source",),
    ),
    Table(
        "dates",
        "One date field and the age of its records, or a source with a period and no date to count it from.",
        {
            "source": SOURCE,
            "field": FIELD,
            "feed": FEED,
            "oldest": date("Oldest date."),
            "newest": date("Newest date."),
            "count": number("Records with a date in it."),
            "trigger": flag(
                "The agreed period counts from it: as the feed says, else the schedule's class, else a"
                " creation date, else the only date; null: that cannot be told."
            ),
            "limit_days": number("Agreed retention; null: none agreed."),
            "over_limit": number("Records older than that on the day of the audit; null: no limit."),
        },
        weight="count",
        failing_weight="over_limit",
        placeholders=("source", "field"),
        from_reading=True,
    ),
    Table(
        "holdings",
        "One feed of the agreement and how far back its records reach.",
        {
            "feed": FEED,
            "records": text("What they are to laws that want records kept.", RecordKind),
            "retention_days": number("Agreed period; null: none."),
            "minimum_days": number("The longest time that a law wants such records kept; null: none known."),
            "law": text("That law."),
            "meets_minimum": flag("The period is no shorter than that; null: no minimum, or no period."),
            "archive_days": number(
                "Days back of which it is declared to hold all records; null: not declared."
            ),
            "oldest": date("Oldest date that the period counts from; null: none delivered."),
            "newest": date("Newest such date."),
            "missing_days": number(
                "Days of the declared archive, no further back than the contract, before the oldest record;"
                " null: no archive declared, or no date."
            ),
        },
    ),
    Table(
        "origins",
        "Data of people from one area, as phone numbers, accounts, identifiers and postal codes tell it,"
        " handled in one country by one party.",
        {
            "from": text("Where the data comes from: EEA, GB, US or another country's code."),
            "to": country("Country where it is processed."),
            "via": text("`vendor`, or the name of the sub-processor."),
            "area": Column("str", "Legal area of `from`.", frozenset({"eu", "uk", "us", "other"})),
            "same_area": flag("`to` lies inside `from`: no transfer."),
            "adequate": flag("An adequacy decision covers it; partial ones only where relied upon."),
            "mechanism": text("What it rests on; null: unknown.", Mechanism),
            "mechanism_valid": flag("The mechanism holds for this transfer on this day; null: unknown."),
            "declared": flag("The profile says that the client or people are there."),
            "values": number("Values that tell this area."),
            "share": number("Their share of all values that tell a country, 0 to 1."),
        },
        from_reading=True,
    ),
    Table(
        "service_needs",
        "One entity in one field of a source that no feed of an agreement covers, masked values apart.",
        {
            "source": SOURCE,
            "field": FIELD,
            "kind": words("Where the field comes from.", FieldKind),
            "entity": text("Entity type, such as EMAIL_ADDRESS."),
            "category": text("W3C DPV term of the entity; null where DPV has none."),
            "special": flag("A special category of personal data (GDPR Art. 9(1))."),
            "confidence": number("The highest of its findings, 0 to 1."),
            "needed": flag("The vendor's services usually need it (judgement, not law); null: not ours."),
            "count": number("Findings that are not fully masked."),
        },
        weight="count",
        placeholders=("source", "field", "entity"),
        from_reading=True,
    ),
)
