"""What the reverse DNS of an address means for the mail that it sends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address

import dns.reversename
from dns.name import Name
from dns.rdtypes.ANY.PTR import PTR

from mailcow_dns_tui.model.address_kinds import Address, unroutable
from mailcow_dns_tui.model.answer import Answer, Lookup
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics import addresses, rdatas
from mailcow_dns_tui.topics.aliases import could_not_tell
from mailcow_dns_tui.topics.cdn import GREY_CLOUD, is_proxy
from mailcow_dns_tui.topics.doubled import is_doubled
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, different, missing, where
from mailcow_dns_tui.topics.provider_names import is_default
from mailcow_dns_tui.topics.words import in_plan, listed

Forward = Mapping[Name, Lookup]
"""The addresses, of the family in question, of the names that reverse DNS gives."""

NAMED_WRONG = frozenset({"missing", "different", "other-name", "provider-name"})
"""Codes of reverse DNS that only needs the hostname."""
GMAIL = "Gmail delays or refuses its mail (4.7.23, 5.7.25)"


def address_of(record: Record) -> Address:
    return ip_address(dns.reversename.to_address(record.owner))


def opinions(record: Record, answer: Answer, forward: Forward) -> Sequence[Verdict]:
    targets = frozenset(rdata.target for rdata in answer.rdatas if isinstance(rdata, PTR))
    if not targets:
        return (_without_name(record, answer),)
    wanted = _wanted(record)
    confirmed = _confirmed(record, targets, forward)
    unknown = {name for name in targets if name not in forward or forward[name].unknown}
    several = (_several(record, targets),) if len(targets) > 1 else ()
    if not confirmed and unknown:
        left_out = any(name in forward and forward[name].left_out for name in unknown)
        return (could_not_tell(unknown, left_out=left_out), *several)
    if not wanted <= targets:
        return (_other(record, targets, confirmed), *several)
    if not confirmed:
        return (_not_confirmed(record, forward), *several)
    return several or (as_wanted(record),)


def _wanted(record: Record) -> frozenset[Name]:
    return frozenset({record.rdata.target} if isinstance(record.rdata, PTR) else ())


def _confirmed(record: Record, targets: Iterable[Name], forward: Forward) -> frozenset[Name]:
    """The names that lead back to the address (forward-confirmed reverse DNS)."""
    rdata = rdatas.address(address_of(record))
    back = (
        name for name, lookup in forward.items() if any(rdata in a.rdatas for a in lookup.heard)
    )
    return frozenset(targets).intersection(back)


def _without_name(record: Record, answer: Answer) -> Verdict:
    address = address_of(record)
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
        f"Reverse DNS of {address_of(record)} names several hosts, {_listed(targets)}: "
        "receivers may look at any of them."
    )
    fix = f"Keep only {record.value.rstrip('.')} {where(record)}, and delete the others."
    return Verdict(Status.WARNING, "several-ptr", message, fix)


def _not_confirmed(record: Record, forward: Forward) -> Verdict:
    address, host = address_of(record), _listed(_wanted(record))
    named = f"Reverse DNS of {address} names {host}, which does not lead back to it"
    there = [rdata for name in _wanted(record) for rdata in forward[name].rdatas]
    if any(found and is_proxy(found) for found in map(addresses.address_of, there)):
        message = f"{named} but to Cloudflare's proxy: {GMAIL}."
        return Verdict(Status.ERROR, "not-confirmed", message, GREY_CLOUD)
    message = f"{named}: {GMAIL}."
    rdtype = rdatas.address(address).rdtype.name
    fix = f"Add an {rdtype} record of {host}, with {address}, in the DNS settings of its domain."
    return Verdict(Status.ERROR, "not-confirmed", message, fix)


def _other(record: Record, targets: frozenset[Name], confirmed: frozenset[Name]) -> Verdict:
    """Reverse DNS that does not name the host of the plan."""
    address, names = address_of(record), _listed(targets)
    status = Status.WARNING if confirmed else Status.ERROR
    fix = f"Change it to {record.value.rstrip('.')} {where(record)}."
    hosts = _wanted(record)
    if all(any(is_doubled(name, host, record.owner) for host in hosts) for name in targets):
        message = f"Reverse DNS of {address} names {names}: the panel appended the zone."
        fix = f"{fix[:-1]}, and end the name with a dot if the panel appends the zone."
        return Verdict(status, "doubled-target", message, fix)
    if all(is_default(name, address) for name in targets):
        refuses = "some receivers, such as GMX and web.de, refuse that" if confirmed else GMAIL
        message = f"{address} has the provider's default reverse DNS {names}: {refuses}."
        return Verdict(status, "provider-name", message, fix)
    if confirmed:
        message = (
            f"Reverse DNS of {address} names {names}, but the server greets as "
            f"{_listed(hosts)}: some receivers want the same name."
        )
        return Verdict(status, "other-name", message, fix)
    message = f"Reverse DNS of {address} names {names}, which does not lead back to it: {GMAIL}."
    return different(record, message, fix)


def _listed(names: Iterable[Name]) -> str:
    return listed(sorted(map(unicode_form, names)))
