"""The name servers of each zone, whether each does its part, and whether signatures hold."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import DISBELIEVED, Dns, Failure, Lookup, NamedBy, Security
from mailcow_dns_tui.model.code import COULD_NOT_ASK, Code
from mailcow_dns_tui.model.finding import Finding, Status, worst_first
from mailcow_dns_tui.model.names import is_registry, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import safe
from mailcow_dns_tui.topics import name_servers
from mailcow_dns_tui.topics.base import Guidance, Subject, Topic, at_registrar, zone_phase
from mailcow_dns_tui.topics.dkim.topic import DkimTopic
from mailcow_dns_tui.topics.judge import ASK_AGAIN, Verdict, finding_about
from mailcow_dns_tui.topics.phrases import in_plan, reasons, servers
from mailcow_dns_tui.topics.together import together

ALL_ANSWER = Code("all-answer", "all name servers of the zone answer", None)
NOT_DELEGATED = Code(
    "not-delegated", "the zone above knows nothing of the zone, which is still in caches"
)
LAME_DELEGATION = Code(
    "lame-delegation", "none of the name servers that the zone is delegated to serves it"
)
PARENT_ONLY_SERVER = Code(
    "parent-only-server",
    "the zone above names a name server, or an address of one, that the zone does not",
)
ZONE_ONLY_SERVER = Code(
    "zone-only-server", "the zone names a name server that the zone above does not"
)
NO_SUCH_DOMAIN = Code("no-such-domain", "the domain does not exist")


ONLY_RESOLVER = "only a resolver could be asked"
OPEN_PORT = (
    "If this machine may not ask others on port 53, check from another network now and then."
)
STILL_THERE = (
    "See at the DNS provider whether the zone is still there, and at the registrar whether it "
    "names the servers of that provider."
)


Key = tuple[Name, RdataType]


class DelegationTopic(Topic):
    """The name servers of each zone, as the zone and the zone above name them."""

    id = "delegation"
    column = "NS"
    guidance = Guidance(0, unplanned=at_registrar, phase=zone_phase)

    def __init__(self, others: Sequence[Topic]) -> None:
        """The others are topics whose records the name servers are to have."""
        self._others = others

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """Nothing: what it judges is not entered into the zone by the operator."""
        return ()

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Ask each name server for the zone's SOA, its NS records and what is wanted there."""
        zone = subject.judged_zone
        if zone is None:
            return []
        asked = await _sure(await self._ask(zone, subject, dns), dns)
        return worst_first(
            finding_about(self.id, asked.soa, verdict, subject.apex) for verdict in _verdicts(asked)
        )

    async def _ask(self, zone: Name, subject: Subject, dns: Dns) -> name_servers.ZoneAnswers:
        keys = (record.owner for record in DkimTopic().plan(subject))
        soa, ns, large, kinds = await asyncio.gather(
            dns.ask(zone, RdataType.SOA),
            dns.ask_servers(zone, RdataType.NS),
            _asked(((name, RdataType.TXT) for name in (zone, *keys)), dns),
            _asked(self._kinds(zone, subject), dns),
        )
        return name_servers.ZoneAnswers(zone, subject.setup.zones, soa, ns, large, kinds)

    def _kinds(self, zone: Name, subject: Subject) -> Iterator[Key]:
        """The first record of each type that is wanted in the zone."""
        records = (
            record
            for each in (subject, Subject(subject.setup))
            if each.zone == zone
            for topic in self._others
            for record in topic.plan(each)
        )
        first = {r.rdtype: r.owner for r in reversed([*records]) if r.zone == zone}
        return ((owner, rdtype) for rdtype, owner in first.items())


async def _asked(keys: Iterable[Key], dns: Dns) -> tuple[Lookup, ...]:
    return tuple(await together(dns.ask_servers(*key) for key in keys))


async def _sure(asked: name_servers.ZoneAnswers, dns: Dns) -> name_servers.ZoneAnswers:
    """Ask again where a server that serves the zone failed; for what is lost, it was repeated."""
    again = ((k.name, k.rdtype) for k in asked.kinds if name_servers.failed_at(asked, k))
    anew = {lookup.rdtype: lookup for lookup in await _asked(again, dns)}
    return replace(asked, kinds=tuple(anew.get(k.rdtype, k) for k in asked.kinds))


def _verdicts(asked: name_servers.ZoneAnswers) -> Sequence[Verdict]:
    if _is_absent(asked) and not _is_inside_another(asked):
        return [_nonexistent(asked.name, asked.soa.zone)]
    if not asked.serving:
        return [*_none_serves(asked)]
    if not any(answer.authoritative for answer in asked.soa.answered):
        return [_only_resolver(asked)]
    faults = [
        *_delegated(asked),
        *name_servers.failing(asked),
        *name_servers.untold(asked),
        *name_servers.without_soa(asked),
        *name_servers.silent_on(asked),
        *name_servers.differing(asked),
        *name_servers.without_tcp(asked),
    ]
    return faults or [Verdict(Status.OK, ALL_ANSWER, f"All name servers of {asked.name} answer.")]


def _is_absent(asked: name_servers.ZoneAnswers) -> bool:
    heard = asked.soa.answered
    return bool(heard) and not asked.is_apex and all(answer.nxdomain for answer in heard)


def _is_inside_another(asked: name_servers.ZoneAnswers) -> bool:
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
        return Verdict(Status.ERROR, NO_SUCH_DOMAIN, message, fix)
    zone = unicode_form(above)
    message = f"{name} does not exist in DNS; it would be a part of the zone {zone}."
    fix = f"If {zone} is yours, just add the records there; else register {name}."
    return Verdict(Status.WARNING, NO_SUCH_DOMAIN, message, fix)


def _none_serves(asked: name_servers.ZoneAnswers) -> Iterator[Verdict]:
    """None of the servers answered for the zone; that may be this machine's fault, or theirs."""
    if asked.servers and not asked.untold:
        yield from _delegated(asked)
        return
    yield from name_servers.failing(asked)
    if asked.without or asked.lame:
        yield from name_servers.untold(asked)
    elif asked.soa.unknown:
        message = f"No name server of {asked.name} could be asked: {reasons(asked.soa.failed)}."
        yield Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, ASK_AGAIN)
    else:
        yield _only_resolver(asked)


def _only_resolver(asked: name_servers.ZoneAnswers) -> Verdict:
    message = f"Whether the name servers of {asked.name} answer can't be seen: {ONLY_RESOLVER}."
    return Verdict(Status.INFO, COULD_NOT_ASK, message, OPEN_PORT)


def _delegated(asked: name_servers.ZoneAnswers) -> Iterator[Verdict]:
    """Where the zone above names other servers than the zone itself (RFC 1912 2.8)."""
    name = asked.name
    unnamed = [a for a in asked.servers if a.named_by is NamedBy.ZONE]
    begun_with = [a for a in asked.servers if a.named_by is not NamedBy.ZONE]
    strange = [a for a in begun_with if a.named_by is NamedBy.PARENT]
    if not begun_with:
        message = f"The zone above names no name servers for {name}: hardly anybody can find it."
        fix = "See at the registrar whether it has expired or is blocked, and name its servers."
        yield Verdict(Status.ERROR, NOT_DELEGATED, message, fix)
        return
    if all(answer in asked.failing for answer in begun_with):
        why = asked.why_not(begun_with)
        message = f"None of the name servers that the zone above has for {name} serves it: {why}."
        fix = name_servers.SAME_SERVERS if asked.serving else STILL_THERE
        yield Verdict(Status.ERROR, LAME_DELEGATION, message, fix)
    elif strange:
        message = (
            f"The zone above has name servers for {name} that it does not name itself: "
            f"{servers(strange)}."
        )
        yield Verdict(Status.WARNING, PARENT_ONLY_SERVER, message, name_servers.SAME_SERVERS)
    if unnamed:
        message = f"{name} names name servers that the zone above has not: {servers(unnamed)}."
        yield Verdict(Status.INFO, ZONE_ONLY_SERVER, message, name_servers.SAME_SERVERS)


SECURE = Code("secure", "DNSSEC: the zone is signed, and the signatures are valid", None)
INSECURE = Code("insecure", "DNSSEC: the zone is not signed, which is no fault", None)
BOGUS = Code(
    "bogus", "DNSSEC: the signatures are wrong; whoever checks them can't look up the zone"
)
CANNOT_VALIDATE = Code(
    "cannot-validate", "DNSSEC: can't be told with a resolver that does not check it", None
)


class DnssecTopic(Topic):
    """DNSSEC of each zone, which is optional, and stops mail where it is wrong."""

    id = "dnssec"
    column = "SEC"
    column_means = "DNSSEC"
    guidance = Guidance(10, unplanned=at_registrar, phase=zone_phase)

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """Nothing: keys and DS records are the DNS provider's."""
        return ()

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Have a resolver validate the zone's SOA."""
        zone = subject.judged_zone
        if zone is None:
            return []
        lookup, security = await asyncio.gather(
            dns.ask(zone, RdataType.SOA), dns.security(zone, RdataType.SOA)
        )
        if lookup.absent:
            return []
        # An answer that a resolver disbelieves is one of these failures.
        failed = any(answer.failure is Failure.SERVFAIL for answer in lookup.failed)
        verdict = _verdict(zone, security if lookup.found or failed else Security.UNKNOWN)
        if verdict.code == BOGUS and (cause := _cause(lookup)):
            verdict = replace(verdict, message=f"{verdict.message} The resolver says: {cause}.")
        return [finding_about(self.id, lookup, verdict, subject.apex)]


def _cause(lookup: Lookup) -> str:
    """What it is that the resolver does not believe, where it says more than that."""
    notes = (answer.note for answer in (lookup.resolver, *lookup.failed) if answer)
    return next((safe(note) for note in notes if note not in {"", DISBELIEVED}), "")


def _verdict(zone: Name, security: Security) -> Verdict:
    name = unicode_form(zone)
    match security:
        case Security.SECURE:
            message = f"{name} is signed with DNSSEC, and the resolver finds its signatures valid."
            return Verdict(Status.OK, SECURE, message)
        case Security.INSECURE:
            message = f"{name} does not use DNSSEC, which is optional."
            return Verdict(Status.OK, INSECURE, message)
        case Security.BOGUS:
            message = (
                f"The DNSSEC signatures of {name} are wrong: "
                "Let's Encrypt and many receivers can't look it up."
            )
            fix = (
                "Compare the DS record at the registrar with the zone's key at the DNS provider: "
                "correct it, or delete it to switch DNSSEC off."
            )
            return Verdict(Status.ERROR, BOGUS, message, fix)
        case Security.UNVALIDATED:
            message = (
                f"Whether DNSSEC is right in {name} can't be told: no resolver is seen to check it."
            )
            fix = "To find out, check again with a resolver that does, such as 9.9.9.9."
            return Verdict(Status.INFO, CANNOT_VALIDATE, message, fix)
        case Security.UNKNOWN:
            message = f"Whether DNSSEC is right in {name} is not known: no resolver could tell."
            return Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, ASK_AGAIN)
