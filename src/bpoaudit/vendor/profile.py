"""The vendor profile: who the vendor is, where, under which contract, with which measures.

Everything that is left out is unknown, and unknown is never a pass. An empty list says that there
is none. The classes follow the sections of the YAML file, in its order.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from bpoaudit.languages import AUTO, Language
from bpoaudit.vendor.agreement import Agreement
from bpoaudit.vendor.countries import Country
from bpoaudit.vendor.lists import KnownList
from bpoaudit.vendor.practices import (
    DueDiligence,
    Exit,
    Governance,
    Incidents,
    People,
    Retention,
    Rights,
    Security,
    Telephony,
)
from bpoaudit.vendor.words import (
    Access,
    Answer,
    Authorisation,
    CertificateStandard,
    Channel,
    Clause,
    ClauseState,
    Condition,
    Count,
    Day,
    Entity,
    Mechanism,
    Name,
    Percent,
    Role,
    RuleName,
    Section,
    Sector,
    Service,
    Slug,
    SubjectType,
    Text,
)

Countries = Annotated[tuple[Country, ...], Field(min_length=1)]


class Site(Section):
    """A place from which people work on the client's data."""

    id: Slug
    country: Country
    city: Name | None = None
    kind: Literal["office", "home", "partner"] | None = None


class Contact(Section):
    """A person at the vendor. Never leaves the profile."""

    name: Name
    role: Name | None = None
    email: Name | None = None
    phone: Name | None = None


class Vendor(Section):
    """The company that does the work (GDPR: usually the processor)."""

    name: Name
    id: Slug | None = None
    country: Country
    services: Annotated[tuple[Service, ...], Field(min_length=1)]
    channels: tuple[Channel, ...] | None = None
    role: Role = "processor"
    headcount: Count | None = None
    remote_share_pct: Percent | None = None
    sites: tuple[Site, ...] | None = None
    contacts: tuple[Contact, ...] = ()


class Client(Section):
    """The company whose data it is (GDPR: the controller)."""

    name: Name
    country: Country
    sector: Sector = "general"
    payment_cards: Answer = "unknown"


class SpecialCategories(Section):
    """Data of GDPR Art. 9: whether agreed, and on which condition."""

    agreed: Answer = "unknown"
    condition: Condition | None = None
    entities: tuple[Entity, ...] | None = None


class AiTool(Section):
    """A tool with a language or speech model that sees the client's data."""

    name: Name
    provider: Name | None = None
    approved: Answer = "unknown"
    trains_on_data: Answer = "unknown"


class Processing(Section):
    """What is done, where, with whose data."""

    countries: Countries
    subject_countries: Countries
    purposes: tuple[Text, ...] | None = None
    subject_types: tuple[SubjectType, ...] | None = None
    special_categories: SpecialCategories = SpecialCategories()
    criminal_data: Answer = "unknown"
    children: Answer = "unknown"
    access: Access | None = None
    ai_tools: tuple[AiTool, ...] | None = None


class SlaMetric(Section):
    """A service level: what was agreed, what was reached."""

    name: Name
    target: Text
    actual: Text | None = None
    met: Answer = "unknown"


class Sla(Section):
    """The service levels that were agreed."""

    metrics: tuple[SlaMetric, ...] | None = None
    penalties: Answer = "unknown"
    reviewed_on: Day | None = None


class Contract(Section):
    """The data-processing agreement and its clauses."""

    dpa_signed: Answer = "unknown"
    dpa_date: Day | None = None
    dpa_expires: Day | None = None
    standard: Literal["eu_2021_915", "scc_2021_914", "own", "none"] | None = None
    clauses: dict[Clause, ClauseState] = Field(default_factory=dict)
    breach_notice_hours: Count | None = None
    subprocessor_authorisation: Authorisation | None = None
    subprocessor_notice_days: Count | None = None
    audit_right: Literal["onsite", "remote", "third_party_report", "none"] | None = None
    last_audit: Day | None = None
    dsr_forward_days: Count | None = None
    baa: Answer = "unknown"
    ccpa_terms: Answer = "unknown"
    inability_notice_days: Count | None = None
    """Business days until the vendor says that it can no longer keep its duties."""
    pci_responsibility_matrix: Answer = "unknown"
    governing_law: Country | None = None
    sla: Sla = Sla()


class Certificate(Section):
    """A certificate or attestation report. Only the vendor's claim, until somebody looks at it."""

    standard: CertificateStandard
    scope: Text | None = None
    sites: tuple[Slug, ...] | None = None
    issuer: Name | None = None
    issued: Day | None = None
    expires: Day | None = None


class Subprocessor(Section):
    """A company that the vendor hands data on to (GDPR Art. 28(2), 28(4))."""

    name: Name
    country: Country
    address: Text | None = None
    contact: Text | None = None
    """Never leaves the profile; reports say only that there is one."""
    service: Text | None = None
    authorisation: Authorisation | None = None
    dpa_date: Day | None = None
    mechanism: Mechanism | None = None
    countries: tuple[Country, ...] | None = None
    """Where it processes, if not only at its seat."""


class Transfer(Section):
    """A transfer to another country and what it rests on (GDPR Art. 44-49)."""

    origin: Annotated[Country, Field(alias="from")]
    destination: Annotated[Country, Field(alias="to")]
    importer: Name | None = None
    mechanism: Mechanism | None = None
    module: Name | None = None
    signed: Day | None = None
    tia_on: Day | None = None
    """When the transfer impact assessment was made."""
    tia_outcome: Literal["ok", "ok_with_measures", "not_ok"] | None = None
    supplementary_measures: tuple[Text, ...] | None = None


class DenyList(Section):
    """Values that are always findings."""

    entity: Entity
    values: tuple[Annotated[str, Field(min_length=1, max_length=2000)], ...]


class Detection(Section):
    """What detection should know about this client. May hold personal data: never leaves the profile."""

    language: Language = AUTO
    """Of all free text; `auto`: each field tells its own."""
    recognizers: Text | None = None
    """File of the client's own recognisers in Presidio's YAML format, as seen from the profile."""
    allow_list: tuple[Text, ...] = ()
    """Exact values that are no personal data, whatever they look like."""
    deny_list: tuple[DenyList, ...] = ()


class RuleSettings(Section):
    """How rules judge this vendor, where it is otherwise than usual. Reports say so beside the verdict."""

    params: dict[RuleName, dict[Name, float | bool | Name | tuple[Name, ...]]] = Field(default_factory=dict)
    """Values of parameters of rules, by rule and name."""


class VendorProfile(Section):
    """One vendor, as declared on one day."""

    api_version: Annotated[Literal["bpoaudit/v1"], Field(alias="apiVersion")]
    kind: Literal["VendorProfile"]
    vendor: Vendor
    client: Client
    processing: Processing
    contract: Contract = Contract()
    certificates: tuple[Certificate, ...] | None = None
    security: Security = Security()
    people: People = People()
    telephony: Telephony = Telephony()
    subprocessors: tuple[Subprocessor, ...] | None = None
    transfers: tuple[Transfer, ...] | None = None
    retention: Retention = Retention()
    incidents: Incidents = Incidents()
    governance: Governance = Governance()
    rights: Rights = Rights()
    exit: Exit = Exit()
    due_diligence: DueDiligence = DueDiligence()
    agreement: Agreement | None = None
    lists: tuple[KnownList, ...] | None = None
    """People to be looked for. Never leaves the profile; reports say how many were found."""
    packs: Annotated[tuple[Name, ...] | None, Field(min_length=1)] = None
    """None: the packs of the laws that bind by this profile."""
    rules: RuleSettings = RuleSettings()
    detection: Detection = Detection()

    def agreement_on(self, day: Day) -> Agreement | None:
        """Return the agreement without the exclusions that have ended by `day`; None: there is none."""
        return self.agreement.on(day) if self.agreement else None

    def public(self) -> dict[str, Any]:
        """Return the profile for `audit.json`: JSON types, without contact persons and word lists.

        It is a profile again: a sub-processor's contact is kept as the word `withheld`, because
        whether there is one is itself a fact.
        """
        data = self.model_dump(
            mode="json",
            by_alias=True,
            exclude_none=True,
            exclude={"lists": True, "vendor": {"contacts"}, "detection": {"allow_list", "deny_list"}},
        )
        for subprocessor in data.get("subprocessors", ()):
            if "contact" in subprocessor:
                subprocessor["contact"] = "withheld"
        return data
