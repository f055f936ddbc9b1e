"""One question to one server, over whatever carries it."""

import asyncio
import secrets
import time
from dataclasses import replace
from functools import partial

from dns.rcode import Rcode

from mailcow_dns_tui.lookup.deadline import time_is_over
from mailcow_dns_tui.lookup.doh import DohClient
from mailcow_dns_tui.lookup.question import Question, query_wire
from mailcow_dns_tui.lookup.reply import Awaited, Reply
from mailcow_dns_tui.lookup.server import DohEndpoint, Endpoint, ResolverAddress
from mailcow_dns_tui.lookup.silence import Silence
from mailcow_dns_tui.lookup.tcp import ask_over_tcp
from mailcow_dns_tui.lookup.udp import Reader, UdpPool
from mailcow_dns_tui.model.answer import Failure

IN_FLIGHT = 128
"""Room for all questions about one domain to two name servers, so that none waits a round trip."""
WITHOUT_EDNS = frozenset({Rcode.FORMERR, Rcode.NOTIMP, Rcode.BADVERS})

TELLING = frozenset({Failure.GARBLED, Failure.EXCESSIVE})
"""What is said of an answer that arrived."""


class Transport:
    """Puts questions to servers; whatever goes wrong on the way comes back as a Failure.

    Attributes:
        queries: questions sent so far, each counted once however often it was repeated.
    """

    def __init__(self, in_flight: int = IN_FLIGHT) -> None:
        self.queries = 0
        self._slots = asyncio.Semaphore(in_flight)
        self._silence = Silence()
        self._udp = UdpPool()
        self._doh = DohClient()

    async def ask(
        self, server: ResolverAddress, question: Question, *, recurse: bool, patience: float
    ) -> Reply | Failure:
        """Ask within about `patience` seconds, counted from when it is this question's turn."""
        async with self._slots:
            asked_at = time.monotonic()
            if self._silence.lasts(server, asked_at):
                return Failure.TIMEOUT
            outcome = await self._ask(server, question, recurse, patience)
            now = time.monotonic()
            if outcome is Failure.TIMEOUT:
                self._silence.unanswered(server, asked_at, now)
                return outcome
            self._silence.answered(server, now)
            seconds = now - asked_at
            return replace(outcome, seconds=seconds) if isinstance(outcome, Reply) else outcome

    async def _ask(
        self, server: ResolverAddress, question: Question, recurse: bool, patience: float
    ) -> Reply | Failure:
        self.queries += 1
        send = partial(self._send, server, question, recurse, patience)
        outcome = await send(edns=True)
        if _wants_no_edns(outcome):
            return await send(edns=False)
        return outcome

    async def _send(
        self,
        server: ResolverAddress,
        question: Question,
        recurse: bool,
        patience: float,
        *,
        edns: bool,
    ) -> Reply | Failure:
        if isinstance(server, DohEndpoint):
            # An id of 0 lets HTTP caches work (RFC 8484 4.1).
            query = query_wire(question, 0, recurse=recurse, edns=edns)
            read = Awaited(0, question, time_is_over()).read
            outcome = await self._doh.ask(server, query, read, patience)
            cut = isinstance(outcome, Reply) and outcome.truncated
            return Failure.TRUNCATED if cut else outcome
        message_id = secrets.randbelow(65536)
        query = query_wire(question, message_id, recurse=recurse, edns=edns)
        read = Awaited(message_id, question, time_is_over()).read
        outcome = await self._udp.ask(server, query, read, patience)
        if isinstance(outcome, Reply) and outcome.truncated:
            return await _whole(server, query, read, patience)
        return outcome

    async def close(self) -> None:
        self._udp.close()
        await self._doh.close()


async def _whole(server: Endpoint, query: bytes, read: Reader, patience: float) -> Reply | Failure:
    outcome = await ask_over_tcp(server, query, read, patience)
    if isinstance(outcome, Reply) and not outcome.truncated:
        return outcome
    return outcome if outcome in TELLING else Failure.TRUNCATED


def _wants_no_edns(outcome: Reply | Failure) -> bool:
    if isinstance(outcome, Reply):
        return outcome.rcode in WITHOUT_EDNS
    return outcome is Failure.GARBLED
