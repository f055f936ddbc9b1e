"""DNS block lists, and what their answers mean."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import dns.name
from dns.name import Name

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

LISTED = {4: ipaddress.ip_address("127.0.0.2"), 6: ipaddress.ip_address("::ffff:7f00:2")}
"""What every list has, by the version of IP (RFC 5782 5)."""
NOT_LISTED = {4: ipaddress.ip_address("127.0.0.1"), 6: ipaddress.ip_address("::ffff:7f00:1")}
"""What no list has."""


class Meaning(Enum):
    LISTED = "listed"
    POLICY = "policy"
    """The network's owner says that no mail server should be there."""
    REFUSED = "refused"
    NONSENSE = "nonsense"
    """Nothing that the list documents: an error, or somebody else's answer."""


@dataclass(frozen=True)
class Entry:
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
    entries: dict[str, Entry]
    versions: tuple[int, ...]
    decisive: bool
    removal: str

    def name_of(self, address: IPAddress) -> Name:
        return dns.name.from_text(f"{_reversed(address)}.{self.zone}")

    def read(self, answers: Iterable[str]) -> tuple[Entry, ...]:
        return tuple(self.entries.get(text, Entry(Meaning.NONSENSE, text)) for text in answers)


def _reversed(address: IPAddress) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return ".".join(reversed(str(address).split(".")))
    # An address that stands for an IPv4 one is asked in nibbles as well (RFC 5782 2.4).
    return ".".join(reversed(f"{int(address):032x}"))


def _listed(*texts: tuple[str, str]) -> dict[str, Entry]:
    return {answer: Entry(Meaning.LISTED, text) for answer, text in texts}


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
        "127.0.0.10": Entry(Meaning.POLICY, "PBL"),
        "127.0.0.11": Entry(Meaning.POLICY, "PBL"),
        "127.255.255.252": Entry(Meaning.REFUSED, "it does not know the name of the list"),
        "127.255.255.254": Entry(Meaning.REFUSED, "it takes no questions from public resolvers"),
        "127.255.255.255": Entry(Meaning.REFUSED, "the resolver has asked too much"),
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
