"""SPF evaluation by spftrace, through our own lookups."""

import asyncio
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address

import dns.exception
import dns.name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT
from spftrace import BaseResolver, Result, acheck
from spftrace.resolver import NOERROR, NXDOMAIN, SERVFAIL

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.txt import txt_value
from mailcow_dns_tui.topics import spf_trace
from mailcow_dns_tui.topics.spf_result import PASSED, UNTOLD, Evaluation, Outcome

STRANGERS = {4: "240.0.0.1", 6: "100::1"}
"""Addresses that nobody sends from (RFC 1112 4, RFC 6666): a record is walked to its end."""
MAX_QUERIES = 150
"""Above what ten terms may cost: eleven questions each (RFC 7208 4.6.4)."""


async def evaluate(
    text: str, domain: str, addresses: Sequence[IPv4Address | IPv6Address], dns: Dns
) -> Evaluation:
    """Evaluate a record for each address as a sender from the domain, and for strangers."""
    resolver = _Resolver(dns)
    ours = [_checked(str(address), text, domain, resolver) for address in addresses]
    versions = {address.version for address in addresses} or {4}
    strangers = [_checked(STRANGERS[v], text, domain, resolver) for v in sorted(versions)]
    results = await asyncio.gather(*ours, *strangers)
    return _evaluation(addresses, results[: len(ours)], results[len(ours) :])


async def _checked(address: str, text: str, domain: str, resolver: BaseResolver) -> Result:
    return await acheck(
        address,
        domain,
        policy=text,
        resolver=resolver,
        max_queries=MAX_QUERIES,
        audit=True,
        prefetch=True,
    )


def _evaluation(
    addresses: Sequence[IPv4Address | IPv6Address],
    ours: Sequence[Result],
    strangers: Sequence[Result],
) -> Evaluation:
    own = dict(t for r in ours for t in spf_trace.troubles(r, spf_trace.OF_WRITERS))
    others = dict(t for r in strangers for t in spf_trace.troubles(r, spf_trace.OF_STRANGERS))
    passing = (spf_trace.opening(r) for r in strangers if r.verdict == PASSED)
    return Evaluation(
        outcomes=tuple(_outcome(str(a), r) for a, r in zip(addresses, ours, strict=True)),
        others=frozenset(result.verdict for result in strangers),
        open=tuple(dict.fromkeys(passing)),
        has_end=not any(map(spf_trace.ran_off_the_end, strangers)),
        troubles=tuple({**others, **own}.items()),
        met=frozenset(own),
        wide=tuple(dict.fromkeys(each for r in strangers for each in spf_trace.wide(r))),
    )


def _outcome(address: str, result: Result) -> Outcome:
    untold = result.verdict != PASSED and spf_trace.depends_on_writers(result)
    return Outcome(address, UNTOLD if untold else result.verdict)


class _Resolver(BaseResolver):
    """Lets spftrace ask through our lookups."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns

    async def _lookup(self, name: str, rtype: str) -> tuple[str, list[str]]:
        try:
            owner = dns.name.from_text(name)
        except dns.exception.DNSException:
            return NXDOMAIN, []
        lookup = await self._dns.ask_servers(owner, RdataType[rtype])
        if lookup.unknown or lookup.best is None:
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
