"""The name servers of each zone: whether each of them does its part."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup, NamedBy
from mailcow_dns_tui.model.finding import Finding, Status, worst_first
from mailcow_dns_tui.model.names import is_registry, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.dkim import Dkim
from mailcow_dns_tui.topics.judgement import ASK_AGAIN, Verdict, finding_about
from mailcow_dns_tui.topics.mx import Mx
from mailcow_dns_tui.topics.name_servers import (
    SAME_SERVERS,
    Asked,
    differing,
    failing,
    silent_on,
    unanswered,
    untold,
    without_soa,
    without_tcp,
)
from mailcow_dns_tui.topics.words import in_plan, reasons, servers

ONLY_RESOLVER = "only a resolver could be asked"
OPEN_PORT = (
    "If this machine may not ask others on port 53, check from another network now and then."
)
STILL_THERE = (
    "See at the DNS provider whether the zone is still there, and at the registrar whether it "
    "names the servers of that provider."
)


Key = tuple[Name, RdataType]


class Delegation(Topic):
    id = "delegation"

    def __init__(self, others: Sequence[Topic] = (Mx(),)) -> None:
        """The others are topics whose records the name servers are to have."""
        self._others = others

    def wanted(self, subject: Subject) -> Iterable[Record]:
        return ()

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        zone = subject.judged_zone
        if zone is None:
            return []
        asked = await _sure(await self._ask(zone, subject, dns), dns)
        return worst_first(
            finding_about(self.id, asked.soa, verdict, subject.apex) for verdict in _verdicts(asked)
        )

    async def _ask(self, zone: Name, subject: Subject, dns: Dns) -> Asked:
        keys = (record.owner for record in Dkim().wanted(subject))
        soa, ns, large, kinds = await asyncio.gather(
            dns.ask(zone, RdataType.SOA),
            dns.ask_servers(zone, RdataType.NS),
            _asked(((name, RdataType.TXT) for name in (zone, *keys)), dns),
            _asked(self._kinds(zone, subject), dns),
        )
        return Asked(zone, subject.setup.zones, soa, ns, large, kinds)

    def _kinds(self, zone: Name, subject: Subject) -> Iterator[Key]:
        """The first record of each type that is wanted in the zone."""
        records = (
            record
            for each in (subject, Subject(subject.setup))
            for topic in self._others
            for record in topic.wanted(each)
        )
        first = {r.rdtype: r.owner for r in reversed([*records]) if r.zone == zone}
        return ((owner, rdtype) for rdtype, owner in first.items())


async def _asked(keys: Iterable[Key], dns: Dns) -> tuple[Lookup, ...]:
    return tuple(await asyncio.gather(*(dns.ask_servers(*key) for key in keys)))


async def _sure(asked: Asked, dns: Dns) -> Asked:
    """Ask again what a server that serves the zone did not answer: the answer may be lost."""
    again = ((k.name, k.rdtype) for k in asked.kinds if unanswered(asked, k))
    anew = {lookup.rdtype: lookup for lookup in await _asked(again, dns)}
    return replace(asked, kinds=tuple(anew.get(k.rdtype, k) for k in asked.kinds))


def _verdicts(asked: Asked) -> Sequence[Verdict]:
    if _is_absent(asked) and not _is_inside_another(asked):
        return [_nonexistent(asked.name, asked.soa.zone)]
    if not asked.serving:
        return [*_none_serves(asked)]
    if not any(answer.authoritative for answer in asked.soa.heard):
        return [_only_resolver(asked)]
    faults = [
        *_delegated(asked),
        *failing(asked),
        *untold(asked),
        *without_soa(asked),
        *silent_on(asked),
        *differing(asked),
        *without_tcp(asked),
    ]
    return faults or [Verdict(Status.OK, "all-answer", f"All name servers of {asked.name} answer.")]


def _is_absent(asked: Asked) -> bool:
    heard = asked.soa.heard
    return bool(heard) and not asked.is_apex and all(answer.nxdomain for answer in heard)


def _is_inside_another(asked: Asked) -> bool:
    """Whether it needs no delegation: the records of its names are kept in another own zone."""
    above = [zone for zone in asked.own if zone != asked.zone and asked.zone.is_subdomain(zone)]
    return asked.soa.zone in above if asked.soa.zone else bool(above)


def _nonexistent(name: str, above: Name | None) -> Verdict:
    if above is None or is_registry(above):
        message = f"{name} does not exist in DNS."
        fix = (
            f"See whether it is spelt right {in_plan('domains')}. If so, register it, or enter its "
            "name servers at the registrar."
        )
        return Verdict(Status.ERROR, "no-such-domain", message, fix)
    zone = unicode_form(above)
    message = f"{name} does not exist in DNS; it would be a part of the zone {zone}."
    fix = f"If {zone} is yours, just add the records there; else register {name}."
    return Verdict(Status.WARNING, "no-such-domain", message, fix)


def _none_serves(asked: Asked) -> Iterator[Verdict]:
    """None of the servers answered for the zone; that may be this machine's fault, or theirs."""
    if asked.servers and not asked.untold:
        yield from _delegated(asked)
        return
    yield from failing(asked)
    if asked.without or asked.lame:
        yield from untold(asked)
    elif asked.soa.unknown:
        message = f"No name server of {asked.name} could be asked: {reasons(asked.soa.failed)}."
        yield Verdict(Status.UNKNOWN, "could-not-ask", message, ASK_AGAIN)
    else:
        yield _only_resolver(asked)


def _only_resolver(asked: Asked) -> Verdict:
    message = f"Whether the name servers of {asked.name} answer can't be seen: {ONLY_RESOLVER}."
    return Verdict(Status.INFO, "could-not-ask", message, OPEN_PORT)


def _delegated(asked: Asked) -> Iterator[Verdict]:
    """Where the zone above names other servers than the zone itself (RFC 1912 2.8)."""
    name = asked.name
    unnamed = [a for a in asked.servers if a.named_by is NamedBy.ZONE]
    begun_with = [a for a in asked.servers if a.named_by is not NamedBy.ZONE]
    strange = [a for a in begun_with if a.named_by is NamedBy.PARENT]
    if not begun_with:
        message = f"The zone above names no name servers for {name}: hardly anybody can find it."
        fix = "See at the registrar whether it has expired or is blocked, and name its servers."
        yield Verdict(Status.ERROR, "not-delegated", message, fix)
        return
    if all(answer in asked.failing for answer in begun_with):
        why = asked.why_not(begun_with)
        message = f"None of the name servers that the zone above has for {name} serves it: {why}."
        fix = SAME_SERVERS if asked.serving else STILL_THERE
        yield Verdict(Status.ERROR, "lame-delegation", message, fix)
    elif strange:
        message = (
            f"The zone above has name servers for {name} that it does not name itself: "
            f"{servers(strange)}."
        )
        yield Verdict(Status.WARNING, "parent-only-server", message, SAME_SERVERS)
    if unnamed:
        message = f"{name} names name servers that the zone above has not: {servers(unnamed)}."
        yield Verdict(Status.INFO, "zone-only-server", message, SAME_SERVERS)
