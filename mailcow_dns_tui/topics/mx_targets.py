"""What kinds of hosts MX records name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from ipaddress import ip_address

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX

from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.topics.destinations import Destination, Destinations
from mailcow_dns_tui.topics.owners import Owners


class Kind(Enum):
    """What a target is, for mail that is to reach the planned server."""

    OURS = auto()
    ALIAS = auto()
    PARTLY = auto()
    """It has the server's address and others."""
    FOREIGN = auto()
    DEAD = auto()
    ZONE_APPENDED = auto()
    ADDRESS = auto()
    NULL = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class Targets:
    """What is known of the hosts that the MX records of a zone name.

    Attributes:
        ours: the addresses of the planned server.
        found: where the other hosts lead, and the domain itself where it has no MX.
        owners: of the addresses beside the server's.
    """

    host: Name | None
    zone: Name
    ours: frozenset[Rdata]
    found: Destinations
    owners: Owners = field(default_factory=Owners)

    def of(self, name: Name) -> Destination:
        return self.found.get(name, Destination())

    def others(self, target: Name) -> frozenset[Rdata]:
        """The addresses of a host that are not the planned server's."""
        return self.of(target).addresses - self.ours

    def loses_a_family(self, target: Name) -> bool:
        """Whether all mail of one family goes to addresses that are somebody else's."""
        lost = self.others(target) - self.owners.own - self.owners.unknown
        kept = {rdata.rdtype for rdata in self.of(target).addresses - lost}
        return any(rdata.rdtype not in kept for rdata in lost)

    def kind(self, target: Name) -> Kind:
        if target == dns.name.root:
            return Kind.NULL
        if target == self.host:
            return Kind.OURS
        destination = self.of(target)
        if destination.leads_to(self.ours):
            return Kind.ALIAS if destination.is_alias else Kind.OURS
        if not destination.addresses.isdisjoint(self.ours) and destination.reachable - self.ours:
            return Kind.PARTLY
        if destination.unknown and destination.addresses <= self.ours:
            return Kind.UNKNOWN
        return self._unusable(target) or (Kind.FOREIGN if destination.reachable else Kind.DEAD)

    def _unusable(self, target: Name) -> Kind | None:
        """What is wrong with the name itself."""
        if self.address_in(target):
            return Kind.ADDRESS
        return Kind.ZONE_APPENDED if self._zone_appended(target) else None

    def address_in(self, target: Name) -> str:
        """The address that was entered in place of a name; an empty text for a name."""
        texts = (ascii_form(target), ascii_form(self._entered(target)))
        return next((text for text in texts if _is_address(text)), "")

    def _zone_appended(self, target: Name) -> bool:
        entered = self._entered(target)
        whole = entered.is_subdomain(self.zone) or entered == self.host
        return entered != target and whole

    def _entered(self, target: Name) -> Name:
        """The name as it was typed, if the zone was appended to it."""
        if not target.is_subdomain(self.zone):
            return target
        return target.relativize(self.zone).concatenate(dns.name.root)


def exchanges(lookup: Lookup) -> Sequence[Name]:
    """The hosts that the MX records of any name server name, each once."""
    rdatas = (rdata for answer in lookup.heard for rdata in answer.rdatas)
    found = (rdata.exchange for rdata in rdatas if isinstance(rdata, MX))
    return [exchange for exchange in dict.fromkeys(found) if exchange != dns.name.root]


def senders_look_up(lookup: Lookup, host: Name | None) -> Iterator[Name]:
    """The hosts that the MX records name; without any, the domain itself (RFC 5321 5.1).

    The domain itself as well where it is a CNAME, which brings more than the MX. Where the planned
    host leads is another topic's to judge.
    """
    for answer in lookup.heard:
        named = [rdata.exchange for rdata in answer.rdatas if isinstance(rdata, MX)]
        yield from (name for name in named if name not in {dns.name.root, host})
        if not named or answer.aliases:
            yield lookup.name


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True
