"""A world as a check finds it: without waiting, and each thing that is found is one object."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Lookup, Security
from mailcow_dns_tui.model.certificate import Presented
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage, policy_host
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import BEGINNING
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.registry import TOPICS, plan, subjects
from tests.guide.recalled import Answering, Listening, Recalled
from tests.memory_dns import NS1, SOURCES, MemoryDns, World
from tests.memory_zones import Question, question

NO_POLICY = PolicyPage(failure=FetchFailure.NO_ADDRESS)
ADDRESSES = (RdataType.A, RdataType.AAAA)
MOST_LOOKUPS = 200_000
_lookups: dict[Hashable, tuple[Lookup, Lookup]] = {}
"""With what the resolver has, and without."""
_pages: dict[PolicyPage, PolicyPage] = {}
_setups: dict[Setup, Setup] = {}
_findings = Recalled[Sequence[Finding]]()


class Glance:
    """Answers what topics ask.

    Args:
        world: what is published.
        own: what those servers have that have something else.
    """

    def __init__(self, world: World, own: Mapping[str, World] | None = None) -> None:
        self._memory = MemoryDns(world, own=own or {})
        self._zones = self._memory.zones.values()
        self._is_one = len({*self._zones}) == 1
        self._policies = world.policies
        self._known: dict[Hashable, object] = {}

    def answer(self, asked: Hashable) -> object:
        if asked not in self._known:
            self._known[asked] = self._answer(asked)
        return self._known[asked]

    def policy(self, domain: Name) -> PolicyPage:
        page = self._policies.get(domain, NO_POLICY)
        host = policy_host(domain)
        if not any(self._memory.look_up(host, each).found for each in ADDRESSES):
            page = NO_POLICY
        return _pages.setdefault(page, page)

    def _answer(self, asked: Hashable) -> object:
        match asked:
            case "policy", Name() as domain:
                return self.policy(domain)
            case "ask", Question() as about:
                return self._look_up(about)[0]
            case "ask servers", Question() as about:
                return self._look_up(about)[1]
        raise AssertionError(asked)

    def _look_up(self, asked: Question) -> tuple[Lookup, Lookup]:
        if self._is_one:
            paths = (self._memory.zones[NS1].path(asked),) * len(self._zones)
        else:
            paths = tuple(zones.path(asked) for zones in self._zones)
        ttls = tuple(self._memory.ttl(server, asked.rdtype) for server in SOURCES)
        key = asked, self._memory.zones[NS1].apex(asked), paths, ttls
        if key not in _lookups:
            if len(_lookups) >= MOST_LOOKUPS:
                _lookups.clear()
            found = self._memory.look_up(asked.name, asked.rdtype)
            _lookups[key] = found, replace(found, resolver=None)
        return _lookups[key]


class AtOnce:
    """A DNS that has each answer at once; everything is signed, and no server is connected to."""

    def __init__(self, source: Answering) -> None:
        self._source = source

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        return self._lookup("ask", name, rdtype)

    async def ask_servers(self, name: Name, rdtype: RdataType) -> Lookup:
        return self._lookup("ask servers", name, rdtype)

    def _lookup(self, how: str, name: Name, rdtype: RdataType) -> Lookup:
        found = self._source.answer((how, question(name, rdtype)))
        assert isinstance(found, Lookup)
        return found

    async def security(self, name: Name, rdtype: RdataType) -> Security:
        return Security.SECURE

    async def fetch_policy(self, domain: Name) -> PolicyPage:
        page = self._source.answer(("policy", domain))
        assert isinstance(page, PolicyPage)
        return page

    async def present(self, host: Name, addresses: tuple[str, ...]) -> Presented | None:
        return None


@dataclass(frozen=True, eq=False)
class Task:
    """What is judged by itself."""

    topic: Topic
    subject: Subject

    def known(self, source: Answering) -> Sequence[Finding] | None:
        return _findings.known(self, source)

    async def findings(self, source: Answering) -> Sequence[Finding]:
        return await _findings.get(self, source, self._check)

    async def _check(self, listening: Listening) -> Sequence[Finding]:
        return await self.topic.check(self.subject, AtOnce(listening))


@lru_cache(maxsize=10_000)
def _tasks(setup: Setup) -> Sequence[Task]:
    return tuple(Task(topic, subject) for subject in subjects(setup) for topic in TOPICS)


async def find(setup: Setup, source: Answering, topic: str = "") -> Sequence[Finding]:
    """The findings of one topic, or of all."""
    tasks = [task for task in _tasks(setup) if topic in {"", task.topic.id}]
    judged = [task.known(source) or await task.findings(source) for task in tasks]
    return tuple(chain.from_iterable(judged))


def only_plan(setup: Setup) -> Setup:
    """What is judged by: the same for all that only differ in how far the user has come."""
    domains = tuple(replace(each, dmarc_since=None, dmarc_at_once="") for each in setup.domains)
    bare = replace(setup, guide=BEGINNING, domains=domains)
    return _setups.setdefault(bare, bare)


@lru_cache(maxsize=10_000)
def records_of(setup: Setup) -> tuple[Record, ...]:
    return plan(setup)
