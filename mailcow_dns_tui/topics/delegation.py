"""The name servers of each zone: whether each of them does its part."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.SOA import SOA

from mailcow_dns_tui.model.answer import Answer, Dns, Failure, Lookup, NamedBy
from mailcow_dns_tui.model.finding import Finding, Status, worst_first
from mailcow_dns_tui.model.names import is_registry, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.serial import newest
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.dkim import Dkim
from mailcow_dns_tui.topics.judgement import ASK_AGAIN, UPDATING, Verdict, finding_about
from mailcow_dns_tui.topics.words import listed, reasons, server, servers

DEAD = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE, Failure.NO_ADDRESS})
THIS_MACHINES = frozenset({Failure.NO_ROUTE})
NOT_ASKED = frozenset({Failure.UNRESOLVED, Failure.LATE})
SAME_SERVERS = "Enter the same name servers in the NS records of the zone and at the registrar."
ONLY_RESOLVER = "only a resolver could be asked"
OPEN_PORT = (
    "If this machine may not ask others on port 53, check from another network now and then."
)
TELL = "Tell the DNS provider, or take these name servers out at the registrar."


@dataclass(frozen=True)
class Asked:
    """What the name servers of a zone were asked.

    Attributes:
        own: the operator's zones.
        large: what may be too large for UDP.
    """

    zone: Name
    own: Sequence[Name]
    soa: Lookup
    ns: Lookup
    large: tuple[Lookup, ...]


class Delegation(Topic):
    id = "delegation"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        return ()

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        zone = subject.judged_zone
        if zone is None:
            return []
        asked = await _ask(zone, subject, dns)
        return worst_first(
            finding_about(self.id, asked.soa, verdict, subject.apex) for verdict in _verdicts(asked)
        )


async def _ask(zone: Name, subject: Subject, dns: Dns) -> Asked:
    keys = (record.owner for record in Dkim().wanted(subject))
    soa, ns, *large = await asyncio.gather(
        dns.ask(zone, RdataType.SOA),
        dns.ask_servers(zone, RdataType.NS),
        *(dns.ask_servers(name, RdataType.TXT) for name in (zone, *keys)),
    )
    own = subject.setup.zones
    if not soa.found:
        return Asked(zone, own, soa, soa, ())
    return Asked(zone, own, soa, ns, tuple(large))


def _verdicts(asked: Asked) -> Sequence[Verdict]:
    name = unicode_form(asked.zone)
    soa = asked.soa
    if soa.unknown:
        message = f"No name server of {name} could be asked: {reasons(soa.failed)}."
        return [Verdict(Status.UNKNOWN, "could-not-ask", message, ASK_AGAIN)]
    if all(answer.nxdomain for answer in soa.heard) and not _is_inside_another(asked):
        return [_nonexistent(name, soa.zone)]
    if not any(answer.authoritative for answer in soa.heard):
        message = f"Whether the name servers of {name} answer can't be seen: {ONLY_RESOLVER}."
        return [Verdict(Status.INFO, "could-not-ask", message, OPEN_PORT)]
    faults = [
        *_delegated(soa, name),
        *_failing(asked, name),
        *_differing(asked, name),
        *_without_tcp(asked, name),
    ]
    return faults or [Verdict(Status.OK, "all-answer", f"All name servers of {name} answer.")]


def _is_inside_another(asked: Asked) -> bool:
    """Whether it needs no delegation: the records of its names are kept in another own zone."""
    above = [zone for zone in asked.own if zone != asked.zone and asked.zone.is_subdomain(zone)]
    return asked.soa.zone in above if asked.soa.zone else bool(above)


def _nonexistent(name: str, above: Name | None) -> Verdict:
    if above is None or is_registry(above):
        message = f"{name} does not exist in DNS."
        fix = (
            "If it is spelt right in the plan, register it, or enter its name servers at the "
            "registrar."
        )
        return Verdict(Status.ERROR, "no-such-domain", message, fix)
    zone = unicode_form(above)
    message = f"{name} does not exist in DNS; it would be a part of the zone {zone}."
    fix = f"If {zone} is yours, just add the records there; else register {name}."
    return Verdict(Status.WARNING, "no-such-domain", message, fix)


def _delegated(soa: Lookup, name: str) -> Iterator[Verdict]:
    """Where the zone above names other servers than the zone itself (RFC 1912 2.8)."""
    unnamed = [a for a in soa.answers if a.named_by is NamedBy.ZONE]
    if len(unnamed) == len(soa.answers):
        message = f"{name} is not delegated: only who still remembers its name servers finds it."
        fix = "See at the registrar whether it has expired or is blocked, and name its servers."
        yield Verdict(Status.ERROR, "not-delegated", message, fix)
        return
    begun_with = [a for a in soa.answers if a.named_by is not NamedBy.ZONE]
    strange = [a for a in begun_with if a.named_by is NamedBy.PARENT]
    if all(answer.failure not in {None, *THIS_MACHINES, *NOT_ASKED} for answer in begun_with):
        message = f"No name server that {name} is delegated to serves it: {reasons(begun_with)}."
        yield Verdict(Status.ERROR, "lame-delegation", message, SAME_SERVERS)
    elif strange:
        message = (
            f"{name} is delegated to servers that it does not name itself: {servers(strange)}."
        )
        yield Verdict(Status.WARNING, "parent-only-server", message, SAME_SERVERS)
    if unnamed:
        message = f"{name} names servers that it is not delegated to: {servers(unnamed)}."
        yield Verdict(Status.INFO, "zone-only-server", message, SAME_SERVERS)


def _failing(asked: Asked, name: str) -> Iterator[Verdict]:
    """Servers that don't serve the zone at all."""
    failed = [a for a in asked.soa.failed if a.failure not in THIS_MACHINES]
    alive = {answer.source for lookup in (asked.ns, *asked.large) for answer in lookup.heard}
    silent = tuple(a for a in failed if a.failure in DEAD)
    dead = tuple(a for a in silent if a.source not in alive)
    lame = tuple(a for a in failed if a.failure not in DEAD | NOT_ASKED)
    untold = tuple(a for a in failed if a not in (*dead, *lame))
    without = tuple(answer for answer in asked.soa.heard if answer.nxdomain)
    if without and len(without) < len(asked.soa.heard):
        message = f"Some name servers know nothing of {name}: {servers(without)}."
        yield Verdict(Status.ERROR, "zone-not-served", message, TELL)
    if dead:
        message = f"Not all name servers of {name} answer: {reasons(dead)}."
        yield Verdict(Status.WARNING, "dead-server", message, TELL)
    if lame:
        message = f"Not all name servers of {name} answer for it: {reasons(lame)}."
        yield Verdict(Status.WARNING, "lame-server", message, TELL)
    if untold:
        message = f"Whether all name servers of {name} answer is not known: {reasons(untold)}."
        yield Verdict(Status.UNKNOWN, "could-not-ask", message, ASK_AGAIN)


def _differing(asked: Asked, name: str) -> Iterator[Verdict]:
    """Servers that serve different zones."""
    serials = {answer: _serial(answer) for answer in _copies(asked.soa)}
    latest = newest(serials.values())
    stale = tuple(answer for answer, serial in serials.items() if serial != latest)
    if stale:
        old = listed([f"{server(answer.source)} has {serials[answer]}" for answer in stale])
        yield Verdict(
            Status.INFO,
            "stale-server",
            f"Some name servers have an older version of {name} than {latest}: {old}.",
            UPDATING,
        )
    sets = {answer: _hosts(answer) for answer in _copies(asked.ns)}
    if len(set(sets.values())) > 1:
        said = "; ".join(f"{server(answer.source)} names {sets[answer]}" for answer in sets)
        yield Verdict(
            Status.WARNING,
            "servers-differ",
            f"The name servers of {name} do not agree on who they are: {said}.",
            "Enter the same name servers in the NS records of the zone and at the registrar.",
        )


def _copies(lookup: Lookup) -> Iterator[Answer]:
    """What the servers have that get each version of the zone, unless nobody knows them."""
    return (a for a in lookup.heard if a.rdatas and a.named_by is not NamedBy.PARENT)


def _without_tcp(asked: Asked, name: str) -> Iterator[Verdict]:
    """Servers whose large answers nobody gets (RFC 7766 5)."""
    cut = [a for lookup in asked.large for a in lookup.failed if a.failure is Failure.TRUNCATED]
    if cut:
        lost = any(lookup.unknown for lookup in asked.large)
        yield Verdict(
            Status.ERROR if lost else Status.WARNING,
            "no-tcp",
            f"Large records of {name} don't arrive from servers without TCP: {servers(cut)}.",
            "Have the DNS provider open TCP port 53 on them (RFC 7766).",
        )


def _serial(answer: Answer) -> int:
    return next((rdata.serial for rdata in answer.rdatas if isinstance(rdata, SOA)), 0)


def _hosts(answer: Answer) -> str:
    names = {unicode_form(rdata.target) for rdata in answer.rdatas if isinstance(rdata, NS)}
    return listed(sorted(names))
