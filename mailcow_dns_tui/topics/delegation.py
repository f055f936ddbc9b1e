"""The name servers of each zone: whether each of them does its part."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.SOA import SOA

from mailcow_dns_tui.model.answer import Answer, Dns, Failure, Lookup
from mailcow_dns_tui.model.finding import Finding, Status, worst_first
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.dkim import Dkim
from mailcow_dns_tui.topics.judgement import Verdict, finding_about, reasons

DEAD = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE})
THIS_MACHINES = frozenset({Failure.NO_ROUTE})
TELL = "Tell whoever runs them, or take them out of the delegation."


@dataclass(frozen=True)
class Asked:
    """What the name servers of a zone were asked.

    Attributes:
        large: what may be too large for UDP.
    """

    zone: Name
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
    if not soa.found:
        return Asked(zone, soa, soa, ())
    return Asked(zone, soa, ns, tuple(large))


def _verdicts(asked: Asked) -> Sequence[Verdict]:
    name = unicode_form(asked.zone)
    soa = asked.soa
    if soa.unknown:
        message = f"Could not ask any name server of {name}: {reasons(soa.failed)}."
        fix = "Check the network; check again."
        return [Verdict(Status.UNKNOWN, "could-not-ask", message, fix)]
    if all(answer.nxdomain for answer in soa.heard):
        message = f"{name} does not exist in DNS."
        fix = "Register or delegate the domain."
        return [Verdict(Status.ERROR, "no-such-domain", message, fix)]
    faults = [*_failing(asked, name), *_differing(asked, name), *_without_tcp(asked, name)]
    return faults or [Verdict(Status.OK, "all-answer", f"All name servers of {name} answer.")]


def _failing(asked: Asked, name: str) -> Iterator[Verdict]:
    """Servers that don't serve the zone at all."""
    failed = [a for a in asked.soa.failed if a.failure not in THIS_MACHINES]
    dead = tuple(a for a in failed if a.failure in DEAD)
    lame = tuple(a for a in failed if a.failure not in DEAD)
    without = tuple(answer for answer in asked.soa.heard if answer.nxdomain)
    if without:
        message = f"Some name servers know nothing of {name}: {_named(without)}."
        yield Verdict(Status.ERROR, "zone-not-served", message, TELL)
    if dead:
        message = f"Not all name servers of {name} answer: {reasons(dead)}."
        yield Verdict(Status.WARNING, "dead-server", message, TELL)
    if lame:
        message = f"Not all name servers of {name} serve it: {reasons(lame)}."
        yield Verdict(Status.WARNING, "lame-server", message, TELL)


def _differing(asked: Asked, name: str) -> Iterator[Verdict]:
    """Servers that serve different zones."""
    serials = {answer: _serial(answer) for answer in asked.soa.heard if answer.rdatas}
    newest = _newest(list(serials.values()))
    stale = tuple(answer for answer, serial in serials.items() if serial != newest)
    if stale:
        old = ", ".join(f"{safe(str(answer.source))} has {serials[answer]}" for answer in stale)
        yield Verdict(
            Status.INFO,
            "stale-server",
            f"Some name servers have an older {name} than serial {newest}: {old}.",
            "Wait until they have fetched the new one; if they do not, tell whoever runs them.",
        )
    sets = {answer: _hosts(answer) for answer in asked.ns.heard if answer.rdatas}
    if len(set(sets.values())) > 1:
        said = "; ".join(f"{safe(str(answer.source))} names {sets[answer]}" for answer in sets)
        yield Verdict(
            Status.WARNING,
            "servers-differ",
            f"The name servers of {name} do not agree on who they are: {said}.",
            "Publish the same NS records on all of them, and name these at the registrar.",
        )


def _without_tcp(asked: Asked, name: str) -> Iterator[Verdict]:
    """Servers whose large answers nobody gets (RFC 7766 5)."""
    cut = [a for lookup in asked.large for a in lookup.failed if a.failure is Failure.TRUNCATED]
    if cut:
        lost = any(lookup.unknown for lookup in asked.large)
        yield Verdict(
            Status.ERROR if lost else Status.WARNING,
            "no-tcp",
            f"Large records of {name} can't be got from servers without TCP: {_named(cut)}.",
            "Have whoever runs them open TCP port 53.",
        )


def _named(answers: Iterable[Answer]) -> str:
    """Each server once."""
    return ", ".join(dict.fromkeys(safe(str(answer.source)) for answer in answers))


def _serial(answer: Answer) -> int:
    return next((rdata.serial for rdata in answer.rdatas if isinstance(rdata, SOA)), 0)


def _newest(serials: Sequence[int]) -> int:
    """The newest by serial number arithmetic (RFC 1982)."""
    newest = serials[0] if serials else 0
    for serial in serials[1:]:
        if 0 < (serial - newest) % 2**32 < 2**31:
            newest = serial
    return newest


def _hosts(answer: Answer) -> str:
    names = {unicode_form(rdata.target) for rdata in answer.rdatas if isinstance(rdata, NS)}
    return ", ".join(sorted(names))
