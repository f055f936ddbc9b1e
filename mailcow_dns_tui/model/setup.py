"""The operator's answers, as typed: the only state that is saved.

Every text may be unfinished or wrong while it is typed; `problems` says what is wrong with it,
and topics plan only what the valid answers allow. A field of these classes is a key of the plan
file, read and written by its type, which also has the rule for its value; nothing else has to know
of a new one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from mailcow_dns_tui.codec import Written, stored
from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.dkim_key import key_problem
from mailcow_dns_tui.model.finding import Mute
from mailcow_dns_tui.model.names import Address, parse_name
from mailcow_dns_tui.model.record import ByFields
from mailcow_dns_tui.model.resolvers import UNCHOSEN, PublicChoice
from mailcow_dns_tui.model.step import BEGINNING, GuidePlace
from mailcow_dns_tui.model.validators import Rule, dmarc_tag

if TYPE_CHECKING:
    from dns.name import Name

ReportUri = Annotated[str, Rule(validators.report_uri)]
PanelId = Annotated[str, "the name of a file in panels/profiles"]


class Offer(Enum):
    """Whether a service is published as offered, published as not available, or left out."""

    PROVIDED = "provided"
    NOT_PROVIDED = "not provided"
    """Published as decidedly not available: target `.` (RFC 2782)."""
    OMITTED = "left out"


@dataclass(frozen=True)
class Service:
    """One SRV service over TCP; `key` is its registered name, `imaps` of `_imaps._tcp`."""

    key: str
    port: int
    offer: Offer = Offer.PROVIDED

    @property
    def label(self) -> str:
        """The first two labels of its name: `_imaps._tcp`."""
        return f"_{self.key}._tcp"


DEFAULT_SERVICES = (
    Service("imap", 143),
    Service("imaps", 993),
    Service("pop3", 110),
    Service("pop3s", 995),
    Service("submission", 587),
    Service("submissions", 465),
    Service("smtps", 465),
    Service("sieve", 4190),
    Service("autodiscover", 443),
    Service("carddavs", 443),
    Service("caldavs", 443),
)

DAV_SERVICES = frozenset({"carddavs", "caldavs"})
"""Those whose path clients read from a TXT record of the same name (RFC 6764 4)."""

DESCRIPTIONS = {
    "imap": "Mailboxes, with STARTTLS",
    "imaps": "Mailboxes, over TLS",
    "pop3": "Mail download, with STARTTLS",
    "pop3s": "Mail download, over TLS",
    "submission": "Sending, with STARTTLS",
    "submissions": "Sending, over TLS (RFC 8314)",
    "smtps": "Sending, the old name",
    "sieve": "Mail filters",
    "autodiscover": "Outlook set-up",
    "carddavs": "Contacts",
    "caldavs": "Calendars",
}


DEFAULT_TTL = 3600
DEFAULT_DAV_PATH = "/SOGo/dav/"
DEFAULT_REPORTING_DAYS = 14
DEFAULT_REPORT_ADDRESS = "mailto:mailauth-reports@{domain}"


@dataclass(frozen=True)
class Server:
    """The mail host.

    Attributes:
        spki_sha256: SHA-256 of the mail certificate's public key (SubjectPublicKeyInfo), in hex.
        caa: the certificate authority's CAA identity; empty where no CAA is wanted.
        panel: the DNS provider of all domains without one of their own; empty where the name
            servers are to tell.
        credentials: a file with what the DNS providers want to be shown, by its whole path; empty
            where it is kept nowhere.
    """

    hostname: Annotated[str, Rule(validators.host_name, "The hostname is missing.")] = ""
    ipv4: Annotated[str, Rule(validators.ipv4)] = ""
    ipv6: Annotated[str, Rule(validators.ipv6)] = ""
    spki_sha256: Annotated[str, Rule(validators.spki_sha256)] = ""
    caa: Annotated[str, Rule(validators.ca_identity)] = ""
    ttl: Annotated[int, Rule(validators.ttl)] = DEFAULT_TTL
    panel: PanelId = ""
    credentials: str = ""

    @cached_property
    def name(self) -> Name | None:
        """The hostname as a name; None while it is not one."""
        return parse_name(self.hostname)

    @property
    def usable_ttl(self) -> int:
        """The TTL of all records; the usual one while the answer is wrong."""
        return DEFAULT_TTL if validators.ttl(self.ttl) else self.ttl

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The valid addresses, IPv4 first."""
        kinds = ((ipaddress.IPv4Address, self.ipv4), (ipaddress.IPv6Address, self.ipv6))
        return tuple(kind(text.strip()) for kind, text in kinds if _is_address(kind, text))


def _is_address(kind: type[Address], text: str) -> bool:
    try:
        address = kind(text.strip())
    except ipaddress.AddressValueError:
        return False
    return not (isinstance(address, ipaddress.IPv6Address) and address.scope_id)


@dataclass(frozen=True)
class Services:
    """What the server offers to clients, in the order of mailcow's documentation."""

    offers: tuple[Service, ...] = field(default=DEFAULT_SERVICES, metadata=stored(Written.NEVER))
    """A key each in the plan file, with the port as its value."""
    dav_path: Annotated[str, Rule(validators.dav_path)] = DEFAULT_DAV_PATH

    def of(self, key: str) -> Service:
        """The service of a registered name, which has to be one of `DEFAULT_SERVICES`."""
        return next(service for service in self.offers if service.key == key)

    def with_service(self, changed: Service) -> Services:
        """The same with one service changed."""
        offers = tuple(changed if old.key == changed.key else old for old in self.offers)
        return replace(self, offers=offers)

    def left_out(self) -> Services:
        """The same with no record for any service, as for a panel without SRV records."""
        return replace(self, offers=tuple(replace(s, offer=Offer.OMITTED) for s in self.offers))


Mechanism = Annotated[str, Rule(validators.spf_mechanism, "The mechanism is missing.")]
SpfEnd = Annotated[str, Rule(validators.spf_all, "The end of the SPF record is missing.")]


@dataclass(frozen=True)
class Spf:
    """The mechanisms of an SPF record, as in `ip4:192.0.2.1`, and the `all` that ends it."""

    mechanisms: tuple[Mechanism, ...] = ("mx", "a")
    all: SpfEnd = "-all"


@dataclass(frozen=True)
class Dmarc:
    """The tags of RFC 9989 4.7; an empty one is left out of the record.

    `{domain}` in an address stands for each domain's own name.

    Attributes:
        reporting_days: how long p=none is published before a policy that enforces something;
            0 for not at all.
    """

    p: Annotated[str, dmarc_tag("p")] = "reject"
    sp: Annotated[str, dmarc_tag("sp")] = ""
    np: Annotated[str, dmarc_tag("np")] = ""
    adkim: Annotated[str, dmarc_tag("adkim")] = ""
    aspf: Annotated[str, dmarc_tag("aspf")] = ""
    t: Annotated[str, dmarc_tag("t")] = ""
    rua: tuple[ReportUri, ...] = (DEFAULT_REPORT_ADDRESS,)
    ruf: tuple[ReportUri, ...] = ()
    fo: Annotated[str, Rule(validators.dmarc_fo)] = ""
    reporting_days: Annotated[int, Rule(validators.reporting_days)] = field(
        default=DEFAULT_REPORTING_DAYS, metadata=stored(Written.UNLESS_DEFAULT)
    )


TlsReportUri = Annotated[str, Rule(validators.tls_report_uri, "The address is missing.")]


@dataclass(frozen=True)
class TlsReports:
    """Where reports of senders' TLS failures go to (RFC 8460 3)."""

    rua: tuple[TlsReportUri, ...] = (DEFAULT_REPORT_ADDRESS,)


@dataclass(frozen=True)
class DkimKey:
    """A selector, and its public key: base64, or a whole `v=DKIM1` record as it was pasted."""

    selector: Annotated[str, Rule(validators.selector, "The selector is missing.")] = "dkim"
    key: Annotated[str, Rule(key_problem)] = field(default="", metadata=stored(Written.ALWAYS))
    since: date | None = None
    """The day on which all name servers were first seen to have it."""


@dataclass(frozen=True)
class Domain:
    """A mail domain; its own policies, where given, take the place of the setup's.

    Attributes:
        panel: its DNS provider, as for the server.
        dmarc_since: the day on which all name servers were first seen to have p=none.
        dmarc_at_once: why the planned DMARC policy is published without waiting for reports.
        dmarc_first: whether p=none stands in the place of the planned policy now; it follows from
            the day and all else, and is not saved.
    """

    name: Annotated[str, Rule(validators.host_name, "The domain's name is missing.")] = ""
    alias_of: Annotated[str, Rule(validators.host_name)] = ""
    panel: PanelId = ""
    mta_sts_id: Annotated[str, Rule(validators.mta_sts_id)] = ""
    dkim: tuple[DkimKey, ...] = ()
    verification: tuple[Annotated[str, Rule(validators.verification)], ...] = ()
    spf: Spf | None = None
    dmarc: Dmarc | None = None
    tls_reports: TlsReports | None = None
    dmarc_since: date | None = None
    dmarc_at_once: str = ""
    dmarc_first: bool = field(default=False, metadata=stored(Written.NEVER))

    @cached_property
    def apex(self) -> Name | None:
        """Its name as DNS has it; None while it is not one."""
        return parse_name(self.name)

    @property
    def only_plan(self) -> Domain:
        """The same without what does not change which records are wanted now."""
        keys = tuple(replace(key, since=None) if key.since else key for key in self.dkim)
        if not (self.panel or self.dmarc_since or self.dmarc_at_once) and keys == self.dkim:
            return self
        return replace(self, panel="", dkim=keys, dmarc_since=None, dmarc_at_once="")


@dataclass(frozen=True)
class Setup(ByFields):
    """Everything that the operator answers; a saved plan holds exactly this.

    Attributes:
        mutes: the findings that are meant to be so.
        guide: how far the user has come in the guide.
    """

    server: Server = Server()
    services: Services = Services()
    spf: Spf = Spf()
    dmarc: Dmarc = Dmarc()
    tls_reports: TlsReports | None = None
    domains: tuple[Domain, ...] = ()
    public: PublicChoice = field(default=UNCHOSEN, metadata=stored(key="lookups"))
    mutes: tuple[Mute, ...] = ()
    guide: GuidePlace = BEGINNING

    def is_same_plan(self, other: Setup | None) -> bool:
        """Whether both want the same records, however and whenever these are published."""
        if other is None or len(self.domains) != len(other.domains):
            return False
        # An edit leaves most domains the same objects.
        pairs = zip(self.domains, other.domains, strict=True)
        alike = all(one is each or one.only_plan == each.only_plan for one, each in pairs)
        return alike and self._only_plan == other._only_plan

    @property
    def _only_plan(self) -> Setup:
        """What is common to all domains."""
        server = replace(self.server, panel="", credentials="")
        return replace(self, server=server, domains=(), mutes=(), public=UNCHOSEN, guide=BEGINNING)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        plan = self.server, self.services, self.spf, self.dmarc, self.tls_reports, self.domains
        return hash(plan)

    def spf_of(self, domain: Domain) -> Spf:
        """The domain's own SPF policy, or that of all."""
        return domain.spf or self.spf

    def dmarc_of(self, domain: Domain) -> Dmarc:
        """The domain's own DMARC policy, or that of all."""
        return domain.dmarc or self.dmarc

    def tls_reports_of(self, domain: Domain) -> TlsReports | None:
        """Where the domain's TLS reports go to; None where none are wanted."""
        return domain.tls_reports or self.tls_reports

    @cached_property
    def apexes(self) -> tuple[Name, ...]:
        """The mail domains with a valid name, in the operator's order."""
        return tuple(domain.apex for domain in self.domains if domain.apex is not None)

    @cached_property
    def domain_index(self) -> Mapping[Name, int]:
        """The index of each mail domain, in order; of one that is listed twice the first."""
        found: dict[Name, int] = {}
        for index, domain in enumerate(self.domains):
            if domain.apex is not None:
                found.setdefault(domain.apex, index)
        return found

    @cached_property
    def host_zone(self) -> Name | None:
        """The zone of the hostname, known without asking.

        The longest domain of the plan that is above the hostname, else the hostname less its
        first label; the hostname itself where only a top-level domain would be left.
        """
        name = self.server.name
        if name is None:
            return None
        above = (name.split(labels)[1] for labels in range(len(name), 0, -1))
        usual = name.parent() if len(name) > 3 else name
        return next((each for each in above if each in self.domain_index), usual)

    @cached_property
    def zones(self) -> tuple[Name, ...]:
        """The operator's own zones, each once: the mail domains, and the hostname's."""
        host_zone = self.host_zone
        is_new = host_zone is not None and host_zone not in self.domain_index
        return (*self.domain_index, *((host_zone,) if is_new else ()))

    def zones_with(self, name: Name) -> tuple[Name, ...]:
        """Those of the operator's zones that a name is in, the deepest first."""
        above = (name.split(labels)[1] for labels in range(len(name), 0, -1))
        return tuple(e for e in above if e in self.domain_index or e == self.host_zone)
