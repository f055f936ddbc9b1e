"""How often checks and looks ask, and what they rely on."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import dns.name
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.demo import DemoDns, demo_setup
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.session import Lookups
from mailcow_dns_tui.model.setup import Setup, Spf
from mailcow_dns_tui.wizard import live_asking
from mailcow_dns_tui.wizard.demo_network import demo_network
from mailcow_dns_tui.wizard.live import LiveExaminer
from mailcow_dns_tui.wizard.live_asking import Asking
from tests.lookup.raw_server import raw_server, reply_to

SETUP = demo_setup()
EDITED = replace(SETUP, spf=Spf(all="~all"))
NAME = dns.name.from_text("mail.example.org")


@pytest.fixture
async def examiner() -> AsyncIterator[LiveExaminer]:
    """One that has checked the example."""
    async with DemoDns.start() as demo:
        examiner = LiveExaminer(partial(demo_network, demo))
        await questions_of(examiner, SETUP, anew=True)
        yield examiner
        await examiner.close()


async def questions_of(examiner: LiveExaminer, setup: Setup, *, anew: bool = False) -> int:
    """What a check asks."""
    before = examiner.asking.network.queries
    async for _ in examiner.examine(setup, anew=anew):
        pass
    return examiner.asking.network.queries - before


async def test_an_edit_is_judged_by_what_was_answered_a_moment_ago(examiner: LiveExaminer) -> None:
    assert await questions_of(examiner, EDITED) < 50
    assert await questions_of(examiner, EDITED, anew=True) > 200


async def test_an_edit_long_after_a_check_is_not(
    examiner: LiveExaminer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_asking, "LASTS", 0.0)
    assert await questions_of(examiner, EDITED) > 200


async def test_a_look_at_one_topic_makes_the_next_check_ask_no_more(examiner: LiveExaminer) -> None:
    before = examiner.asking.network.queries
    assert await examiner.examine_topic(SETUP, "mx", SETUP.apexes[0])
    assert examiner.asking.network.queries > before
    assert await questions_of(examiner, SETUP) < 50


async def heard(lookups: Lookups) -> str:
    lookup = await lookups.ask(NAME, RdataType.A)
    return str(lookup.rdatas[0])


@pytest.fixture
async def counted() -> AsyncIterator[Asking]:
    """Asks a resolver each of whose answers is another one: 192.0.2.1, 192.0.2.2 and so on."""
    answers = iter(range(1, 255))

    def answer(query: bytes) -> list[bytes]:
        return [reply_to(query, f"{NAME} 300 IN A 192.0.2.{next(answers)}").to_wire()]

    with raw_server(answer) as resolver:
        async with Network([resolver.endpoint]) as network:
            yield Asking(network)


async def test_the_next_check_knows_what_a_look_has_seen(counted: Asking) -> None:
    assert await heard(counted.check([], anew=False)) == "192.0.2.1"
    assert await heard(counted.check([], anew=False)) == "192.0.2.1"
    with counted.look([]) as lookups:
        assert await heard(lookups) == "192.0.2.2"
    assert await heard(counted.check([], anew=False)) == "192.0.2.2"


async def test_a_check_relies_on_nothing_older_than_a_look_under_way(counted: Asking) -> None:
    assert await heard(counted.check([], anew=False)) == "192.0.2.1"
    with counted.look([]):
        assert await heard(counted.check([], anew=False)) == "192.0.2.2"


async def test_what_no_check_is_about_is_asked_for_itself(counted: Asking) -> None:
    assert await heard(counted.check([], anew=False)) == "192.0.2.1"
    assert await heard(counted.aside([])) == "192.0.2.2"
    assert await heard(counted.after_check([])) == "192.0.2.1"
