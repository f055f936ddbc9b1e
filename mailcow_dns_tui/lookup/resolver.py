"""Recursive resolvers."""

from collections.abc import Sequence
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

SILENT = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE, Failure.NO_ROUTE, Failure.NO_SERVERS})


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
    """Asks the first resolver, and the next one where it fails."""

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

    async def hear(self, question: Question) -> tuple[Heard, ...]:
        """The first good reply alone, or how each of the resolvers failed."""
        failures: list[Heard] = []
        resolvers = self._resolvers
        for resolver in resolvers:
            patience = PATIENCE if resolver == resolvers[-1] else PATIENCE_BEFORE_NEXT
            heard = await self._memory.recursed.get(
                (resolver, question), partial(self._ask, resolver, question, patience)
            )
            if heard.failure is None:
                self._settle_on(resolver, failures)
                return (heard,)
            failures.append(heard)
        return tuple(failures) or (Heard(self.source, Failure.NO_SERVERS),)

    def _settle_on(self, resolver: ResolverAddress, failures: list[Heard]) -> None:
        """Begin with this one from now on, where those before it are not there."""
        if failures and all(heard.failure in SILENT for heard in failures):
            others = tuple(other for other in self._resolvers if other != resolver)
            self._resolvers = (resolver, *others)

    async def _ask(self, resolver: ResolverAddress, question: Question, patience: float) -> Heard:
        source = resolver_source(resolver)
        reply = await self._transport.ask(resolver, question, recurse=True, patience=patience)
        if isinstance(reply, Reply) and not Heard(source, reply).failure:
            return Heard(source, reply if is_recursive(reply) else Failure.LAME)
        return Heard(source, reply)
