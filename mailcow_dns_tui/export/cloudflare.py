"""Zone files as Cloudflare imports them: whole names, one line a record, its own tags."""

from collections.abc import Iterator, Mapping, Sequence

from mailcow_dns_tui.export.format import Format
from mailcow_dns_tui.export.grouping import ZoneRecords, by_zone, foreign_lines, zone_doubt
from mailcow_dns_tui.model.names import dotted
from mailcow_dns_tui.model.record import Record

HEAD = """\
; For Cloudflare: DNS, Records, Import and Export. Each zone is imported by itself.
; Take the tick from "Proxy imported DNS records": a proxy passes on no mail.
; The import adds to what is there: delete an older MX or DMARC record by hand, and make one SPF
; record of an older one and ours, with what both have: two make both void.
"""
NOT_PROXIED = "cf_tags=cf-proxied:false"
PROXIABLE = frozenset({"A", "AAAA", "CNAME"})
SHORTEST, LONGEST = 60, 86400
"""Seconds of TTL that Cloudflare takes, but for 1, which means: its own choice."""


def cloudflare_text(records: Sequence[Record]) -> str:
    """All zones below each other."""
    return "\n".join(_zone_text(zone) for zone in by_zone(records))


def cloudflare_files(records: Sequence[Record]) -> Mapping[str, str]:
    """A file a zone, by name: `example.org.txt`."""
    return {f"{zone.name}.txt": _zone_text(zone) for zone in by_zone(records)}


def ttl_taken(ttl: int) -> int:
    """The nearest TTL that Cloudflare takes."""
    return min(max(ttl, SHORTEST), LONGEST)


def _zone_text(zone: ZoneRecords) -> str:
    return HEAD + "".join(f"{line}\n" for line in _lines(zone))


def _lines(zone: ZoneRecords) -> Iterator[str]:
    yield f"; Zone {zone.name}"
    yield from (f"; {line}" for line in zone_doubt(zone))
    for record in zone.own:
        tags = f" ; {NOT_PROXIED}" if record.type_text in PROXIABLE else ""
        data = f"{record.type_text} {record.data}"
        yield f"{dotted(record.owner)} {ttl_taken(record.ttl)} IN {data}{tags}"
    yield from (f"; {line}" for line in foreign_lines(zone.foreign))


FORMATS: Mapping[str, Format] = {
    "cloudflare": Format(
        cloudflare_text,
        cloudflare_files,
        "zone files as Cloudflare imports them, nothing proxied",
        "`example.org.txt`, one a zone",
    )
}
