"""What the name servers of a zone say of it, and which of them don't do their part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from dns.name import Name
from dns.rdtypes.ANY.NS import NS
from dns.rdtypes.ANY.SOA import SOA

from mailcow_dns_tui.model.answer import HEARD, Answer, Failure, Lookup, NamedBy
from mailcow_dns_tui.model.bounds import MOST_SERVERS
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.serial import newest
from mailcow_dns_tui.topics.judgement import ASK_AGAIN, UPDATING, Verdict
from mailcow_dns_tui.topics.words import listed, reasons, server, servers

SILENT = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE})
NO_ANSWER = SILENT | HEARD - {Failure.LOOP, Failure.TRUNCATED}
SAME_SERVERS = "Enter the same name servers in the NS records of the zone and at the registrar."
TELL = "Tell the DNS provider, or take these name servers out at the registrar."


@dataclass(frozen=True)
class Asked:
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
        return tuple(a for a in self.servers if a.failure is None and a not in self.without)

    @property
    def without(self) -> tuple[Answer, ...]:
        """Those that say that there is no such zone."""
        return tuple(answer for answer in self.servers if answer.nxdomain and self.is_apex)

    @property
    def lame(self) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.servers if answer.failure in HEARD)

    @cached_property
    def dead(self) -> tuple[Answer, ...]:
        """Those that nobody reaches: that none at all was heard may be this machine's fault."""
        others = (self.ns, *self.large, *self.kinds)
        alive = {answer.source for lookup in others for answer in lookup.heard}
        silent = SILENT if self.serving or self.without or self.lame else frozenset[Failure]()
        return tuple(
            answer
            for answer in self.servers
            if answer.failure is Failure.NO_ADDRESS
            or (answer.failure in silent and answer.source not in alive)
        )

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
    return lookup.answers if lookup.in_vain is None else lookup.in_vain


def unanswered(asked: Asked, lookup: Lookup) -> tuple[Answer, ...]:
    """The servers that serve the zone, and don't answer this."""
    serving = {answer.source for answer in asked.serving}
    return tuple(
        answer
        for answer in said_by_servers(lookup)
        if answer.failure in NO_ANSWER and answer.source in serving and not answer.aliases
    )


def silent_on(asked: Asked) -> Iterator[Verdict]:
    """Servers that don't answer all types of questions, as behind some load balancers."""
    for lookup in asked.kinds:
        if silent := unanswered(asked, lookup):
            everywhere = len(silent) == len(asked.serving)
            who = "No name server" if everywhere else "Not every name server"
            message = (
                f"{who} of {asked.name} answers questions about {lookup.rdtype.name} records, as "
                f"for {unicode_form(lookup.name)}: {reasons(silent)}."
            )
            status = Status.ERROR if everywhere else Status.WARNING
            fix = "Tell the DNS provider; a firewall in front of the servers may drop them."
            yield Verdict(status, "type-not-answered", message, fix)


def failing(asked: Asked) -> Iterator[Verdict]:
    """Servers that don't serve the zone at all."""
    if asked.without:
        message = f"Some name servers know nothing of {asked.name}: {servers(asked.without)}."
        yield Verdict(Status.ERROR, "zone-not-served", message, TELL)
    if asked.dead:
        message = f"Not all name servers of {asked.name} answer: {reasons(asked.dead)}."
        yield Verdict(Status.WARNING, "dead-server", message, TELL)
    if asked.lame:
        message = f"Not all name servers of {asked.name} answer for it: {reasons(asked.lame)}."
        yield Verdict(Status.WARNING, "lame-server", message, TELL)


def untold(asked: Asked) -> Iterator[Verdict]:
    """Servers of which nothing is known; without a way to some of them, others are enough."""
    enough = {Failure.NO_ROUTE} if asked.serving else set[Failure]()
    unknown = [answer for answer in asked.untold if answer.failure not in enough]
    if unknown:
        why = reasons(unknown)
        message = f"Whether all name servers of {asked.name} answer is not known: {why}."
        yield Verdict(Status.UNKNOWN, "could-not-ask", message, ASK_AGAIN)
    named = {rdata.to_text() for answer in _copies(asked.ns) for rdata in answer.rdatas}
    if len(named) > MOST_SERVERS:
        message = f"Of the {len(named)} name servers of {asked.name} only {MOST_SERVERS} are asked."
        fix = "Name fewer in the zone and at the registrar: nobody asks so many."
        yield Verdict(Status.UNKNOWN, "could-not-ask", message, fix)


def without_soa(asked: Asked) -> Iterator[Verdict]:
    """Servers by which nobody knows how long there is nothing (RFC 2308 3)."""
    lacking = [answer for answer in asked.serving if answer.absent]
    if lacking and asked.soa.zone == asked.zone:
        message = f"The zone {asked.name} has no SOA record on {servers(lacking)}."
        fix = "Have the DNS provider add it: without it, some take the zone for broken."
        yield Verdict(Status.WARNING, "no-soa", message, fix)


def differing(asked: Asked) -> Iterator[Verdict]:
    """Servers that serve different zones."""
    name = asked.name
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
    if asked.ns.endless:
        why = reasons(asked.ns.endless)
        message = f"Whether the name servers of {name} agree on who they are is not known: {why}."
        yield Verdict(Status.UNKNOWN, "could-not-ask", message, ASK_AGAIN)
    sets = {answer: _hosts(answer) for answer in _copies(asked.ns)}
    if len(set(sets.values())) > 1:
        said = "; ".join(f"{server(answer.source)} names {sets[answer]}" for answer in sets)
        message = f"The name servers of {name} do not agree on who they are: {said}."
        yield Verdict(Status.WARNING, "servers-differ", message, SAME_SERVERS)


def _copies(lookup: Lookup) -> Iterator[Answer]:
    """What the servers have that get each version of the zone, unless nobody knows them."""
    return (a for a in lookup.heard if a.rdatas and a.named_by is not NamedBy.PARENT)


def without_tcp(asked: Asked) -> Iterator[Verdict]:
    """Servers whose large answers nobody gets (RFC 7766 5)."""
    cut = [a for lookup in asked.large for a in lookup.failed if a.failure is Failure.TRUNCATED]
    if cut:
        lost = any(lookup.unknown for lookup in asked.large)
        yield Verdict(
            Status.ERROR if lost else Status.WARNING,
            "no-tcp",
            f"Large records of {asked.name} don't arrive from servers without TCP: {servers(cut)}.",
            "Have the DNS provider open TCP port 53 on them (RFC 7766).",
        )


def _serial(answer: Answer) -> int:
    return next((rdata.serial for rdata in answer.rdatas if isinstance(rdata, SOA)), 0)


def _hosts(answer: Answer) -> str:
    names = {unicode_form(rdata.target) for rdata in answer.rdatas if isinstance(rdata, NS)}
    return listed(sorted(names))
