"""What the vendor says it does: security, people, telephony, retention, incidents, governance, exit."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bpoaudit.vendor.countries import Country
from bpoaudit.vendor.words import (
    Answer,
    Count,
    Day,
    Monitoring,
    Name,
    Percent,
    PeriodDays,
    Registration,
    RetentionTrigger,
    Section,
    Text,
)


class PatchDays(Section):
    """Days until a fix is installed."""

    critical: Count | None = None
    high: Count | None = None


class Security(Section):
    """Technical and organisational measures (GDPR Art. 32)."""

    encryption_at_rest: Literal["aes256", "aes128", "other", "none"] | None = None
    encryption_in_transit: Literal["tls1_3", "tls1_2", "other", "none"] | None = None
    file_encryption: Literal["pgp", "aes_zip", "zipcrypto", "none"] | None = None
    secure_transfer: Literal["sftp", "https_api", "vpn", "email", "physical"] | None = None
    mfa: Literal["all", "remote_only", "admin_only", "none"] | None = None
    access_review_days: Count | None = None
    client_separation: Answer = "unknown"
    log_retention_days: Count | None = None
    log_countries: tuple[Country, ...] | None = None
    """Where the logs are kept, copies included."""
    dlp: Answer = "unknown"
    pentest_on: Day | None = None
    bcp_test_on: Day | None = None
    backup_test_on: Day | None = None
    patch_sla_days: PatchDays = PatchDays()
    pseudonymisation: Answer = "unknown"
    media_disposal: Literal["nist_800_88", "other", "none"] | None = None


class RemotePolicy(Section):
    """Work from home and from abroad."""

    allowed: Answer = "unknown"
    countries: tuple[Country, ...] | None = None
    vdi: Answer = "unknown"
    home_audit: Answer = "unknown"


class MonitoringPolicy(Section):
    """How agents are watched at work."""

    kinds: tuple[Monitoring, ...] | None = None
    notice: Answer = "unknown"


class People(Section):
    """Screening, training and the working place."""

    screening: Literal["criminal_check", "id_only", "none"] | None = None
    nda_pct: Percent | None = None
    training_pct: Percent | None = None
    training_on: Day | None = None
    role_training: Answer = "unknown"
    clean_desk: Answer = "unknown"
    usb_block: Answer = "unknown"
    print_block: Answer = "unknown"
    screen_capture_block: Answer = "unknown"
    remote_policy: RemotePolicy = RemotePolicy()
    turnover_pct: Annotated[float, Field(ge=0)] | None = None
    monitoring: MonitoringPolicy = MonitoringPolicy()


class Telephony(Section):
    """Calls: how they are recorded, and how sales calls are placed."""

    recording: Literal["all", "on_demand", "none"] | None = None
    recording_notice: Answer = "unknown"
    """People hear of the recording before they speak of anything else."""
    recording_consent: Answer = "unknown"
    """Everybody on the call agrees before the recording begins, and can refuse."""
    card_pause: Literal["automatic", "manual", "none"] | None = None
    """How the recording stops while card data is spoken or keyed."""
    dialer: Literal["manual", "predictive", "prerecorded", "ai_voice"] | None = None
    do_not_call_check_days: Count | None = None
    """Most days between the check of a number against the do-not-call registers and the call."""
    own_do_not_call_list: Answer = "unknown"
    """Who does not want to be called again is on a list that every campaign respects."""
    opt_out_days: Count | None = None
    """Business days until a withdrawal of consent takes effect everywhere."""
    calling_hours: Answer = "unknown"
    """Calls are placed only at the hours that are lawful where the called person is."""
    caller_id: Answer = "unknown"
    """A number that can be called back is shown."""
    abandonment_pct: Percent | None = None
    """Share of answered calls that no agent took within two seconds."""
    consent_records: Answer = "unknown"
    """Who agreed to what, when and how can be shown for each number."""
    campaign_record_days: Count | None = None
    """How long scripts, call records and consents of campaigns are kept."""


class RetentionClass(Section):
    """How long one class of records is kept."""

    name: Name
    days: PeriodDays | None = None
    trigger: RetentionTrigger | None = None
    disposal: Text | None = None


class Retention(Section):
    """The retention schedule."""

    schedule: Answer = "unknown"
    classes: tuple[RetentionClass, ...] | None = None
    documentation_days: Count | None = None
    """How long policies, agreements and other records of compliance are kept."""


class Incident(Section):
    """A past personal-data breach."""

    date: Day
    kind: Name
    records: Count | None = None
    notified_hours: Annotated[float, Field(ge=0)] | None = None
    closed: Answer = "unknown"


class Incidents(Section):
    """How breaches are handled, and those there were."""

    plan: Answer = "unknown"
    plan_tested_on: Day | None = None
    contact_24x7: Answer = "unknown"
    authority_notice_hours: Count | None = None
    """Hours from noticing a breach within which the plan has the authorities told that are due."""
    breach_register: Annotated[Answer, Field(alias="register")] = "unknown"
    """GDPR Art. 33(5)."""
    history: tuple[Incident, ...] | None = None


class Governance(Section):
    """Accountability: records, officer, impact assessment."""

    processing_record: Answer = "unknown"
    dpo: Answer = "unknown"
    dpia: Answer = "unknown"
    dpia_on: Day | None = None
    registrations: dict[Registration, Answer] = Field(default_factory=dict)
    """Registrations and filings with national authorities."""


class Rights(Section):
    """Help with the requests of data subjects."""

    forward_days: Count | None = None
    can_export: Answer = "unknown"
    can_delete: Answer = "unknown"
    can_rectify: Answer = "unknown"
    complaints: Answer = "unknown"
    """Complaints about the use of personal data are recognised, logged and passed on."""


class Exit(Section):
    """The end of the contract."""

    plan: Answer = "unknown"
    deletion_days: Count | None = None
    certificate: Answer = "unknown"


class DueDiligence(Section):
    """What the client looked at before and since it chose the vendor."""

    assessed_on: Day | None = None
    financial_standing: Literal["good", "watch", "poor"] | None = None
    references_checked: Answer = "unknown"
    sanctions_checked_on: Day | None = None
    conflict_check: Answer = "unknown"
