"""Steps about the addresses of the mail host."""

from dataclasses import replace

from mailcow_dns_tui.guide.published import alias, has, meant, others, own, removal
from mailcow_dns_tui.guide.situation import Situation
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.guide.wording import add, draft, put, take_away
from mailcow_dns_tui.model.address_kinds import unroutable
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup, Spf
from mailcow_dns_tui.topics.addresses import address_of
from mailcow_dns_tui.topics.host_opinion import is_usable
from mailcow_dns_tui.topics.judgement import where
from mailcow_dns_tui.topics.ptr import is_dispensable
from mailcow_dns_tui.topics.words import in_plan, listed

IPV6 = 6
MOVE = (
    "What went to the old address comes to this server from then on, so its mailboxes have to be "
    "here already."
)
BEHIND = (
    "The panel does not list the proxy's address but the one behind it, which has to be {address}. "
    "Only where it lists the proxy's own, change that to {address}."
)
BESIDE_PROXY = (
    "The panel does not list the proxy's address, which goes with the proxy. Only where it lists "
    "{addresses} itself, delete that."
)
UNPLANNED = "Is the address this server's own after all? Then enter it {place} instead."
SECOND = (
    "Is the address this server's own after all? Then leave it, and set its reverse DNS to {host}."
)


def leads_elsewhere(found: Finding) -> bool:
    """Whether mail that comes by the host's name goes to another server."""
    heard = found.lookup.heard if found.lookup and found.record else ()
    rdatas = {rdata for answer in heard for rdata in answer.rdatas}
    ours = found.record is not None and found.record.rdata in rdatas
    return not ours and any(map(is_usable, rdatas))


def address_step(record: Record, found: Finding, situation: Situation) -> GuideStep:
    address = address_of(record.rdata)
    if address is not None and unroutable(address):
        return draft(Act.OUTSIDE, record, found)
    if alias(found):
        return put(record, found, others(found, record), also=situation.beside(record))
    if has(found, record):
        return _without_others(record, found)
    if found.code == "proxy-address":
        return _behind_proxy(record, found)
    gone = others(found, record)
    if not gone:
        return add(record, found)
    step = put(record, found, gone)
    return replace(step, warnings=(MOVE,)) if found.code == "different" else step


def _behind_proxy(record: Record, found: Finding) -> GuideStep:
    """The switch first: as long as it is on, the panel lists the address behind the proxy."""
    told = BEHIND.format(address=record.value)
    return replace(draft(Act.CHANGE, record, found), record=record, warnings=(told,))


def _without_others(record: Record, found: Finding) -> GuideStep:
    beside = [rdata for rdata in own(found) if rdata != record.rdata]
    gone = tuple(removal(found, rdata) for rdata in meant(found, beside))
    step = take_away(record, found, gone)
    if found.code != "extra-address":
        return step
    return replace(step, warnings=(SECOND.format(host=unicode_form(record.owner)),))


def unplanned_step(found: Finding, situation: Situation) -> GuideStep:
    """Addresses of the family for which the plan has none: only another's is to go."""
    place = in_plan("ipv6" if found.rdtype == "AAAA" else "ipv4")
    if found.code == "unplanned-address" and found.status is Status.WARNING:
        return replace(draft(Act.OUTSIDE, None, found), where=place)
    there = found.lookup.rdatas if found.lookup else ()
    gone = tuple(removal(found, rdata) for rdata in meant(found, there))
    record = next((each for each in situation.records if each.owner == found.name), None)
    zone = where(record) if record else ""
    if found.code == "proxy-address":
        step = draft(Act.CHANGE, None, found)
        told = BESIDE_PROXY.format(addresses=listed([each.value for each in gone]))
        return replace(step, where=zone or step.where, warnings=(told,))
    step = take_away(None, found, gone)
    aside = (UNPLANNED.format(place=place),) if found.code == "unplanned-address" else ()
    return replace(step, where=zone or step.where, warnings=aside)


def lives_without_ipv6(step: GuideStep | None, setup: Setup) -> bool:
    """Whether the step is about reverse DNS that may be had for IPv4 only."""
    record = step.wanted if step and step.finding.topic == "ptr" else None
    return record is not None and is_dispensable(record, setup.server)


def without_ipv6(setup: Setup) -> Setup:
    """The plan of a server that sends over IPv4 only."""
    words = {f"ip6:{each}" for each in setup.server.addresses if each.version == IPV6}

    def kept(spf: Spf) -> Spf:
        return replace(spf, mechanisms=tuple(w for w in spf.mechanisms if w.lower() not in words))

    domains = tuple(
        replace(each, spf=kept(each.spf)) if each.spf else each for each in setup.domains
    )
    server = replace(setup.server, ipv6="")
    return replace(setup, server=server, spf=kept(setup.spf), domains=domains)
