"""Recursive resolvers."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from mailcow_dns_tui.lookup.memory import Memory
from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.lookup.reading import is_recursive
from mailcow_dns_tui.lookup.reply import Heard, Reply
from mailcow_dns_tui.lookup.server import Endpoint, ResolverAddress
from mailcow_dns_tui.lookup.transport import Transport
from mailcow_dns_tui.model.answer import Failure, Source

PATIENCE = 6.0
PATIENCE_BEFORE_NEXT = 2.0

SILENT = frozenset(
    {
        Failure.TIMEOUT,
        Failure.UNREACHABLE,
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
    return Source("resolver", str(resolver) if resolver else "")


class Recursion:
    """Asks the first resolver, and the next one where it fails.

    A resolver that has the answer and does not believe it is no failing one: what receivers
    with such a resolver see is not to be covered up by one that believes everything.
    """

    def __init__(
        self, transport: Transport, resolvers: Sequence[ResolverAddress], memory: Memory
    ) -> None:
        self._transport = transport
        self._resolvers = tuple(resolvers)
        self._memory = memory

    @property
    def source(self) -> Source:
        """Who is asked first."""
        return resolver_source(self._resolvers[0] if self._resolvers else None)

    @property
    def sources(self) -> frozenset[Source]:
        """All who may be asked."""
        return frozenset(map(resolver_source, self._resolvers))

    @property
    def resolvers(self) -> tuple[ResolverAddress, ...]:
        """In the order in which they are asked."""
        return self._resolvers

    async def hear(self, question: Question) -> tuple[Heard, ...]:
        """The first good reply alone, or how each of the resolvers failed."""
        failures: list[Heard] = []
        for resolver in self._resolvers:
            heard = await self.hear_from(resolver, question)
            if heard.failure is None:
                self._settle_on(resolver, failures)
                return (heard,)
            failures.append(heard)
            if resolver != self._resolvers[-1] and await self._disbelieves(
                resolver, heard, question
            ):
                break
        return tuple(failures) or (Heard(self.source, Failure.NO_RESOLVER),)

    async def hear_unchecked(self, question: Question) -> tuple[Heard, ...]:
        """As `hear`, but believing what fails validation: good for finding whom to ask."""
        heard = await self.hear(question)
        if heard[-1].failure is not Failure.SERVFAIL:
            return heard
        unchecked = await self.hear(replace(question, unchecked=True))
        return unchecked if unchecked[-1].failure is None else heard

    async def hear_from(self, resolver: ResolverAddress, question: Question) -> Heard:
        """What one resolver says; remembered."""
        patience = PATIENCE if resolver == self._resolvers[-1] else PATIENCE_BEFORE_NEXT
        return await self._memory.recursed.get(
            (resolver, question), partial(self._ask, resolver, question, patience)
        )

    async def _disbelieves(
        self, resolver: ResolverAddress, heard: Heard, question: Question
    ) -> bool:
        """Whether a failure is one of validation: without validating, it answers."""
        if heard.failure is not Failure.SERVFAIL or question.unchecked:
            return False
        unchecked = await self.hear_from(resolver, replace(question, unchecked=True))
        return unchecked.failure is None

    def _settle_on(self, resolver: ResolverAddress, failures: list[Heard]) -> None:
        """Begin with this one from now on, where those before it are not there."""
        if failures and all(heard.failure in SILENT for heard in failures):
            others = tuple(other for other in self._resolvers if other != resolver)
            self._resolvers = (resolver, *others)

    async def _ask(self, resolver: ResolverAddress, question: Question, patience: float) -> Heard:
        return await ask_resolver(self._transport, resolver, question, patience)


async def ask_resolver(
    transport: Transport, resolver: ResolverAddress, question: Question, patience: float
) -> Heard:
    """What one resolver says; one that only refers elsewhere has failed."""
    source = resolver_source(resolver)
    reply = await transport.ask(resolver, question, recurse=True, patience=patience)
    if isinstance(reply, Reply) and not Heard(source, reply).failure:
        return Heard(source, reply if is_recursive(reply) else Failure.LAME)
    return Heard(source, reply)
