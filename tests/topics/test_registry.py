"""All topics at once: every finding comes, and nothing is left running."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup, Security
from mailcow_dns_tui.model.certificate import Presented
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Domain
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.registry import AT_ONCE, check, plan, subjects
from tests.memory_dns import MemoryDns, good_zone
from tests.topics.setups import FULL, SMALL, findings


class SilentDns:
    """Never answers; `asked` is set once a question was asked."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError(name, rdtype)

    async def ask_servers(self, name: Name, rdtype: RdataType) -> Lookup:
        return replace(await self.ask(name, rdtype), resolver=None)

    async def security(self, name: Name, rdtype: RdataType) -> Security:
        raise AssertionError(name, rdtype)

    async def fetch_policy(self, domain: Name) -> PolicyPage:
        await asyncio.Event().wait()
        raise AssertionError(domain)

    async def present(self, host: Name, addresses: tuple[str, ...]) -> Presented | None:
        raise AssertionError(host, addresses)


def others() -> set[asyncio.Task[object]]:
    current = asyncio.current_task()
    return {task for task in asyncio.all_tasks() if task is not current}


async def test_a_cancelled_check_leaves_no_task_behind() -> None:
    silent = SilentDns()
    task = asyncio.create_task(findings(FULL, silent))
    await silent.asked.wait()
    assert len(others()) > 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert others() == set()


async def test_a_check_that_is_closed_early_leaves_no_task_behind() -> None:
    running = check(FULL, MemoryDns(good_zone(FULL)))
    await anext(running)
    assert others()
    await running.aclose()
    assert others() == set()


async def test_a_check_that_ends_leaves_no_task_behind() -> None:
    await findings(FULL, MemoryDns(good_zone(FULL)))
    assert others() == set()


class HalfSilentDns(MemoryDns):
    """Answers only what is asked of the host, and of what a wildcard may stand in for."""

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        if name != SMALL.server.name and b"wildcard" not in name.labels[0]:
            await asyncio.Event().wait()
        return await super().ask(name, rdtype)


async def test_findings_come_before_slow_ones_are_ready() -> None:
    running = check(SMALL, HalfSilentDns(good_zone(SMALL)))
    (first,) = await asyncio.wait_for(anext(running), timeout=10)
    assert first.domain is None
    await running.aclose()


class FailingDns(MemoryDns):
    """Has a fault of its own."""

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        if rdtype == RdataType.MX:
            raise ZeroDivisionError
        return await super().ask(name, rdtype)


async def test_a_fault_in_the_program_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        await findings(SMALL, FailingDns(good_zone(SMALL)))
    assert others() == set()


def test_subjects_are_the_server_and_each_domain_once() -> None:
    assert [subject.apex and subject.apex.to_text() for subject in subjects(FULL)] == [
        None,
        "example.org.",
        "xn--bcher-kva.example.",
        "example.com.",
    ]


async def test_findings_carry_what_a_report_needs() -> None:
    found = await findings(FULL, MemoryDns(good_zone(FULL)))
    judged = {finding.record: finding for finding in found if finding.record}
    for record in plan(FULL):
        finding = judged[record]
        assert (finding.topic, finding.domain, finding.name) == (
            record.topic,
            record.domain,
            record.owner,
        )
        assert (finding.rdtype, finding.tier) == (record.type_text, record.tier)
        assert finding.expected == (record.value,)
        assert finding.message
        assert finding.lookup.answers


class Counting(Topic):
    """Notes how many subjects are under way, and in which order they begin."""

    id = "counting"

    def __init__(self) -> None:
        self.begun: list[Name | None] = []
        self.running = self.peak = 0

    def wanted(self, subject: Subject) -> Iterable[Record]:
        return ()

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        self.begun.append(subject.apex)
        self.running += 1
        self.peak = max(self.peak, self.running)
        await dns.fetch_policy(subject.apex or Name(()))
        self.running -= 1
        return ()


async def test_of_many_domains_only_some_are_asked_at_once_in_their_order() -> None:
    names = [f"d{number}.test" for number in range(300)]
    setup = replace(SMALL, domains=tuple(map(Domain, names)))
    counting = Counting()
    found = [f async for f in check(setup, MemoryDns(good_zone(SMALL)), topics=(counting,))]
    assert found == []
    assert counting.peak == AT_ONCE
    assert counting.begun == [None, *setup.apexes]
