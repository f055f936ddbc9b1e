"""What the guide says of a world."""

from datetime import date
from itertools import chain

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.guide.plan import guide, policies_to_fetch
from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.model.dmarc_stage import staged
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.topics.dmarc.topic import noted
from mailcow_dns_tui.topics.registry import check_topic, plan
from tests.guide.states import SETUP
from tests.memory_dns import MemoryDns, World
from tests.memory_zones import Key
from tests.topics.setups import findings


class Remembering(MemoryDns):
    """Asks itself the same only once."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._known: dict[Key, Lookup] = {}

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        if (name, rdtype) not in self._known:
            self._known[name, rdtype] = await super().ask(name, rdtype)
        return self._known[name, rdtype]


async def as_noted(
    world: World, setup: Setup, today: date, memory: MemoryDns | None = None
) -> Setup:
    """The plan as the wizard keeps it that has seen this world on that day."""
    memory = memory or Remembering(world)
    looks = [await check_topic(setup, memory, "dmarc", apex) for apex in setup.apexes]
    return staged(noted(setup, chain.from_iterable(looks), today), today)


async def steps_left(
    world: World, setup: Setup = SETUP, memory: MemoryDns | None = None
) -> tuple[GuideStep, ...]:
    memory, records = memory or Remembering(world), plan(setup)
    found = await findings(setup, memory)
    pages = {name: await memory.fetch_policy(name) for name in policies_to_fetch(records, found)}
    return guide(setup, records, found, policies=pages)
