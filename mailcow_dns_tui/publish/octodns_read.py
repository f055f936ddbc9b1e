"""What octoDNS has read of a zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
from dns.exception import DNSException
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.publish.changes import Key, Reading, ZoneRRset
from mailcow_dns_tui.publish.providers import Rows

if TYPE_CHECKING:
    from octodns.zone.base import Zone

Record = Any
Row = Mapping[str, Any]
"""Of octoDNS, whose classes have what they have at run time only."""


class SeenRows:
    """The provider's own records, of which octoDNS takes the TTL and remarks of one per RRset."""

    def __init__(self, provider: Any, rows: Rows) -> None:
        self._rows = rows
        self._supported = provider.SUPPORTS
        self._seen: list[Row] = []
        self._read = getattr(provider, rows.method)
        setattr(provider, rows.method, self._kept)

    def _kept(self, *arguments: Any, **named: Any) -> list[Row]:
        self._seen = self._read(*arguments, **named)
        return self._seen

    def uneven(self, zone: Zone) -> frozenset[Key]:
        """The RRsets whose records differ in more than their data."""
        told: dict[Key, set[str]] = {}
        for row in self._seen:
            key = self._key(row, zone)
            told.setdefault(key, set()).add(repr([row.get(name) for name in self._rows.told]))
        return frozenset(key for key, remarks in told.items() if len(remarks) > 1)

    def unread(self, zone: Zone) -> frozenset[Key]:
        """The RRsets of which the class leaves something out."""
        left = (row for row in self._seen if row[self._rows.type] not in self._supported)
        return frozenset(self._key(row, zone) for row in left)

    def _key(self, row: Row, zone: Zone) -> Key:
        name = zone.hostname_from_fqdn(row[self._rows.owner])
        rdtype = self._rows.types.get(row[self._rows.type], row[self._rows.type])
        return _owner(name, zone), _type(rdtype)


def reading(zone: Zone, seen: SeenRows | None) -> Reading:
    """What octoDNS has made of what it read."""
    known = {key_of(record): known_rrset(record) for record in zone.records}
    inexact = {key for key, rrset in known.items() if rrset is None}
    inexact |= seen.unread(zone) if seen else frozenset()
    contents = {key: rrset for key, rrset in known.items() if rrset and key not in inexact}
    uneven = seen.uneven(zone) & contents.keys() if seen else frozenset()
    numbered = frozenset(key for key in inexact if key[1] != dns.rdatatype.NONE)
    return Reading(contents, numbered, uneven)


def key_of(record: Record) -> Key:
    """By what a record stands in a zone."""
    return dns.name.from_text(record.fqdn), _type(record._type)


def _owner(name: str, zone: Zone) -> Name:
    return dns.name.from_text(f"{name}.{zone.name}" if name else zone.name)


def _type(text: str) -> RdataType:
    """The types that only octoDNS knows have no number; an alias of its own counts as a CNAME."""
    try:
        return dns.rdatatype.from_text(text)
    except (DNSException, ValueError):
        return dns.rdatatype.CNAME if text.endswith("ALIAS") else dns.rdatatype.NONE


def known_rrset(record: Record) -> ZoneRRset | None:
    """What a record of octoDNS says; None where more is to it than DNS, or it is not exact."""
    owner, rdtype = key_of(record)
    if (
        record._type != dns.rdatatype.to_text(rdtype)
        or getattr(record, "dynamic", None)
        or getattr(record, "geo", None)
    ):
        return None
    if record.octodns.get("cloudflare", {}).get("proxied"):
        return None
    rdatas = tuple(_rdatas(record, rdtype))
    exact = tuple(rdata for rdata in rdatas if rdata is not None)
    return ZoneRRset(owner, rdtype, record.ttl, exact) if exact == rdatas else None


def _rdatas(record: Record, rdtype: RdataType) -> Iterator[Rdata | None]:
    """The data, None for such as can't be told exactly."""
    if rdtype == dns.rdatatype.TXT:
        yield from (_text_rdata(value.replace("\\;", ";")) for value in record.values)
        return
    for text in record.to_rrset().rdatas:
        try:
            rdata = dns.rdata.from_text(dns.rdataclass.IN, rdtype, text)
            rdata.to_wire()  # raises for a relative name
            yield rdata
        except (DNSException, ValueError):
            yield None


def _text_rdata(text: str) -> Rdata | None:
    """Quotes and backslashes are escaped by some of the classes, and not by others."""
    if not text or not all(" " <= c <= "~" and c not in '"\\' for c in text):
        return None
    strings = [text[at : at + 255].encode() for at in range(0, len(text), 255)]
    return TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings)
