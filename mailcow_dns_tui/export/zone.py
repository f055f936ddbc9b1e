"""Zone files (RFC 1035 5): one block a zone, to be pasted or included, without SOA and NS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mailcow_dns_tui.export.format import Format
from mailcow_dns_tui.export.grouping import (
    ZoneRecords,
    by_zone,
    foreign_by_place,
    zone_doubt,
    zone_line,
)
from mailcow_dns_tui.model.names import dotted
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
    """One zone, from its `$ORIGIN` on."""

    records: ZoneRecords

    @property
    def zone(self) -> Name:
        """The apex."""
        return self.records.zone

    @property
    def height(self) -> int:
        """The number of lines, known without writing them: there may be hundreds of zones."""
        foreign = self.records.foreign
        places = len(foreign_by_place(foreign))
        return len(zone_doubt(self.records)) + 1 + len(self.records.own) + places + len(foreign)

    @cached_property
    def lines(self) -> tuple[ZoneLine, ...]:
        """All lines, those of comments included."""
        return tuple(_block(self.records))

    @property
    def text(self) -> str:
        """All lines as a file has them."""
        return "".join(f"{line.text}\n" for line in self.lines)


def zone_text(records: Sequence[Record]) -> str:
    """All zones below each other."""
    return "\n".join(block.text for block in zone_blocks(records))


def zone_files(records: Sequence[Record]) -> Mapping[str, str]:
    """A file a zone, by name: `example.org.zone`."""
    return {f"{block.records.name}.zone": block.text for block in zone_blocks(records)}


def zone_blocks(records: Sequence[Record]) -> tuple[ZoneBlock, ...]:
    """The zones in the order of their first records.

    What belongs into somebody else's zone stands in comments, in the block of what it serves.
    """
    return tuple(map(ZoneBlock, by_zone(records)))


def _block(zone: ZoneRecords) -> Iterator[ZoneLine]:
    yield from (ZoneLine(f"; {line}") for line in zone_doubt(zone))
    yield ZoneLine(f"$ORIGIN {zone.zone}")
    width = max((len(record.name) for record in zone.own), default=0)
    for record in zone.own:
        yield ZoneLine(zone_line(f"{record.name:<{width}}", record), record)
    for place, elsewhere in foreign_by_place(zone.foreign).items():
        yield ZoneLine(f"; {place}:")
        for record in elsewhere:
            yield ZoneLine(f"; {zone_line(dotted(record.owner), record)}", record)


FORMATS: Mapping[str, Format] = {
    "zone": Format(
        zone_text,
        zone_files,
        "zone files without SOA and NS, to be pasted or included",
        "`example.org.zone`, one a zone",
    )
}
