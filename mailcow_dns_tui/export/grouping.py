"""Records in their zones, by RRset, and by the parts of their data, as the formats want them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import dns.name
from dns.rdtypes.ANY.CAA import CAA
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TLSA import TLSA
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.finding import Finding, with_found_zone
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.names import ascii_form, both_forms, dotted, is_registry
from mailcow_dns_tui.model.record import Record

if TYPE_CHECKING:
    from dns.name import Name


@dataclass(frozen=True)
class RRset:
    """All records of one owner name and type, in the order of the plan; at least one."""

    records: tuple[Record, ...]

    @property
    def owner(self) -> Name:
        """Their owner name."""
        return self.records[0].owner

    @property
    def name(self) -> str:
        """The owner name inside its zone."""
        return self.records[0].name

    @property
    def type_text(self) -> str:
        """Their type: `MX`."""
        return self.records[0].type_text

    @property
    def ttl(self) -> int:
        """The shortest: an RRset has one TTL (RFC 2181 5.2)."""
        return min(record.ttl for record in self.records)

    @property
    def shared(self) -> bool:
        """Whether others keep values of their own there, which must stay beside ours.

        They do so in the TXT of a host or domain, whose next user can't ask for another name, and
        in CAA, which lists all authorities. A name with an underscore has one use (RFC 8552).
        """
        if self.type_text != "TXT":
            return self.type_text == "CAA"
        return not any(label.startswith(b"_") for label in self.owner.labels)


@dataclass(frozen=True)
class ZoneRecords:
    """What one zone gets.

    Attributes:
        foreign: what serves this zone and belongs into somebody else's.
    """

    zone: Name
    own: tuple[Record, ...]
    foreign: tuple[Record, ...]

    @property
    def name(self) -> str:
        """As in a file's name: without the final dot."""
        return ascii_form(self.zone)

    @property
    def guessed(self) -> bool:
        """Whether nobody knows that the zone is one."""
        return any(record.guessed for record in self.own)

    @property
    def rrsets(self) -> tuple[RRset, ...]:
        """In the order of their first records."""
        found = grouped(self.own, lambda record: (record.name.lower(), record.type_text))
        return tuple(RRset(tuple(records)) for records in found.values())


def in_their_zones(
    records: Sequence[Record], known: Collection[Name], findings: Iterable[Finding] = ()
) -> tuple[Record, ...]:
    """The records in the zones that a check has found them in.

    What it has not found is in the planned zone. Where nothing was found in that, one below another
    of the planned zones (`known`) is taken for a part of it, and one with none above it is a guess,
    but right below a top-level domain.
    """
    found: dict[Name, Name] = {}
    for record, each in grouped(findings, lambda finding: finding.record).items():
        if record is not None and any(f.lookup.zone is not None for f in each):
            found[record.owner] = with_found_zone(record, each).zone
    zones, planned = frozenset(found.values()), frozenset(known)
    # Names are slow to hash, and the records of a domain share theirs.
    guessed: dict[int, tuple[Name, bool] | None] = {}

    def placed(record: Record) -> Record:
        if record.external:
            return record
        if found and record.owner in found:
            return replace(record, zone=found[record.owner])
        at = id(record.zone)
        if at not in guessed:
            guessed[at] = None if record.zone in zones else _guess(record.zone, planned)
        zone, is_guess = guessed[at] or (record.zone, record.guessed)
        is_there = zone is record.zone and is_guess == record.guessed
        return record if is_there else replace(record, zone=zone, guessed=is_guess)

    return tuple(map(placed, records))


def _guess(zone: Name, known: frozenset[Name]) -> tuple[Name, bool]:
    """Of the zone and those above it the highest that is known, and whether that is a guess."""
    found = above = zone
    while above != dns.name.root:
        if above in known:
            found = above
        above = above.parent()
    return found, not is_registry(found.parent())


def by_zone(records: Sequence[Record]) -> tuple[ZoneRecords, ...]:
    """The zones in the order of their first records."""
    host_zone = next((r.zone for r in records if not r.external and r.domain is None), None)
    zones: dict[Name, list[Record]] = {}
    # Names are slow to hash, and the records of a domain share theirs.
    by_object: dict[int, list[Record]] = {}
    for record in records:
        served = record.domain or host_zone or record.zone
        zone = served if record.external else record.zone
        inside = by_object.get(id(zone))
        if inside is None:
            inside = by_object[id(zone)] = zones.setdefault(zone, [])
        inside.append(record)
    return tuple(
        ZoneRecords(
            zone,
            tuple(record for record in inside if not record.external),
            tuple(record for record in inside if record.external),
        )
        for zone, inside in zones.items()
    )


def foreign_by_place(records: Sequence[Record]) -> dict[str, list[Record]]:
    """What belongs into somebody else's zone, by a phrase that says where."""
    return grouped(records, _place)


def _place(record: Record) -> str:
    if record.is_reverse:
        return "Not in this zone: reverse DNS is set where the server's address was rented"
    return f"Not in this zone: to be published by whoever runs {both_forms(record.zone)}"


def zone_doubt(zone: ZoneRecords) -> Sequence[str]:
    """What to know before records are put into a zone that is a guess, as lines for comments."""
    if not zone.guessed:
        return ()
    return (
        f"Nobody has looked whether {zone.name} is a zone of its own or a part of another, such as",
        f"{ascii_form(zone.zone.parent())}. Export with --checked, which looks, or put these",
        "records by their whole names into the zone that your DNS provider has.",
    )


def foreign_lines(records: Sequence[Record]) -> Iterator[str]:
    """The same as lines for comments; each is printable, so that it stays one line."""
    for place, elsewhere in foreign_by_place(records).items():
        yield f"{place}:"
        yield from (zone_line(dotted(record.owner), record) for record in elsewhere)


def zone_line(owner: str, record: Record) -> str:
    """A record as a zone file has it (RFC 1035 5.1): a TXT quoted, all names with the final dot."""
    return f"{owner} {record.ttl} IN {record.type_text:<5} {record.data}"


Fields = dict[str, int | str]


TLSA_NAMES = ("usage", "selector", "matching_type", "certificate")


def fields(record: Record, tlsa_names: Sequence[str] = TLSA_NAMES) -> Fields | None:
    """The parts of an MX, SRV, CAA or TLSA; None for types whose data is one text.

    Targets have the final dot; a digest is in hex.
    """
    match record.rdata:
        case MX() as mx:
            return {"preference": mx.preference, "exchange": dotted(mx.exchange)}
        case SRV() as srv:
            numbers = {"priority": srv.priority, "weight": srv.weight, "port": srv.port}
            return {**numbers, "target": dotted(srv.target)}
        case CAA() as caa:
            return {"flags": caa.flags, "tag": caa.tag.decode(), "value": caa.value.decode()}
        case TLSA() as tlsa:
            parts = (tlsa.usage, tlsa.selector, tlsa.mtype, tlsa.cert.hex())
            return dict(zip(tlsa_names, parts, strict=True))
    return None
