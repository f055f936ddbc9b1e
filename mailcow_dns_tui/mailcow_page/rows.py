"""The rows of mailcow's own DNS page (data/web/inc/ajax/dns_diagnostics.php), from a setup.

And what is published, as the page would get it from its resolver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from ipaddress import IPv6Address

import dns.name
import dns.reversename
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TLSA import TLSA
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.model.dkim_key import key_problem, read_key
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.setup import Domain, Setup

Rrset = tuple[Rdata, ...]
Key = tuple[Name, RdataType]


@dataclass(frozen=True)
class PageView:
    """What the page's resolver knows: RRsets by name and type, at the end of any chain of CNAMEs.

    Attributes:
        rrsets: an empty one was asked for and is not there; one that is not in it is unknown.
        aliases: where the CNAME at a name leads, as far as that is known; None for no CNAME.
    """

    rrsets: Mapping[Key, Rrset] = field(default_factory=dict)
    aliases: Mapping[Name, Name | None] = field(default_factory=dict)

    @staticmethod
    def of_findings(findings: Iterable[Finding]) -> PageView:
        """What the lookups of a check tell."""
        lookups = (each for found in findings for each in (*found.other_lookups, found.lookup))
        return PageView.of_lookups(lookups)

    @staticmethod
    def of_lookups(lookups: Iterable[Lookup]) -> PageView:
        """What the lookups tell; what the name servers do not agree on stays unknown."""
        rrsets: dict[Key, Rrset] = {}
        aliases: dict[Name, Name | None] = {}
        for lookup in filter(_is_clear, lookups):
            rrsets[lookup.name, lookup.rdtype] = lookup.rdatas
            aliases[lookup.name] = _target(lookup) or aliases.get(lookup.name)
        return PageView(rrsets, aliases)

    def of(self, name: Name, rdtype: RdataType) -> Rrset | None:
        """The RRset; None where it is unknown."""
        return self.rrsets.get((name, rdtype))

    def texts(self, name: Name, rdtype: RdataType) -> tuple[str, ...] | None:
        """The RRset as the page compares it; None where it is unknown."""
        rrset = self.of(name, rdtype)
        return None if rrset is None else tuple(map(page_text, rrset))


def _target(lookup: Lookup) -> Name | None:
    own = (rdata.target for rdata in lookup.rdatas if isinstance(rdata, CNAME))
    return next(iter((*lookup.aliases, *own)), None)


def _is_clear(lookup: Lookup) -> bool:
    answered = lookup.answered
    if not answered or any(answer.malformed for answer in answered):
        return False
    first = answered[0]
    # Where the servers said it in the same bytes, it is of the same objects.
    alike = (each.rdatas == first.rdatas and each.aliases == first.aliases for each in answered)
    return all(alike) or len({answer.data for answer in answered}) == 1


def page_text(rdata: Rdata) -> str:
    """The part of the data that the page compares, in its own form."""
    match rdata:
        case A():
            return str(rdata.address)
        case AAAA():
            return IPv6Address(rdata.address).exploded
        case CNAME(target=target) | PTR(target=target) | MX(exchange=target):
            return plain(target)
        case SRV(target=target, port=port):
            return ". 0" if target == dns.name.root else f"{plain(target)} {port}"
        case TLSA():
            return f"{rdata.usage} {rdata.selector} {rdata.mtype} {rdata.cert.hex()}"
    return rdata.to_text()


def plain(name: Name) -> str:
    """A name as PHP has it: without the final dot, the root as an empty text."""
    return "" if name == dns.name.root else ascii_form(name)


USUAL_PORTS = {
    "pop3": 110,
    "pop3s": 995,
    "imap": 143,
    "imaps": 993,
    "submission": 587,
    "smtps": 465,
    "sieve": 4190,
}
"""The services with a row of their own, which is there only for another port than this."""
ABLE_TO_BE_ABSENT = frozenset({"pop3", "pop3s"})
"""Those that the page also lists when they are published as not provided."""


class RowKind(Enum):
    """What a row is about, which decides how the page compares it."""

    HOST = auto()
    PTR = auto()
    TLSA = auto()
    MX = auto()
    ALIAS = auto()
    SRV = auto()
    MTA_STS = auto()
    TLS_REPORTS = auto()
    SPF = auto()
    DMARC = auto()
    DKIM = auto()


@dataclass(frozen=True)
class PageRow:
    """A row of the page, which wants one RRset.

    Attributes:
        wanted: its column "Correct Data"; empty where that is only a link to help.
        depends_on_first: the first record that a resolver hands out decides whether it is there.
    """

    kind: RowKind
    name: Name
    rdtype: RdataType
    wanted: str = ""
    depends_on_first: bool = False


def host_text(setup: Setup) -> str:
    """MAILCOW_HOSTNAME, whose letter case counts for the page; empty while there is none."""
    if setup.server.name is None:
        return ""
    typed, name = setup.server.hostname.strip().removesuffix("."), ascii_form(setup.server.name)
    return typed if typed.lower() == name else name


def server_rows(setup: Setup) -> Iterator[PageRow]:
    """What the page lists above every domain, for an administrator only."""
    host = setup.server.name
    if host is None:
        return
    for address in setup.server.addresses:
        is_long = isinstance(address, IPv6Address)
        rdtype = RdataType.AAAA if is_long else RdataType.A
        yield PageRow(RowKind.HOST, host, rdtype, address.exploded)
        reverse = dns.reversename.from_address(str(address))
        yield PageRow(RowKind.PTR, reverse, RdataType.PTR, host_text(setup))
    digest = setup.server.spki_sha256.strip().lower()
    # The page takes the key from port 25 at that moment: it should be the planned one.
    owner = Name((b"_25", b"_tcp", *host.labels))
    yield PageRow(RowKind.TLSA, owner, RdataType.TLSA, f"3 1 1 {digest}" if digest else "")


def domain_rows(setup: Setup, domain: Domain, seen: PageView) -> Iterator[PageRow]:
    """What it lists for a domain; alias domains get the same rows."""
    apex, host = domain.apex, host_text(setup)
    if apex is None or not host:
        return
    yield PageRow(RowKind.MX, apex, RdataType.MX, host)
    yield PageRow(RowKind.ALIAS, below("autodiscover", apex), RdataType.CNAME, host)
    port = setup.services.of("autodiscover").port
    yield PageRow(RowKind.SRV, below("_autodiscover._tcp", apex), RdataType.SRV, f"{host} {port}")
    yield PageRow(RowKind.ALIAS, below("autoconfig", apex), RdataType.CNAME, host)
    yield from _mta_sts(setup, domain, apex)
    yield PageRow(RowKind.SPF, apex, RdataType.TXT)
    yield PageRow(RowKind.DMARC, below("_dmarc", apex), RdataType.TXT)
    yield from _dkim(domain, apex)
    yield from _services(setup, apex, seen)


def below(owner: str, apex: Name) -> Name:
    """The name of these labels below a domain: `_dmarc`, `_25._tcp`."""
    return Name((*(label.encode() for label in owner.split(".")), *apex.labels))


def _mta_sts(setup: Setup, domain: Domain, apex: Name) -> Iterator[PageRow]:
    """An alias domain has the policy of its target."""
    targets = [
        other for other in setup.domains if domain.alias_of and other.name == domain.alias_of
    ]
    policy_id = next((target.mta_sts_id for target in targets), domain.mta_sts_id)
    if policy_id:
        yield PageRow(RowKind.ALIAS, below("mta-sts", apex), RdataType.CNAME, host_text(setup))
        text = f"v=STSv1;id={policy_id};"
        yield PageRow(RowKind.MTA_STS, below("_mta-sts", apex), RdataType.TXT, text)
        yield PageRow(RowKind.TLS_REPORTS, below("_smtp._tls", apex), RdataType.TXT)


def _dkim(domain: Domain, apex: Name) -> Iterator[PageRow]:
    """Of one key a domain, RSA only, as mailcow has it: the first of the plan."""
    key = next(iter(domain.dkim), None)
    if key is None or not key.key or not key.selector or key_problem(key.key) is not None:
        return
    tags = dict(read_key(key.key))
    if tags.get("k", "rsa") == "rsa":
        owner = below(f"{key.selector.strip()}._domainkey", apex)
        wanted = f"v=DKIM1;k=rsa;t=s;s=email;p={tags['p']}"
        yield PageRow(RowKind.DKIM, owner, RdataType.TXT, wanted)


def _services(setup: Setup, apex: Name, seen: PageView) -> Iterator[PageRow]:
    for key, usual in USUAL_PORTS.items():
        service = setup.services.of(key)
        owner = below(service.label, apex)
        is_looked_at = key in ABLE_TO_BE_ABSENT
        if is_looked_at and _is_absent(owner, seen):
            yield PageRow(RowKind.SRV, owner, RdataType.SRV, ". 0", is_looked_at)
        elif service.port != usual:
            wanted = f"{host_text(setup)} {service.port}"
            yield PageRow(RowKind.SRV, owner, RdataType.SRV, wanted, is_looked_at)


def _is_absent(owner: Name, seen: PageView) -> bool:
    """Whether the first record says that the service is not provided."""
    first = next(iter(seen.of(owner, RdataType.SRV) or ()), None)
    return isinstance(first, SRV) and first.target == dns.name.root
