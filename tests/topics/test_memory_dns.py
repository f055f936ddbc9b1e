"""The DNS that the topics are tested with says what a real one would."""

import dns.name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Failure, Lookup
from tests.memory_dns import NS1, NS2, RESOLVER, Fault, MemoryDns, World, agreed


def world() -> World:
    empty = World((), {}).with_zone("example.org.").with_zone("example.com.")
    return (
        empty.having("mail.example.org.", "A", "1.2.3.4")
        .having("a.b.example.org.", "TXT", '"x"')
        .having("*.wild.example.org.", "A", "1.2.3.5")
        .having("away.example.com.", "CNAME", "mail.example.org.")
        .having("round.example.com.", "CNAME", "about.example.org.")
        .having("about.example.org.", "CNAME", "round.example.com.")
    )


async def ask(dns_: MemoryDns, name: str, rdtype: str = "A") -> Lookup:
    return await dns_.ask(dns.name.from_text(name), RdataType[rdtype])


def found(lookup: Lookup) -> list[str]:
    return [rdata.to_text() for rdata in lookup.rdatas]


async def test_answers_as_rfc_1034_and_rfc_4592_say() -> None:
    memory = MemoryDns(world())
    assert found(await ask(memory, "mail.example.org.")) == ["1.2.3.4"]
    assert found(await ask(memory, "any.thing.wild.example.org.")) == ["1.2.3.5"]
    nodata = await ask(memory, "mail.example.org.", "AAAA")
    empty_non_terminal = await ask(memory, "b.example.org.")
    nxdomain = await ask(memory, "no.example.org.")
    assert nodata.absent
    assert empty_non_terminal.absent
    assert [a.nxdomain for lookup in (nodata, empty_non_terminal) for a in lookup.answers] == [
        False
    ] * 4
    assert all(answer.nxdomain for answer in nxdomain.answers)


async def test_follows_cnames_across_zones_and_not_in_a_circle() -> None:
    memory = MemoryDns(world())
    away = await ask(memory, "away.example.com.")
    assert found(away) == ["1.2.3.4"]
    assert [alias.to_text() for alias in away.aliases] == ["mail.example.org."]
    circle = await ask(memory, "round.example.com.")
    assert {answer.failure for answer in circle.answers} == {Failure.LOOP}


async def test_servers_and_resolver_have_views_of_their_own() -> None:
    old = world().having("mail.example.org.", "A", "9.9.9.9")
    stale = await ask(MemoryDns(world(), {NS2: old}), "mail.example.org.")
    assert not agreed(stale)
    lagging = await ask(MemoryDns(world(), {RESOLVER: old}), "mail.example.org.")
    assert agreed(lagging)
    assert lagging.resolver is not None
    assert lagging.resolver.rdatas != lagging.rdatas


async def test_the_resolver_is_not_asked_for_what_is_absent() -> None:
    lookup = await ask(MemoryDns(world()), "no.example.org.")
    assert lookup.resolver is None


async def test_faults_strike_at_and_below_a_name() -> None:
    memory = MemoryDns(world(), faults=(Fault("example.org.", server=NS1),))
    lookup = await ask(memory, "away.example.com.")
    assert [answer.failure for answer in lookup.answers] == [Failure.TIMEOUT, None]
    lookup = await ask(MemoryDns(world(), faults=(Fault("b.example.org."),)), "a.b.example.org.")
    assert lookup.unknown


async def test_records_what_was_asked() -> None:
    memory = MemoryDns(world())
    await ask(memory, "mail.example.org.")
    assert memory.asked == [(dns.name.from_text("mail.example.org."), RdataType.A)]
