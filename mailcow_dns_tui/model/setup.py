"""The operator's answers, as typed: the only state that is saved.

Every text may be unfinished or wrong while it is typed; `problems` says what is wrong with it,
and topics plan only what the valid answers allow.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.by_fields import ByFields
from mailcow_dns_tui.model.guide_place import BEGINNING, GuidePlace
from mailcow_dns_tui.model.mute import Mute
from mailcow_dns_tui.model.names import parse_name
from mailcow_dns_tui.model.public_resolvers import UNCHOSEN, PublicChoice
from mailcow_dns_tui.model.services import DEFAULT_SERVICES, Service

if TYPE_CHECKING:
    from datetime import date

    from dns.name import Name

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
    """

    hostname: str = ""
    ipv4: str = ""
    ipv6: str = ""
    spki_sha256: str = ""
    caa: str = ""
    ttl: int = DEFAULT_TTL
    panel: str = ""

    @cached_property
    def name(self) -> Name | None:
        return parse_name(self.hostname)

    @property
    def addresses(self) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...]:
        """The valid ones of the two, IPv4 first."""
        kinds = ((ipaddress.IPv4Address, self.ipv4), (ipaddress.IPv6Address, self.ipv6))
        return tuple(kind(text.strip()) for kind, text in kinds if _is_address(kind, text))


def _is_address(kind: type[ipaddress.IPv4Address | ipaddress.IPv6Address], text: str) -> bool:
    try:
        address = kind(text.strip())
    except ipaddress.AddressValueError:
        return False
    return not (isinstance(address, ipaddress.IPv6Address) and address.scope_id)


@dataclass(frozen=True)
class Services:
    """What the server offers to clients, in the order of mailcow's documentation."""

    offers: tuple[Service, ...] = DEFAULT_SERVICES
    dav_path: str = DEFAULT_DAV_PATH

    def of(self, key: str) -> Service:
        return next(service for service in self.offers if service.key == key)

    def with_service(self, changed: Service) -> Services:
        offers = tuple(changed if old.key == changed.key else old for old in self.offers)
        return replace(self, offers=offers)


@dataclass(frozen=True)
class Spf:
    mechanisms: tuple[str, ...] = ("mx", "a")
    all: str = "-all"


@dataclass(frozen=True)
class Dmarc:
    """The tags of RFC 9989 4.7; an empty one is left out of the record.

    `{domain}` in an address stands for each domain's own name.

    Attributes:
        reporting_days: how long p=none is published before a policy that enforces something;
            0 for not at all.
    """

    p: str = "reject"
    sp: str = ""
    np: str = ""
    adkim: str = ""
    aspf: str = ""
    t: str = ""
    rua: tuple[str, ...] = (DEFAULT_REPORT_ADDRESS,)
    ruf: tuple[str, ...] = ()
    fo: str = ""
    reporting_days: int = DEFAULT_REPORTING_DAYS


@dataclass(frozen=True)
class TlsReports:
    rua: tuple[str, ...] = (DEFAULT_REPORT_ADDRESS,)


@dataclass(frozen=True)
class DkimKey:
    """A selector, and its public key: base64, or a whole `v=DKIM1` record as it was pasted."""

    selector: str = "dkim"
    key: str = ""


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

    name: str = ""
    dkim: tuple[DkimKey, ...] = ()
    mta_sts_id: str = ""
    verification: tuple[str, ...] = ()
    alias_of: str = ""
    spf: Spf | None = None
    dmarc: Dmarc | None = None
    tls_reports: TlsReports | None = None
    panel: str = ""
    dmarc_since: date | None = None
    dmarc_at_once: str = ""
    dmarc_first: bool = False

    @cached_property
    def apex(self) -> Name | None:
        return parse_name(self.name)

    @property
    def only_plan(self) -> Domain:
        """What decides which records are wanted now."""
        if not (self.panel or self.dmarc_since or self.dmarc_at_once):
            return self
        return replace(self, panel="", dmarc_since=None, dmarc_at_once="")


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
    public: PublicChoice = UNCHOSEN
    mutes: tuple[Mute, ...] = ()
    guide: GuidePlace = BEGINNING

    def is_same_plan(self, other: Setup | None) -> bool:
        """Whether both ask for the same records: all aside that only is about how and when."""
        return other is not None and self._only_plan == other._only_plan

    @property
    def _only_plan(self) -> Setup:
        domains = tuple(domain.only_plan for domain in self.domains)
        server = replace(self.server, panel="")
        return replace(
            self, server=server, domains=domains, mutes=(), public=UNCHOSEN, guide=BEGINNING
        )

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        fields = self.server, self.services, self.spf, self.dmarc, self.tls_reports, self.domains
        return hash(fields)

    def spf_of(self, domain: Domain) -> Spf:
        return domain.spf or self.spf

    def dmarc_of(self, domain: Domain) -> Dmarc:
        return domain.dmarc or self.dmarc

    def tls_reports_of(self, domain: Domain) -> TlsReports | None:
        return domain.tls_reports or self.tls_reports

    @cached_property
    def apexes(self) -> tuple[Name, ...]:
        """The mail domains with a valid name, in the operator's order."""
        return tuple(domain.apex for domain in self.domains if domain.apex is not None)

    @cached_property
    def places(self) -> Mapping[Name, int]:
        """Where each mail domain stands first in the list."""
        return {
            domain.apex: index
            for index, domain in reversed(list(enumerate(self.domains)))
            if domain.apex is not None
        }

    @cached_property
    def host_zone(self) -> Name | None:
        """The zone of the hostname, known without asking.

        The longest domain of the plan that is above the hostname, else the hostname less its
        first label; the hostname itself where only a top-level domain would be left.
        """
        name = self.server.name
        if name is None:
            return None
        above = [apex for apex in self.apexes if name.is_subdomain(apex)]
        if above:
            return max(above, key=len)
        return name.parent() if len(name) > 3 else name

    @cached_property
    def zones(self) -> tuple[Name, ...]:
        """The operator's own zones, each once: the mail domains, and the hostname's."""
        host_zone = () if self.host_zone is None else (self.host_zone,)
        return tuple(dict.fromkeys((*self.apexes, *host_zone)))
