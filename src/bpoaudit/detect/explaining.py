"""Complete the explanation of a match with what only its recogniser's name tells."""

from __future__ import annotations

from msgspec.structs import replace

from bpoaudit.detect.columns import HEADER, VALUES
from bpoaudit.detect.explanation import Explanation
from bpoaudit.detect.matches import DENY_LIST, GIVEN_NAMES, RAMPART, SPACY, Match
from bpoaudit.detect.rampart import SURE
from bpoaudit.detect.spoken import RECOGNIZER as SPOKEN
from bpoaudit.detect.transcript import RECOGNIZER as CONVERSATION

_TOLD = {
    SPACY: "A spaCy model reads the sentence; it gives no probability.",
    GIVEN_NAMES: "Begins with a frequent given name, and is written as a full name.",
    DENY_LIST: "Stands in a deny-list of the profile.",
    HEADER: "Fits what the header of its column promises.",
    VALUES: "Fits what the other values of its column suggest.",
    SPOKEN: "Said instead of written: read as figures, letters or an address.",
    CONVERSATION: "Said in a conversation: by the question before, or repeating a value given before.",
}
_RAMPART = "The rampart model is {} sure: probability {}."


def explained(match: Match) -> Match:
    """Return the match with all that is known of how it came about."""
    why = match.why or Explanation()
    told = why.textual_explanation
    if match.recognizer == RAMPART:
        # A name that was joined of parts has the lower score of both.
        told = _RAMPART.format(*(("very", "0.9 and up") if match.score >= SURE else ("not", "below 0.9")))
    elif match.recognizer in _TOLD:
        told = _TOLD[match.recognizer]
    return replace(
        match,
        why=replace(
            why,
            recognizer=None if why.recognizer == match.recognizer else why.recognizer,
            original_score=match.score if why.original_score is None else why.original_score,
            score=match.score,
            textual_explanation=told,
            agreement=match.also or None,
        ),
    )
