"""The closed vocabularies of the vendor profile."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bpoaudit.catalog import TERMS
from bpoaudit.suggestions import shown, suggestion

Answer = Literal["yes", "no", "partial", "not_applicable", "unknown"]
"""What was answered to a question. `unknown` is never a pass."""

Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Glob = Annotated[str, Field(min_length=1, max_length=500)]
Entity = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,63}$")]


def _known_category(term: str) -> str:
    if term not in TERMS:
        raise ValueError(f"{shown(term)} is not the category of an entity{suggestion(term, TERMS)}")
    return term


Category = Annotated[str, AfterValidator(_known_category), Field(json_schema_extra={"enum": sorted(TERMS)})]
"""The last part of a data category's IRI: `OfficialID` of https://w3id.org/dpv/pd#OfficialID."""
RuleName = Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9][a-z0-9.-]*$", max_length=100)]
Count = Annotated[int, Field(ge=0)]
PeriodDays = Annotated[int, Field(ge=0, le=100_000)]
"""A period that is counted back from a day: nearly three hundred years, so that a date comes out."""
Percent = Annotated[float, Field(ge=0, le=100)]
Day = date

Service = Literal[
    "support",
    "technical_support",
    "data_entry",
    "telemarketing",
    "finance",
    "payroll_hr",
    "health",
    "legal_kpo",
    "collections",
]
Channel = Literal["phone", "chat", "email", "social", "back_office"]
Role = Literal["processor", "sub_processor", "joint_controller", "controller"]
Sector = Literal["general", "finance", "health", "telecom", "public", "retail", "insurance"]
SubjectType = Literal["customer", "employee", "patient", "prospect", "debtor", "child", "supplier"]
Condition = Literal[
    "art_9_2_a",
    "art_9_2_b",
    "art_9_2_c",
    "art_9_2_d",
    "art_9_2_e",
    "art_9_2_f",
    "art_9_2_g",
    "art_9_2_h",
    "art_9_2_i",
    "art_9_2_j",
    "none",
]
"""GDPR Art. 9(2): what lifts the ban on processing special categories."""
Access = Literal["file_transfer", "api", "vdi", "client_system", "remote_view"]
Authorisation = Literal["specific", "general", "none"]
ClauseState = Literal["present", "partial", "absent", "unknown"]

Clause = Literal[
    "subject_matter",
    "duration",
    "nature_purpose",
    "data_types",
    "subject_categories",
    "documented_instructions",
    "transfer_instructions",
    "unlawful_instruction_notice",
    "staff_confidentiality",
    "security_annex",
    "subprocessor_authorisation",
    "subprocessor_change_notice",
    "subprocessor_flowdown",
    "subprocessor_liability",
    "dsr_assistance",
    "breach_notice",
    "breach_content",
    "dpia_assistance",
    "deletion_or_return",
    "audit_right",
    "records",
    "no_own_use",
    "no_sale_share",
    "no_combining",
    "ai_training_ban",
    "compliance_certification",
    "notice_of_inability",
    "stop_and_remediate",
    "data_location",
    "remote_access_limits",
    "offshoring_limits",
    "government_access_notice",
    "third_party_beneficiary",
    "liability",
    "indemnity",
    "insurance",
    "termination_for_breach",
    "exit_transition",
    "bcp",
    "sla_metrics",
    "penalties",
    "governance_meetings",
    "change_control",
    "personnel_screening",
    "right_to_test",
    "regulator_cooperation",
    "retention_schedule",
    "recording_rules",
    "pci_responsibility_matrix",
    "baa_terms",
    "dora_30",
]
"""Clauses of a data-processing agreement and its service levels (GDPR Art. 28 and beyond)."""

CertificateStandard = Literal[
    "iso_27001_2022",
    "iso_27001_2013",
    "iso_27701_2019",
    "iso_27701_2025",
    "iso_22301",
    "soc2_type1",
    "soc2_type2",
    "pci_dss_4_0_1",
    "pci_dss_other",
    "hitrust",
    "cyber_essentials",
    "other",
]
Mechanism = Literal[
    "none_required_same_area",
    "adequacy",
    "dpf",
    "uk_bridge",
    "scc_2021_914_m1",
    "scc_2021_914_m2",
    "scc_2021_914_m3",
    "scc_2021_914_m4",
    "uk_idta_a1",
    "uk_addendum_b1",
    "bcr_c",
    "bcr_p",
    "ad_hoc_dpa_approved",
    "code_of_conduct",
    "certification",
    "derogation_49",
    "scc_pre_2021",
    "br_scc",
    "binding_agreement",
    "consent",
    "none",
]
"""What a transfer to a third country rests on (GDPR Art. 44-49, UK GDPR Art. 44A-49A, LGPD Art. 33, …).

`br_scc` are the clauses of the Brazilian authority; `binding_agreement` is any contract that keeps the
protection of the law where the data comes from.
"""
Registration = Literal[
    "ph_npc",
    "my_dpo",
    "za_information_officer",
    "vn_impact_dossier",
    "vn_transfer_dossier",
]
"""What was registered or filed with an authority.

`ph_npc`: systems and officer, National Privacy Commission; `my_dpo`: the officer, Commissioner of Malaysia;
`za_information_officer`: the officer, Information Regulator; the dossiers: ministry of Vietnam.
"""
Monitoring = Literal["screen", "keystroke", "voice_analytics", "emotion", "webcam"]
RecordKind = Literal[
    "accounting",
    "telemarketing",
    "do_not_call",
    "collections",
    "health_documentation",
    "investment_calls",
    "access_logs",
    "card_logs",
]
"""Kinds of records that laws want kept for a time."""
RetentionTrigger = Literal["created", "last_contact", "contract_end", "case_closed"]
AgreedMasking = Literal["none", "partial", "masked"]
Classification = Literal["identified", "pseudonymised", "anonymised", "test"]
"""What a feed is declared to hold; `test`: made-up people only."""


class Section(BaseModel):
    """A part of the profile: frozen, no unknown keys; what is left out is unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
