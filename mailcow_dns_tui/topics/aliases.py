"""Other names that lead to the mail host."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME

from mailcow_dns_tui.model.answer import Answer, Dns, Failure
from mailcow_dns_tui.model.finding import WORST_FIRST, Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.model.txt import shown
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.judgement import (
    ASK_AGAIN,
    Verdict,
    as_wanted,
    different,
    judge,
    missing,
    where,
    works_differently,
)
from mailcow_dns_tui.topics.words import listed


def could_not_tell(names: Iterable[Name], *, left_out: bool = False) -> Verdict:
    """What to say where targets lead is unknown; `left_out`: too many names to ask for them all."""
    hosts = listed(sorted(map(unicode_form, names)))
    why = f" ({Failure.LEFT_OUT.value})" if left_out else ""
    message = (
        f"The addresses of {hosts} could not be looked up{why}, so it is unknown if that is right."
    )
    return Verdict(Status.UNKNOWN, "could-not-ask", message, ASK_AGAIN)


async def look_up_alias(record: Record, server: Server, dns: Dns) -> Finding:
    """Judge a CNAME to the host; the host's own addresses in its place are as good."""
    addresses = frozenset(map(rdatas.address, server.addresses))
    has_ipv4 = any(rdata.rdtype == RdataType.A for rdata in addresses)
    types = (RdataType.A, RdataType.AAAA) if has_ipv4 else (RdataType.AAAA, RdataType.A)
    lookup = await dns.ask(record.owner, types[0])
    lookups = [lookup]
    if _target(record) not in lookup.aliases:
        lookups.append(await dns.ask(record.owner, types[1]))
    telling = [each for each in lookups if not each.absent] or [lookup]
    found = [judge(record, each, partial(_opinion, addresses=addresses)) for each in telling]
    worst = min(found, key=lambda finding: WORST_FIRST.index(finding.status))
    return replace(worst, beside=tuple(lookups))


def _opinion(record: Record, answer: Answer, addresses: frozenset[Rdata]) -> Verdict:
    if _target(record) in answer.aliases:
        return as_wanted(record)
    ours = bool(answer.rdatas) and set(answer.rdatas) <= addresses
    if answer.aliases:
        leads = f"leads to {unicode_form(answer.aliases[0])}, which is not this server"
        if ours:
            return works_differently(record)
    elif not answer.rdatas:
        return missing(record)
    elif ours:
        return as_wanted(record)
    else:
        foreign = listed(sorted(map(shown, answer.rdatas)))
        leads = f"has the address {foreign}, which is not this server's"
    is_edited = bool(answer.aliases) and record.rdtype == RdataType.CNAME
    fix = f"Delete it, and add the wanted {record.type_text} record {where(record)}."
    return different(record, f"{unicode_form(record.owner)} {leads}.", "" if is_edited else fix)


def _target(record: Record) -> Name | None:
    return record.rdata.target if isinstance(record.rdata, CNAME) else None
