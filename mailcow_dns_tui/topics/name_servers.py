"""What the name servers of a zone say of it, and which of them don't do their part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from dns.name import Name
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.SOA import SOA

from mailcow_dns_tui.model.answer import (
    RESPONDED,
    Answer,
    Failure,
    Lookup,
    NamedBy,
    Source,
    latest_serial,
)
from mailcow_dns_tui.model.bounds import MOST_SERVERS
from mailcow_dns_tui.model.code import COULD_NOT_ASK, Act, Code
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.text import listed
from mailcow_dns_tui.topics.judge import ASK_AGAIN, UPDATING, Verdict
from mailcow_dns_tui.topics.phrases import reasons, server, servers

DEAD_SERVER = Code("dead-server", "a name server of the zone does not answer")
LAME_SERVER = Code(
    "lame-server", "a name server of the zone refuses to answer for it, or answers with a failure"
)
STALE_SERVER = Code(
    "stale-server",
    "a name server has an older version of the zone than another",
    Act.WAIT,
    waiting="Wait until all name servers have the newest version of the zone.",
)
SERVERS_DIFFER = Code(
    "servers-differ", "the name servers do not agree on who they are: their NS records differ"
)
TYPE_NOT_ANSWERED = Code(
    "type-not-answered",
    "a name server of the zone does not answer questions about a type of records",
)
NO_SOA = Code("no-soa", "a name server has no SOA record of the zone")
NO_TCP = Code("no-tcp", "a name server cuts large answers and takes no TCP")
ZONE_NOT_SERVED = Code("zone-not-served", "a name server of the zone knows nothing of it")


SILENT = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE})
NO_ANSWER = SILENT | RESPONDED - {Failure.LOOP, Failure.TRUNCATED}
PROMPT = 1.5
"""Seconds. Answers that take longer were lost at first, or come from a server that is slow."""
SAME_SERVERS = "Enter the same name servers in the NS records of the zone and at the registrar."
TELL = "Tell the DNS provider, or take these name servers out at the registrar."


@dataclass(frozen=True)
class ZoneAnswers:
    """What the name servers of a zone were asked.

    Attributes:
        own: the operator's zones.
        large: what may be too large for UDP.
        kinds: one RRset of each type that is wanted in the zone.
    """

    zone: Name
    own: Sequence[Name]
    soa: Lookup
    ns: Lookup
    large: tuple[Lookup, ...]
    kinds: tuple[Lookup, ...]

    @property
    def name(self) -> str:
        """The zone's name as people read it."""
        return unicode_form(self.zone)

    @property
    def servers(self) -> tuple[Answer, ...]:
        """What each name server says of the SOA, or why it says nothing."""
        return said_by_servers(self.soa)

    @property
    def is_apex(self) -> bool:
        """Whether a zone begins at the name, rather than that a zone above has it."""
        return self.soa.zone == self.zone or self.soa.found

    @property
    def serving(self) -> tuple[Answer, ...]:
        """Those that answer for the zone."""
        return tuple(a for a in self.servers if a.failure is None and a not in self.without)

    @property
    def without(self) -> tuple[Answer, ...]:
        """Those that say that there is no such zone."""
        return tuple(answer for answer in self.servers if answer.nxdomain and self.is_apex)

    @property
    def lame(self) -> tuple[Answer, ...]:
        """Those that answer, but not for the zone."""
        return tuple(answer for answer in self.servers if answer.failure in RESPONDED)

    @cached_property
    def dead(self) -> tuple[Answer, ...]:
        """Those that nobody reaches: that none at all was heard may be this machine's fault."""
        alive = {answer.source for answer in self._of_others}
        silent = SILENT if self.serving or self.without or self.lame else frozenset[Failure]()
        return tuple(
            answer
            for answer in self.servers
            if answer.failure is Failure.NO_ADDRESS
            or (
                answer.failure in silent
                and answer.source not in alive
                and not self._is_out_of_reach(answer)
            )
        )

    def _is_out_of_reach(self, answer: Answer) -> bool:
        """Whether this machine may have no way to any such address, though it seems to have one.

        So it is where its router announces IPv6 and passes none of it on.
        """
        return answer.source.is_ipv6 and answer.failure is Failure.TIMEOUT and not self._heard_ipv6

    @cached_property
    def _heard_ipv6(self) -> bool:
        heard = (*self._of_others, *self.serving, *self.without, *self.lame)
        return any(answer.source.is_ipv6 for answer in heard)

    @property
    def _of_others(self) -> Iterator[Answer]:
        """What is answered beside the SOA."""
        others = (self.ns, *self.large, *self.kinds)
        return (answer for lookup in others for answer in lookup.answered)

    def slowest(self, source: Source) -> float:
        """Seconds that the latest of a server's answers took."""
        return max((a.seconds for a in self._of_others if a.source == source), default=0.0)

    @property
    def failing(self) -> tuple[Answer, ...]:
        """All that certainly don't serve the zone."""
        return (*self.without, *self.dead, *self.lame)

    @property
    def untold(self) -> tuple[Answer, ...]:
        """Those of which that is not known."""
        known = (*self.serving, *self.failing)
        return tuple(answer for answer in self.servers if answer not in known)

    def why_not(self, failing: Sequence[Answer]) -> str:
        """Why each of these does not serve the zone."""
        without = [answer for answer in failing if answer.nxdomain]
        denied = f"{servers(without)}: denied that it exists" if without else ""
        failed = [answer for answer in failing if answer.failure]
        return "; ".join(filter(None, (denied, reasons(failed) if failed else "")))


def said_by_servers(lookup: Lookup) -> tuple[Answer, ...]:
    """The answers of the name servers, also where only a resolver answered in the end."""
    return lookup.answers if lookup.in_vain is None else lookup.in_vain


def unanswered(asked: ZoneAnswers, lookup: Lookup) -> tuple[Answer, ...]:
    """The servers that serve the zone, and don't answer this."""
    serving = {answer.source for answer in asked.serving}
    return tuple(
        answer
        for answer in said_by_servers(lookup)
        if answer.failure in NO_ANSWER and answer.source in serving and not answer.aliases
    )


def failed_at(asked: ZoneAnswers, lookup: Lookup) -> bool:
    """Whether a server that serves the zone sent back what is no answer to this."""
    return any(answer.failure in RESPONDED for answer in unanswered(asked, lookup))


def silent_on(asked: ZoneAnswers) -> Iterator[Verdict]:
    """Servers that don't answer all types of questions, as behind some load balancers."""
    for lookup in asked.kinds:
        if silent := unanswered(asked, lookup):
            everywhere = len(silent) == len(asked.serving)
            who = "No name server" if everywhere else "Not every name server"
            status = _status_of_silence(asked, silent)
            message = (
                f"{who} of {asked.name} answers questions about {lookup.rdtype.name} records, as "
                f"for {unicode_form(lookup.name)}: {reasons(silent)}."
            )
            fix = "Tell the DNS provider; a firewall in front of the servers may drop them."
            if status is Status.UNKNOWN:
                fix = ASK_AGAIN
            yield Verdict(status, TYPE_NOT_ANSWERED, message, fix)


def _status_of_silence(asked: ZoneAnswers, silent: Sequence[Answer]) -> Status:
    """What nobody answers, or few things only after a while, may be lost on this machine's way."""
    everywhere = len(silent) == len(asked.serving)
    if any(answer.failure not in SILENT for answer in silent):
        return Status.ERROR if everywhere else Status.WARNING
    return Status.UNKNOWN if everywhere or _may_be_lost(asked, silent) else Status.WARNING


def _may_be_lost(asked: ZoneAnswers, silent: Sequence[Answer]) -> bool:
    """Whether the way to one of these loses so much that it may have answered."""
    return any(asked.slowest(answer.source) > PROMPT for answer in silent)


def failing(asked: ZoneAnswers) -> Iterator[Verdict]:
    """Servers that don't serve the zone at all."""
    if asked.without:
        message = f"Some name servers know nothing of {asked.name}: {servers(asked.without)}."
        yield Verdict(Status.ERROR, ZONE_NOT_SERVED, message, TELL)
    if asked.dead:
        message = f"Not all name servers of {asked.name} answer: {reasons(asked.dead)}."
        yield Verdict(Status.WARNING, DEAD_SERVER, message, TELL)
    if asked.lame:
        message = f"Not all name servers of {asked.name} answer for it: {reasons(asked.lame)}."
        yield Verdict(Status.WARNING, LAME_SERVER, message, TELL)


def untold(asked: ZoneAnswers) -> Iterator[Verdict]:
    """Servers of which nothing is known; without a way to some of them, others are enough."""
    enough = {Failure.NO_ROUTE} if asked.serving else set[Failure]()
    unknown = [answer for answer in asked.untold if answer.failure not in enough]
    if unknown:
        why = reasons(unknown)
        message = f"Whether all name servers of {asked.name} answer is not known: {why}."
        yield Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, ASK_AGAIN)
    named = {rdata.to_text() for answer in _copies(asked.ns) for rdata in answer.rdatas}
    if len(named) > MOST_SERVERS:
        message = f"Of the {len(named)} name servers of {asked.name} only {MOST_SERVERS} are asked."
        fix = "Name fewer in the zone and at the registrar: nobody asks so many."
        yield Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, fix)


def without_soa(asked: ZoneAnswers) -> Iterator[Verdict]:
    """Servers by which nobody knows how long there is nothing (RFC 2308 3)."""
    lacking = [answer for answer in asked.serving if answer.absent]
    if lacking and asked.soa.zone == asked.zone:
        message = f"The zone {asked.name} has no SOA record on {servers(lacking)}."
        fix = "Have the DNS provider add it: without it, some take the zone for broken."
        yield Verdict(Status.WARNING, NO_SOA, message, fix)


def differing(asked: ZoneAnswers) -> Iterator[Verdict]:
    """Servers that serve different zones."""
    name = asked.name
    serials = {answer: _serial(answer) for answer in _copies(asked.soa)}
    latest = latest_serial(serials.values())
    stale = tuple(answer for answer, serial in serials.items() if serial != latest)
    if stale:
        old = listed([f"{server(answer.source)} has {serials[answer]}" for answer in stale])
        yield Verdict(
            Status.INFO,
            STALE_SERVER,
            f"Some name servers have an older version of {name} than {latest}: {old}.",
            UPDATING,
        )
    if asked.ns.endless:
        why = reasons(asked.ns.endless)
        message = f"Whether the name servers of {name} agree on who they are is not known: {why}."
        yield Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, ASK_AGAIN)
    sets = {answer: _hosts(answer) for answer in _copies(asked.ns)}
    if len(set(sets.values())) > 1:
        said = "; ".join(f"{server(answer.source)} names {sets[answer]}" for answer in sets)
        message = f"The name servers of {name} do not agree on who they are: {said}."
        yield Verdict(Status.WARNING, SERVERS_DIFFER, message, SAME_SERVERS)


def _copies(lookup: Lookup) -> Iterator[Answer]:
    """What the servers have that get each version of the zone, unless nobody knows them."""
    return (a for a in lookup.answered if a.rdatas and a.named_by is not NamedBy.PARENT)


def without_tcp(asked: ZoneAnswers) -> Iterator[Verdict]:
    """Servers whose large answers nobody gets (RFC 7766 5)."""
    cut = [a for lookup in asked.large for a in lookup.failed if a.failure is Failure.TRUNCATED]
    if not cut:
        return
    if _may_be_lost(asked, cut):
        message = f"Whether large records of {asked.name} arrive is not known: {reasons(cut)}."
        yield Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, ASK_AGAIN)
        return
    lost = any(lookup.unknown for lookup in asked.large)
    yield Verdict(
        Status.ERROR if lost else Status.WARNING,
        NO_TCP,
        f"Large records of {asked.name} don't arrive from servers without TCP: {servers(cut)}.",
        "Have the DNS provider open TCP port 53 on them (RFC 7766).",
    )


def _serial(answer: Answer) -> int:
    return next((rdata.serial for rdata in answer.rdatas if isinstance(rdata, SOA)), 0)


def _hosts(answer: Answer) -> str:
    names = {unicode_form(rdata.target) for rdata in answer.rdatas if isinstance(rdata, NS)}
    return listed(sorted(names))
