"""Reverse DNS: from the server's addresses back to its name."""

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address, ip_address

import dns.name
import dns.reversename
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.PTR import PTR

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.code import DIFFERENT, MISSING, Act, Code
from mailcow_dns_tui.model.finding import Finding, Status, with_found_zone
from mailcow_dns_tui.model.names import Address, ascii_form, unicode_form, unroutable
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Guidance, Subject, Topic
from mailcow_dns_tui.topics.context import Context
from mailcow_dns_tui.topics.host.judge import GREY_CLOUD, is_proxy
from mailcow_dns_tui.topics.judge import Verdict, as_wanted, different, judge_all, missing, where
from mailcow_dns_tui.topics.judge import address_of as address_in
from mailcow_dns_tui.topics.misplaced import has_appended_origin
from mailcow_dns_tui.topics.phrases import in_plan, listed_names
from mailcow_dns_tui.topics.steps import draft, until
from mailcow_dns_tui.topics.targets import DOUBLED_TARGET, could_not_tell

SEVERAL_PTR = Code("several-ptr", "reverse DNS names several hosts")
OTHER_NAME = Code("other-name", "reverse DNS names the server by another name than the hostname")
PROVIDER_NAME = Code(
    "provider-name", "reverse DNS has the name that the provider gives to all its addresses"
)
NOT_CONFIRMED = Code(
    "not-confirmed", "reverse DNS names the server, whose name does not lead back to the address"
)


DEFAULT_ZONES = (
    "clients.your-server.de",
    "contaboserver.net",
    "compute.amazonaws.com",
    "compute-1.amazonaws.com",
    "bc.googleusercontent.com",
    "vps.ovh.net",
    "vps.ovh.ca",
    "stratoserver.net",
    "ip.linodeusercontent.com",
    "members.linode.com",
    "vultrusercontent.com",
    "onlinehome-server.info",
    "secureserver.net",
    "t-ipconnect.de",
    "poneytelecom.eu",
)
"""Zones in which hosting and access providers name the addresses that they rent out."""

DEFAULT_WORD = re.compile(
    r"(^|[.-])(static|dynamic|dyn|dhcp|dsl|adsl|vdsl|pool|ppp|dial|dialup|dialin|cable|customers?"
    r"|cust|clients?|unassigned|generic|vmi\d+|vps-?[0-9a-f]{6,}|no-?(rdns|ptr)[a-z-]*)(?=[.-]|$)"
)
"""A word that marks a name as one of many; only labels left of the last two are looked at."""


def is_default(name: Name, address: Address) -> bool:
    """Whether a name looks like the one that a provider has put there for everybody."""
    text = ascii_form(name).lower()
    if any(text.endswith(f".{zone}") for zone in DEFAULT_ZONES):
        return True
    host = ".".join(text.split(".")[:-2])
    return DEFAULT_WORD.search(host) is not None or _contains(text, address)


def _contains(text: str, address: Address) -> bool:
    """Whether the address itself is in the name: `ip-192-0-2-1`, `1.2.0.192`, `c0000201`."""
    if isinstance(address, IPv4Address):
        octets = str(address).split(".")
        return _in_order(text, octets) or _in_order(text, octets[::-1]) or _as_digits(text, address)
    groups = address.exploded.split(":")
    short = [group.lstrip("0") or "0" for group in groups]
    return _as_digits(text, address) or _in_order(text, groups) or _in_order(text, short)


def _in_order(text: str, parts: list[str]) -> bool:
    numbers = r"[.x-]0*".join(map(re.escape, parts))
    return re.search(rf"(?<![0-9])0*{numbers}(?![0-9])", text) is not None


def _as_digits(text: str, address: Address) -> bool:
    """All digits of the address without anything between them."""
    hexadecimal = address.packed.hex()
    padded = "".join(f"{octet:03}" for octet in address.packed) if address.version == 4 else ""
    return hexadecimal in text or bool(padded and padded in text)


Forward = Mapping[Name, Lookup]
"""The addresses, of the family in question, of the names that reverse DNS gives."""

NAMED_WRONG = frozenset({MISSING, DIFFERENT, OTHER_NAME, PROVIDER_NAME})
"""Codes of reverse DNS that only needs the hostname."""
GMAIL = "Gmail delays or refuses its mail (4.7.23, 5.7.25)"


def reversed_address(record: Record) -> Address:
    """The address whose reverse DNS the record is."""
    return ip_address(dns.reversename.to_address(record.owner))


def judge_answer(record: Record, answer: Answer, forward: Forward) -> Sequence[Verdict]:
    """All that is to be said of the names that reverse DNS has for one address."""
    targets = frozenset(rdata.target for rdata in answer.rdatas if isinstance(rdata, PTR))
    if not targets:
        return (_without_name(record, answer),)
    host = _host(record)
    confirmed = _confirmed(record, targets, forward)
    unknown = {name for name in targets if name not in forward or forward[name].unknown}
    several = (_several(record, targets),) if len(targets) > 1 else ()
    if not confirmed and unknown:
        left_out = any(name in forward and forward[name].left_out for name in unknown)
        return (could_not_tell(unknown, left_out=left_out), *several)
    if host not in targets:
        return (_other(record, targets, confirmed), *several)
    if not confirmed:
        return (_not_confirmed(record, forward), *several)
    return several or (as_wanted(record),)


def _host(record: Record) -> Name:
    """The hostname, which the address has to lead to."""
    return record.rdata.target if isinstance(record.rdata, PTR) else dns.name.root


def _confirmed(record: Record, targets: Iterable[Name], forward: Forward) -> frozenset[Name]:
    """The names that lead back to the address (forward-confirmed reverse DNS)."""
    rdata = rdatas.address(reversed_address(record))
    back = (
        name for name, lookup in forward.items() if any(rdata in a.rdatas for a in lookup.answered)
    )
    return frozenset(targets).intersection(back)


def _without_name(record: Record, answer: Answer) -> Verdict:
    address = reversed_address(record)
    if kind := unroutable(address):
        message = f"{address} is {kind}: it can have no reverse DNS that others see."
        fix = f"Enter the server's public address {in_plan(f'ipv{address.version}')}."
        return replace(missing(record), message=message, fix=fix)
    message, fix = f"{address} has no reverse DNS: {GMAIL}.", missing(record).fix
    if answer.aliases:
        # The provider's way to leave a part of a zone to somebody else (RFC 2317).
        target = unicode_form(answer.aliases[-1])
        fix = f"Add a PTR record to {record.value} at {target}, where its CNAME leads; or set it "
        fix += f"{where(record)}."
    return replace(missing(record), message=message, fix=fix)


def _several(record: Record, targets: Iterable[Name]) -> Verdict:
    message = (
        f"Reverse DNS of {reversed_address(record)} names several hosts, {listed_names(targets)}: "
        "receivers may look at any of them."
    )
    fix = f"Keep only {record.value.rstrip('.')} {where(record)}, and delete the others."
    return Verdict(Status.WARNING, SEVERAL_PTR, message, fix)


def _not_confirmed(record: Record, forward: Forward) -> Verdict:
    address, host = reversed_address(record), unicode_form(_host(record))
    named = f"Reverse DNS of {address} names {host}, which does not lead back to it"
    there = map(address_in, forward[_host(record)].rdatas)
    if any(found and is_proxy(found) for found in there):
        message = f"{named} but to Cloudflare's proxy: {GMAIL}."
        return Verdict(Status.ERROR, NOT_CONFIRMED, message, GREY_CLOUD)
    message = f"{named}: {GMAIL}."
    rdtype = rdatas.address(address).rdtype.name
    fix = f"Add an {rdtype} record of {host}, with {address}, in the DNS settings of its domain."
    return Verdict(Status.ERROR, NOT_CONFIRMED, message, fix)


def _other(record: Record, targets: frozenset[Name], confirmed: frozenset[Name]) -> Verdict:
    """Reverse DNS that does not name the host of the plan."""
    address, names = reversed_address(record), listed_names(targets)
    status = Status.WARNING if confirmed else Status.ERROR
    fix = f"Change it to {record.value.rstrip('.')} {where(record)}."
    host = _host(record)
    if all(has_appended_origin(name, host, record.owner) for name in targets):
        message = f"Reverse DNS of {address} names {names}: the panel appended the zone."
        fix = f"{fix[:-1]}, and end the name with a dot if the panel appends the zone."
        return Verdict(status, DOUBLED_TARGET, message, fix)
    if all(is_default(name, address) for name in targets):
        refuses = "some receivers, such as GMX and web.de, refuse that" if confirmed else GMAIL
        message = f"{address} has the provider's default reverse DNS {names}: {refuses}."
        return Verdict(status, PROVIDER_NAME, message, fix)
    if confirmed:
        message = (
            f"Reverse DNS of {address} names {names}, but the server greets as "
            f"{unicode_form(host)}: some receivers want the same name."
        )
        return Verdict(status, OTHER_NAME, message, fix)
    message = f"Reverse DNS of {address} names {names}, which does not lead back to it: {GMAIL}."
    return different(record, message, fix)


HOST_LABELS = {4: 1, 6: 16}
"""Labels below the zone that is likely delegated: a /24 for IPv4, a /64 for IPv6."""
WITHOUT_IPV6 = (
    "If the provider can't set it for IPv6, send over IPv4 only: set ENABLE_IPV6=false in "
    f"mailcow.conf, restart mailcow, delete the IPv6 address {in_plan('ipv6')}, and delete its "
    "AAAA record in the DNS settings."
)
LEADS_BACK = "Just wait: reverse DNS is right, and counts as soon as the name leads back to it."
FORWARD_TYPE = {4: RdataType.A, 6: RdataType.AAAA}


def is_dispensable(record: Record, server: Server) -> bool:
    """Whether it is about IPv6, without which mail still goes out over IPv4."""
    versions = {address.version for address in server.addresses}
    return reversed_address(record).version == 6 and 4 in versions


def elsewhere(record: Record, found: Finding, context: Context) -> GuideStep | None:
    """Set by whoever the address was rented from, in a form that asks for a name only."""
    if found.code == NOT_CONFIRMED:
        return _leading_back(record, found, context)
    if found.code not in NAMED_WRONG:
        return None
    what = f"Set the reverse DNS of {reversed_address(record)} to {record.value.rstrip('.')}."
    step = replace(draft(Act.OUTSIDE, record, found), what=what)
    dispensable = is_dispensable(record, context.setup.server)
    return replace(step, warnings=(WITHOUT_IPV6,)) if dispensable else step


def _leading_back(record: Record, found: Finding, context: Context) -> GuideStep:
    """Left to the host's address; where that is right by now, this is looked at again by itself."""
    host = _leading_to(record, context)
    if context.allows(host) and any(map(context.about, host)):
        return replace(draft(Act.WAIT, record, found), what=LEADS_BACK)
    step = draft(Act.OUTSIDE, record, found)
    placed = [with_found_zone(each, context.about(each)) for each in host]
    return replace(step, where=where(placed[0])) if placed else step


def reverse_step(record: Record, found: Finding, _: Context) -> GuideStep:
    """Of what is no record of the operator's zones."""
    return draft(Act.OUTSIDE, record, found)


def ptr_locks(step: GuideStep, context: Context) -> Iterator[str]:
    """A name that does not lead back to its address counts for nothing."""
    host = _leading_to(step.wanted, context)
    yield from until(context, host, "its name leads back to the address")


def _leading_to(reverse: Record | None, context: Context) -> Sequence[Record]:
    """The address records of the host that are of the same family."""
    rdtype = FORWARD_TYPE[reversed_address(reverse).version if reverse else 4]
    return [each for each in context.wanted("host") if each.rdtype == rdtype]


class PtrTopic(Topic):
    """Reverse DNS of the server's addresses, which has to name the hostname."""

    id = "ptr"
    asked_in = "server"
    guidance = Guidance(40, step=reverse_step, elsewhere=elsewhere, locks=ptr_locks)
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """A PTR for each address, in a zone of whoever it was rented from."""
        server = subject.setup.server
        if subject.domain is not None or server.name is None:
            return
        for address in server.addresses:
            owner = dns.reversename.from_address(str(address))
            why = "Gmail and others refuse mail from an address that names no host."
            record = self.record(subject, owner, rdatas.ptr(server.name), why)
            zone = Name(owner.labels[HOST_LABELS[address.version] :])
            yield replace(record, zone=zone, external=True)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the names, and whether each leads back (forward-confirmed reverse DNS)."""
        rdtype = FORWARD_TYPE[reversed_address(record).version]
        host = (subject.setup.server.name,) if subject.setup.server.name else ()
        lookup, forward = await asyncio.gather(
            dns.ask(record.owner, record.rdtype), _forward(host, rdtype, dns)
        )
        named = {rdata.target for rdata in lookup.published if isinstance(rdata, PTR)}
        others = await _forward(named.difference(host), rdtype, dns)
        judged = judge_all(record, lookup, partial(judge_answer, forward={**forward, **others}))
        if not is_dispensable(record, subject.setup.server):
            return judged
        return [
            replace(each, fix=f"{each.fix} {WITHOUT_IPV6}") if each.code in NAMED_WRONG else each
            for each in judged
        ]


async def _forward(names: Iterable[Name], rdtype: RdataType, dns: Dns) -> Forward:
    asked = tuple(names)
    return dict(
        zip(asked, await asyncio.gather(*(dns.ask(name, rdtype) for name in asked)), strict=True)
    )
