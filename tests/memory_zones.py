"""What the zones of a world have to say to a question (RFC 1034 4.3.2, RFC 4592).

Quick, as a walk through the guide asks hundreds of thousands of times: labels are compared as bytes
in lower case, and each piece of data is read once, in whichever world it stands.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import dns.name
import dns.rdata
import dns.rdataclass
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME

from mailcow_dns_tui.demo.world import NodeKind

Key = tuple[Name, RdataType]
Labels = tuple[bytes, ...]
Node = dict[RdataType, tuple[str, ...]]
"""What stands at one name: rdata as in a zone file."""


@dataclass(frozen=True, eq=False)
class Question:
    """One that is asked; `question` makes each only once, so that comparing them costs nothing."""

    name: Name
    rdtype: RdataType
    labels: Labels


@dataclass(frozen=True, eq=False)
class Found:
    """What one zone says; of the same data always the same object.

    Attributes:
        target: where an alias leads.
    """

    kind: NodeKind
    rdatas: tuple[Rdata, ...] = ()
    target: Question | None = None


NOTHING = {kind: Found(kind) for kind in NodeKind}


@functools.cache
def question(name: Name, rdtype: RdataType) -> Question:
    return Question(name, rdtype, _labels(name))


class Zones:
    """Zones that are read from RRsets; what is in none of them is left out.

    Args:
        origins: the apexes.
        rrsets: what is published, with what each apex needs (SOA, NS).
    """

    def __init__(self, origins: Iterable[Name], rrsets: Mapping[Key, tuple[str, ...]]) -> None:
        self._zones = {_labels(origin): Zone(origin) for origin in origins}
        self._paths: dict[Question, tuple[Found, ...]] = {}
        for (owner, rdtype), texts in rrsets.items():
            labels = _labels(owner)
            zone = self._above(labels)
            if texts and zone is not None:
                zone.put(labels, rdtype, texts)

    def origin(self, asked: Question) -> Name | None:
        """The apex of the zone that the question belongs to."""
        zone = self._zone(asked)
        return None if zone is None else zone.origin

    def apex(self, asked: Question) -> Labels | None:
        """The same as labels, which are quicker to hash."""
        zone = self._zone(asked)
        return None if zone is None else zone.apex

    def path(self, asked: Question) -> tuple[Found, ...]:
        """What is found along the CNAMEs, as far as they stay in the zones and are no circle."""
        if asked not in self._paths:
            self._paths[asked] = tuple(self._path(asked))
        return self._paths[asked]

    def _path(self, asked: Question) -> Iterator[Found]:
        seen, following = set[Question](), asked
        while following not in seen and (zone := self._zone(following)) is not None:
            seen.add(following)
            found = zone.find(following)
            yield found
            if found.target is None:
                return
            following = found.target

    def _above(self, labels: Labels) -> "Zone | None":
        above = (labels[place:] for place in range(len(labels)))
        return next((self._zones[each] for each in above if each in self._zones), None)

    def _zone(self, asked: Question) -> "Zone | None":
        """A DS belongs to the zone above, where that is known (RFC 4035 3.1.4)."""
        zone = self._above(asked.labels)
        if asked.rdtype == RdataType.DS and zone is not None and zone.apex == asked.labels:
            return self._above(asked.labels[1:]) or zone
        return zone


class Zone:
    """What stands at each name of one zone."""

    def __init__(self, origin: Name) -> None:
        self.origin, self.apex = origin, _labels(origin)
        self._nodes: dict[Labels, Node] = {}
        self._names = {self.apex}
        """Those that exist: with data, or with data below them."""

    def put(self, labels: Labels, rdtype: RdataType, texts: tuple[str, ...]) -> None:
        node = self._nodes.setdefault(labels, {})
        node[rdtype] = (*node.get(rdtype, ()), *texts)
        assert len(node) == 1 or RdataType.CNAME not in node, f"beside a CNAME: {labels!r}"
        self._names.update(labels[place:] for place in range(len(labels) - len(self.apex)))

    def find(self, asked: Question) -> Found:
        labels, below = asked.labels, len(asked.labels) - len(self.apex)
        for place in range(below - 1, -1, -1):
            is_for_us = place == 0 and asked.rdtype == RdataType.DS
            if RdataType.NS in self._nodes.get(labels[place:], ()) and not is_for_us:
                return NOTHING[NodeKind.REFERRAL]
        if labels in self._nodes:
            return _at(asked, self._nodes[labels], self.origin)
        if labels in self._names:
            return NOTHING[NodeKind.NODATA]
        encloser = next(labels[n:] for n in range(1, below + 1) if labels[n:] in self._names)
        wildcard = self._nodes.get((b"*", *encloser))
        if wildcard is None:
            return NOTHING[NodeKind.NXDOMAIN]
        return _at(asked, wildcard, self.origin)


def _labels(name: Name) -> Labels:
    return tuple(label.lower() for label in name.labels)


def _at(asked: Question, node: Node, origin: Name) -> Found:
    if asked.rdtype in node:
        return _answer(asked.rdtype, node[asked.rdtype], origin)
    if RdataType.CNAME in node:
        return _alias(asked, node[RdataType.CNAME], origin)
    return NOTHING[NodeKind.NODATA]


@functools.lru_cache(maxsize=10_000)
def _answer(rdtype: RdataType, texts: tuple[str, ...], origin: Name) -> Found:
    rdatas = (dns.rdata.from_text(dns.rdataclass.IN, rdtype, t, origin, False) for t in texts)
    return Found(NodeKind.ANSWER, tuple(dict.fromkeys(rdatas)))


@functools.lru_cache(maxsize=10_000)
def _alias(asked: Question, texts: tuple[str, ...], origin: Name) -> Found:
    (alias,) = _answer(RdataType.CNAME, texts, origin).rdatas
    assert isinstance(alias, CNAME)
    return Found(NodeKind.ALIAS, (alias,), question(alias.target, asked.rdtype))
