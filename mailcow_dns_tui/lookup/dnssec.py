"""DNSSEC, as a resolver that validates sees it."""

import asyncio
from dataclasses import dataclass, replace
from functools import partial

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.concurrency import SingleFlight
from mailcow_dns_tui.lookup.question import Question, ResolverAddress
from mailcow_dns_tui.lookup.response import Response
from mailcow_dns_tui.lookup.servers import ResolverClient
from mailcow_dns_tui.model.answer import Failure, Security


@dataclass(frozen=True)
class Probes:
    """Zones that tell whether a resolver validates; each must exist.

    Attributes:
        signed: properly signed.
        bogus: signed on purpose so that validation fails; one that works is enough.
    """

    signed: Name
    bogus: tuple[Name, ...]


PUBLIC_PROBES = Probes(
    dns.name.from_text("org."),
    (dns.name.from_text("dnssec-failed.org."), dns.name.from_text("rhybar.cz.")),
)


class Proofs:
    """Finds out, by the probes, which resolvers validate; a try that failed is repeated."""

    def __init__(self, probes: Probes) -> None:
        self._probes = probes
        self._known = SingleFlight[ResolverAddress, bool | None](lambda proof: proof is not None)

    async def validates(self, resolver: ResolverAddress, recursion: ResolverClient) -> bool | None:
        """Whether a resolver validates; None where it could not be found out."""
        return await self._known.get(resolver, partial(self._probe, resolver, recursion))

    async def _probe(self, resolver: ResolverAddress, recursion: ResolverClient) -> bool | None:
        signed, bogus = await asyncio.gather(
            _examine(resolver, recursion, self._probes.signed),
            self._bogus(resolver, recursion),
        )
        if signed is not Security.SECURE:
            return None if signed is Security.UNKNOWN else False
        # An AD flag means nothing from a resolver that believes what is bogus.
        return None if bogus is Security.UNKNOWN else bogus is Security.BOGUS

    async def _bogus(self, resolver: ResolverAddress, recursion: ResolverClient) -> Security:
        """What the resolver makes of the first bogus zone that it can say something of."""
        for name in self._probes.bogus:
            seen = await _examine(resolver, recursion, name)
            if seen is not Security.UNKNOWN:
                return seen
        return Security.UNKNOWN

    def forget(self) -> None:
        """Try each resolver again."""
        self._known.forget(0)

    async def close(self) -> None:
        """Stop what is under way."""
        await self._known.close()


class Validation:
    """Whether DNSSEC vouches for an RRset, in the view of the first resolver that validates.

    Its AD flag is taken at its word, also where it is not on this machine: nothing but the way
    to it could have changed the flag, and the answers come by the same way.
    """

    def __init__(self, recursion: ResolverClient, proofs: Proofs) -> None:
        self._recursion = recursion
        self._proofs = proofs

    async def find_validating(self) -> None:
        """Try the resolvers, up to the first that validates, before there is a question."""
        for resolver in self._recursion.resolvers:
            if await self._proofs.validates(resolver, self._recursion):
                return

    async def security(self, name: Name, rdtype: RdataType) -> Security:
        """Of an RRset that exists: asking for an absent one would put its absence into a cache."""
        seen = Security.UNKNOWN
        for resolver in self._recursion.resolvers:
            proof = await self._proofs.validates(resolver, self._recursion)
            if proof is False:
                seen = Security.UNVALIDATED
                continue
            security = await _examine(resolver, self._recursion, name, rdtype)
            # What is believed only without validation is bogus to whoever validates.
            if proof or security is Security.BOGUS:
                return security
            if security is not Security.UNKNOWN:
                seen = Security.UNVALIDATED
        return seen


async def _examine(
    resolver: ResolverAddress,
    recursion: ResolverClient,
    name: Name,
    rdtype: RdataType = RdataType.SOA,
) -> Security:
    """What a resolver makes of an RRset, provided that it validates."""
    question = Question(name, rdtype, secure=True)
    first = await recursion.ask_one(resolver, question)
    if first.failure is not Failure.SERVFAIL:
        return _flagged(first)
    # Not at first: an answer cached without validation would lack the AD flag.
    unchecked = await recursion.ask_one(resolver, replace(question, unchecked=True))
    if unchecked.failure is not None:
        return Security.UNKNOWN
    # What has passed meanwhile was no failure of validation.
    again = await recursion.ask_one(resolver, question)
    return Security.BOGUS if again.failure is Failure.SERVFAIL else _flagged(again)


def _flagged(response: Response) -> Security:
    reply = response.good
    # The resolver has not got it, or not yet: that says nothing of the RRset that is there.
    if reply is None or not (reply.message.answer or reply.message.bad):
        return Security.UNKNOWN
    return Security.SECURE if reply.authenticated else Security.INSECURE
