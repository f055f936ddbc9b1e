"""What servers said to a question: one server's answer, and the lookup made of several.

The only interface by which a topic asks is `Dns`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

import dns.rcode
from dns.name import Name
from dns.rcode import Rcode
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.bounds import LARGEST_ANSWER, LONGEST_KEPT, LONGEST_SAID, MOST_RECORDS
from mailcow_dns_tui.model.certificate import Presented
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.text import brief, safe

DISBELIEVED = "DNSSEC validation failed"
"""What a resolver says that tells no more than that."""


class Security(Enum):
    """The outcome of DNSSEC validation (RFC 4035 4.3); the value is a phrase for people."""

    SECURE = "signed, with a chain of trust from the root"
    INSECURE = "not signed, or without a chain of trust"
    BOGUS = "signed, and the signatures do not hold"
    UNVALIDATED = "not known: no resolver is proven to check DNSSEC"
    UNKNOWN = "not known: the resolver gave no usable answer"


class Failure(Enum):
    """Why a server's answer says nothing about the record; the value is a phrase for people."""

    TIMEOUT = "no answer in time"
    LATE = "no answer before the time for everything was over"
    UNREACHABLE = "not reachable"
    UNTRUSTED = "its certificate is not valid"
    NO_ADDRESS = "has no address"
    UNRESOLVED = "its address could not be looked up"
    NO_ROUTE = "not reachable from this machine"
    INTERCEPTED = "somebody else on the way answers in its place"
    LOCAL = "answers in a local network, which may have other records than the internet"
    REFUSED = "refused to answer"
    SERVFAIL = "answered with a failure (SERVFAIL)"
    LAME = "not responsible for this zone"
    GARBLED = "sent an answer that is not valid DNS"
    TRUNCATED = "answer cut off, and no answer over TCP"
    ERROR = "answered with an error"
    LOOP = "led round in a circle by CNAMEs"
    NO_RESOLVER = "none is set up on this machine"
    NO_SERVERS = "knows no name server for this name"
    EXCESSIVE = f"sent more than {MOST_RECORDS} records or {LARGEST_ANSWER // 1024} KiB"
    LEFT_OUT = "not asked, since the records lead to more names than a check follows"


TOO_MUCH = frozenset({Failure.EXCESSIVE, Failure.LEFT_OUT})
ENDLESS = TOO_MUCH | {Failure.LOOP}


RESPONDED = frozenset(
    {
        Failure.REFUSED,
        Failure.SERVFAIL,
        Failure.LAME,
        Failure.GARBLED,
        Failure.TRUNCATED,
        Failure.ERROR,
        Failure.LOOP,
    }
)
"""Failures of servers that sent something back."""


class NamedBy(Enum):
    """Who says that a server is one of a zone's: the zone above, the zone itself, or both.

    BOTH also where the zone above could not be asked.
    """

    PARENT = "the zone above"
    ZONE = "the zone itself"
    BOTH = "both"

    @staticmethod
    def of(*, parent: bool, zone: bool) -> "NamedBy":
        """From whether the zone above names the server, and whether the zone does."""
        if parent and not zone:
            return NamedBy.PARENT
        return NamedBy.ZONE if zone and not parent else NamedBy.BOTH


@dataclass(frozen=True)
class Source:
    """Who was asked: a name server's name and address, or a resolver."""

    name: str
    address: str

    @property
    def is_ipv6(self) -> bool:
        """Whether the address is one of IPv6; a port behind that of IPv4 has a colon as well."""
        return self.address.count(":") > 1

    def __str__(self) -> str:
        return f"{self.name} {self.address}".strip()


@dataclass(frozen=True)
class Malformed:
    """A record that was in the answer and could not be parsed."""

    rdtype: RdataType
    data: bytes
    error: str

    @property
    def text(self) -> str:
        """As RFC 3597 5 writes it."""
        return f"\\# {len(self.data)} {self.data.hex()}"


@dataclass(frozen=True)
class Answer:
    """What one server said to one question.

    Attributes:
        rcode: None where nothing that could be read came back.
        rdatas: the RRset asked for, at the end of any chain of CNAMEs.
        aliases: the CNAME targets on the way, in order.
        ttl: of the RRset, or of the absence (RFC 2308 5), in seconds; with CNAMEs on the way,
            the shortest of all.
        longest_ttl: with CNAMEs on the way, the longest of all.
        seconds: from the first packet to the answer.
        heard: when it was got, in whole seconds since 1970, as its TTL counts; 0: not known.
        apex: of the zone that the absence is in, as its SOA says (RFC 2308 2); None where nothing
            says it.
        note: what a server that failed says of the cause (RFC 8914); not safe to show.
    """

    source: Source
    rcode: Rcode | None = None
    rdatas: tuple[Rdata, ...] = ()
    malformed: tuple[Malformed, ...] = ()
    aliases: tuple[Name, ...] = ()
    ttl: int = 0
    longest_ttl: int = 0
    authoritative: bool = False
    seconds: float = 0.0
    heard: int = field(default=0, compare=False)
    failure: Failure | None = None
    apex: Name | None = None
    note: str = ""
    named_by: NamedBy = NamedBy.BOTH

    def __hash__(self) -> int:
        # Rdata makes its canonical form anew for each hash; a source says one thing to a question.
        return hash((self.source, self.rcode, self.ttl))

    @property
    def reason(self) -> str:
        """Why it says nothing about the record; not safe to show."""
        phrase = (self.failure or Failure.ERROR).value
        return f"{phrase}: {self.note}" if self.note else phrase

    @property
    def cache_ttl(self) -> int:
        """Seconds until a cache has dropped all of it; 0 where it keeps nothing."""
        return min(max(self.ttl, self.longest_ttl), LONGEST_KEPT)

    def forgotten(self, clock: datetime) -> datetime:
        """When a cache that got it then has dropped all of it, where the clock is.

        The time counts from the clock where the answer has none.
        """
        began = datetime.fromtimestamp(self.heard, clock.tzinfo) if self.heard else clock
        return max(clock, began + timedelta(seconds=self.cache_ttl))

    @property
    def found(self) -> bool:
        """The RRset is there, be it that none of it can be parsed."""
        return self.failure is None and bool(self.rdatas or self.malformed)

    @property
    def absent(self) -> bool:
        """There is no such RRset: NXDOMAIN, or no data of the type (RFC 2308 2)."""
        return self.failure is None and not self.found

    @property
    def data(self) -> tuple[frozenset[Rdata], tuple[Malformed, ...], tuple[Name, ...]]:
        """What is equal in two answers that agree: neither order nor TTL counts."""
        return frozenset(self.rdatas), self.malformed, self.aliases

    @property
    def nxdomain(self) -> bool:
        """There is no such name at all."""
        return self.absent and self.rcode == dns.rcode.NXDOMAIN


@dataclass(frozen=True)
class Lookup:
    """What is known of one RRset.

    Attributes:
        answers: one from each name server of the zone; from the resolver alone where the name
            is in somebody else's zone, or where no name server could be asked.
        in_vain: the name servers, where all that are known failed; then the answers are a
            resolver's, or tell how everybody failed. None where they did not all fail.
        resolver: what the recursive resolver has, asked only after a name server had the RRset,
            so that no absence is ever planted in its cache.
        zone: the apex of the zone that the name is in, as it was found; None where that is not
            known.
    """

    name: Name
    rdtype: RdataType
    answers: tuple[Answer, ...]
    resolver: Answer | None = None
    zone: Name | None = None
    in_vain: tuple[Answer, ...] | None = None

    @property
    def answered(self) -> tuple[Answer, ...]:
        """The answers that say something about the RRset."""
        return tuple(answer for answer in self.answers if answer.failure is None)

    @property
    def failed(self) -> tuple[Answer, ...]:
        """The answers that say nothing about the RRset."""
        return tuple(answer for answer in self.answers if answer.failure is not None)

    @property
    def endless(self) -> tuple[Answer, ...]:
        """Answers of which only a part was read (`bounds.py`); the rest may say anything."""
        return tuple(answer for answer in self.answers if answer.failure in ENDLESS)

    @property
    def left_out(self) -> bool:
        """Whether a bound on questions kept it from being asked to its end."""
        return any(answer.failure is Failure.LEFT_OUT for answer in self.answers)

    @property
    def unknown(self) -> bool:
        """Nobody said anything, or some said more than is read."""
        return not self.answered or bool(self.endless)

    @property
    def found(self) -> bool:
        """At least one server has the RRset."""
        return any(answer.found for answer in self.answers)

    @property
    def absent(self) -> bool:
        """Every server that answered says that there is no such RRset."""
        return not self.unknown and not self.found

    @property
    def representative(self) -> Answer | None:
        """The first answer with the RRset, else the first that says anything."""
        return next((a for a in self.answers if a.found), next(iter(self.answered), None))

    @property
    def rdatas(self) -> tuple[Rdata, ...]:
        """Those of the representative answer."""
        return self.representative.rdatas if self.representative else ()

    @property
    def cache_ttl(self) -> int:
        """The longest time for which somebody may keep one of the answers, in seconds."""
        return max((answer.cache_ttl for answer in self.answered), default=0)

    @property
    def published(self) -> tuple[Rdata, ...]:
        """Those of all answers, each once."""
        return tuple(dict.fromkeys(r for answer in self.answered for r in answer.rdatas))

    @property
    def views(self) -> tuple[Answer, ...]:
        """The answers, and what the resolver has besides."""
        return (*self.answered, *([self.resolver] if self.resolver else []))

    @property
    def aliases(self) -> tuple[Name, ...]:
        """The CNAME targets of the representative answer."""
        return self.representative.aliases if self.representative else ()


class Dns(Protocol):
    """All that a topic needs of the network."""

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        """Ask for an RRset; CNAMEs are followed, failures come back as values."""
        ...

    async def ask_servers(self, name: Name, rdtype: RdataType) -> Lookup:
        """The same without waiting for the resolver: for what only leads to further lookups."""
        ...

    async def security(self, name: Name, rdtype: RdataType) -> Security:
        """Whether DNSSEC vouches for an RRset; UNKNOWN for one that is absent."""
        ...

    async def fetch_policy(self, domain: Name) -> PolicyPage:
        """Fetch the MTA-STS policy of a mail domain; failures come back as values."""
        ...

    async def present(self, host: Name, addresses: tuple[str, ...]) -> Presented | None:
        """What the mail server at the first of these addresses that is reached shows of itself.

        None where mail servers are not to be connected to; failures come back as values. The host
        is the name that senders want.
        """
        ...


def answer_text(answer: Answer) -> str:
    """What one server said, on one line."""
    if answer.failure is not None:
        return safe(answer.reason)
    if answer.malformed and not answer.rdatas:
        return "data that is not valid"
    if not answer.found:
        return "no such record"
    return brief(", ".join(shown(rdata) for rdata in answer.rdatas), LONGEST_SAID)


def latest_serial(serials: Iterable[int]) -> int:
    """The newest by serial number arithmetic (RFC 1982); 0 for none."""
    found: int | None = None
    for serial in serials:
        if found is None or 0 < (serial - found) % 2**32 < 2**31:
            found = serial
    return found or 0
