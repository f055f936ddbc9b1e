"""The rows of mailcow's own DNS page (data/web/inc/ajax/dns_diagnostics.php), from a setup."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import IPv6Address

import dns.name
import dns.reversename
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.mailcow.dns_page_seen import Seen
from mailcow_dns_tui.model.dkim_key import key_problem, read_key
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.setup import Domain, Setup

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


class Kind(Enum):
    """How the page compares a row."""

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
class Row:
    """A row.

    Attributes:
        wanted: its column "Correct Data"; empty where that is only a link to help.
        depends_on_first: the first record that a resolver hands out decides whether it is there.
    """

    kind: Kind
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


def server_rows(setup: Setup) -> Iterator[Row]:
    """What the page lists above every domain, for an administrator only."""
    host = setup.server.name
    if host is None:
        return
    for address in setup.server.addresses:
        is_long = isinstance(address, IPv6Address)
        rdtype = RdataType.AAAA if is_long else RdataType.A
        yield Row(Kind.HOST, host, rdtype, address.exploded)
        reverse = dns.reversename.from_address(str(address))
        yield Row(Kind.PTR, reverse, RdataType.PTR, host_text(setup))
    digest = setup.server.spki_sha256.strip().lower()
    # The page takes the key from port 25 at that moment: it should be the planned one.
    owner = Name((b"_25", b"_tcp", *host.labels))
    yield Row(Kind.TLSA, owner, RdataType.TLSA, f"3 1 1 {digest}" if digest else "")


def domain_rows(setup: Setup, domain: Domain, seen: Seen) -> Iterator[Row]:
    """What it lists for a domain; alias domains get the same rows."""
    apex, host = domain.apex, host_text(setup)
    if apex is None or not host:
        return
    yield Row(Kind.MX, apex, RdataType.MX, host)
    yield Row(Kind.ALIAS, below("autodiscover", apex), RdataType.CNAME, host)
    port = setup.services.of("autodiscover").port
    yield Row(Kind.SRV, below("_autodiscover._tcp", apex), RdataType.SRV, f"{host} {port}")
    yield Row(Kind.ALIAS, below("autoconfig", apex), RdataType.CNAME, host)
    yield from _mta_sts(setup, domain, apex)
    yield Row(Kind.SPF, apex, RdataType.TXT)
    yield Row(Kind.DMARC, below("_dmarc", apex), RdataType.TXT)
    yield from _dkim(domain, apex)
    yield from _services(setup, apex, seen)


def below(owner: str, apex: Name) -> Name:
    return Name((*(label.encode() for label in owner.split(".")), *apex.labels))


def _mta_sts(setup: Setup, domain: Domain, apex: Name) -> Iterator[Row]:
    """An alias domain has the policy of its target."""
    targets = [
        other for other in setup.domains if domain.alias_of and other.name == domain.alias_of
    ]
    policy_id = next((target.mta_sts_id for target in targets), domain.mta_sts_id)
    if policy_id:
        yield Row(Kind.ALIAS, below("mta-sts", apex), RdataType.CNAME, host_text(setup))
        text = f"v=STSv1;id={policy_id};"
        yield Row(Kind.MTA_STS, below("_mta-sts", apex), RdataType.TXT, text)
        yield Row(Kind.TLS_REPORTS, below("_smtp._tls", apex), RdataType.TXT)


def _dkim(domain: Domain, apex: Name) -> Iterator[Row]:
    """Of one key a domain, RSA only, as mailcow has it: the first of the plan."""
    key = next(iter(domain.dkim), None)
    if key is None or not key.key or not key.selector or key_problem(key.key) is not None:
        return
    tags = dict(read_key(key.key))
    if tags.get("k", "rsa") == "rsa":
        owner = below(f"{key.selector.strip()}._domainkey", apex)
        wanted = f"v=DKIM1;k=rsa;t=s;s=email;p={tags['p']}"
        yield Row(Kind.DKIM, owner, RdataType.TXT, wanted)


def _services(setup: Setup, apex: Name, seen: Seen) -> Iterator[Row]:
    for key, usual in USUAL_PORTS.items():
        service = setup.services.of(key)
        owner = below(service.label, apex)
        is_looked_at = key in ABLE_TO_BE_ABSENT
        if is_looked_at and _is_absent(owner, seen):
            yield Row(Kind.SRV, owner, RdataType.SRV, ". 0", is_looked_at)
        elif service.port != usual:
            wanted = f"{host_text(setup)} {service.port}"
            yield Row(Kind.SRV, owner, RdataType.SRV, wanted, is_looked_at)


def _is_absent(owner: Name, seen: Seen) -> bool:
    """Whether the first record says that the service is not provided."""
    first = next(iter(seen.of(owner, RdataType.SRV) or ()), None)
    return isinstance(first, SRV) and first.target == dns.name.root
