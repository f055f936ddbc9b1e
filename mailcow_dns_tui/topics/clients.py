"""How mail, calendar and contact programs find the server: SRV records, and their own names.

RFC 6186, RFC 6764 and RFC 8314; the services' records stand beside those of autodiscovery.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.code import DIFFERENT, MISSING, NOT_VALID, WORKS_DIFFERENTLY, Act, Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import DAV_SERVICES, DEFAULT_SERVICES, DESCRIPTIONS, Offer, Service
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import brief, listed, txt_rdata
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Guidance, Subject, Topic
from mailcow_dns_tui.topics.context import Context
from mailcow_dns_tui.topics.judge import (
    IF_MISSING,
    Verdict,
    as_wanted,
    different,
    finding,
    judge,
    judge_all,
    missing,
    where,
)
from mailcow_dns_tui.topics.misplaced import Slips, has_appended_origin
from mailcow_dns_tui.topics.moving import programs_stay
from mailcow_dns_tui.topics.phrases import listed_data
from mailcow_dns_tui.topics.steps import needs_host
from mailcow_dns_tui.topics.targets import (
    DEAD_TARGET,
    TARGET_IS_ALIAS,
    Destination,
    Destinations,
    Reach,
    could_not_tell,
    lacking_somewhere,
    look_up_alias,
    own_addresses,
    targets_of,
)
from mailcow_dns_tui.topics.text_record import values, wanted_text
from mailcow_dns_tui.topics.wildcard import wildcard_of

PERHAPS_PROXY = Code(
    "perhaps-proxy",
    "`autodiscover` or `autoconfig` leads to another machine: a reverse proxy of yours, or a fault",
    Act.CHANGE,
    symptom=True,
    told_by_fix=True,
)


KEY = "path"


def judge_path(record: Record, answer: Answer, *, has_srv: bool) -> Verdict:
    """Judge the path; `has_srv`: the other half of the pair is published."""
    wanted = _value(wanted_text(record))
    paths = list(dict.fromkeys(_paths(answer)))
    if not paths:
        return _without(record, values(answer), has_srv=has_srv)
    if paths == [wanted]:
        return as_wanted(record)
    name = record.owner_text
    if len(paths) > 1:
        message = f"{name} has several paths, of which clients take any one."
        return different(record, message, f"Keep only the wanted one {where(record)}.")
    if wanted is not None and paths[0].rstrip("/") == wanted.rstrip("/"):
        message = f"{name} has the path {brief(paths[0])}, which differs by the last slash only."
        return Verdict(Status.INFO, WORKS_DIFFERENTLY, message)
    return different(record, f"{name} has another path than planned: {brief(paths[0])}.")


def _paths(answer: Answer) -> Iterator[str]:
    """Each string of a TXT is a pair of its own, and its key has no letter case (RFC 6763 6)."""
    for rdata in answer.rdatas:
        if isinstance(rdata, TXT):
            texts = (string.decode(errors="replace") for string in rdata.strings)
            yield from [value for value in map(_value, texts) if value is not None][:1]


def _value(text: str) -> str | None:
    key, equals, value = text.partition("=")
    return value if equals and key.lower() == KEY else None


def _without(record: Record, others: Sequence[str], *, has_srv: bool) -> Verdict:
    name = record.owner_text
    status = IF_MISSING[record.tier]
    if others:
        message = f"{name} has {brief(others[0])}, in which clients find no {KEY}=."
        fix = f"Change it to {record.value} {where(record)}, without quotes."
        return Verdict(status, MISSING, message, fix)
    if not has_srv:
        return missing(record)
    service = record.owner.labels[0].decode("latin-1").strip("_").removesuffix("s")
    message = f"{name} has no path: clients try /.well-known/{service}, which mailcow redirects."
    return Verdict(status, MISSING, message, missing(record).fix)


USUAL = {f"_{service.key}".encode(): service.port for service in DEFAULT_SERVICES}
RELAY, WEB = 25, 80
TEXT_FIRST = frozenset({b"_imap", b"_pop3", b"_submission", b"_sieve"})
"""Begin in plain text and go on to TLS by STARTTLS; all others begin TLS at once (RFC 8314 3)."""
TEXT_PORTS = frozenset({RELAY, WEB, *(USUAL[label] for label in TEXT_FIRST)})
TLS_PORTS = frozenset(USUAL.values()) - TEXT_PORTS


def wrong_port(record: Record, wanted: SRV, rdata: SRV, right: Iterable[SRV]) -> Verdict | None:
    """What is to be said of another port than the planned one.

    `right` are the records that lead to the service: one that is tried first is enough for it.
    """
    if rdata.port == wanted.port:
        return None
    then = _then(record.owner.labels[0].lower(), rdata.port)
    ports = f"has port {rdata.port} in place of {wanted.port}{then}"
    swapped = _swapped(wanted, rdata)
    message = f"{record.owner_text} {swapped or ports}."
    numbers = f"priority {wanted.priority}, weight {wanted.weight} and port {wanted.port}"
    verdict = different(record, message, f"Set {numbers} {where(record)}.")
    fails = bool(swapped or then) and not any(r.priority < rdata.priority for r in right)
    return replace(verdict, status=Status.ERROR) if fails else verdict


def _swapped(wanted: SRV, rdata: SRV) -> str:
    for place, number in (("priority", rdata.priority), ("weight", rdata.weight)):
        if number == wanted.port:
            return f"has the port {number} as its {place}, and the port {rdata.port}"
    return ""


def _then(label: bytes, port: int) -> str:
    """What happens at a port where something else is known to answer; empty for any other."""
    if port == USUAL.get(label) or port not in TEXT_PORTS | TLS_PORTS:
        return ""
    if label not in TEXT_FIRST and port in TEXT_PORTS:
        return ": clients begin TLS at once there, the server waits for plain text, and both fail"
    if label in TEXT_FIRST and port in TLS_PORTS:
        return ": clients wait for plain text there, the server waits for TLS, and both hang"
    return ": that one is for other servers" if port == RELAY else ": another service answers there"


@dataclass(frozen=True)
class Surroundings:
    """What was looked up beside the RRset, whose addresses are `ours`, and what to say without."""

    targets: Destinations
    ours: frozenset[Rdata]
    instead: Verdict | None = None

    def reach(self, target: Name) -> Reach:
        """Where a host leads that is not the planned one."""
        return self.targets[target].reach(self.ours)


def judge_answer(record: Record, answer: Answer, seen: Surroundings) -> Sequence[Verdict]:
    """All that is to be said of the SRV records at one name."""
    wanted = record.rdata
    published = [rdata for rdata in answer.rdatas if isinstance(rdata, SRV)]
    if not published or not isinstance(wanted, SRV):
        return [seen.instead or missing(record)]
    if dns.name.root in {wanted.target, *(rdata.target for rdata in published)}:
        return [_of_denial(record, wanted, published)]
    others = {r.target for r in published} - {wanted.target}
    reached = {target for target in others if seen.reach(target) is Reach.OURS}
    ours = [rdata for rdata in published if rdata.target in {wanted.target, *reached}]
    said = (_of_one(record, wanted, rdata, seen, ours) for rdata in published)
    return [verdict for verdict in said if verdict] or [as_wanted(record)]


def _of_denial(record: Record, wanted: SRV, published: Sequence[SRV]) -> Verdict:
    """Judge where the service is, or should be, said not to be provided: by `.` alone."""
    name = record.owner_text
    denials = [rdata for rdata in published if rdata.target == dns.name.root]
    if not denials:
        message = f"{name} leads to {_places(published)}, and the plan has no such service."
        return different(record, message)
    if len(published) > 1:
        message = f"{name} says that the service is not provided, and has other records beside it."
        fix = f"Leave only the wanted record {where(record)}."
        return Verdict(Status.WARNING, NOT_VALID, message, fix)
    if wanted.target != dns.name.root:
        return different(record, f"{name} says that the service is not provided, unlike the plan.")
    if denials[0].port != 0:
        message = f"{name} has port {denials[0].port} for a service that is not provided."
        fix = f"Set priority 0, weight 0, port 0 and the target . {where(record)}."
        return Verdict(Status.WARNING, NOT_VALID, message, fix)
    return as_wanted(record)


def _places(published: Sequence[SRV]) -> str:
    return listed(sorted(f"{unicode_form(rdata.target)} port {rdata.port}" for rdata in published))


def _of_one(
    record: Record, wanted: SRV, rdata: SRV, seen: Surroundings, ours: Sequence[SRV]
) -> Verdict | None:
    if rdata.target != wanted.target:
        reach = seen.reach(rdata.target)
        if reach is Reach.UNKNOWN:
            return could_not_tell([rdata.target], left_out=seen.targets[rdata.target].left_out)
        if reach is Reach.NOWHERE:
            return _dead(record, wanted, rdata, alone=not ours)
        if reach is Reach.FOREIGN:
            leads = f"{record.owner_text} leads to {_places([rdata])}, which"
            return different(record, f"{leads} {seen.targets[rdata.target].elsewhere(seen.ours)}.")
    right = (each for each in ours if each.port == wanted.port)
    if verdict := wrong_port(record, wanted, rdata, right):
        return verdict
    if rdata.target != wanted.target:
        return _other_name(record, rdata.target, seen.targets[rdata.target])
    return _numbers(record, wanted, rdata)


def _dead(record: Record, wanted: SRV, rdata: SRV, *, alone: bool) -> Verdict:
    name, target = record.owner_text, unicode_form(rdata.target)
    message = f"{name} leads to {target}, which has no address."
    fix = f"Change the target to {unicode_form(wanted.target)} {where(record)}."
    if has_appended_origin(rdata.target, wanted.target, record.owner):
        message = f"{name} leads to {target}: the panel appended the domain to the target."
        fix = f"Write the target as {wanted.target}, with the final dot, {where(record)}."
    status = Status.ERROR if alone else Status.WARNING
    return Verdict(status, DEAD_TARGET, message, fix)


def _other_name(record: Record, target: Name, there: Destination) -> Verdict:
    name = record.owner_text
    if there.lacking:
        return lacking_somewhere(record, target, there.lacking)
    if there.is_alias:
        message = f"{name} leads to {unicode_form(target)}, a CNAME, which RFC 2782 forbids."
        fix = f"Change the target to the host that the CNAME leads to {where(record)}."
        return Verdict(Status.WARNING, TARGET_IS_ALIAS, message, fix)
    message = f"{name} leads here as {unicode_form(target)}; the certificate has to cover that."
    return Verdict(Status.INFO, WORKS_DIFFERENTLY, message)


def _numbers(record: Record, wanted: SRV, rdata: SRV) -> Verdict | None:
    if (rdata.priority, rdata.weight) == (wanted.priority, wanted.weight):
        return None
    message = (
        f"{record.owner_text} has priority {rdata.priority} and weight {rdata.weight}, "
        f"not {wanted.priority} and {wanted.weight}; clients find the service all the same."
    )
    return Verdict(Status.INFO, WORKS_DIFFERENTLY, message)


def _locks(step: GuideStep, context: Context) -> Iterator[str]:
    yield from needs_host(step, context)
    yield from programs_stay(step, context)


class ClientsTopic(Topic):
    """Records by which programs find the server."""

    id = "clients"
    slips = Slips(types={RdataType.SRV: RdataType.TLSA}, at_hosts=False)
    asked_in = "services"
    guidance = Guidance(90, locks=_locks)


class ServicesTopic(ClientsTopic):
    """SRV records of mail, calendar and contact services (RFC 6186, RFC 6764)."""

    column = "APPS"
    column_means = "mail programs"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """An SRV for each service that is offered, or said not to be; none for an alias domain."""
        if subject.apex is None or subject.is_alias:
            return
        for service in subject.setup.services.offers:
            if service.offer is Offer.NOT_PROVIDED:
                why = f"It tells clients not to look for a service: {DESCRIPTIONS[service.key]}."
                yield self.record(subject, service.label, rdatas.srv(0, 0, 0, dns.name.root), why)
            elif service.offer is Offer.PROVIDED:
                yield from self._provided(subject, service)

    def _provided(self, subject: Subject, service: Service) -> Iterator[Record]:
        host = subject.setup.server.name
        if host is None or validators.port(service.port):
            return
        why = f"Clients find the service by it: {DESCRIPTIONS[service.key]}."
        yield self.record(subject, service.label, rdatas.srv(0, 1, service.port, host), why)
        path = subject.setup.services.dav_path
        if service.key in DAV_SERVICES and path and not validators.dav_path(path):
            why = "It tells clients the path of their calendars and contacts."
            yield self.record(subject, service.label, txt_rdata(f"{KEY}={path}"), why)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge where an SRV record leads, or the path that stands beside one."""
        lookup = await dns.ask(record.owner, record.rdtype)
        if record.rdtype == RdataType.TXT:
            has_srv = lookup.absent and (await dns.ask(record.owner, RdataType.SRV)).found
            return [judge(record, lookup, partial(judge_path, has_srv=has_srv))]
        targets = await targets_of(lookup, subject.setup.server, dns)
        instead = await _instead(record, dns) if lookup.absent else None
        ours = await own_addresses(subject.setup.server, dns)
        seen = Surroundings(targets, ours, instead)
        return judge_all(record, lookup, partial(judge_answer, seen=seen))


async def _instead(record: Record, dns: Dns) -> Verdict | None:
    """What there is of a missing SRV record: its path alone."""
    paired = {f"_{key}".encode() for key in DAV_SERVICES}
    if record.owner.labels[0] not in paired:
        return None
    beside = await dns.ask(record.owner, RdataType.TXT)
    # RFC 6764 4: a TXT beside an SRV record names the path.
    if not any(path for answer in beside.answered for path in _paths(answer)):
        return None
    if await wildcard_of(beside, beside.zone or record.zone, dns):
        return None
    message = (
        f"{record.owner_text} has the path, but no SRV record, without which clients do not read "
        "it."
    )
    return replace(missing(record), message=message)


WHY = {
    "autodiscover": "Outlook and phones find their settings through it.",
    "autoconfig": "Thunderbird and others find their settings through it.",
}


class AutodiscoveryTopic(ClientsTopic):
    """CNAME records by which mail programs find their settings."""

    tier = Tier.RECOMMENDED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """`autodiscover` and `autoconfig`, each a CNAME to the hostname."""
        host = subject.setup.server.name
        # mailcow gets no certificate for these names of an alias domain.
        if subject.apex is None or host is None or subject.is_alias:
            return
        for owner, why in WHY.items():
            record = self.record(subject, owner, rdatas.cname(host), why)
            if record.owner != host:
                yield record

    async def look_up(self, record: Record, subject: Subject, dns: Dns) -> Finding:
        """Judge where the name leads; to another machine of the operator's it may be meant to."""
        found = await look_up_alias(record, subject.setup.server, dns)
        if found.code != DIFFERENT:
            return found
        both = (dns.ask(record.owner, each) for each in (RdataType.A, RdataType.AAAA))
        lookups = await asyncio.gather(*both)
        target = next(iter(found.lookup.aliases[-1:]), None)
        addresses = {rdata for lookup in lookups for rdata in lookup.rdatas}
        if target is not None and all(lookup.absent for lookup in lookups):
            return _dangling(found, record, target)
        inside = target is None or bool(subject.setup.zones_with(target))
        ours = set(map(rdatas.address, subject.setup.server.addresses))
        if not inside or not addresses or addresses & ours:
            return found
        verdict = _perhaps_proxy(record.with_zone(found.lookup.zone), found, addresses)
        return replace(finding(record, found.lookup, verdict), other_lookups=found.other_lookups)


def _perhaps_proxy(record: Record, found: Finding, addresses: Iterable[Rdata]) -> Verdict:
    """Of what is the operator's own name: a machine before mailcow answers as well as mailcow."""
    fix = (
        f"Is {listed_data(addresses)} your own reverse proxy, which passes requests "
        "on to mailcow? Then leave it, and mute this (key m); else delete it, and add the wanted "
        f"CNAME {where(record)}."
    )
    return Verdict(found.status, PERHAPS_PROXY, found.message, fix)


def _dangling(found: Finding, record: Record, target: Name) -> Finding:
    name, host = record.owner_text, record.rdata.to_text()
    if isinstance(record.rdata, CNAME) and has_appended_origin(
        target, record.rdata.target, record.owner
    ):
        message = f"{name} leads to {unicode_form(target)}: the panel appended the domain."
        fix = f"Write the target as {host}, with the final dot, {where(record)}."
        return replace(found, message=message, fix=fix)
    message = f"{name} leads to {unicode_form(target)}, which has no address."
    return replace(found, message=message)
