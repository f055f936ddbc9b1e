"""Where the hosts that MX, SRV and CNAME records name lead, and whose their addresses are."""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import partial

import dns.name
from dns.name import Name, root
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.IN.SRV import SRV
from dns.reversename import from_address

from mailcow_dns_tui.model.answer import Answer, Dns, Failure, Lookup
from mailcow_dns_tui.model.code import COULD_NOT_ASK, SERVERS_DISAGREE, Act, Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form, is_address, unicode_form, unroutable
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.topics import judge, rdatas
from mailcow_dns_tui.topics.phrases import described, listed_data, listed_names, servers
from mailcow_dns_tui.topics.together import together

DEAD_TARGET = Code(
    "dead-target", "an MX or SRV leads to a name without a usable address", Act.CHANGE
)
TARGET_IS_ALIAS = Code("target-is-alias", "an MX or SRV leads to a CNAME", Act.CHANGE)
DOUBLED_TARGET = Code(
    "doubled-target", "the zone was appended to the host that the record names", Act.CHANGE
)


class Reach(Enum):
    """Where a host's addresses lead."""

    OURS = "ours"
    FOREIGN = "foreign"
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Destination:
    """What a host has for addresses; nothing asked is nothing known.

    Attributes:
        lookups: of the addresses of both families.
    """

    lookups: tuple[Lookup, ...] = ()

    @property
    def addresses(self) -> frozenset[Rdata]:
        """All addresses that any server has for it."""
        return frozenset(rdata for each in self.lookups for rdata in each.published)

    @property
    def unknown(self) -> bool:
        """At least one family could not be asked."""
        return not self.lookups or any(lookup.unknown for lookup in self.lookups)

    @property
    def left_out(self) -> bool:
        """Whether so much was asked already that this was not."""
        return any(lookup.left_out for lookup in self.lookups)

    @property
    def lacking(self) -> tuple[Answer, ...]:
        """What servers say that have no address where others have one: of IPv4, if any has.

        Without IPv6 senders take the other, and of IPv4 alone are many of them.
        """
        told = next((each for each in self.lookups if each.found), None)
        return tuple(answer for answer in told.answered if answer.absent) if told else ()

    @property
    def reachable(self) -> frozenset[Rdata]:
        """The addresses that the internet has a way to."""
        found = ((rdata, judge.address_of(rdata)) for rdata in self.addresses)
        return frozenset(r for r, address in found if address and not unroutable(address))

    @property
    def is_alias(self) -> bool:
        """Whether it is a CNAME."""
        return any(lookup.aliases for lookup in self.lookups)

    def reach(self, ours: frozenset[Rdata]) -> Reach:
        """Where it leads, for a server with these addresses; unknown where nothing was asked."""
        if not self.addresses <= ours:
            return Reach.FOREIGN
        if self.unknown:
            return Reach.UNKNOWN
        return Reach.OURS if self.addresses else Reach.NOWHERE

    def elsewhere(self, ours: frozenset[Rdata]) -> str:
        """How it leads elsewhere than to a server with these addresses, to go on from its name."""
        others = f"also points to {listed_data(self.addresses - ours)}"
        return "is not this server" if self.addresses.isdisjoint(ours) else others


Destinations = Mapping[Name, Destination]


async def destinations(names: Iterable[Name], dns: Dns) -> Destinations:
    """Look all of the names up at once."""
    asked = tuple(dict.fromkeys(names))
    found = await together(_destination(name, dns) for name in asked)
    return dict(zip(asked, found, strict=True))


async def _destination(name: Name, dns: Dns) -> Destination:
    types = (RdataType.A, RdataType.AAAA)
    return Destination(tuple(await asyncio.gather(*(dns.ask(name, each) for each in types))))


async def own_addresses(server: Server, dns: Dns) -> frozenset[Rdata]:
    """Those of the plan, and those that the hostname has beside them, which may be its own too.

    Whether they are is the host's topic to judge: what leads to the same ones is as good.
    """
    planned = frozenset(map(rdatas.address, server.addresses))
    there = (await _destination(server.name, dns)).addresses if server.name else frozenset()
    return planned if planned.isdisjoint(there) else planned | there


def could_not_tell(names: Iterable[Name], *, left_out: bool = False) -> judge.Verdict:
    """What to say where targets lead is unknown; `left_out`: too many names to ask for them all."""
    hosts = listed_names(names)
    why = f" ({Failure.LEFT_OUT.value})" if left_out else ""
    message = (
        f"The addresses of {hosts} could not be looked up{why}, so it is unknown if that is right."
    )
    return judge.Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, judge.ASK_AGAIN)


def lacking_somewhere(record: Record, host: Name, lacking: Iterable[Answer]) -> judge.Verdict:
    """What to say where some name servers have no address of a host that the record names."""
    message = (
        f"{described(record)} names {unicode_form(host)}, which lacks an address on "
        f"{servers(lacking)} that others have."
    )
    return judge.Verdict(Status.WARNING, SERVERS_DISAGREE, message, judge.UPDATING)


async def look_up_alias(record: Record, server: Server, dns: Dns) -> Finding:
    """Judge a CNAME to the host; the host's own addresses in its place are as good."""
    has_ipv4 = any(address.version == 4 for address in server.addresses)
    types = (RdataType.A, RdataType.AAAA) if has_ipv4 else (RdataType.AAAA, RdataType.A)
    asked = own_addresses(server, dns), dns.ask(record.owner, types[0])
    addresses, lookup = await asyncio.gather(*asked)
    lookups = [lookup]
    if _target(record) not in lookup.aliases:
        lookups.append(await dns.ask(record.owner, types[1]))
    telling = [each for each in lookups if not each.absent] or [lookup]
    found = [judge.judge(record, each, partial(_opinion, addresses=addresses)) for each in telling]
    worst = min(found, key=lambda finding: finding.status.rank)
    return replace(worst, other_lookups=tuple(lookups))


def _opinion(record: Record, answer: Answer, addresses: frozenset[Rdata]) -> judge.Verdict:
    if _target(record) in answer.aliases:
        return judge.as_wanted(record)
    ours = bool(answer.rdatas) and set(answer.rdatas) <= addresses
    if answer.aliases:
        leads = f"leads to {unicode_form(answer.aliases[0])}, which is not this server"
        if ours:
            return judge.works_differently(record)
    elif not answer.rdatas:
        return judge.missing(record)
    elif ours:
        return judge.as_wanted(record)
    else:
        foreign = listed_data(set(answer.rdatas) - addresses)
        leads = f"has the address {foreign}, which is not this server's"
    is_edited = bool(answer.aliases) and record.rdtype == RdataType.CNAME
    fix = f"Delete it, and add the wanted {record.type_text} record {judge.where(record)}."
    return judge.different(record, f"{record.owner_text} {leads}.", "" if is_edited else fix)


def _target(record: Record) -> Name | None:
    return record.rdata.target if isinstance(record.rdata, CNAME) else None


@dataclass(frozen=True)
class AddressOwnership:
    """What reverse DNS tells of addresses.

    Attributes:
        own: those whose reverse DNS names the host.
        unknown: those whose reverse DNS nobody could tell.
    """

    own: frozenset[Rdata] = frozenset()
    unknown: frozenset[Rdata] = frozenset()


async def ownership_of(
    addresses: Iterable[Rdata], hosts: Collection[Name], dns: Dns
) -> AddressOwnership:
    """Tell by reverse DNS which addresses are those of a host that goes by these names."""
    asked = {rdata: address for rdata in addresses if (address := judge.address_of(rdata))}
    names = (from_address(str(address)) for address in asked.values())
    lookups = await together(dns.ask(name, RdataType.PTR) for name in names)
    own = (rdata for rdata, each in zip(asked, lookups, strict=True) if _names(each, hosts))
    unknown = (rdata for rdata, each in zip(asked, lookups, strict=True) if each.unknown)
    return AddressOwnership(frozenset(own), frozenset(unknown))


def _names(lookup: Lookup, hosts: Collection[Name]) -> bool:
    return any(isinstance(rdata, PTR) and rdata.target in hosts for rdata in lookup.rdatas)


class TargetKind(Enum):
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
class MxTargets:
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
    owners: AddressOwnership = field(default_factory=AddressOwnership)

    def of(self, name: Name) -> Destination:
        """What is known of a host; of one that was not asked for, nothing."""
        return self.found.get(name, Destination())

    def others(self, target: Name) -> frozenset[Rdata]:
        """The addresses of a host that are not the planned server's."""
        return self.of(target).addresses - self.ours

    def loses_a_family(self, target: Name) -> bool:
        """Whether all mail of one family goes to addresses that are somebody else's."""
        lost = self.of(target).reachable - self.ours - self.owners.own - self.owners.unknown
        kept = {rdata.rdtype for rdata in self.of(target).addresses - lost}
        return any(rdata.rdtype not in kept for rdata in lost)

    def is_loopback(self, target: Name) -> bool:
        """Whether it leads whoever looks it up to himself."""
        found = map(judge.address_of, self.of(target).addresses)
        return any(address.is_loopback for address in found if address)

    def kind(self, target: Name) -> TargetKind:
        """Where an MX that names the host sends mail."""
        if target == dns.name.root:
            return TargetKind.NULL
        if target == self.host:
            return TargetKind.OURS
        destination = self.of(target)
        if destination.reach(self.ours) is Reach.OURS:
            return TargetKind.ALIAS if destination.is_alias else TargetKind.OURS
        if not destination.addresses.isdisjoint(self.ours) and self.others(target):
            return TargetKind.PARTLY
        if destination.unknown and destination.addresses <= self.ours:
            return TargetKind.UNKNOWN
        return self._unusable(target) or (
            TargetKind.FOREIGN if destination.reachable else TargetKind.DEAD
        )

    def _unusable(self, target: Name) -> TargetKind | None:
        """What is wrong with the name itself."""
        if self.address_in(target):
            return TargetKind.ADDRESS
        return TargetKind.ZONE_APPENDED if self._zone_appended(target) else None

    def address_in(self, target: Name) -> str:
        """The address that was entered in place of a name; an empty text for a name."""
        texts = (ascii_form(target), ascii_form(self._entered(target)))
        return next((text for text in texts if is_address(text.strip("[]"))), "")

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
    found = (rdata.exchange for rdata in lookup.published if isinstance(rdata, MX))
    return [exchange for exchange in dict.fromkeys(found) if exchange != dns.name.root]


def senders_look_up(lookup: Lookup, host: Name | None) -> Iterator[Name]:
    """The hosts that the MX records name; without any, the domain itself (RFC 5321 5.1).

    The domain itself as well where it is a CNAME, which brings more than the MX. Where the planned
    host leads is another topic's to judge.
    """
    for answer in lookup.answered:
        named = [rdata.exchange for rdata in answer.rdatas if isinstance(rdata, MX)]
        yield from (name for name in named if name not in {dns.name.root, host})
        if not named or answer.aliases:
            yield lookup.name


async def targets_of(lookup: Lookup, server: Server, dns: Dns) -> Destinations:
    """Look up each host that a name server, or the resolver, has in the SRV RRset."""
    published = (rdata for answer in lookup.views for rdata in answer.rdatas)
    names = {rdata.target for rdata in published if isinstance(rdata, SRV)}
    return await destinations(names - {server.name, root}, dns)
