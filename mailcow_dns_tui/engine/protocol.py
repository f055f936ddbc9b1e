"""What the wizard asks of the world, and who does it: a process of its own.

So a check of two hundred domains holds up no key. Tests stand in for the protocol.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mailcow_dns_tui.engine.local import LocalEngine, MailcowReader, MakeNetwork
from mailcow_dns_tui.engine.process import WorkerDiedError, WorkerProcess
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.suggestion import PublishedAnswers

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdatatype import RdataType

    from mailcow_dns_tui.mailcow.known import SourceResult
    from mailcow_dns_tui.mailcow.secret import Access
    from mailcow_dns_tui.model.answer import Lookup
    from mailcow_dns_tui.model.policy_page import PolicyPage
    from mailcow_dns_tui.model.propagation import Observation, Vantage


class Engine(Protocol):
    """Checks a setup, follows how a record propagates, and reads mailcow.

    All but `now` and `read_mailcow` may raise a `WorkerDiedError`.
    """

    @property
    def is_example(self) -> bool:
        """Whether nothing outside this machine may be asked, since nothing of it is real."""
        ...

    def now(self) -> datetime:
        """The time that observations are dated by, in this machine's zone."""
        ...

    def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        """Look up and judge everything; all findings about one record come together.

        Where it is `fresh`, what was answered a moment ago is asked again, too.
        """
        ...

    async def check_topic(self, setup: Setup, topic: str, domain: Name | None) -> Sequence[Finding]:
        """Look up and judge one topic of the server (None) or of a mail domain, all asked anew."""
        ...

    async def ask_servers(self, setup: Setup, name: Name, rdtype: RdataType) -> Lookup:
        """What each name server has of an RRset in one of the setup's zones, asked anew."""
        ...

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        """The MTA-STS policies that are served for mail domains now."""
        ...

    async def published(self, setup: Setup) -> PublishedAnswers:
        """What is in DNS already, and can be kept beside what is wanted."""
        ...

    async def resolvers(self) -> Sequence[Vantage]:
        """The resolvers of this machine, mailcow's own among them where it runs here."""
        ...

    def propagation(
        self, setup: Setup, record: Record, caches: Sequence[Vantage], *, anyway: bool
    ) -> AsyncGenerator[Observation, None]:
        """What each server has, as it answers; who is being asked comes first, without an answer.

        The caches are resolvers to ask beside the zone's name servers; `anyway`, also where one of
        these lacks the record.
        """
        ...

    def read_mailcow(self, setup: Setup, access: Access) -> AsyncGenerator[SourceResult, None]:
        """All that mailcow's sources say so far, again each time that one has answered."""
        ...

    async def close(self) -> None:
        """Give back sockets and processes; nothing is asked any more."""
        ...


class RemoteEngine(MailcowReader):
    """Calls a `LocalEngine` in a worker process, which has the network and its sockets.

    mailcow is read here; only what that asks of DNS goes to the worker.
    """

    def __init__(
        self, connect: MakeNetwork, folder: Path | None = None, *, is_example: bool = False
    ) -> None:
        super().__init__(folder, is_example=is_example)
        self._worker = WorkerProcess(partial(LocalEngine, connect, folder, is_example=is_example))

    def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        return self._worker.stream(LocalEngine.check, setup, fresh=fresh)

    async def check_topic(self, setup: Setup, topic: str, domain: Name | None) -> Sequence[Finding]:
        return await self._worker.call(LocalEngine.check_topic, setup, topic, domain)

    async def ask_servers(self, setup: Setup, name: Name, rdtype: RdataType) -> Lookup:
        return await self._worker.call(LocalEngine.ask_servers, setup, name, rdtype)

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        """That the process is gone comes back as a failure, too."""
        try:
            return await self._worker.call(LocalEngine.ask, name, rdtype)
        except WorkerDiedError as error:
            from mailcow_dns_tui.model.answer import Answer, Failure, Lookup, Source

            source = Source("this machine", "")
            gone = Answer(source, failure=Failure.UNREACHABLE, note=str(error))
            return Lookup(name, rdtype, (gone,))

    async def policies(self, setup: Setup, domains: Sequence[Name]) -> Mapping[Name, PolicyPage]:
        return await self._worker.call(LocalEngine.policies, setup, domains)

    async def published(self, setup: Setup) -> PublishedAnswers:
        return await self._worker.call(LocalEngine.published, setup)

    async def resolvers(self) -> Sequence[Vantage]:
        return await self._worker.call(LocalEngine.resolvers)

    def propagation(
        self, setup: Setup, record: Record, caches: Sequence[Vantage], *, anyway: bool
    ) -> AsyncGenerator[Observation, None]:
        return self._worker.stream(LocalEngine.propagation, setup, record, caches, anyway=anyway)

    async def close(self) -> None:
        await self._worker.close()
