"""The mail host's own addresses, and the steps about them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.code import DIFFERENT, Act
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unroutable
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Setup, Spf
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import listed
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Guidance, Subject, Topic
from mailcow_dns_tui.topics.context import Context, alias, concerned, has, others, own, removals
from mailcow_dns_tui.topics.host import judge
from mailcow_dns_tui.topics.judge import Verdict, address_of, finding_about, judge_all, where
from mailcow_dns_tui.topics.moving import allowed_first, found_by_spf, replies_first
from mailcow_dns_tui.topics.mta_sts.steps import policies_first
from mailcow_dns_tui.topics.mx.judge import arrives_elsewhere, arriving_at
from mailcow_dns_tui.topics.phrases import in_plan
from mailcow_dns_tui.topics.ptr import is_dispensable
from mailcow_dns_tui.topics.steps import add, draft, put, take_away, until
from mailcow_dns_tui.topics.targets import ownership_of
from mailcow_dns_tui.topics.tlsa.topic import tlsa_first

IPV6 = 6
MOVE = (
    "What went to the old address comes to this server from then on, so its mailboxes have to be "
    "here already."
)
BEHIND = (
    "The panel does not list the proxy's address but the one behind it, which has to be {address}. "
    "Only where it lists the proxy's own, change that to {address}."
)
BESIDE_PROXY = (
    "The panel does not list the proxy's address, which goes with the proxy. Only where it lists "
    "{addresses} itself, delete that."
)
UNPLANNED_CODES = frozenset(
    {judge.UNPLANNED_ADDRESS, judge.UNROUTABLE_ADDRESS, judge.PROXY_ADDRESS}
)
UNPLANNED = "Is the address this server's own after all? Then enter it {place} instead."
SECOND = (
    "Is the address this server's own after all? Then leave it, and set its reverse DNS to {host}."
)


def address_step(record: Record, found: Finding, context: Context) -> GuideStep:
    """Publish a planned address, and take away what can't be meant beside it."""
    step = _address_step(record, found, context)
    if step.record is None:
        return step
    policies = tuple(policies_first(context))
    asks_first = step.asks_first or bool(policies)
    return replace(step, warnings=(*step.warnings, *policies), asks_first=asks_first)


def _address_step(record: Record, found: Finding, context: Context) -> GuideStep:
    address = address_of(record.rdata)
    if address is not None and unroutable(address):
        return draft(Act.OUTSIDE, record, found)
    if alias(found):
        return put(record, found, others(found, record), also=context.beside(record))
    if has(found, record):
        return _without_others(record, found)
    if found.code == judge.PROXY_ADDRESS:
        # As long as the proxy is on, the panel lists the address behind it.
        told = BEHIND.format(address=record.value)
        return replace(draft(Act.CHANGE, record, found), record=record, warnings=(told,))
    gone = others(found, record)
    if not gone:
        return add(record, found)
    step = put(record, found, gone)
    moves = found.code == DIFFERENT and arriving_at(record.owner, context)
    return replace(step, warnings=(MOVE,), asks_first=True, moves_mail=True) if moves else step


def _without_others(record: Record, found: Finding) -> GuideStep:
    beside = [rdata for rdata in own(found) if rdata != record.rdata]
    gone = removals(found, concerned(found, beside))
    step = take_away(record, found, gone)
    if found.code != judge.EXTRA_ADDRESS:
        return step
    asked = SECOND.format(host=record.owner_text)
    return replace(step, warnings=(asked,), asks_first=True)


def lives_without_ipv6(step: GuideStep | None, setup: Setup) -> bool:
    """Whether the step is about reverse DNS that may be had for IPv4 only."""
    record = step.wanted if step and step.finding.topic == "ptr" else None
    return record is not None and is_dispensable(record, setup.server)


def without_ipv6(setup: Setup) -> Setup:
    """The plan of a server that sends over IPv4 only."""
    words = {f"ip6:{each}" for each in setup.server.addresses if each.version == IPV6}

    def kept(spf: Spf) -> Spf:
        return replace(spf, mechanisms=tuple(w for w in spf.mechanisms if w.lower() not in words))

    domains = tuple(
        replace(each, spf=kept(each.spf)) if each.spf else each for each in setup.domains
    )
    server = replace(setup.server, ipv6="")
    return replace(setup, server=server, spf=kept(setup.spf), domains=domains)


def unplanned_step(found: Finding, context: Context) -> GuideStep | None:
    """Addresses of the family for which the plan has none: only another's is to go."""
    if found.code not in UNPLANNED_CODES:
        return None
    place = in_plan("ipv6" if found.rdtype == "AAAA" else "ipv4")
    if found.code == judge.UNPLANNED_ADDRESS and found.status is Status.WARNING:
        return replace(draft(Act.OUTSIDE, None, found), where=place)
    gone = removals(found, concerned(found, found.lookup.rdatas))
    record = next((each for each in context.records if each.owner == found.name), None)
    zone = where(record) if record else ""
    if found.code == judge.PROXY_ADDRESS:
        step = draft(Act.CHANGE, None, found)
        told = BESIDE_PROXY.format(addresses=listed([each.value for each in gone]))
        return replace(step, where=zone or step.where, warnings=(told,))
    step = take_away(None, found, gone)
    aside = (UNPLANNED.format(place=place),) if found.code == judge.UNPLANNED_ADDRESS else ()
    return replace(step, where=zone or step.where, warnings=aside, asks_first=bool(aside))


def host_locks(step: GuideStep, context: Context) -> Iterator[str]:
    """Senders with DANE deliver to no server whose key is not published."""
    if step.wanted is None:
        if step.act is Act.REMOVE:
            yield from until(context, context.wanted("host"), "it has its own addresses")
        return
    yield from tlsa_first(context)
    if any(map(judge.leads_elsewhere, context.all_about(context.wanted("host")))):
        for domain in arriving_at(context.setup.server.name, context):
            yield from replies_first(domain, context)
            yield from found_by_spf(domain, context)
    elif step.finding.code == judge.UNROUTABLE_ADDRESS:
        # Once it leads here, nobody can tell who still has the other one.
        for moved in dict.fromkeys(
            f.domain for f in filter(arrives_elsewhere, context.of_topic("mx"))
        ):
            yield from allowed_first(moved, context)


OTHER_FAMILY = {RdataType.A: RdataType.AAAA, RdataType.AAAA: RdataType.A}


class HostTopic(Topic):
    """A and AAAA of the hostname, where mail is delivered."""

    id = "host"
    asked_in = "server"
    guidance = Guidance(20, step=address_step, unplanned=unplanned_step, locks=host_locks)
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """A record for each planned address; of the server alone."""
        server = subject.setup.server
        if subject.domain is not None or server.name is None:
            return
        for address in server.addresses:
            why = "Other servers deliver mail to this address, and clients connect to it."
            yield self.record(subject, server.name, rdatas.address(address), why)

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the planned addresses, those of a family that is not planned, and the name."""
        findings = await super().check(subject, dns)
        records = self.plan(subject)
        shared = [_shared_name(subject, record) for record in records[:1]]
        found = [*findings, *(each for each in shared if each)]
        if len(records) != 1:
            return found
        other = await dns.ask(records[0].owner, OTHER_FAMILY[records[0].rdtype])
        if not other.found:
            return [*found, *_without_ipv4(records[0], other)]
        owners = await ownership_of(other.rdatas, {records[0].owner}, dns)
        return [*found, _about(other, judge.unplanned(other.name, other.rdatas, owners))]

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the addresses; those beside the planned one by whose they are."""
        lookup = await dns.ask(record.owner, record.rdtype)
        others = {*lookup.published} - {record.rdata}
        owners = await ownership_of(others, {record.owner}, dns)
        return judge_all(record, lookup, partial(judge.judge_answer, owners=owners))


def _shared_name(subject: Subject, record: Record) -> Finding | None:
    if record.owner not in subject.setup.apexes:
        return None
    host = record.owner_text
    message = (
        f"{host} is the server's hostname and a mail domain: its web site is on this server too."
    )
    nobody = Lookup(record.owner, record.rdtype, ())
    return _about(nobody, Verdict(Status.INFO, judge.HOST_IS_DOMAIN, message))


def _without_ipv4(record: Record, other: Lookup) -> Iterator[Finding]:
    if record.rdtype == RdataType.AAAA:
        message = (
            f"{record.owner_text} is planned without an IPv4 address: senders that have "
            "no IPv6, still many, can't deliver mail to it."
        )
        yield _about(other, Verdict(Status.INFO, judge.ONE_FAMILY, message))


def _about(lookup: Lookup, verdict: Verdict) -> Finding:
    found = finding_about(HostTopic.id, lookup, verdict)
    return replace(found, found=tuple(map(shown, lookup.rdatas)))
