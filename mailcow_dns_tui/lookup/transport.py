"""One question to one server, over UDP and TCP or over HTTPS.

Servers that don't answer are not asked for a while, so that hundreds of questions need not wait.
"""

import asyncio
import secrets
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dns.rcode import Rcode

from mailcow_dns_tui.lookup.concurrency import time_is_over
from mailcow_dns_tui.lookup.https import body_within, failure_of, trust_store
from mailcow_dns_tui.lookup.question import (
    DohEndpoint,
    Question,
    ResolverAddress,
    query_wire,
)
from mailcow_dns_tui.lookup.response import Awaited, Reply
from mailcow_dns_tui.lookup.sockets import Reader, UdpPool, ask_over_tcp
from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.bounds import LARGEST_ANSWER
from mailcow_dns_tui.model.policy_page import FetchFailure

if TYPE_CHECKING:
    import httpx2

MEDIA_TYPE = "application/dns-message"
CERTIFICATE = frozenset({FetchFailure.WRONG_NAME, FetchFailure.EXPIRED, FetchFailure.UNTRUSTED})
HEADERS = {"content-type": MEDIA_TYPE, "accept": MEDIA_TYPE, "accept-encoding": "identity"}


class DohClient:
    """Asks resolvers over HTTPS (RFC 8484), by one HTTP client, made at the first question."""

    def __init__(self) -> None:
        self._client: httpx2.AsyncClient | None = None

    async def ask(
        self, server: DohEndpoint, query: bytes, read: Reader, timeout: float
    ) -> Reply | Failure:
        """Send a query, and give what `read` makes of the answer, or how it failed."""
        import httpx2

        try:
            asked = self._opened().stream("POST", server.url, content=query, headers=HEADERS)
            async with asyncio.timeout(timeout), asked as response:
                return await _outcome(response, read)
        except (TimeoutError, httpx2.TimeoutException):
            return Failure.TIMEOUT
        except (httpx2.TransportError, httpx2.InvalidURL, OSError) as error:
            # An OSError is of the trusted certificates.
            return Failure.UNTRUSTED if failure_of(error) in CERTIFICATE else Failure.UNREACHABLE
        except httpx2.HTTPError:
            return Failure.ERROR

    def _opened(self) -> "httpx2.AsyncClient":
        import httpx2

        if self._client is None:
            # Some operators speak nothing older than HTTP/2 (RFC 8484 5.2).
            self._client = httpx2.AsyncClient(verify=trust_store(), timeout=None, http2=True)
        return self._client

    async def close(self) -> None:
        """Close its connections; a later question makes a new client."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


async def _outcome(response: "httpx2.Response", read: Reader) -> Reply | Failure:
    if not response.is_success:
        return Failure.ERROR
    if response.headers.get("content-type", "").partition(";")[0].strip() != MEDIA_TYPE:
        return Failure.GARBLED
    # Nothing is unpacked: a few kilobytes may hold a gigabyte.
    body = await body_within(response, LARGEST_ANSWER)
    return Failure.EXCESSIVE if body is None else read(body) or Failure.GARBLED


QUESTIONS = 3
SECONDS = 5.0


@dataclass(frozen=True)
class _Server:
    heard_at: float = 0.0
    unanswered: int = 0
    gave_up_at: float = 0.0


class ServerBackoff:
    """Counts the questions that each server has left unanswered since it was last heard.

    After three, each of them sent several times, the server is not asked for five seconds: what
    would be asked then counts as unanswered too. Any answer ends it. All times are in seconds of
    one clock.
    """

    def __init__(self) -> None:
        self._servers: dict[ResolverAddress, _Server] = {}

    def lasts(self, server: ResolverAddress, now: float) -> bool:
        """Whether the server is not to be asked now."""
        seen = self._servers.get(server, _Server())
        return seen.unanswered >= QUESTIONS and now < seen.gave_up_at + SECONDS

    def is_heard(self, server: ResolverAddress, since: float) -> bool:
        """Whether the server has answered anything since then."""
        return self._servers.get(server, _Server()).heard_at >= since

    def unanswered(self, server: ResolverAddress, asked_at: float, now: float) -> None:
        """Count a question, unless the server has answered another one since it was asked."""
        if not self.is_heard(server, asked_at):
            seen = self._servers.get(server, _Server())
            count = seen.unanswered + 1
            self._servers[server] = replace(seen, unanswered=count, gave_up_at=now)

    def answered(self, server: ResolverAddress, now: float) -> None:
        """Forget the questions that it left unanswered."""
        self._servers[server] = _Server(heard_at=now)

    def forget(self) -> None:
        """Ask all servers again."""
        self._servers.clear()


IN_FLIGHT = 128
"""Room for all questions about one domain to two name servers, so that none waits a round trip."""
WITHOUT_EDNS = frozenset({Rcode.FORMERR, Rcode.NOTIMP, Rcode.BADVERS})

TELLING = frozenset({Failure.GARBLED, Failure.EXCESSIVE})
"""Of an answer that did arrive; all other failures are of one that did not."""


class Transport:
    """Puts questions to servers; whatever goes wrong on the way comes back as a Failure.

    Attributes:
        queries: questions sent so far, each counted once however often it was repeated.
    """

    def __init__(self, in_flight: int = IN_FLIGHT) -> None:
        self.queries = 0
        self._slots = asyncio.Semaphore(in_flight)
        self._backoff = ServerBackoff()
        self._udp = UdpPool()
        self._doh = DohClient()

    async def ask(
        self, server: ResolverAddress, question: Question, *, recurse: bool, timeout: float
    ) -> Reply | Failure:
        """Ask within about `timeout` seconds, counted from when it is this question's turn.

        A server that answers others meanwhile is there: the question is put to it once more.
        """
        async with self._slots:
            asked_at = time.monotonic()
            if self._backoff.lasts(server, asked_at):
                return Failure.TIMEOUT
            self.queries += 1
            outcome = await self._ask(server, question, recurse, timeout)
            if outcome is Failure.TIMEOUT and self._backoff.is_heard(server, asked_at):
                outcome = await self._ask(server, question, recurse, timeout)
            now = time.monotonic()
            if outcome is Failure.TIMEOUT:
                self._backoff.unanswered(server, asked_at, now)
                return outcome
            self._backoff.answered(server, now)
            if isinstance(outcome, Reply):
                return Reply(outcome.message, seconds=now - asked_at, heard=int(time.time()))
            return outcome

    async def _ask(
        self, server: ResolverAddress, question: Question, recurse: bool, timeout: float
    ) -> Reply | Failure:
        outcome = await self._send(server, question, recurse, timeout, edns=True)
        if _wants_no_edns(outcome):
            return await self._send(server, question, recurse, timeout, edns=False)
        return outcome

    async def _send(
        self,
        server: ResolverAddress,
        question: Question,
        recurse: bool,
        timeout: float,
        *,
        edns: bool,
    ) -> Reply | Failure:
        # An id of 0 lets HTTP caches work (RFC 8484 4.1).
        message_id = 0 if isinstance(server, DohEndpoint) else secrets.randbelow(65536)
        query = query_wire(question, message_id, recurse=recurse, edns=edns)
        read = Awaited(message_id, question, time_is_over()).read
        if isinstance(server, DohEndpoint):
            outcome = await self._doh.ask(server, query, read, timeout)
        else:
            outcome = await self._udp.ask(server, query, read, timeout)
            if _is_cut(outcome):
                outcome = await ask_over_tcp(server, query, read, timeout)
                # Of an answer that did not arrive, it is only known that it is too long for UDP.
                arrived = isinstance(outcome, Reply) or outcome in TELLING
                outcome = outcome if arrived else Failure.TRUNCATED
        return Failure.TRUNCATED if _is_cut(outcome) else outcome

    def forget_silence(self) -> None:
        """Ask those again that did not answer."""
        self._backoff.forget()

    async def close(self) -> None:
        """Close every socket."""
        self._udp.close()
        await self._doh.close()


def _is_cut(outcome: Reply | Failure) -> bool:
    return isinstance(outcome, Reply) and outcome.truncated


def _wants_no_edns(outcome: Reply | Failure) -> bool:
    if isinstance(outcome, Reply):
        return outcome.message.rcode in WITHOUT_EDNS
    return outcome is Failure.GARBLED
