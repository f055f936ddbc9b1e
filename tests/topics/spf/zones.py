"""A zone to publish SPF records in, and how they are judged."""

from dns.name import from_text

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import Setup
from tests.memory_dns import MemoryDns, World, good_zone
from tests.topics.setups import FULL, findings_about, wanted

APEX = "example.org."
OURS = "ip4:1.2.3.4 ip6:2001:db8::10"
GOOD = (
    good_zone(FULL)
    .with_zone("example.net.")
    .having("ours.example.net.", "TXT", '"v=spf1 ip4:1.2.3.4 ip6:2001:db8::/64 -all"')
    .having("theirs.example.net.", "TXT", '"v=spf1 ip4:9.9.9.9 -all"')
    .having("broken.example.net.", "TXT", '"v=spf1 ipv4:9.9.9.9 -all"')
    .having("two.example.net.", "TXT", '"v=spf1 -all"', '"v=spf1 ~all"')
    .having("round.example.net.", "TXT", '"v=spf1 include:example.org -all"')
    .having("open.example.net.", "TXT", '"v=spf1 +all"')
    .having("neutral.example.net.", "TXT", '"v=spf1 ?all"')
    .having("mailers.example.net.", "MX", f"10 mail.{APEX}")
)


def publishing(*texts: str) -> World:
    return holding(*(f'"{text}"' for text in texts))


def holding(*rdatas: str) -> World:
    """With these rdatas, as in a zone file, at the domain."""
    return GOOD.having(APEX, "TXT", *rdatas)


def chain(length: int) -> World:
    """Records from c1 on, each of which includes the next."""
    world = GOOD.having(f"c{length}.example.net.", "TXT", '"v=spf1 -all"')
    for n in range(1, length):
        text = f'"v=spf1 include:c{n + 1}.example.net -all"'
        world = world.having(from_text(f"c{n}.example.net."), "TXT", text)
    return world


async def all_judged(memory: MemoryDns, setup: Setup = FULL) -> list[Finding]:
    return await findings_about(setup, memory, wanted(setup, APEX, "TXT", "v=spf1"))


async def judged(memory: MemoryDns, setup: Setup = FULL) -> Finding:
    """The gravest finding."""
    return (await all_judged(memory, setup))[0]


async def codes(world: World, setup: Setup = FULL) -> dict[str, Status]:
    return {f.code: f.status for f in await all_judged(MemoryDns(world), setup)}
