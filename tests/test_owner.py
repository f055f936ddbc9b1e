"""From a zone with one address to all good, with every operation of its owner counted."""

import dns.name
import pytest

from mailcow_dns_tui.panels.load import by_id
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.terminal import Terminal
from tests.benchmarks.owner import Owner, walk
from tests.benchmarks.owner_tally import Way
from tests.benchmarks.owner_zone import START, Published, planned
from tests.memory_dns import good_zone

MOST = 300
"""Operations, where the panel imports a zone file."""
MOST_BY_KEY = 40
"""After the plan was typed; what reverse DNS takes, which no key sets, among them."""


@pytest.mark.parametrize("panel", ["cloudflare", "hetzner"])
async def test_a_file_to_import_saves_most_of_the_work(panel: str) -> None:
    tally = await walk(panel, Way.IMPORT)
    assert (tally.wrong, tally.false) == ([], [])
    assert tally.operations < MOST


async def test_publishing_by_a_key_saves_nearly_all_of_it() -> None:
    tally = await walk("hetzner", Way.PUBLISH)
    assert (tally.wrong, tally.false) == ([], [])
    assert tally.operations - tally.to_plan < MOST_BY_KEY


@pytest.mark.parametrize("panel", ["namecheap"])
async def test_box_by_box_what_is_published_is_what_was_planned(panel: str) -> None:
    tally = await walk(panel, Way.BY_HAND)
    assert (tally.wrong, tally.false) == ([], [])
    assert tally.copies / tally.records <= 2


@pytest.mark.parametrize("fault", ["nothing is there", "another value", "one more"])
async def test_every_record_that_is_not_as_planned_is_counted(fault: str) -> None:
    zone, panel = Published(), by_id("any")
    assert panel is not None
    app = WizardApp(planned(), engine=zone, save=lambda setup: None, terminal=Terminal({}))
    async with app.run_test() as pilot:
        owner = Owner(app, pilot, zone, panel, Way.BY_HAND)
        zone.world = good_zone(app.setup)
        owner.compare()
        assert not owner.tally.wrong
        match fault:
            case "nothing is there":
                zone.world = START
            case "another value":
                zone.world = zone.world.having("example.org.", "MX", "20 mail.example.org.")
            case "one more":
                zone.add(dns.name.from_text("more.example.org."), "A", "192.0.2.10")
        owner.compare()
        assert owner.tally.wrong
