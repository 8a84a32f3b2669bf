"""What part a speaker has in a conversation, by the words that transcripts use for it."""

from __future__ import annotations

import re

AGENT, CUSTOMER, SYSTEM = "agent", "customer", "system"

_WORDS = {
    AGENT: """
        agent agente csr rep representative advisor adviser operator associate admin supervisor manager
        technician collector consultant berater konsultant conseiller internal teammate employee staff
        human_agent human representant atendente operador
    """,
    CUSTOMER: """
        customer client caller callee user visitor end_user enduser external lead contact consumer cliente
        clienta kunde kundin klient patient guest member debtor requester
    """,
    SYSTEM: """
        system bot chatbot custom_bot automated_agent virtual_agent assistant ivr acd workflow trigger robot
        automation
    """,
}
_ROLE_OF = {word: role for role, words in _WORDS.items() for word in words.split()}
_NUMBER = re.compile(r"[ #_]{0,2}\d{1,4}\Z")


def role_of(label: str | None) -> str | None:
    """Return the role that a label names (`AGENT`, `Caller 2`, `end-user`), None where it names none."""
    if label is None:
        return None
    word = re.sub(r"[ -]", "_", _NUMBER.sub("", label.strip().casefold()))
    return _ROLE_OF.get(word)
