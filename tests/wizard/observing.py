"""An engine for tests of who sees a record."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from mailcow_dns_tui.model.answer import Answer, Failure, Source
from mailcow_dns_tui.model.propagation import Observation, Unasked, Vantage, VantageKind
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from tests.wizard.engines import Answers

NOW = datetime(2026, 11, 24, 14, 20, 0, tzinfo=UTC)
NS1 = Vantage(VantageKind.NAME_SERVER, "ns1.example.net.", "192.0.2.53")
NS2 = Vantage(VantageKind.NAME_SERVER, "ns2.example.net.", "198.51.100.53")
SYSTEM = Vantage(VantageKind.SYSTEM, "this machine", "127.0.0.53")
UNBOUND = Vantage(VantageKind.MAILCOW, "mailcow's unbound", "172.22.1.254")
OTHER = "v=spf1 a -all"

Says = Callable[[Record, Vantage], Observation]


def current(record: Record, viewer: Vantage, ttl: int = 3600) -> Observation:
    answer = Answer(_source(viewer), rdatas=(record.rdata,), ttl=ttl)
    return Observation(viewer, answer, NOW, wanted=True, data=record.value)


def old(record: Record, viewer: Vantage, ttl: int = 720) -> Observation:
    """Something else is there."""
    answer = Answer(_source(viewer), rdatas=(record.rdata,), ttl=ttl)
    return Observation(viewer, answer, NOW, data=OTHER)


def absent(record: Record, viewer: Vantage, ttl: int = 1200) -> Observation:
    return Observation(viewer, Answer(_source(viewer), ttl=ttl), NOW, data="no such record")


def silent(record: Record, viewer: Vantage) -> Observation:
    return Observation(viewer, Answer(_source(viewer), failure=Failure.TIMEOUT), NOW)


def _source(viewer: Vantage) -> Source:
    return Source(viewer.name, viewer.address)


class Observing(Answers):
    """Each server says at once what was put in its mouth, by name; all others have the record.

    Attributes:
        asked: whom each look asked, in order.
        withholding: caches are not asked unless it is to be anyway.
        hold: who answers only once it is set.
    """

    servers = (NS1, NS2)

    def __init__(
        self,
        says: Mapping[str, Says] | None = None,
        *,
        around_here: Sequence[Vantage] = (SYSTEM, UNBOUND),
        is_example: bool = False,
        withholding: bool = False,
        hold: Mapping[str, asyncio.Event] | None = None,
    ) -> None:
        super().__init__()
        self.says = says or {}
        self.around_here = around_here
        self.is_example = is_example
        self.withholding = withholding
        self.hold = hold or {}
        self.asked: list[list[str]] = []
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def later(self, seconds: int) -> None:
        self.time += timedelta(seconds=seconds)

    async def resolvers(self) -> Sequence[Vantage]:
        return self.around_here

    async def propagation(
        self, setup: Setup, record: Record, caches: Sequence[Vantage], *, anyway: bool
    ) -> AsyncGenerator[Observation, None]:
        self.asked.append([viewer.name for viewer in caches])
        for server in self.servers:
            yield Observation(server, None, NOW)
        for viewer in (*self.servers, *caches):
            if self.withholding and not anyway and viewer.is_cache:
                yield Observation(viewer, None, NOW, unasked=Unasked.IT_WOULD_REMEMBER)
                continue
            if viewer.name in self.hold:
                await self.hold[viewer.name].wait()
            yield self.says.get(viewer.name, current)(record, viewer)
