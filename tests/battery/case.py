"""What a case of the battery is: a zone with one fault, and one near it that is fine."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import cache

import dns.name
from dns.name import Name

from mailcow_dns_tui.demo.example import BUECHER_KEY, EXAMPLE_ORG_KEY
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.setup import (
    DEFAULT_SERVICES,
    DkimKey,
    Domain,
    Offer,
    Server,
    Services,
    Setup,
)
from mailcow_dns_tui.topics.dnsbl import BlockList
from tests.memory_dns import World, good_zone

APEX = dns.name.from_text("example.org")
REVERSE = "10.2.0.192.in-addr.arpa."
REVERSE_IPV6 = f"0.1{'.0' * 22}.8.b.d.0.1.0.0.2.ip6.arpa."
KEY, OTHER_KEY = EXAMPLE_ORG_KEY, BUECHER_KEY
DKIM = f"v=DKIM1; k=rsa; t=s; s=email; p={KEY}"
DMARC = "v=DMARC1; p=reject; rua=mailto:mailauth-reports@example.org"

NO_SERVICES = Services(tuple(replace(each, offer=Offer.OMITTED) for each in DEFAULT_SERVICES))
SETUP = Setup(
    server=Server("mail.example.org", "192.0.2.10", "2001:db8::10"),
    services=NO_SERVICES,
    domains=(Domain("example.org", dkim=(DkimKey(key=KEY),)),),
)
"""The template of all cases; each case gets names and addresses of its own."""


class Signing(Enum):
    NONE = auto()
    GOOD = auto()
    OTHER_DS = auto()
    """As where the key was changed and the registrar was not told."""
    EXPIRED = auto()
    STRIPPED = auto()
    """A DS, and a zone that is not signed."""


@dataclass(frozen=True)
class Published:
    """What is changed in the good zone.

    Attributes:
        lines: `owner type data`, as in a zone file below example.org; the lines of one owner and
            type take the place of what was there. `-` as the data takes it away, `*` as the type
            everything of that owner; `+` before the data adds to what was there.
        on_second: further lines, for the second name server alone.
        serials: of the zones on the two name servers.
        absent: the apex of a zone that is not there at all.
        zone: the apex of a further zone on the same servers, to which nothing refers.
        page: at the policy host of example.org, in place of a good policy.
    """

    lines: str = ""
    on_second: str = ""
    serials: tuple[int, int] = (1, 1)
    absent: str = ""
    zone: str = ""
    page: PolicyPage | None = None
    signing: Signing = Signing.NONE

    def worlds(self, setup: Setup) -> tuple[World, World]:
        """What each of the two name servers has."""
        world = _without_zone(_good(setup), self.absent)
        world = _changed(world.with_zone(self.zone) if self.zone else world, self.lines)
        if self.page is not None:
            world = world.serving("example.org", self.page)
        second = _changed(world, self.on_second)
        return replace(world, serial=self.serials[0]), replace(second, serial=self.serials[1])


_good = cache(good_zone)


@dataclass(frozen=True)
class Case:
    """One sentence of what must be judged.

    Attributes:
        sentence: what it stands for, and after a colon which of several.
        fault: published.
        finds: exactly what is said of it apart from what is ok: topic, code and status.
        near: published as well, and fine.
        notes: the infos that are said of it; nothing else may be.
        names: what the findings must name.
        lists: the block lists that are asked, and nothing else is; by default none is.
        alone: the topic that is asked, and no other is; by default all are.
    """

    sentence: str
    fault: Published | str
    finds: str
    near: Published | str = ""
    notes: str = ""
    names: tuple[str, ...] = ()
    lists: tuple[BlockList, ...] = ()
    setup: Setup = SETUP
    near_setup: Setup | None = None
    alone: str = ""

    @property
    def variants(self) -> tuple["Variant", "Variant"]:
        halves = (
            (self.fault, self.setup, self.finds),
            (self.near, self.near_setup or self.setup, self.notes),
        )
        fault, near = (
            Variant(_published(published), setup, _listed(told), self.lists, self.alone)
            for published, setup, told in halves
        )
        return fault, near


@dataclass(frozen=True)
class Variant:
    """One half of a case: what is served, and what is to be said of it."""

    published: Published
    setup: Setup
    told: frozenset[str]
    lists: tuple[BlockList, ...] = field(default=(), hash=False)
    alone: str = ""


def _published(given: Published | str) -> Published:
    return Published(given) if isinstance(given, str) else given


def _listed(text: str) -> frozenset[str]:
    return frozenset(each.strip() for each in text.split(",") if each.strip())


def txt(*texts: str) -> str:
    """The data of a TXT record with these as its contents, in pieces of 250 octets."""
    pieces = (piece for text in texts for piece in _pieces(text.encode()))
    return " ".join(pieces)


def _pieces(data: bytes) -> Iterator[str]:
    for start in range(0, len(data), 250):
        yield '"' + "".join(map(_escaped, data[start : start + 250])) + '"'


def _escaped(octet: int) -> str:
    plain = 32 <= octet < 127 and octet not in b'"\\'
    return chr(octet) if plain else f"\\{octet:03d}"


LINE = re.compile(r"(\S+)\s+(\S+)\s+(.*)")


def _changed(world: World, lines: str) -> World:
    begun: set[tuple[Name, str]] = set()
    for line in filter(None, map(str.strip, lines.splitlines())):
        match = LINE.fullmatch(line)
        assert match, line
        owner, rdtype, data = dns.name.from_text(match[1], APEX), match[2], match[3]
        if data == "-":
            world = _without(world, owner, rdtype)
            continue
        is_first = (owner, rdtype) not in begun and not data.startswith("+ ")
        begun.add((owner, rdtype))
        change = world.having if is_first else world.adding
        world = change(owner, rdtype, data.removeprefix("+ "))
    return world


def _without_zone(world: World, apex: str) -> World:
    if not apex:
        return world
    gone = dns.name.from_text(apex)
    rrsets = {key: data for key, data in world.rrsets.items() if not key[0].is_subdomain(gone)}
    return replace(world, origins=tuple(o for o in world.origins if o != gone), rrsets=rrsets)


def _without(world: World, owner: Name, rdtype: str) -> World:
    types = [kind.name for name, kind in world.rrsets if name == owner]
    for each in types if rdtype == "*" else [rdtype]:
        world = world.without(owner, each)
    return world
