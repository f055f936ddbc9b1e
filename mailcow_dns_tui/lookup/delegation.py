"""Zones, their name servers, and what a message says of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

import dns.name
import dns.rdataclass
from dns.message import Message
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.NS import NS
from dns.rrset import RRset

from mailcow_dns_tui.lookup.chain import answer_rrset
from mailcow_dns_tui.lookup.server import Endpoint
from mailcow_dns_tui.model.answer import Answer, NamedBy, Source
from mailcow_dns_tui.model.bounds import MOST_SERVERS, MOST_SERVERS_OF_TLD
from mailcow_dns_tui.model.names import is_registry


@dataclass(frozen=True)
class NameServer:
    """One address of one name server."""

    name: Name
    endpoint: Endpoint

    @property
    def source(self) -> Source:
        return Source(self.name.to_text(), str(self.endpoint))


@dataclass(frozen=True)
class Zone:
    """A zone and whom to ask about it.

    Attributes:
        failures: name servers that could not be found, or why there are none at all.
        names: of all name servers, including those that are not asked.
        parent: what the zone above says; None where the zone was not found through it.
    """

    apex: Name
    servers: tuple[NameServer, ...] = ()
    failures: tuple[Answer, ...] = ()
    names: frozenset[Name] = frozenset()
    parent: "Delegation | None" = None

    @property
    def sources(self) -> dict[Source, Name]:
        """The name of each server; one that has no address is there without it."""
        by_name = {Source(name.to_text(), ""): name for name in self.names}
        return by_name | {server.source: server.name for server in self.servers}


@dataclass(frozen=True)
class Sides:
    """A zone's name servers as the zone above and as the zone itself names them.

    Attributes:
        others: those that either side names and the zone that was found lacks.
        named_by: who names each server, by its source.
        former: servers that neither side names any more.
    """

    apex: Name
    others: Zone
    named_by: Mapping[Source, NamedBy]
    former: frozenset[Source]


@dataclass(frozen=True)
class Delegation:
    """A zone's NS RRset, with the addresses that came with it.

    Attributes:
        glue: complete for the names that are in it.
        unglued: nobody can find any of the servers, since all have their names below the cut, and
            no address came along.
    """

    apex: Name
    names: tuple[Name, ...]
    glue: dict[Name, tuple[str, ...]]
    unglued: bool = False


def referral_of(message: Message, zone: Name, name: Name) -> Delegation | None:
    """The zone below `zone` that a name server says to ask instead."""
    for rrset in message.authority:
        below = rrset.name != zone and rrset.name.is_subdomain(zone)
        if rrset.rdtype == RdataType.NS and below and name.is_subdomain(rrset.name):
            return _delegation(message, rrset, zone)
    return None


def served_at(message: Message, apex: Name, trusted: Name = dns.name.root) -> Delegation | None:
    """The zone whose NS RRset is in the answer; `trusted` is the zone the server speaks for."""
    rrset = answer_rrset(message, apex, RdataType.NS)
    return _delegation(message, rrset, trusted) if rrset else None


def _delegation(message: Message, ns: RRset, trusted: Name) -> Delegation:
    names = tuple(rdata.target for rdata in ns if isinstance(rdata, NS))
    glue = {name: _glue(message, name) for name in names if name.is_subdomain(trusted)}
    is_referral = ns not in message.answer
    kept = {
        name: tuple(endpoint for family in families for endpoint in family)
        for name, families in glue.items()
        # Below the cut there is nobody else to ask for the address.
        if all(families) or (is_referral and any(families) and name.is_subdomain(ns.name))
    }
    below = all(name.is_subdomain(ns.name) for name in names)
    unglued = is_referral and below and not any(map(any, glue.values()))
    return Delegation(ns.name, names, kept, unglued)


def _glue(message: Message, name: Name) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The IPv4 and the IPv6 addresses in the additional section."""
    return _addresses(message, name, RdataType.A), _addresses(message, name, RdataType.AAAA)


def _addresses(message: Message, name: Name, rdtype: RdataType) -> tuple[str, ...]:
    rrset = message.get_rrset(message.additional, name, dns.rdataclass.IN, rdtype)
    return tuple(rdata.to_text() for rdata in rrset or ())


def most_servers(zone: Name) -> int:
    """How many are asked at most: whoever serves a zone may name thousands."""
    return MOST_SERVERS_OF_TLD if is_registry(zone) else MOST_SERVERS


def chosen(zone: Name, by_name: Iterable[tuple[NameServer, ...]]) -> tuple[NameServer, ...]:
    """The servers to ask: where there are too many, at least one address of each name."""
    ranks = zip_longest(*by_name)
    servers = [server for rank in ranks for server in rank if server is not None]
    return tuple(dict.fromkeys(servers))[: most_servers(zone)]
