"""SPF evaluation by spftrace, through our own lookups."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address

import dns.exception
import dns.name
import dns.rcode
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT
from spftrace import BaseResolver, SpfPermError, acheck, parse
from spftrace.resolver import NOERROR, NXDOMAIN, SERVFAIL

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.txt import txt_value
from mailcow_dns_tui.topics.spf_result import PASSED, Evaluation


async def evaluate(
    text: str, domain: str, addresses: Sequence[IPv4Address | IPv6Address], dns: Dns
) -> Evaluation:
    """Evaluate a record for each address as a sender from the domain."""
    resolver = _Resolver(dns)
    result = Evaluation(PASSED, "", "", _passes_all(text))
    for address in map(str, addresses):
        outcome = await acheck(address, domain, policy=text, resolver=resolver)
        if outcome.verdict != PASSED:
            reason = outcome.explanation or "; ".join(outcome.warnings)
            return Evaluation(outcome.verdict, address, reason, result.open_to_all)
    return result


def _passes_all(text: str) -> bool:
    try:
        terms = parse(text).terms
    except SpfPermError:
        return False
    return any(term.name == "all" and term.qualifier == "+" for term in terms)


class _Resolver(BaseResolver):
    """Lets spftrace ask through our lookups."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns

    async def _lookup(self, name: str, rtype: str) -> tuple[str, list[str]]:
        try:
            owner = dns.name.from_text(name)
        except dns.exception.DNSException:
            return NXDOMAIN, []
        lookup = await self._dns.ask(owner, RdataType[rtype])
        if lookup.best is None:
            return SERVFAIL, []
        if lookup.best.nxdomain:
            return NXDOMAIN, []
        return NOERROR, [_text(rdata) for rdata in lookup.rdatas]


def _text(rdata: Rdata) -> str:
    if isinstance(rdata, TXT):
        return txt_value(rdata)
    if isinstance(rdata, MX):
        return ascii_form(rdata.exchange)
    if isinstance(rdata, PTR):
        return ascii_form(rdata.target)
    return rdata.to_text()
