"""The mail certificate's key, pinned for senders that use DANE (RFC 7672)."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup, Security
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding, Status, worst_first
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import duration
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Guidance, Phase, Subject, Topic, has_room, usual_phase
from mailcow_dns_tui.topics.context import Context, alias, own, remembered_until, removals
from mailcow_dns_tui.topics.delegation import BOGUS, INSECURE
from mailcow_dns_tui.topics.host.judge import is_usable
from mailcow_dns_tui.topics.judge import finding, judge
from mailcow_dns_tui.topics.misplaced import Slips
from mailcow_dns_tui.topics.steps import beside_step, take_away, until
from mailcow_dns_tui.topics.tlsa.judge import (
    OWNER,
    UNUSABLE,
    WHY,
    WITHOUT_KEY,
    chain,
    further_names,
    idle,
    judge_answer,
    judge_beside,
    key_not_in_plan,
    planned_digest,
    record_at,
)
from mailcow_dns_tui.topics.tlsa.match import (
    Pin,
    PlannedKey,
    PresentedChain,
    Reference,
    pins,
    presented_chain,
)

TWO_KEYS = (
    "Leave what is there beside it. Before the server takes a new key, its record has to stand "
    "there for two TTLs ({time})."
)
UNSURE = (
    "Do it only if the mail certificate has the plan's key: with another one, senders with DANE "
    "would deliver nothing."
)
PASTING = frozenset({Act.PUBLISH, Act.CHANGE, Act.REMOVE})


def tlsa_step(record: Record, found: Finding, context: Context) -> GuideStep:
    """Beside the key that a server has now, the one that it will have (RFC 7671 8.1)."""
    step = beside_step(record, found, context)
    if step.act is Act.REMOVE and found.status is Status.UNKNOWN:
        return replace(step, warnings=(UNSURE,), asks_first=True)
    if step.act is not Act.PUBLISH or not own(found):
        return step
    return replace(step, warnings=(TWO_KEYS.format(time=duration(2 * record.ttl)),))


def unplanned_tlsa_step(found: Finding, context: Context) -> GuideStep | None:
    """The server's key at a name for which none is planned, beside another one."""
    if found.code not in WITHOUT_KEY:
        return None
    record = found.remedy
    if record is None and found.code == UNUSABLE:
        # Nobody knows a key to put beside it.
        gone = removals(found, own(found))
        return take_away(None, found, gone) if gone else None
    if record is None or record.external or alias(found):
        return None
    return replace(tlsa_step(record, found, context), wanted=None)


def tlsa_locks(step: GuideStep, context: Context) -> Iterator[str]:
    """Without DNSSEC it has no effect; and elsewhere than at this server it would stop mail."""
    # Beside those that bind nobody it is the first that does.
    binds = step.finding.code in WITHOUT_KEY - {UNUSABLE}
    if step.wanted is None or binds or step.act not in PASTING:
        return
    zone = step.wanted.zone
    signed = {f.code for f in context.of_topic("dnssec") if f.name == zone}
    name = unicode_form(zone)
    if BOGUS in signed:
        yield f"The DNSSEC signatures of {name} are wrong. This step opens when they are right."
    elif INSECURE in signed:
        yield (
            "Without DNSSEC it has no effect. This step opens when DNSSEC is switched on for "
            f"{name}, at the DNS provider and the registrar."
        )
    host = context.wanted("host")
    foreign = context.remembered(host) - {each.rdata for each in host}
    # By the host's name some may still go to another server.
    if not context.stands(host) or any(map(is_usable, foreign)):
        yield from until(context, host, "the server has its addresses")


def tlsa_first(context: Context) -> Iterator[str]:
    """Planned or not, at the hostname: those of other names bind nobody who comes to it."""
    at_host = context.of("tlsa", None)
    if any(f.code in WITHOUT_KEY and f.status is not Status.WARNING for f in at_host):
        yield (
            "The TLSA record is without this server's key, or may be, and senders with DANE would "
            "deliver nothing. This step opens when the key stands there as well, or the TLSA "
            "record is deleted."
        )
    late = [answer for f in at_host for answer in f.late if answer.rdatas]
    if late:
        yield (
            "Senders with DANE may still have the TLSA records without this server's key"
            f"{remembered_until(late, context.clock)}, and would deliver nothing. This step "
            "opens when the key is seen everywhere."
        )


def tlsa_phase(step: GuideStep, setup: Setup) -> Phase:
    """A wrong one stops mail as soon as the addresses are right."""
    return Phase.DANGER if step.finding.code in WITHOUT_KEY else usual_phase(step, setup)


class TlsaTopic(Topic):
    """TLSA of port 25 at the hostname, and what is published at other names of the server."""

    id = "tlsa"
    slips = Slips(types={RdataType.TLSA: RdataType.SRV}, above=True, far=True, believed=True)
    asked_in = "server"
    guidance = Guidance(
        120, step=tlsa_step, unplanned=unplanned_tlsa_step, locks=tlsa_locks, phase=tlsa_phase
    )

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """One record `3 1 1` with the plan's digest of the key; none without one."""
        host, digest = subject.setup.server.name, planned_digest(subject.setup.server)
        if subject.domain is None and host is not None and digest and has_room(OWNER, host):
            owner = dns.name.from_text(OWNER, host)
            yield self.record(subject, owner, rdatas.tlsa(3, 1, 1, digest), WHY)

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the planned record, and those of the server's names without one."""
        host = subject.setup.server.name
        is_unplanned = subject.domain is None and not self.plan(subject)
        found, at_host, elsewhere = await asyncio.gather(
            super().check(subject, dns),
            self._at([host] if host and is_unplanned else [], subject, dns),
            self._elsewhere(subject, dns),
        )
        others = (*at_host, *elsewhere)
        return [*found, *(replace(each, record=None, expected=()) for each in others)]

    async def _elsewhere(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        return await self._at(await further_names(subject, dns), subject, dns)

    async def _at(self, names: Sequence[Name], subject: Subject, dns: Dns) -> Sequence[Finding]:
        judged = (self._unplanned(name, subject, dns) for name in names if has_room(OWNER, name))
        return [each for found in await asyncio.gather(*judged) for each in found]

    async def _unplanned(self, host: Name, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Nothing where there is no record, and nothing of one that holds the server's key."""
        unknown = record_at(host, subject, b"")
        lookup = await dns.ask(unknown.owner, unknown.rdtype)
        if lookup.absent:
            return ()
        security = await _security(unknown, lookup, dns)
        if security is Security.INSECURE:
            # Senders do not ask for it there.
            return [finding(unknown, lookup, idle(unknown))] if lookup.found else ()
        reference = await _reference(host, lookup, subject, dns)
        if lookup.found and not reference.digest:
            verdict = key_not_in_plan(unknown.owner, lookup.rdatas, reference)
            return [finding(unknown, lookup, verdict)]
        record = record_at(host, subject, reference.digest)
        beside = partial(judge_beside, security=security, reference=reference)
        judged = judge(record, lookup, beside)
        return () if judged.status is Status.OK else [replace(judged, remedy=record)]

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge by the key that the server presents, or else by the plan's."""
        lookup = await dns.ask(record.owner, record.rdtype)
        here = record.with_zone(lookup.zone)
        if lookup.unknown:
            return [judge(record, lookup, self.judge_answer)]
        security = await _security(here, lookup, dns)
        reference: Reference = PlannedKey(planned_digest(subject.setup.server) or b"")
        if security is not Security.INSECURE:
            reference = await _reference(record.owner.parent().parent(), lookup, subject, dns)
        judged = judge(
            record, lookup, partial(judge_answer, security=security, reference=reference)
        )
        if isinstance(reference, PresentedChain):
            judged = replace(judged, not_after=reference.own.not_after)
        further = chain(here, security) if lookup.found else None
        return worst_first([judged, *([finding(record, lookup, further)] if further else [])])


async def _reference(host: Name, lookup: Lookup, subject: Subject, dns: Dns) -> Reference:
    """What the host's mail server presents; where that is not known, the planned key."""
    server = subject.setup.server
    addresses = tuple(map(str, server.addresses))
    presented = await dns.present(host, addresses) if addresses else None
    note, chain = presented.sentence if presented else "", presented_chain(presented, host)
    if chain is not None and (chain.is_of_host or Pin.MATCHES in pins(lookup.rdatas, chain)):
        return chain
    if chain is not None:
        note = chain.doubt
    return PlannedKey(planned_digest(server) or b"", note)


async def _security(record: Record, lookup: Lookup, dns: Dns) -> Security:
    """Of the record where the resolver has it, else of the zone that it belongs in."""
    seen = lookup.resolver or next((a for a in lookup.answered if not a.authoritative), None)
    if seen is not None and seen.found:
        return await dns.security(record.owner, record.rdtype)
    return await dns.security(record.zone, RdataType.SOA)
