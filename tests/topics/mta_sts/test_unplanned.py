"""What is said of an MTA-STS policy that is published and not planned: senders heed it as well."""

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from tests.memory_dns import Fault, MemoryDns, World
from tests.topics.mta_sts.test_mta_sts import BACKUP, DOMAIN, GOOD, HTML, OURS, OWNER, good
from tests.topics.setups import SMALL, findings


async def unplanned(page: PolicyPage, world: World = GOOD) -> list[tuple[str, str]]:
    found = await findings(SMALL, MemoryDns(world.serving(DOMAIN, page)))
    return [(f.status.word, f.code) for f in found if f.topic == "mta-sts"]


async def test_a_policy_without_a_plan_is_told_where_it_keeps_senders_away() -> None:
    assert await unplanned(good(mx="old.example.org")) == [("error", "policy-without-mx")]
    assert await unplanned(good(), BACKUP) == [("warning", "policy-other-mx")]
    timeout = PolicyPage(failure=FetchFailure.TIMEOUT)
    assert await unplanned(timeout) == [("unknown", "could-not-ask")]
    for page in (
        good(),
        good(mode="testing", mx="old.example.org"),
        good(mode="none", mx="old.example.org"),
        PolicyPage(failure=FetchFailure.REFUSED),
        HTML,
    ):
        assert not await unplanned(page), page


async def test_a_policy_without_a_plan_counts_only_with_its_record() -> None:
    page = good(mx="old.example.org")
    assert not await unplanned(page, GOOD.without(OWNER, "TXT"))
    assert not await unplanned(page, GOOD.having(OWNER, "TXT", '"v=STSv1;"'))
    silent = MemoryDns(GOOD.serving(DOMAIN, page), faults=(Fault(OWNER, Failure.TIMEOUT),))
    found = [f for f in await findings(SMALL, silent) if f.topic == "mta-sts"]
    assert [(f.status.word, f.code) for f in found] == [("unknown", "could-not-ask")]


async def test_what_is_told_of_a_policy_without_a_plan_wants_no_record() -> None:
    world = GOOD.serving(DOMAIN, good(mx="old.example.org"))
    (found,) = [f for f in await findings(SMALL, MemoryDns(world)) if f.topic == "mta-sts"]
    assert (found.record, found.expected) == (None, ())
    assert found.found == ("v=STSv1;id=20261123000000;",)
    assert f"“mx: {OURS}”" in found.fix
