"""SPF evaluation by spftrace, through our own lookups, and what its trace tells."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import dns.exception
import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT
from spftrace import BaseResolver, Event, Result, acheck
from spftrace.resolver import NOERROR, NXDOMAIN, SERVFAIL

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.names import Address, ascii_form
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.model.text import listed, txt_value
from mailcow_dns_tui.topics.spf.cost import MOST_LOOKUPS, MOST_VOIDS
from mailcow_dns_tui.topics.spf.record import syntax_fault
from mailcow_dns_tui.topics.spf.result import (
    PASSED,
    UNTOLD,
    Evaluation,
    Opening,
    Permerror,
    SpfOutcome,
)

WIDEST_IPV4 = 8
WIDEST_IPV6 = 16
"""The shortest prefixes that one operator may hold: the old class A, and a large IPv6 block."""

OF_WRITERS = re.compile(r".*%\{[ls]", re.IGNORECASE)
"""In a term whose name holds the part of the sender's address before the @ (RFC 7208 7.2)."""
OF_STRANGERS = re.compile(r"[-+~?]?ptr\b|.*%\{[hilps]", re.IGNORECASE)
"""In a term whose name holds that, or what the sender greets with, its address, or that's name."""


def troubles(
    result: Result, made_up: re.Pattern[str], *, is_ours: bool = False
) -> Iterator[tuple[Permerror, str]]:
    """Why receivers give up on the record, each kind of reason at most once.

    What a name lacks that holds something made up says nothing: `made_up` matches its term. Where
    ours passes, each term without an answer counts (RFC 7208 4.6.4), be that known from another
    one: so receivers with pyspf count.
    """
    circle = _circle(result)
    if circle:
        yield Permerror.REFERENCE, circle
    elif result.dns_terms_used > MOST_LOOKUPS:
        yield Permerror.LOOKUPS, f"{result.dns_terms_used} DNS lookups"
    strictly = is_ours and result.verdict == PASSED
    voids = [e for e in result.trace.events if _is_void(e) or (strictly and _is_void_again(e))]
    voids = [e for e in voids if not made_up.match(e.data["term"] or "")]
    if len(voids) > MOST_VOIDS:
        names = listed(dict.fromkeys(str(event.data["name"]) for event in voids))
        yield Permerror.VOIDS, f"{len(voids)} lookups without an answer: {names}"
    fault = "" if circle else _broken_reference(result, made_up)
    if fault:
        yield Permerror.REFERENCE, fault


def _is_void(event: Event) -> bool:
    return event.kind == "void_lookup"


def _is_void_again(event: Event) -> bool:
    is_repeated = event.kind == "dns_lookup" and event.data["source"] == "cache"
    return is_repeated and event.data["rcode"] in {NOERROR, NXDOMAIN} and not event.data["answers"]


def opening(result: Result) -> Opening:
    """What made the sender pass: nothing is tried after that."""
    events = result.trace.events
    last = max(n for n, event in enumerate(events) if event.kind == "mech_start")
    return _opening(events[: last + 1])


def _opening(events: Sequence[Event]) -> Opening:
    """Of the last term that was tried."""
    inner = str(events[-1].data["raw"])
    terms = (e for e in reversed(events) if e.kind == "mech_start" or _redirects(e))
    outermost = next(event for event in terms if event.depth == 0)
    return Opening(str(outermost.data.get("raw") or _redirect(events)), inner)


def _redirects(event: Event) -> bool:
    return event.kind == "recurse_in" and event.data["via"] == "redirect"


def _redirect(events: Sequence[Event]) -> str:
    """As the record has it."""
    terms = next(e.data["terms"] for e in events if e.kind == "policy_parsed")
    return next(str(raw) for raw in terms if raw.lower().startswith("redirect="))


def ran_off_the_end(result: Result) -> bool:
    """Nothing matched, and neither `all` nor `redirect` is there to say what then (RFC 7208 4.7).

    What is included may end as it likes.
    """
    ends = [event for event in result.trace.events if event.kind == "eval_done"]
    return result.verdict == "neutral" and bool(ends) and "reason" in ends[-1].data


def wide(result: Result) -> Iterator[Opening]:
    """The terms that let a large part of the internet pass.

    A term counts where everything on the way down to it means pass.
    """
    qualifiers: dict[int, str] = {}
    events = result.trace.events
    for n, event in enumerate(events):
        if _redirects(event):
            qualifiers[event.depth] = PASSED
        if event.kind != "mech_start":
            continue
        qualifiers[event.depth] = str(event.data["qualifier"])
        if _is_wide(event) and all(qualifiers[d] == PASSED for d in range(event.depth + 1)):
            yield _opening(events[: n + 1])


def _is_wide(event: Event) -> bool:
    cidr4, cidr6 = event.data["cidr4"], event.data["cidr6"]
    return (cidr4 is not None and cidr4 < WIDEST_IPV4) or (
        cidr6 is not None and cidr6 < WIDEST_IPV6
    )


def _circle(result: Result) -> str:
    """Whose record comes back to itself by includes and redirects."""
    path: list[str] = []
    for event in result.trace.events:
        if event.kind != "check_start":
            continue
        domain = str(event.data["domain"]).lower().rstrip(".")
        del path[event.depth :]
        if domain in path:
            between = path[path.index(domain) + 1 :]
            return f"{domain} refers to itself{f' by way of {listed(between)}' if between else ''}"
        path.append(domain)
    return ""


def _broken_reference(result: Result, made_up: re.Pattern[str]) -> str:
    """What is wrong with what the record refers to; only the last thing seen can be it."""
    events = result.trace.events
    end = next((n for n, event in enumerate(events) if event.kind == "exit"), None)
    if end is None or events[end].data["result"] != "permerror":
        return ""
    before = [event for event in events[:end] if not event.kind.startswith("recurse_out")]
    if any(map(made_up.match, _references(before))):
        return ""
    domain = next((str(e.data["domain"]) for e in reversed(before) if e.kind == "check_start"), "")
    gave_up = result.dns_terms_used > MOST_LOOKUPS
    return _of_last(before, domain) or ("" if gave_up else str(events[end].data["reason"]))


def _references(events: Sequence[Event]) -> Sequence[str]:
    """The names that led to the last event, by includes and redirects, macros not expanded."""
    asked, names = "", dict[int, str]()
    for event in events:
        if event.kind == "macro_expand":
            asked = str(event.data["before"] or "")
        if event.kind == "recurse_in":
            names[event.depth] = asked
    return [name for depth, name in names.items() if depth < events[-1].depth]


def _of_last(events: list[Event], domain: str) -> str:
    last = events[-1]
    if last.kind == "parse_error":
        return f"in the record of {domain}, {syntax_fault(str(last.data['policy']))}"
    if last.kind == "txt_lookup":
        several = [text for text in last.data["records"] if text.lower().startswith("v=spf1")]
        return f"{domain} has {'several SPF records' if several else 'no SPF record'}"
    return f"{domain} is no domain name" if last.kind == "domain_invalid" else ""


STRANGERS = {4: "240.0.0.1", 6: "100::1"}
"""Addresses that nobody sends from (RFC 1112 4, RFC 6666): a record is walked to its end."""
MAX_QUERIES = 150
"""Above what ten terms may cost: eleven questions each (RFC 7208 4.6.4)."""


async def evaluate(text: str, domain: Name, server: Server, dns: Dns) -> Evaluation:
    """Evaluate a record for each address of the server as a sender from the domain.

    And for strangers, who greet with other names.
    """
    addresses = server.addresses
    versions = {address.version for address in addresses} or {4}
    resolver = _Resolver(dns)
    checked = partial(
        acheck,
        sender=ascii_form(domain),
        helo=ascii_form(server.name) if server.name else "",
        policy=text,
        max_queries=MAX_QUERIES,
        audit=True,
        prefetch=True,
    )
    check = partial(checked, resolver=resolver)
    strangers = [STRANGERS[version] for version in sorted(versions)]
    results = await asyncio.gather(*map(check, [*map(str, addresses), *strangers]))
    found = _evaluation(addresses, results[: len(addresses)], results[len(addresses) :])
    for view in range(1, resolver.views):
        check = partial(checked, resolver=_Resolver(dns, view))
        others = await asyncio.gather(*map(check, map(str, addresses)))
        if [each.verdict for each in others] != [each.verdict for each in results[: len(others)]]:
            return replace(found, differing=tuple(resolver.differing))
    return found


def _evaluation(
    addresses: Sequence[Address],
    ours: Sequence[Result],
    strangers: Sequence[Result],
) -> Evaluation:
    own = dict(t for r in ours for t in troubles(r, OF_WRITERS, is_ours=True))
    others = dict(t for r in strangers for t in troubles(r, OF_STRANGERS))
    passing = (opening(r) for r in strangers if r.verdict == PASSED)
    return Evaluation(
        outcomes=tuple(_outcome(str(a), r) for a, r in zip(addresses, ours, strict=True)),
        others=frozenset(result.verdict for result in strangers),
        open=tuple(dict.fromkeys(passing)),
        has_end=not any(map(ran_off_the_end, strangers)),
        troubles=tuple({**others, **own}.items()),
        met=frozenset(own),
        wide=tuple(dict.fromkeys(each for r in strangers for each in wide(r))),
    )


def _outcome(address: str, result: Result) -> SpfOutcome:
    # Where a name that was asked holds the part of the sender's address before the @.
    expanded = (e.data["before"] or "" for e in result.trace.events if e.kind == "macro_expand")
    untold = result.verdict != PASSED and any(map(OF_WRITERS.match, expanded))
    return SpfOutcome(address, UNTOLD if untold else result.verdict)


class _Resolver(BaseResolver):
    """Lets spftrace ask through our lookups.

    Where name servers have different TXT records, `view` tells which of these are taken.

    Attributes:
        differing: the names of which they have, with how many they are.
    """

    def __init__(self, dns: Dns, view: int = 0) -> None:
        self._dns = dns
        self._view = view
        self.differing: dict[Name, int] = {}

    @property
    def views(self) -> int:
        """How many there are at one name at most."""
        return max(self.differing.values(), default=1)

    async def _lookup(self, name: str, rtype: str) -> tuple[str, list[str]]:
        try:
            owner = dns.name.from_text(name)
        except dns.exception.DNSException:
            return NXDOMAIN, []
        lookup = await self._dns.ask_servers(owner, RdataType[rtype])
        if lookup.unknown or lookup.representative is None:
            return SERVFAIL, []
        answer = self._viewed(lookup, lookup.representative)
        if answer.nxdomain:
            return NXDOMAIN, []
        return NOERROR, [_text(rdata) for rdata in answer.rdatas]

    def _viewed(self, lookup: Lookup, best: Answer) -> Answer:
        others = (each for each in lookup.answered if each.data != best.data)
        told = list({each.data: each for each in others}.values())
        if lookup.rdtype != RdataType.TXT or not told:
            # That the mail host or an MX differs is said of themselves.
            return best
        self.differing[lookup.name] = 1 + len(told)
        return [best, *told][min(self._view, len(told))]


def _text(rdata: Rdata) -> str:
    if isinstance(rdata, TXT):
        return txt_value(rdata)
    if isinstance(rdata, MX):
        return ascii_form(rdata.exchange)
    if isinstance(rdata, PTR):
        return ascii_form(rdata.target)
    return rdata.to_text()
