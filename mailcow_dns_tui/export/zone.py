"""Zone files (RFC 1035 5): one block a zone, to be pasted or included, without SOA and NS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.record import Record

if TYPE_CHECKING:
    from dns.name import Name


@dataclass(frozen=True)
class ZoneLine:
    """One line; `record` is the one that it publishes, or names in a comment."""

    text: str
    record: Record | None = None


@dataclass(frozen=True)
class ZoneBlock:
    """The lines of one zone, from its `$ORIGIN` on."""

    zone: Name
    lines: tuple[ZoneLine, ...]

    @property
    def text(self) -> str:
        return "".join(f"{line.text}\n" for line in self.lines)


def zone_text(records: Sequence[Record]) -> str:
    """All zones below each other."""
    return "\n".join(block.text for block in zone_blocks(records))


def zone_lines(records: Sequence[Record]) -> tuple[ZoneLine, ...]:
    return tuple(line for block in zone_blocks(records) for line in block.lines)


def zone_blocks(records: Sequence[Record]) -> tuple[ZoneBlock, ...]:
    """The zones in the order of their first records.

    What belongs into somebody else's zone stands in comments, in the block of what it serves.
    """
    own = [record for record in records if not record.foreign]
    host_zone = next((record.zone for record in own if record.domain is None), None)
    zones: dict[Name, list[Record]] = {}
    for record in records:
        served = record.domain or host_zone or record.zone
        zones.setdefault(served if record.foreign else record.zone, []).append(record)
    return tuple(ZoneBlock(zone, tuple(_block(zone, inside))) for zone, inside in zones.items())


def _block(zone: Name, records: Sequence[Record]) -> Iterator[ZoneLine]:
    yield ZoneLine(f"$ORIGIN {zone}")
    own = [record for record in records if not record.foreign]
    width = max((len(record.name) for record in own), default=0)
    for record in own:
        yield ZoneLine(_line(f"{record.name:<{width}}", record), record)
    foreign: dict[str, list[Record]] = {}
    for record in records:
        if record.foreign:
            foreign.setdefault(_place(record), []).append(record)
    for place, elsewhere in foreign.items():
        yield ZoneLine(f"; {place}:")
        yield from _comments(elsewhere)


def _comments(records: Iterable[Record]) -> Iterator[ZoneLine]:
    for record in records:
        yield ZoneLine(f"; {_line(str(record.owner), record)}", record)


def _line(owner: str, record: Record) -> str:
    return f"{owner} {record.ttl} IN {record.type_text:<5} {record.rdata.to_text()}"


def _place(record: Record) -> str:
    if record.topic == "ptr":
        return "Not in this zone: reverse DNS is set where the server's address was rented"
    return f"Not in this zone: to be published by whoever runs {both_forms(record.zone)}"
