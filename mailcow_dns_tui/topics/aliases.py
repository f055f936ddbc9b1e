"""Names under a mail domain that lead to the mail host."""

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME

from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, different, judge, missing


async def look_up_alias(record: Record, server: Server, dns: Dns) -> Finding:
    """Judge a CNAME to the host; the host's own addresses in its place are as good."""
    addresses = frozenset(map(rdatas.address, server.addresses))
    rdtype = next((rdata.rdtype for rdata in addresses if rdata.rdtype == RdataType.A), None)
    lookup = await dns.ask(record.owner, RdataType.A if rdtype else RdataType.AAAA)
    return judge(record, lookup, lambda record, answer: _opinion(record, answer, addresses))


def _opinion(record: Record, answer: Answer, addresses: frozenset[Rdata]) -> Verdict:
    if _target(record) in answer.aliases:
        return as_wanted(record)
    if answer.aliases:
        leads = f"leads to {unicode_form(answer.aliases[0])}"
    elif not answer.rdatas:
        return missing(record)
    elif set(answer.rdatas) <= addresses:
        return as_wanted(record)
    else:
        leads = "has an address that is not this server's"
    return different(record, f"{unicode_form(record.owner)} {leads}.")


def _target(record: Record) -> Name | None:
    return record.rdata.target if isinstance(record.rdata, CNAME) else None
