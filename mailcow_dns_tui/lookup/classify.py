"""What a reply says about the question: an answer, an alias or a referral (RFC 1034 4.3.2)."""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from ipaddress import ip_address, ip_network

import dns.name
import dns.rdataclass
import dns.rdatatype
from dns.name import Name
from dns.rcode import Rcode
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.SOA import SOA
from dns.rdtypes.IN.AAAA import AAAA

from mailcow_dns_tui.lookup.message import Message, Rrset, rrset_of
from mailcow_dns_tui.lookup.question import Endpoint, Question
from mailcow_dns_tui.lookup.response import Reply, Response
from mailcow_dns_tui.model.answer import Answer, Failure, Lookup, NamedBy, Source
from mailcow_dns_tui.model.bounds import LONGEST_CHAIN, MOST_SERVERS, MOST_SERVERS_OF_TLD
from mailcow_dns_tui.model.names import is_registry


@dataclass(frozen=True)
class Chain:
    """Where a name leads to by the CNAMEs in one message.

    Attributes:
        targets: of each CNAME, in order.
        ttl: the lowest of the CNAMEs, in seconds; None where there is none.
        longest_ttl: the highest of the CNAMEs.
        looped: it leads back to itself, or on and on.
    """

    end: Name
    targets: tuple[Name, ...] = ()
    ttl: int | None = None
    looped: bool = False
    longest_ttl: int = 0

    def ttl_with(self, ttl: int) -> int:
        """The lowest TTL of the CNAMEs and of what they lead to, in seconds."""
        return ttl if self.ttl is None else min(self.ttl, ttl)


def follow(message: Message, question: Question, inside: Callable[[Name], bool]) -> Chain:
    """Follow the answer's CNAMEs for as long as the server may speak for the name."""
    chain = Chain(question.name)
    if question.rdtype == RdataType.CNAME:
        return chain
    while (cname := rrset_of(message.answer, chain.end, RdataType.CNAME)) and inside(chain.end):
        target = next(rdata.target for rdata in cname if isinstance(rdata, CNAME))
        seen = (question.name, *chain.targets)
        looped = target in seen or len(seen) > LONGEST_CHAIN
        longest = max(chain.longest_ttl, cname.ttl)
        targets = (*chain.targets, target)
        chain = Chain(target, targets, chain.ttl_with(cname.ttl), looped, longest)
        if looped:
            break
    return chain


def negative_soa(message: Message, name: Name) -> Rrset | None:
    """The SOA that says which zone the name is absent from (RFC 2308 2)."""
    for rrset in message.authority:
        if rrset.rdtype == dns.rdatatype.SOA and name.is_subdomain(rrset.name):
            return rrset
    return None


def negative_ttl(message: Message, name: Name) -> int:
    """How long an absence is remembered (RFC 2308 5), in seconds; 0 where nothing says it."""
    soa = negative_soa(message, name)
    if soa is None:
        return 0
    return min([soa.ttl, *(rdata.minimum for rdata in soa if isinstance(rdata, SOA))])


@dataclass(frozen=True)
class NameServer:
    """One address of one name server."""

    name: Name
    endpoint: Endpoint

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        # A name goes through all of its bytes each time.
        return hash((self.name, self.endpoint))

    @cached_property
    def source(self) -> Source:
        """As whose its answers are shown."""
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
    """A zone's name servers, as the zone above (parent) and as the zone itself (child) names them.

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
    rrset = rrset_of(message.answer, apex, RdataType.NS)
    return _delegation(message, rrset, trusted) if rrset else None


def _delegation(message: Message, ns: Rrset, trusted: Name) -> Delegation:
    names = tuple(rdata.target for rdata in ns if isinstance(rdata, NS))
    families = RdataType.A, RdataType.AAAA
    glue = {
        name: tuple(_addresses(message, name, family) for family in families)
        for name in names
        if name.is_subdomain(trusted)
    }
    is_referral = ns not in message.answer
    kept = {
        name: tuple(itertools.chain.from_iterable(addresses))
        for name, addresses in glue.items()
        # Below the cut there is nobody else to ask for the address.
        if all(addresses) or (is_referral and any(addresses) and name.is_subdomain(ns.name))
    }
    below = all(name.is_subdomain(ns.name) for name in names)
    unglued = is_referral and below and not any(map(any, glue.values()))
    return Delegation(ns.name, names, kept, unglued)


def _addresses(message: Message, name: Name, rdtype: RdataType) -> tuple[str, ...]:
    """In the additional section."""
    rrset = rrset_of(message.additional, name, rdtype)
    return tuple(rdata.to_text() for rdata in rrset or ())


def most_servers(zone: Name) -> int:
    """How many servers of a zone are asked at most: an NS RRset may name thousands."""
    return MOST_SERVERS_OF_TLD if is_registry(zone) else MOST_SERVERS


def chosen(zone: Name, by_name: Iterable[tuple[NameServer, ...]]) -> tuple[NameServer, ...]:
    """The servers to ask: where there are too many, at least one address of each name."""
    ranks = itertools.zip_longest(*by_name)
    servers = [server for rank in ranks for server in rank if server is not None]
    return tuple(dict.fromkeys(servers))[: most_servers(zone)]


@dataclass(frozen=True)
class Alias:
    """An answer that ends at a CNAME; its last target is still to be asked."""

    answer: Answer


@dataclass(frozen=True)
class Referral:
    """A reply that names the servers of a zone further down, in which the name is."""

    delegation: Delegation


Outcome = Answer | Alias | Referral


def read_name_server(response: Response, question: Question, zone: Name) -> Outcome:
    """Judge what a name server that should serve the zone sent back."""
    reply = response.good
    if reply is None:
        return response.failed()
    message = reply.message
    if not (message.answer or message.bad) and negative_soa(message, question.name) is None:
        referral = referral_of(message, zone, question.name)
        if referral is not None:
            return Referral(referral)
    if not reply.authoritative:
        return response.failed(Failure.LAME)
    chain = follow(message, question, lambda name: name.is_subdomain(zone))
    return _end(response, reply, chain, question, zone)


def read_resolver(response: Response, question: Question) -> Answer | Alias:
    """Judge what a recursive resolver sent back."""
    reply = response.good
    if reply is None:
        return response.failed()
    chain = follow(reply.message, question, lambda name: True)
    outcome = _end(response, reply, chain, question, dns.name.root)
    if isinstance(outcome, Answer) and outcome.authoritative:
        return replace(outcome, authoritative=False)
    return outcome


NAT64 = ip_network("64:ff9b::/96")


def without_dns64(outcome: Answer | Alias) -> Answer | Alias:
    """What a resolver says, less the addresses that it has made of IPv4 ones (RFC 6147)."""
    if isinstance(outcome, Alias) or not any(map(_is_made_up, outcome.rdatas)):
        return outcome
    return replace(outcome, rdatas=tuple(r for r in outcome.rdatas if not _is_made_up(r)))


def _is_made_up(rdata: Rdata) -> bool:
    return isinstance(rdata, AAAA) and ip_address(rdata.address) in NAT64


def is_recursive(reply: Reply) -> bool:
    """Whether a resolver's work was done: what only refers elsewhere is no absence."""
    if not (reply.recursion_available or reply.authoritative):
        return False
    # Neither an answer nor a SOA, but NS: a referral (RFC 2308 2.2).
    message = reply.message
    authority = {rrset.rdtype for rrset in message.authority}
    return bool(message.answer or message.bad) or authority != {RdataType.NS}


def _end(
    response: Response, reply: Reply, chain: Chain, question: Question, zone: Name
) -> Answer | Alias:
    """Judge what is at the end of the chain."""
    message = reply.message
    said = partial(
        Answer,
        response.source,
        rcode=message.rcode,
        aliases=chain.targets,
        longest_ttl=chain.longest_ttl,
        authoritative=reply.authoritative,
        seconds=reply.seconds,
        heard=reply.heard,
    )
    if chain.looped:
        return said(ttl=chain.ttl or 0, failure=Failure.LOOP)
    if chain.targets and not chain.end.is_subdomain(zone):
        return Alias(said(ttl=chain.ttl or 0))
    rrset = rrset_of(message.answer, chain.end, question.rdtype)
    bad = [b for b in message.bad if b.owner == chain.end and b.malformed.rdtype == question.rdtype]
    if rrset or bad:
        ttl = min([*([rrset.ttl] if rrset else []), *(b.ttl for b in bad)])
        rdatas, malformed = rrset.rdatas if rrset else (), tuple(b.malformed for b in bad)
        return said(rdatas=rdatas, malformed=malformed, ttl=chain.ttl_with(ttl))
    if any(b.owner == chain.end and b.malformed.rdtype == RdataType.CNAME for b in message.bad):
        return said(ttl=chain.ttl or 0, failure=Failure.GARBLED)
    soa = negative_soa(message, chain.end)
    if chain.targets and not (soa or message.rcode == Rcode.NXDOMAIN):
        return Alias(said(ttl=chain.ttl or 0))
    apex = soa.name if soa and not chain.targets else None
    return said(ttl=chain.ttl_with(negative_ttl(message, chain.end)), apex=apex)


def with_end_of_alias(alias: Answer, end: Lookup | None) -> tuple[Answer, ...]:
    """An answer that ended at an alias, together with the look-up of where that leads.

    One for each server there, as its own, where these do not agree: who follows it asks any.
    """
    if end is None:
        return (replace(alias, failure=Failure.LOOP),)
    best = end.representative
    if best is None or end.unknown:
        failed = (*end.endless, *end.failed)
        return (replace(alias, failure=failed[0].failure if failed else Failure.ERROR),)
    if len({each.data for each in end.answered}) == 1:
        return (_continued(alias, best),)
    return tuple(
        replace(_continued(alias, each), source=each.source, named_by=each.named_by)
        for each in end.answered
    )


def _continued(alias: Answer, end: Answer) -> Answer:
    return replace(
        alias,
        rcode=end.rcode,
        rdatas=end.rdatas,
        malformed=end.malformed,
        aliases=(*alias.aliases, *end.aliases),
        ttl=min(alias.ttl, end.ttl),
        longest_ttl=max(alias.cache_ttl, end.cache_ttl),
    )
