"""The zone that an owner begins with, what the wizard sees of it, and what is planned for it."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import replace

import dns.name
import dns.rdata
from dns.name import Name
from dns.rdataclass import IN
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage, policy_host
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.context import same
from mailcow_dns_tui.topics.registry import check, check_topic
from tests.benchmarks.panel_keys import default_plan
from tests.memory_dns import MemoryDns, World, policy_page
from tests.wizard.engines import Answers

ZONE = dns.name.from_text("example.org")
START = World(
    (ZONE, dns.name.from_text("in-addr.arpa"), dns.name.from_text("ip6.arpa")),
    {(dns.name.from_text("mail.example.org"), RdataType.A): ("192.0.2.10",)},
).serving("example.org", policy_page(mx="mail.example.org"))
NO_POLICY = PolicyPage(failure=FetchFailure.NO_ADDRESS)


class Dns(MemoryDns):
    """mailcow serves the policy at once, but who has no address of its host can't fetch it."""

    async def fetch_policy(self, domain: Name) -> PolicyPage:
        host = policy_host(domain)
        is_there = any(self.look_up(host, each).found for each in (RdataType.A, RdataType.AAAA))
        return await super().fetch_policy(domain) if is_there else NO_POLICY


class Published(Answers):
    """Judges by what is in the zone now."""

    is_example = False
    backwards = False

    def __init__(self) -> None:
        super().__init__()
        self.world = START

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        async for findings in check(setup, Dns(self.world)):
            yield findings

    async def check_topic(self, setup: Setup, topic: str, domain: Name | None) -> Sequence[Finding]:
        return await check_topic(setup, Dns(self.world), topic, domain)

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        return {each: await Dns(self.world).fetch_policy(each) for each in domains}

    def has(self, record: Record) -> bool:
        there = Dns(self.world).look_up(record.owner, record.rdtype).rdatas
        return any(same(rdata, record.rdata) for rdata in there)

    async def ask_servers(self, setup: Setup, name: Name, rdtype: RdataType) -> Lookup:
        return await Dns(self.world).ask_servers(name, rdtype)

    def become(self, after: World, what: str) -> None:
        self.world = after

    def add(self, owner: Name, rdtype: str, text: str) -> None:
        self.world = self.world.adding(owner, rdtype, text)


def alike(rdtype: RdataType, these: Iterable[str], those: Iterable[str]) -> bool:
    """Whether two RRsets are the same, however they are written."""
    one, other = (
        [dns.rdata.from_text(IN, rdtype, text) for text in each] for each in (these, those)
    )
    return len(one) == len(other) and all(any(same(a, b) for b in other) for a in one)


def planned() -> Setup:
    """One domain, with all that can be planned for it and what has defaults left at these."""
    plan = default_plan()
    (domain,) = plan.domains
    return replace(
        plan,
        tls_reports=Setup().tls_reports,
        domains=(replace(domain, dmarc_at_once=""),),
    )
