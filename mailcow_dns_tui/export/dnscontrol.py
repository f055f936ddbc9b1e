"""DNSControl: one dnsconfig.js with all zones, in ES5, which is all that its interpreter knows.

With NO_PURGE it leaves alone what the file does not name; but of a name and type in the file it
removes all other values, unless an IGNORE matches them: those that a check has seen.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CAA import CAA
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.export import grouping
from mailcow_dns_tui.export.format import Format, checkable
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import txt_value

ONE_ONLY = re.compile(r"v=spf1(?= |$)", re.IGNORECASE)
"""What may stand only once beside others' TXT; the plan's takes the place of another."""

PublishedRdata = Mapping[tuple[Name, RdataType], frozenset[Rdata]]


def seen(findings: Iterable[Finding]) -> PublishedRdata:
    """All values that any server has, by name and type; what stands at a CNAME's end is not."""
    found: dict[tuple[Name, RdataType], frozenset[Rdata]] = {}
    for lookup in (finding.lookup for finding in findings):
        here = (answer for answer in lookup.answers if not answer.aliases)
        rdatas = frozenset(rdata for answer in here for rdata in answer.rdatas)
        at = lookup.name, lookup.rdtype
        found[at] = found.get(at, frozenset()) | rdatas
    return found


def unseen(
    rrsets: Iterable[grouping.RRset], findings: Iterable[Finding]
) -> tuple[grouping.RRset, ...]:
    """Where others may have values that nobody could be asked for."""
    lookups = (finding.lookup for finding in findings)
    heard = {(each.name, each.rdtype) for each in lookups if each.answered}
    return tuple(r for r in rrsets if r.shared and (r.owner, r.records[0].rdtype) not in heard)


def kept(rrset: grouping.RRset, published: PublishedRdata) -> tuple[Rdata, ...]:
    """The values of others that must stay beside ours, sorted."""
    if not rrset.shared:
        return ()
    ours = {record.rdata for record in rrset.records}
    there = published.get((rrset.owner, rrset.records[0].rdtype), frozenset())
    return tuple(sorted(rdata for rdata in there - ours if not _replaced(rdata)))


def _replaced(rdata: Rdata) -> bool:
    return isinstance(rdata, TXT) and ONE_ONLY.match(txt_value(rdata)) is not None


MAKES = "// DNSControl makes a zone that is not there.\n"
HEAD = """\
// For DNSControl: a dnsconfig.js. If yours has one of these domains already, take the lines over.
// NO_PURGE keeps it from deleting the records that are not in this file.
"""
UNKNOWN = """\
// It still deletes every other value of a name and type that is in this file: texts by which
// others verify the domain, for one. Add a line for each such TXT and CAA to its domain first:
//   IGNORE("@", "TXT", "google-site-verification=*"),
// and read what dnscontrol preview shows before you push.
"""
KNOWN = """\
// The IGNORE lines keep the values of others that the check found beside the ones in this file.
// Read what dnscontrol preview shows before you push: it deletes values that came later.
"""
SILENT = """\
// NOT PROTECTED, since nobody could be asked what others have there: export again before you push,
// or add IGNORE lines yourself.
"""
PROVIDERS = """\
var REG_NONE = NewRegistrar("none");
var DNS = NewDnsProvider("dns"); // the name of your provider's entry in creds.json
"""


def dnscontrol_text(records: Sequence[Record], findings: Iterable[Finding] | None = None) -> str:
    """The file; with the findings of a check it protects what others have at the same names."""
    known = tuple(findings or ())
    zones, published = grouping.by_zone(records), seen(known)
    domains = [_domain(zone, published) for zone in zones]
    head = HEAD + (UNKNOWN if findings is None else KNOWN + _gaps(zones, known))
    return "\n".join([head + PROVIDERS, *domains])


def _gaps(zones: Iterable[grouping.ZoneRecords], findings: Sequence[Finding]) -> str:
    """Where the check could not see what is to be protected."""
    gaps = [rrset for zone in zones for rrset in unseen(zone.rrsets, findings)]
    lines = "".join(f"//   {rrset.owner} {rrset.type_text}\n" for rrset in gaps)
    return SILENT + lines if gaps else ""


def _domain(zone: grouping.ZoneRecords, published: PublishedRdata) -> str:
    comments = "".join(f"// {line}\n" for line in grouping.foreign_lines(zone.foreign))
    if not zone.own:
        return comments
    ttl = zone.own[0].ttl
    start = f"D({json.dumps(zone.name)}, REG_NONE, DnsProvider(DNS), NO_PURGE, DefaultTTL({ttl})"
    rrsets = zone.rrsets if published else ()
    ignores = (line for rrset in rrsets for line in _ignores(rrset, published))
    lines = [start, *ignores, *(_call(record, ttl) for record in zone.own)]
    doubt = "".join(f"// {line}\n" for line in grouping.zone_doubt(zone))
    return doubt + (MAKES if doubt else "") + ",\n  ".join(lines) + f"\n);\n{comments}"


def _call(record: Record, default_ttl: int) -> str:
    parts = grouping.fields(record)
    values: list[int | str]
    if isinstance(record.rdata, CAA):
        values = [record.rdata.tag.decode(), record.rdata.value.decode()]
    elif parts is not None:
        values = list(parts.values())
    elif isinstance(record.rdata, TXT):
        values = [txt_value(record.rdata)]
    else:
        values = [record.data]
    written = [json.dumps(value) for value in (record.name, *values)]
    if isinstance(record.rdata, CAA) and record.rdata.flags:
        written.append("CAA_CRITICAL")
    if record.ttl != default_ttl:
        written.append(f"TTL({record.ttl})")
    return f"{record.type_text}({', '.join(written)})"


def _ignores(rrset: grouping.RRset, published: PublishedRdata) -> Iterator[str]:
    """A line for each value to keep; DNSControl stops where one matches a value of ours."""
    ours = {_target(record.rdata) for record in rrset.records}
    for target in dict.fromkeys(map(_target, kept(rrset, published))):
        if target not in ours:
            at = f"{json.dumps(rrset.name)}, {json.dumps(rrset.type_text)}"
            yield f"IGNORE({at}, {json.dumps(_pattern(target))})"


def _target(rdata: Rdata) -> str:
    if isinstance(rdata, CAA):
        return rdata.value.decode(errors="replace")
    return txt_value(rdata) if isinstance(rdata, TXT) else rdata.to_text()


def _pattern(text: str) -> str:
    """A glob that matches exactly this; a byte that is no text matches any."""
    return re.sub(r"([\\*?\[\]{}!,])", r"\\\1", text).replace("\ufffd", "*")


FORMATS: Mapping[str, Format] = {
    "dnscontrol": checkable(
        "dnsconfig.js",
        dnscontrol_text,
        "DNSControl's configuration, which deletes no record of another name or type",
    )
}
