"""Whether block lists have the server's addresses; asked on request only (RFC 5782)."""

import asyncio
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import ClassVar

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.model.code import COULD_NOT_ASK, Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import Address
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judge import Verdict, finding_about
from mailcow_dns_tui.topics.phrases import listed_texts, reasons

NOT_LISTED = Code("not-listed", "the block list does not have the address", None)
LISTED = Code("listed", "the block list has the address")
LISTED_BY_POLICY = Code(
    "listed-by-policy", "the block list has the address as one that should send no mail itself"
)
LIST_REFUSES = Code("list-refuses", "the block list refuses to answer", None)
LIST_NOT_BELIEVED = Code(
    "list-not-believed", "the block list fails its own test, or answers what has no meaning", None
)


ALWAYS_LISTED = {4: ipaddress.ip_address("127.0.0.2"), 6: ipaddress.ip_address("::ffff:7f00:2")}
"""What every list has, by the version of IP (RFC 5782 5)."""
NEVER_LISTED = {4: ipaddress.ip_address("127.0.0.1"), 6: ipaddress.ip_address("::ffff:7f00:1")}
"""What no list has."""


class Meaning(Enum):
    """What a list says by one of its answers."""

    LISTED = LISTED
    POLICY = "policy"
    """The network's owner says that no mail server should be there."""
    REFUSED = "refused"
    NONSENSE = "nonsense"
    """Nothing that the list documents: an error, or somebody else's answer."""


@dataclass(frozen=True)
class Listing:
    """One answer of a list; `text` names the part of the list, or the reason of a refusal."""

    meaning: Meaning
    text: str


@dataclass(frozen=True)
class BlockList:
    """A list.

    Attributes:
        entries: the documented answers; all others are no hits.
        versions: of IP, that it lists.
        decisive: many receivers refuse mail by it alone.
        removal: how an address gets off the list.
    """

    zone: str
    entries: dict[str, Listing]
    versions: tuple[int, ...]
    decisive: bool
    removal: str

    def name_of(self, address: Address) -> Name:
        """The name to ask for: the address turned round, in the list's zone (RFC 5782 2)."""
        return dns.name.from_text(f"{_reversed(address)}.{self.zone}")

    def read(self, answers: Iterable[str]) -> tuple[Listing, ...]:
        """What the addresses in an answer mean."""
        return tuple(self.entries.get(text, Listing(Meaning.NONSENSE, text)) for text in answers)


def _reversed(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return ".".join(reversed(str(address).split(".")))
    # An address that stands for an IPv4 one is asked in nibbles as well (RFC 5782 2.4).
    return ".".join(reversed(f"{int(address):032x}"))


def _listed(*texts: tuple[str, str]) -> dict[str, Listing]:
    return {answer: Listing(Meaning.LISTED, text) for answer, text in texts}


SPAMHAUS_ZEN = BlockList(
    "zen.spamhaus.org",
    {
        **_listed(
            ("127.0.0.2", "SBL"),
            ("127.0.0.3", "CSS"),
            ("127.0.0.4", "XBL"),
            ("127.0.0.5", "XBL"),
            ("127.0.0.6", "XBL"),
            ("127.0.0.7", "XBL"),
            ("127.0.0.9", "DROP"),
        ),
        "127.0.0.10": Listing(Meaning.POLICY, "PBL"),
        "127.0.0.11": Listing(Meaning.POLICY, "PBL"),
        "127.255.255.252": Listing(Meaning.REFUSED, "it does not know the name of the list"),
        "127.255.255.254": Listing(Meaning.REFUSED, "it takes no questions from public resolvers"),
        "127.255.255.255": Listing(Meaning.REFUSED, "the resolver has asked too much"),
    },
    versions=(4, 6),
    decisive=True,
    removal="ask for removal at https://check.spamhaus.org/",
)
SPAMCOP = BlockList(
    "bl.spamcop.net",
    _listed(("127.0.0.2", "SCBL")),
    versions=(4,),
    decisive=False,
    removal="wait until the entry runs out by itself (https://www.spamcop.net/bl.shtml)",
)
DEFAULT_LISTS = (SPAMHAUS_ZEN, SPAMCOP)


OWN_RESOLVER = "Check on the mail host, with its own resolver and not a public one (--resolver)."


def _entries(blocklist: BlockList, lookup: Lookup) -> tuple[Listing, ...]:
    return blocklist.read(dict.fromkeys(map(shown, lookup.published)))


def _doubt(blocklist: BlockList, listed: Lookup, not_listed: Lookup) -> Verdict | None:
    """Why a list is not believed, by the address that every list has, and the one that none has."""
    for lookup in (listed, not_listed):
        if unusable := _unusable(blocklist, lookup):
            return unusable
    if not_listed.found:
        return _not_believed(blocklist, "it lists even 127.0.0.1, which no working list does")
    if not any(entry.meaning is Meaning.LISTED for entry in _entries(blocklist, listed)):
        return _not_believed(blocklist, "it lacks its own test entry 127.0.0.2")
    return None


def _unusable(blocklist: BlockList, lookup: Lookup) -> Verdict | None:
    """Why an answer is neither a hit nor the absence of one."""
    if lookup.unknown:
        message = f"The block list {blocklist.zone} could not be asked: {reasons(lookup.failed)}."
        return Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, OWN_RESOLVER)
    entries = _entries(blocklist, lookup)
    for entry in entries:
        if entry.meaning is Meaning.REFUSED:
            message = f"The block list {blocklist.zone} refuses to answer: {entry.text}."
            return Verdict(Status.UNKNOWN, LIST_REFUSES, message, OWN_RESOLVER)
    strange = [entry.text for entry in entries if entry.meaning is Meaning.NONSENSE]
    if lookup.found and (strange or not entries):
        answer = listed_texts(strange) or "nothing that is an address"
        return _not_believed(blocklist, f"it answered {answer}, which has no meaning")
    return None


def _not_believed(blocklist: BlockList, why: str) -> Verdict:
    message = f"The block list {blocklist.zone} can't be believed: {why}."
    return Verdict(Status.UNKNOWN, LIST_NOT_BELIEVED, message, OWN_RESOLVER)


def _of_entries(address: Address, blocklist: BlockList, entries: tuple[Listing, ...]) -> Verdict:
    zone = blocklist.zone
    if not entries:
        return Verdict(Status.OK, NOT_LISTED, f"{zone} does not list {address}.")
    fix = f"Find out why mail from it is taken for spam, end that, and {blocklist.removal}."
    if listed := _parts(entries, Meaning.LISTED):
        status = Status.ERROR if blocklist.decisive else Status.WARNING
        message = f"{zone} lists {address} ({listed}): receivers who use it refuse your mail."
        return Verdict(status, LISTED, message, fix)
    policy = _parts(entries, Meaning.POLICY)
    message = f"{zone} lists {address} ({policy}) as an address that should send no mail itself."
    fix = f"If the address is yours and never changes, {blocklist.removal}."
    return Verdict(Status.WARNING, LISTED_BY_POLICY, message, fix)


def _parts(entries: Iterable[Listing], meaning: Meaning) -> str:
    return ", ".join(dict.fromkeys(entry.text for entry in entries if entry.meaning is meaning))


@dataclass(frozen=True)
class DnsblTopic(Topic):
    """Plans nothing, and is no part of a usual check: it tells others of the server."""

    lists: tuple[BlockList, ...] = DEFAULT_LISTS

    id: ClassVar[str] = "dnsbl"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """Nothing: an address is on a list or not."""
        return ()

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Ask each list for each address of the server, and for what every list has and has not."""
        if subject.domain is not None:
            return []
        # Nobody lists, or may ask for, what is no address in the internet.
        public = [address for address in subject.setup.server.addresses if address.is_global]
        pairs = [(a, each) for a in public for each in self.lists if a.version in each.versions]
        return await asyncio.gather(*(_of_pair(address, each, dns) for address, each in pairs))


async def _of_pair(address: Address, blocklist: BlockList, dns: Dns) -> Finding:
    version = address.version
    asked = (ALWAYS_LISTED[version], NEVER_LISTED[version], address)
    names = [blocklist.name_of(each) for each in asked]
    alive, dead, lookup = await asyncio.gather(*(dns.ask(name, RdataType.A) for name in names))
    doubt = _doubt(blocklist, alive, dead) or _unusable(blocklist, lookup)
    verdict = doubt or _of_entries(address, blocklist, _entries(blocklist, lookup))
    found = finding_about(DnsblTopic.id, lookup, verdict)
    return replace(found, tier=Tier.OPTIONAL, found=tuple(map(shown, lookup.rdatas)))
