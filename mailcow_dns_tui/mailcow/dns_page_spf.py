"""How mailcow's own DNS page reads SPF (data/web/inc/spf.inc.php): as a list of hosts.

It joins no strings of a TXT, knows no ranges and no letter case, stops at the first term with `-`
or `~`, counts no lookups, and takes several records as one.
"""

from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

import dns.exception
import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.mailcow.dns_page_seen import Seen, page_text


class Circle(Exception):  # noqa: N818
    """The records refer to each other without end; the page does not load."""


@dataclass(frozen=True)
class Hosts:
    """Addresses as texts, IPv6 in the long form; `whole` if nothing of it is unknown."""

    texts: frozenset[str] = frozenset()
    whole: bool = True

    def __or__(self, other: "Hosts") -> "Hosts":
        return Hosts(self.texts | other.texts, self.whole and other.whole)

    def within(self, length: str) -> "Hosts":
        """The same with the length of a network behind each, as the page has them."""
        return Hosts(frozenset(f"{text}/{length}" for text in self.texts), self.whole)

    def allow(self, *addresses: str) -> bool | None:
        """Whether all of them are in it; None where that is unknown."""
        return True if self.texts.issuperset(addresses) else False if self.whole else None


UNKNOWN = Hosts(whole=False)


class _Redirected(Exception):  # noqa: N818
    """A record that leaves everything to another name's."""

    def __init__(self, hosts: Hosts) -> None:
        super().__init__()
        self.hosts = hosts


def allowed_hosts(domain: str, seen: Seen, asked: tuple[str, ...] = ()) -> Hosts:
    """The hosts that the page believes to be allowed.

    Raises:
        Circle: where the records of the names refer to each other without end.
    """
    if domain in asked:
        raise Circle
    rrset = _of(domain, RdataType.TXT, seen)
    if rrset is None:
        return UNKNOWN
    hosts = Hosts()
    try:
        for rdata in rrset:
            if isinstance(rdata, TXT):
                hosts |= _of_record(rdata.strings[0].decode("latin-1"), domain, seen, asked)
    except _Redirected as redirected:
        return redirected.hosts
    return hosts


def _of_record(text: str, domain: str, seen: Seen, asked: tuple[str, ...]) -> Hosts:
    version, *terms = text.split(" ")
    hosts = Hosts()
    for term in terms if version == "v=spf1" else ():
        if term.startswith(("-", "~")):
            break
        hosts |= _of_term(term[1:] if term.startswith(("+", "?")) else term, domain, seen, asked)
    return hosts


def _of_term(term: str, domain: str, seen: Seen, asked: tuple[str, ...]) -> Hosts:
    if "=" in term:
        name, value, *_ = term.split("=")
        if name == "redirect":
            raise _Redirected(allowed_hosts(value, seen, (*asked, domain)))
        return Hosts()
    mechanism, colon, value = term.partition(":")
    target, slash, rest = value.partition("/") if colon else (domain, "", "")
    hosts = _of_mechanism(mechanism, target, domain, seen, asked)
    return hosts.within(rest.split("/")[0]) if slash else hosts


def _of_mechanism(
    mechanism: str, target: str, domain: str, seen: Seen, asked: tuple[str, ...]
) -> Hosts:
    match mechanism:
        case "include" if target != domain:
            return allowed_hosts(target, seen, (*asked, domain))
        case "a":
            return _addresses(target, seen)
        case "mx":
            return _exchanges(target, seen)
        case "ip4" | "ip6":
            return Hosts(frozenset({_expanded(target)}))
        case _:
            return Hosts()


def _exchanges(domain: str, seen: Seen) -> Hosts:
    rrset = _of(domain, RdataType.MX, seen)
    if rrset is None:
        return UNKNOWN
    hosts = Hosts()
    for rdata in rrset:
        if isinstance(rdata, MX) and rdata.exchange != dns.name.root:
            hosts |= _addresses(rdata.exchange.to_text(), seen)
    return hosts


def _addresses(domain: str, seen: Seen) -> Hosts:
    hosts = Hosts()
    for rdtype in (RdataType.A, RdataType.AAAA):
        rrset = _of(domain, rdtype, seen)
        hosts |= UNKNOWN if rrset is None else Hosts(frozenset(map(page_text, rrset)))
    return hosts


def _of(domain: str, rdtype: RdataType, seen: Seen) -> tuple[Rdata, ...] | None:
    name = _name(domain)
    return () if name is None else seen.of(name, rdtype)


def _name(text: str) -> Name | None:
    """None for what nothing can be asked about; macros are left as they stand."""
    try:
        return dns.name.from_text(text) if text and "%" not in text else None
    except (dns.exception.DNSException, UnicodeError):
        return None


def _expanded(text: str) -> str:
    try:
        return IPv6Address(text).exploded
    except AddressValueError:
        return text
