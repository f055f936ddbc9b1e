"""Which record counts for a domain: the tree walk (RFC 9989 4.10)."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup
from mailcow_dns_tui.topics.dmarc_record import KIND, DmarcRecord, read

MOST_LABELS = 7
"""What a longer name is cut to after the first question."""


@dataclass(frozen=True)
class Place:
    """A domain with a DMARC record."""

    domain: Name
    record: DmarcRecord


@dataclass(frozen=True)
class Walk:
    """What was found from a domain upwards, as far as the walk goes.

    Attributes:
        unknown: an answer on the way is lacking, so there may be more.
    """

    start: Name
    places: tuple[Place, ...]
    unknown: bool = False

    @property
    def organisation(self) -> Name:
        """The organizational domain (RFC 9989 4.10.2)."""
        for place in self.places:
            psd = place.record.choice("psd")
            if psd == "n":
                return place.domain
            if psd == "y" and place.domain != self.start:
                return _cut(self.start, len(place.domain))
        return self.places[-1].domain if self.places else self.start

    @property
    def policy(self) -> Place | None:
        """The record that counts for the start (RFC 9989 4.10.1)."""
        preferred = (self.start, self.organisation)
        at = {place.domain: place for place in self.places}
        found = next((at[domain] for domain in preferred if domain in at), None)
        return found or (self.places[-1] if self.places else None)


def targets(start: Name) -> Iterator[Name]:
    """The domains that are asked, at most eight: the start, and those above it."""
    yield start
    for labels in range(min(len(start) - 2, MOST_LABELS), 0, -1):
        yield _cut(start, labels)


def _cut(name: Name, labels: int) -> Name:
    """The last labels of a name."""
    return Name(name.labels[-labels - 1 :])


async def walk(start: Name, dns: Dns) -> Walk:
    """Ask all at once, which takes one round trip, and read as if asked in turn."""
    domains = tuple(targets(start))
    owners = (Name((b"_dmarc", *domain.labels)) for domain in domains)
    lookups = await asyncio.gather(*(dns.ask(owner, RdataType.TXT) for owner in owners))
    return _read(start, tuple(zip(domains, lookups, strict=True)))


def _read(start: Name, asked: Sequence[tuple[Name, Lookup]]) -> Walk:
    places: list[Place] = []
    unknown = False
    for domain, lookup in asked:
        unknown = unknown or lookup.unknown
        texts = (
            [text for text in KIND.texts(lookup.best) if KIND.reads(text)] if lookup.best else []
        )
        if len(texts) == 1:
            places.append(Place(domain, read(texts[0])))
            if places[-1].record.choice("psd") != "u":
                break
    return Walk(start, tuple(places), unknown)


async def same_organisation(one: Name, other: Name, dns: Dns) -> bool | None:
    """Whether both belong together; None where that could not be asked."""
    walks = await asyncio.gather(walk(one, dns), walk(other, dns))
    if any(each.unknown for each in walks):
        return None
    mine, theirs = (each.organisation for each in walks)
    return bool(mine == theirs)
