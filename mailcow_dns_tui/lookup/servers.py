"""Whom questions are put to: name servers for what they serve, and recursive resolvers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from dns.name import Name

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.classify import (
    NameServer,
    Outcome,
    Zone,
    is_recursive,
    read_name_server,
)
from mailcow_dns_tui.lookup.concurrency import Deadline
from mailcow_dns_tui.lookup.question import Endpoint, Question, ResolverAddress
from mailcow_dns_tui.lookup.response import Response
from mailcow_dns_tui.lookup.transport import Transport
from mailcow_dns_tui.model.answer import Failure, Source

AUTHORITY_TIMEOUT = 2.8


class AuthorityClient:
    """Asks name servers without recursion, each question once."""

    def __init__(self, transport: Transport, cache: QueryCache) -> None:
        self._transport = transport
        self._cache = cache

    async def ask(self, server: NameServer, zone: Name, question: Question) -> Outcome:
        """What one server of a zone has to say; remembered."""
        ask = partial(self._ask, server, zone, question)
        return await self._cache.outcomes.get((server, zone.labels, question), ask)

    async def ask_all(
        self, zone: Zone, question: Question, deadline: Deadline
    ) -> Mapping[NameServer, Outcome]:
        """The same of all servers of a zone that have it to say in time."""
        wanted = {
            (server, zone.apex.labels, question): partial(self._ask, server, zone.apex, question)
            for server in zone.servers
        }
        heard = await deadline.of_all(self._cache.outcomes, wanted)
        return {server: outcome for (server, _, _), outcome in heard.items()}

    async def _ask(self, server: NameServer, zone: Name, question: Question) -> Outcome:
        reply = await self._transport.ask(
            server.endpoint, question, recurse=False, timeout=AUTHORITY_TIMEOUT
        )
        return read_name_server(Response(server.source, reply), question, zone)


RESOLVER_TIMEOUT = 10.0
"""Seconds. One that knows nothing yet has a way from the root to go, six round trips and more."""
TIMEOUT_BEFORE_NEXT = 2.0

SILENT = frozenset(
    {
        Failure.TIMEOUT,
        Failure.UNREACHABLE,
        Failure.UNTRUSTED,
        Failure.NO_ROUTE,
        Failure.NO_RESOLVER,
        Failure.NO_SERVERS,
    }
)


def system_resolvers() -> tuple[Endpoint, ...]:
    """The resolvers in /etc/resolv.conf; none where there is none in it that can be read."""
    import dns.exception
    import dns.resolver

    try:
        configured = dns.resolver.Resolver()
    except (dns.exception.DNSException, ValueError):
        return ()
    return tuple(Endpoint(str(address)) for address in configured.nameservers)


def resolver_source(resolver: ResolverAddress | None) -> Source:
    """As whose an answer of a resolver is shown; None: there is no resolver to ask."""
    return Source("resolver", str(resolver) if resolver else "")


class ResolverClient:
    """Asks the first resolver, and the next one where it fails.

    A resolver that has the answer and does not believe it is no failing one: what receivers
    with such a resolver see is not to be covered up by one that believes everything.

    Attributes:
        resolvers: in the order in which they are asked.
    """

    def __init__(
        self, transport: Transport, resolvers: Sequence[ResolverAddress], cache: QueryCache
    ) -> None:
        self._transport = transport
        self.resolvers = tuple(resolvers)
        self._cache = cache

    @property
    def source(self) -> Source:
        """As whose the answer of the resolver that is asked first is shown."""
        return resolver_source(self.resolvers[0] if self.resolvers else None)

    @property
    def sources(self) -> frozenset[Source]:
        """The same of all resolvers."""
        return frozenset(map(resolver_source, self.resolvers))

    async def ask(self, question: Question) -> tuple[Response, ...]:
        """The first good reply alone, or how each of the resolvers failed."""
        failures: list[Response] = []
        for resolver in self.resolvers:
            response = await self.ask_one(resolver, question)
            if response.failure is None:
                self._settle_on(resolver, failures)
                return (response,)
            failures.append(response)
            if resolver != self.resolvers[-1] and await self._disbelieves(
                resolver, response, question
            ):
                break
        return tuple(failures) or (Response(self.source, Failure.NO_RESOLVER),)

    async def ask_unchecked(self, question: Question) -> tuple[Response, ...]:
        """As `ask`, but believing what fails validation: good for finding whom to ask."""
        responses = await self.ask(question)
        if responses[-1].failure is not Failure.SERVFAIL:
            return responses
        unchecked = await self.ask(replace(question, unchecked=True))
        return unchecked if unchecked[-1].failure is None else responses

    async def ask_one(self, resolver: ResolverAddress, question: Question) -> Response:
        """What one resolver says; remembered."""
        timeout = RESOLVER_TIMEOUT if resolver == self.resolvers[-1] else TIMEOUT_BEFORE_NEXT
        ask = partial(ask_resolver, self._transport, resolver, question, timeout)
        return await self._cache.responses.get((resolver, question), ask)

    async def _disbelieves(
        self, resolver: ResolverAddress, response: Response, question: Question
    ) -> bool:
        """Whether a failure is one of validation: without validating, it answers."""
        if response.failure is not Failure.SERVFAIL or question.unchecked:
            return False
        unchecked = await self.ask_one(resolver, replace(question, unchecked=True))
        return unchecked.failure is None

    def _settle_on(self, resolver: ResolverAddress, failures: list[Response]) -> None:
        """Begin with this one from now on, where those before it are not there."""
        if failures and all(response.failure in SILENT for response in failures):
            others = tuple(other for other in self.resolvers if other != resolver)
            self.resolvers = (resolver, *others)


async def ask_resolver(
    transport: Transport, resolver: ResolverAddress, question: Question, timeout: float
) -> Response:
    """What one resolver says; one that only refers elsewhere has failed."""
    source = resolver_source(resolver)
    reply = await transport.ask(resolver, question, recurse=True, timeout=timeout)
    response = Response(source, reply)
    if response.good and not is_recursive(response.good):
        return Response(source, Failure.LAME)
    return response
