"""An owner of zones who does exactly what a step says, one act after the other."""

import re
from collections.abc import Iterator
from dataclasses import replace

import dns.name
import dns.rdata
import dns.rdataclass
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.step import GuideStep, Removal
from mailcow_dns_tui.topics.context import same
from tests.memory_dns import NEGATIVE_TTL, World, policy_page
from tests.memory_zones import Key

IN_PLAN = "in the plan (step "
"""Where a step changes nothing that is published."""


def worlds(world: World, step: GuideStep) -> Iterator[World]:
    """The world after each act; what is edited in its place, or under a CNAME, is one act."""
    if (after := _without_pasting(world, step)) is not None:
        yield after
        return
    for after in with_policies(world, step):
        yield (world := after)
    left = list(step.removals)
    if step.record is not None:
        first = next((each for each in left if _is_replaced(each, step.record)), None)
        if first is not None:
            left.remove(first)
            world = without(world, first)
        for record in (step.record, *step.also):
            world = publish(world, record)
        yield world
    for each in left:
        if step.record is None or _stays_beside(each, step.record):
            world = without(world, each)
            yield world


def _without_pasting(world: World, step: GuideStep) -> World | None:
    """The world after a step by which no record comes or goes; None for the others."""
    if step.act is Act.OUTSIDE:
        return _outside(world, step)
    if step.act is Act.ASK_AGAIN:
        return _from_another_network(world)
    if step.finding.code == "proxy-address" and not step.removals:
        return _without_proxy(world, step)
    return replace(world, mx_ttl=NEGATIVE_TTL) if step.lowers_ttl else None


def _is_replaced(gone: Removal, record: Record) -> bool:
    return gone.owner == record.owner and gone.type_text in {record.type_text, "CNAME"}


def _stays_beside(gone: Removal, record: Record) -> bool:
    """Whether it did not go by itself when the record came."""
    return record.rdtype != RdataType.CNAME or gone.owner != record.owner


def publish(world: World, record: Record) -> World:
    """Beside what is there, as a panel does; beside a CNAME nothing else can be."""
    if record.rdtype == RdataType.CNAME:
        kept = {key: v for key, v in world.rrsets.items() if key[0] != record.owner}
        return replace(
            world, rrsets={**kept, (record.owner, record.rdtype): (record.rdata.to_text(),)}
        )
    assert (record.owner, RdataType.CNAME) not in world.rrsets, "a CNAME is in the way"
    key = (record.owner, record.rdtype)
    there = world.rrsets.get(key, ())
    if any(same(rdata, record.rdata) for rdata in (parse(key, text) for text in there)):
        return world
    return world.adding(record.owner, record.type_text, record.rdata.to_text())


def stands(world: World, gone: Removal) -> bool:
    key = (gone.owner, RdataType[gone.type_text])
    return any(shown(parse(key, text)) == gone.value for text in world.rrsets.get(key, ()))


def without(world: World, gone: Removal) -> World:
    key = (gone.owner, RdataType[gone.type_text])
    there = world.rrsets.get(key, ())
    kept = tuple(text for text in there if shown(parse(key, text)) != gone.value)
    assert len(kept) == len(there) - 1, f"{gone} is not there"
    rrsets = {k: v for k, v in world.rrsets.items() if k != key}
    return replace(world, rrsets={**rrsets, key: kept} if kept else rrsets)


def parse(key: Key, text: str) -> Rdata:
    return dns.rdata.from_text(dns.rdataclass.IN, key[1], text)


def _without_proxy(world: World, step: GuideStep) -> World:
    """Without what only the proxy answers; an address behind it is the one of the form."""
    if step.record is None:
        return world.without(step.finding.name, step.finding.rdtype)
    return world.having(step.record.owner, step.record.type_text, step.record.rdata.to_text())


def _outside(world: World, step: GuideStep) -> World:
    found = step.finding
    if step.where.startswith(IN_PLAN):
        return world
    if found.topic == "ptr":
        assert step.wanted is not None
        return world.having(step.wanted.owner, "PTR", step.wanted.rdata.to_text())
    if found.topic == "tlsa":
        assert found.code == "key-not-in-plan", found
        return world.without(found.name, "TLSA")
    assert found.code.startswith("policy-"), found
    return _with_policy(world, found.domain, " ".join(step.warnings))


def with_policies(world: World, step: GuideStep) -> Iterator[World]:
    """After each policy that the step says to see to first."""
    for warning in step.warnings:
        if warning.startswith("First see"):
            named = re.search(r"policy of (\S+) is right", warning)
            domain = dns.name.from_text(named[1]) if named else step.finding.domain
            world = _with_policy(world, domain, warning)
            yield world


def _with_policy(world: World, domain: Name | None, told: str) -> World:
    """With the hosts that the step says, and no others; whoever could not read it still can't."""
    hosts = re.search("has to allow (.*?):", told)
    assert domain is not None
    assert hosts is not None, told
    page = policy_page(mx=hosts[1].replace(", ", "\nmx: "))
    failure = world.policies[domain].failure
    unread = failure if failure and failure.could_be_here else None
    return world.serving(domain.to_text(), replace(page, failure=unread))


def _from_another_network(world: World) -> World:
    """There a policy can be read that could not be from here."""
    pages = world.policies.items()
    read = {
        name: replace(page, failure=None)
        for name, page in pages
        if page.failure and page.failure.could_be_here
    }
    assert read, "nothing is unread"
    return replace(world, policies={**world.policies, **read})
