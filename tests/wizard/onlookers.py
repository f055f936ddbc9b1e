"""Onlookers for tests of the wizard."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mailcow_dns_tui.model.answer import Answer, Failure, Source
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.seen import Kind, Sight, Unasked, Viewer
from mailcow_dns_tui.model.setup import Setup

NOW = datetime(2026, 11, 24, 14, 20, 0, tzinfo=UTC)
NS1 = Viewer(Kind.NAME_SERVER, "ns1.example.net.", "192.0.2.53")
NS2 = Viewer(Kind.NAME_SERVER, "ns2.example.net.", "198.51.100.53")
SYSTEM = Viewer(Kind.SYSTEM, "this machine", "127.0.0.53")
UNBOUND = Viewer(Kind.MAILCOW, "mailcow's unbound", "172.22.1.254")
OTHER = "v=spf1 a -all"

Says = Callable[[Record, Viewer], Sight]


def current(record: Record, viewer: Viewer, ttl: int = 3600) -> Sight:
    answer = Answer(_source(viewer), rdatas=(record.rdata,), ttl=ttl)
    return Sight(viewer, answer, NOW, wanted=True, data=record.value)


def old(record: Record, viewer: Viewer, ttl: int = 720) -> Sight:
    """Something else is there."""
    answer = Answer(_source(viewer), rdatas=(record.rdata,), ttl=ttl)
    return Sight(viewer, answer, NOW, data=OTHER)


def absent(record: Record, viewer: Viewer, ttl: int = 1200) -> Sight:
    return Sight(viewer, Answer(_source(viewer), ttl=ttl), NOW, data="no such record")


def silent(record: Record, viewer: Viewer) -> Sight:
    return Sight(viewer, Answer(_source(viewer), failure=Failure.TIMEOUT), NOW)


def _source(viewer: Viewer) -> Source:
    return Source(viewer.name, viewer.address)


@dataclass
class Onlookers:
    """Say at once what was put in their mouths, by name; all others have the record.

    Attributes:
        asked: whom each look asked, in order.
        withholding: caches are not asked unless it is to be anyway.
        hold: who answers only once it is set.
    """

    says: Mapping[str, Says] = field(default_factory=dict)
    around_here: Sequence[Viewer] = (SYSTEM, UNBOUND)
    servers: Sequence[Viewer] = (NS1, NS2)
    is_example: bool = False
    withholding: bool = False
    asked: list[list[str]] = field(default_factory=list)
    hold: Mapping[str, asyncio.Event] = field(default_factory=dict)
    time: datetime = NOW

    def now(self) -> datetime:
        return self.time

    def later(self, seconds: int) -> None:
        self.time += timedelta(seconds=seconds)

    async def around(self) -> Sequence[Viewer]:
        return self.around_here

    async def look(
        self, setup: Setup, record: Record, caches: Sequence[Viewer], *, anyway: bool
    ) -> AsyncGenerator[Sight, None]:
        self.asked.append([viewer.name for viewer in caches])
        for server in self.servers:
            yield Sight(server, None, NOW)
        for viewer in (*self.servers, *caches):
            if self.withholding and not anyway and viewer.is_cache:
                yield Sight(viewer, None, NOW, unasked=Unasked.IT_WOULD_REMEMBER)
                continue
            if viewer.name in self.hold:
                await self.hold[viewer.name].wait()
            yield self.says.get(viewer.name, current)(record, viewer)
