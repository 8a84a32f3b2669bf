"""What agents type into tickets: templates, sentences out of a manual, signatures, now and then a name."""

from __future__ import annotations

from corpus.filling import Written, write
from corpus.values import Scene

_MANUAL = (
    "Followed script KB-114, no further action needed.",
    "Customer informed, ticket closed as per SLA.",
    "Return label sent, awaiting the parcel at the warehouse.",
    "No answer, left a voicemail and will retry within 24 hours.",
    "Reset the router and explained the update, works again.",
    "Escalated to second level, see parent ticket.",
    "Refund approved by the supervisor, five to seven working days.",
    "Duplicate of an earlier case, merged.",
)
_HARMLESS = (
    "Parcel {tracking} scanned at the hub, new ETA given.",
    "Replacement sent, SKU {sku}.",
    "Goodwill of {amount} granted.",
    "Error {count:900} in the web shop, cleared the cache.",
    "Asked about {term:issue}.",
)
_PERSONAL = (
    "<Cust|Customer|Caller> {person=c} called re {term:issue}. Callback on {phone=p}.",
    "Confirmed e-mail {email=c} and address {street=s}, {city=t}.",
    "Spoke to {person=c}, wants a callback on {phone=p} after 5 pm.",
    "{given=c} asks to deliver to {street}, {city} instead.",
    "Neighbour {person=n} took the parcel, told {person=c}.",
    "pls change mail to {email=n}, {given=c} moved out",
)
_SIGNATURES = (
    "-- M. Dimaano, Tier 2 Support",
    "Kind regards\nCustomer Care Team",
    "(handled by agent 4417, late shift)",
    "-- A. Katigbak, Back Office",
)


def note(scene: Scene, number: int) -> Written:
    """Return the notes of one ticket."""
    rng = scene.rng
    drawn = rng.random()
    said = [rng.choice(_MANUAL)] if drawn < 0.75 else []
    if drawn > 0.4:
        said.append(rng.choice(_HARMLESS))
    if drawn > 0.6:
        said.append(rng.choice(_PERSONAL))
    if drawn < 0.3 or drawn > 0.8:
        said.append(rng.choice(_MANUAL))
    text, spans = "", list[tuple[int, int, str]]()
    for sentence in said:
        piece = write(sentence, scene)
        text += " " if text else ""
        spans += [(start + len(text), end + len(text), entity) for start, end, entity in piece.spans]
        text += piece.text
    if number % 3:
        text += "\n" + rng.choice(_SIGNATURES)
    return Written(text, tuple(spans))
