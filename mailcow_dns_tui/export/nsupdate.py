"""nsupdate scripts (RFC 2136): one message a zone, which is taken whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence

from mailcow_dns_tui.export.format import Format, one_file
from mailcow_dns_tui.export.grouping import RRset, ZoneRecords, by_zone, foreign_lines, zone_doubt
from mailcow_dns_tui.model.names import dotted
from mailcow_dns_tui.model.record import Record

HEAD = """\
; For nsupdate, with the key of your name server: nsupdate -k KEYFILE THIS_FILE
; It only adds. A zone is left as it is ("update failed: YXRRSET" or "YXDOMAIN") where one of the
; names below has such a record already: take out the lines of that record, or delete the old one.
; TXT and CAA of a domain are added beside others: make one SPF record of an older one and ours,
; with what both have: two make both void. Ours is the one below that says v=spf1.
"""


def nsupdate_text(records: Sequence[Record]) -> str:
    """All zones below each other."""
    # What a zone line says holds to the end, also for what has none.
    zones = sorted(by_zone(records), key=lambda zone: not zone.guessed)
    return HEAD + "".join(f"{line}\n" for zone in zones for line in _lines(zone))


def _lines(zone: ZoneRecords) -> Iterator[str]:
    # A blank line would send what is not complete.
    yield ";"
    if zone.own:
        yield from (f"; {line}" for line in zone_doubt(zone))
        # Without this line nsupdate asks which zone the first name is in.
        yield from () if zone.guessed else (f"zone {dotted(zone.zone)}",)
        yield from dict.fromkeys(
            line for rrset in zone.rrsets for line in _prerequisites(rrset, zone)
        )
        for rrset in zone.rrsets:
            at = f"{dotted(rrset.owner)} {rrset.ttl} IN {rrset.type_text}"
            yield from (f"update add {at} {record.data}" for record in rrset.records)
        yield "send"
    yield from (f"; {line}" for line in foreign_lines(zone.foreign))


def _prerequisites(rrset: RRset, zone: ZoneRecords) -> Iterator[str]:
    """What must not be there: a server skips without a word what a CNAME hinders (3.4.2.2)."""
    owner = dotted(rrset.owner)
    if rrset.type_text == "CNAME":
        yield f"prereq nxdomain {owner}"
        return
    if zone.guessed or rrset.name != "@":
        yield f"prereq nxrrset {owner} IN CNAME"
    if not rrset.shared:
        yield f"prereq nxrrset {owner} IN {rrset.type_text}"


FORMATS: Mapping[str, Format] = {
    "nsupdate": one_file(
        "nsupdate.txt",
        nsupdate_text,
        "a script that adds to your own name server (RFC 2136), and refuses to replace",
    )
}
