"""What others have published at our names, as far as a check has seen it."""

import re
from collections.abc import Iterable, Mapping

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.export.grouping import RRset
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.txt import txt_value

ONE_ONLY = re.compile(r"v=spf1(?= |$)", re.IGNORECASE)
"""What may stand only once beside others' TXT; the plan's takes the place of another."""

Seen = Mapping[tuple[Name, RdataType], frozenset[Rdata]]


def seen(findings: Iterable[Finding]) -> Seen:
    """All values that any server has, by name and type; what stands at a CNAME's end is not."""
    found: dict[tuple[Name, RdataType], frozenset[Rdata]] = {}
    for lookup in (finding.lookup for finding in findings if finding.lookup is not None):
        here = (answer for answer in lookup.answers if not answer.aliases)
        rdatas = frozenset(rdata for answer in here for rdata in answer.rdatas)
        at = lookup.name, lookup.rdtype
        found[at] = found.get(at, frozenset()) | rdatas
    return found


def unseen(rrsets: Iterable[RRset], findings: Iterable[Finding]) -> tuple[RRset, ...]:
    """Where others may have values that nobody could be asked for."""
    lookups = (finding.lookup for finding in findings)
    heard = {(each.name, each.rdtype) for each in lookups if each is not None and each.heard}
    return tuple(r for r in rrsets if r.shared and (r.owner, r.records[0].rdtype) not in heard)


def kept(rrset: RRset, published: Seen) -> tuple[Rdata, ...]:
    """The values of others that must stay beside ours, sorted."""
    if not rrset.shared:
        return ()
    ours = {record.rdata for record in rrset.records}
    there = published.get((rrset.owner, rrset.records[0].rdtype), frozenset())
    return tuple(sorted(rdata for rdata in there - ours if not _replaced(rdata)))


def _replaced(rdata: Rdata) -> bool:
    return isinstance(rdata, TXT) and ONE_ONLY.match(txt_value(rdata)) is not None
