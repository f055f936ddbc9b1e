"""The asking interface of the topics, over the network."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.allowance import Allowance
from mailcow_dns_tui.lookup.authority import Authority
from mailcow_dns_tui.lookup.both_sides import BothSides
from mailcow_dns_tui.lookup.deadline import Deadline
from mailcow_dns_tui.lookup.delegation import NameServer, Sides, Zone
from mailcow_dns_tui.lookup.discovery import Discovery
from mailcow_dns_tui.lookup.joining import joined
from mailcow_dns_tui.lookup.policy_fetch import Policies
from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.lookup.reading import Alias, Referral, Said, read_resolver
from mailcow_dns_tui.lookup.reply import Heard
from mailcow_dns_tui.lookup.resolver import SILENT, Recursion
from mailcow_dns_tui.lookup.security import Validation
from mailcow_dns_tui.lookup.smtp import Presenter
from mailcow_dns_tui.model.answer import ENDLESS, HEARD, Answer, Failure, Lookup, NamedBy, Source
from mailcow_dns_tui.model.bounds import LONGEST_CHAIN
from mailcow_dns_tui.model.certificate import NotPresented, Presented
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from mailcow_dns_tui.model.security import Security

# Where every name server says one of these, the record has not been asked for at all.
NOT_ASKED = frozenset(Failure) - ENDLESS

Path = tuple[Name, ...]
"""The names that CNAMEs have led through so far."""


@dataclass(frozen=True)
class Means:
    """All that a run asks with."""

    authority: Authority
    recursion: Recursion
    discovery: Discovery
    validation: Validation
    policies: Policies
    both_sides: BothSides
    presenter: Presenter | None


@dataclass(frozen=True)
class FromZone:
    """What the servers of a zone, as it was found, say to a question.

    Attributes:
        holder: the zone that has the name, which may be one further down; None where none of its
            servers was found.
    """

    apex: Name
    holder: Name | None
    said: tuple[Answer | Alias, ...]


class Lookups:
    """The `Dns` of one run.

    A name in one of the zones, or a reverse name, is asked of every name server of its zone.
    Everything else is somebody else's and asked of the resolver; so is a name none of whose name
    servers can be asked. Once all name servers that answer have an RRset, the resolver is asked
    what it has; never before, so that no absence is planted in its cache.

    What is still open when the deadline has passed fails with LATE, or, of a resolver, TIMEOUT.
    """

    def __init__(self, means: Means, deadline: Deadline, allowance: Allowance) -> None:
        self._authority = means.authority
        self._recursion = means.recursion
        self._discovery = means.discovery
        self._validation = means.validation
        self._policies = means.policies
        self._both_sides = means.both_sides
        self._presenter = means.presenter
        self._deadline = deadline
        self._allowance = allowance

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        """Ask for an RRset; CNAMEs are followed, failures come back as values."""
        question = Question(name, rdtype)
        lookup = await self._lookup(question, ())
        if not _published(lookup):
            return lookup
        seen = Lookup(name, rdtype, await self._from_resolver(question, ()))
        return replace(lookup, resolver=seen.best or seen.answers[0])

    async def ask_servers(self, name: Name, rdtype: RdataType) -> Lookup:
        """What the name servers have, without waiting for what the resolver sees."""
        return await self._lookup(Question(name, rdtype), ())

    async def security(self, name: Name, rdtype: RdataType) -> Security:
        """Whether DNSSEC vouches for an RRset; the resolver is asked for none that is absent."""
        examine = partial(self._security, name, rdtype)
        return await self._deadline.within(examine, Security.UNKNOWN)

    async def _security(self, name: Name, rdtype: RdataType) -> Security:
        lookup, _ = await asyncio.gather(
            self.ask_servers(name, rdtype), self._validation.find_validating()
        )
        if lookup.absent or self._is_silent(lookup.failed):
            return Security.UNKNOWN
        return await self._validation.security(name, rdtype)

    async def fetch_policy(self, domain: Name) -> PolicyPage:
        """Fetch the MTA-STS policy of a mail domain; failures come back as values."""
        fetch = partial(self._policies.of, domain, self.ask_servers)
        return await self._deadline.within(fetch, PolicyPage(failure=FetchFailure.TIMEOUT))

    async def present(self, host: Name, addresses: tuple[str, ...]) -> Presented | None:
        """What the mail server of a host presents, at the first address that is reached."""
        if self._presenter is None:
            return None
        connect = partial(self._presenter.present, host, addresses)
        late = Presented("the mail server", failure=NotPresented.SILENT)
        return await self._deadline.within(connect, late)

    async def _lookup(self, question: Question, path: Path) -> Lookup:
        if not self._is_allowed(question, path):
            left_out = Answer(self._recursion.source, failure=Failure.LEFT_OUT)
            return Lookup(question.name, question.rdtype, (left_out,))
        found, sides = await asyncio.gather(self._from_zone(question), self._sides(question))
        asked = Lookup(question.name, question.rdtype, ())
        if found is None:
            return replace(asked, answers=await self._from_resolver(question, path))
        said = await self._said(question, found, sides)
        here = replace(asked, zone=found.holder)
        failed = [s for s in said if isinstance(s, Answer) and s.failure in NOT_ASKED]
        if len(failed) == len(said):
            failed = await self._as_far_as_heard(question, failed)
            in_vain = tuple(a for a in failed if a.source not in self._recursion.sources)
            answers = await self._fallback(question, path, failed)
            return replace(here, answers=answers, in_vain=in_vain)
        # That a resolver could not find them says nothing of the servers that answer.
        servers = [s for s in said if _source(s) not in self._recursion.sources]
        answers = await self._ended(servers, question, path)
        return replace(here, answers=answers, zone=_deepest(found.holder, answers))

    def _is_allowed(self, question: Question, path: Path) -> bool:
        beginning = Question(path[0], question.rdtype) if path else question
        if path and not self._allowance.covers_end(question, beginning):
            return False
        return self._allowance.covers(question, self._discovery.own_apex(beginning))

    async def _said(
        self, question: Question, found: FromZone, sides: Sides | None
    ) -> tuple[Answer | Alias, ...]:
        """What all servers say that either side names, and who names each."""
        said = found.said
        if sides is not None and sides.apex == found.apex:
            others = await self._from_servers(sides.others, question)
            return tuple(_marked((*said, *others.said), sides))
        return said

    async def _as_far_as_heard(self, question: Question, failed: list[Answer]) -> list[Answer]:
        """How the servers failed, where it was they who were heard."""
        apex = self._discovery.own_apex(question)
        heard = [each for each in failed if each.failure in HEARD]
        if apex is None or not heard:
            return failed
        intercepted = partial(self._discovery.is_intercepted, apex)
        if not await self._deadline.within(intercepted, False):
            return failed
        others = [each for each in failed if each not in heard]
        return [*(replace(each, failure=Failure.INTERCEPTED) for each in heard), *others]

    async def _from_zone(self, question: Question) -> FromZone | None:
        """What the servers of the zone say; None where it is somebody else's."""
        nowhere: Zone | None = Zone(
            question.name, failures=(Answer(self._recursion.source, failure=Failure.TIMEOUT),)
        )
        find = partial(self._discovery.zone_of, question)
        zone = await self._deadline.within(find, nowhere)
        if zone is None:
            return None
        return replace(await self._from_servers(zone, question), apex=zone.apex)

    async def _sides(self, question: Question) -> Sides | None:
        apex = self._discovery.own_apex(question)
        if apex is None:
            return None
        return await self._deadline.within(partial(self._both_sides.of, apex), None)

    async def _fallback(
        self, question: Question, path: Path, failed: Sequence[Answer]
    ) -> tuple[Answer, ...]:
        """Where no name server can be asked, as in networks that block port 53: the resolver."""
        if self._is_silent(failed):
            return tuple(failed)
        answers = await self._from_resolver(question, path)
        if any(answer.failure is None for answer in answers):
            return answers
        return tuple({answer.source: answer for answer in (*failed, *answers)}.values())

    def _is_silent(self, failed: Sequence[Answer]) -> bool:
        """Whether the resolver gave no answer even to who the name servers are."""
        return any(a.source == self._recursion.source and a.failure in SILENT for a in failed)

    async def _from_servers(self, zone: Zone, question: Question) -> FromZone:
        asked = (self._from_server(server, zone, question) for server in zone.servers)
        said = await asyncio.gather(*asked)
        referral = next((s for s in said if isinstance(s, Referral)), None)
        if referral is None:
            all_said = (*(s for s in said if not isinstance(s, Referral)), *zone.failures)
            return FromZone(zone.apex, zone.apex if zone.servers else None, all_said)
        cut = partial(self._discovery.cut, referral.delegation)
        late = replace(zone, servers=(), failures=tuple(map(self._late, zone.servers)))
        below = await self._from_servers(await self._deadline.within(cut, late), question)
        return replace(below, said=(*below.said, *_beside(below.said, said)))

    async def _from_server(self, server: NameServer, zone: Zone, question: Question) -> Said:
        ask = partial(self._authority.ask, server, zone.apex, question)
        return await self._deadline.within(ask, self._late(server))

    @staticmethod
    def _late(server: NameServer) -> Answer:
        return Answer(server.source, failure=Failure.LATE)

    async def _from_resolver(self, question: Question, path: Path) -> tuple[Answer, ...]:
        hear = partial(self._recursion.hear, question)
        late: tuple[Heard, ...] = (Heard(self._recursion.source, Failure.TIMEOUT),)
        heard = await self._deadline.within(hear, late)
        said = tuple(read_resolver(one, question) for one in heard)
        return await self._ended(said, question, path)

    async def _ended(
        self, said: Sequence[Answer | Alias], question: Question, path: Path
    ) -> tuple[Answer, ...]:
        """Follow the aliases that lead out of a server's zone, each different one once."""
        open_ends = dict.fromkeys(s.answer.aliases for s in said if isinstance(s, Alias))
        asked = (self._at_end(aliases, question, path) for aliases in open_ends)
        ends = dict(zip(open_ends, await asyncio.gather(*asked), strict=True))
        return tuple(
            joined(s.answer, ends[s.answer.aliases]) if isinstance(s, Alias) else s for s in said
        )

    async def _at_end(self, aliases: Path, question: Question, path: Path) -> Lookup | None:
        """What is at the last of the targets; None where they lead round in a circle."""
        target = aliases[-1]
        passed = (*path, question.name, *aliases[:-1])
        if target in passed or len(passed) > LONGEST_CHAIN:
            return None
        return await self._lookup(Question(target, question.rdtype), passed)


def _deepest(holder: Name | None, answers: Iterable[Answer]) -> Name | None:
    """The zone that the name is in: the servers of one refer to none of theirs further down."""
    told = (each.apex for each in answers if each.authoritative and each.apex)
    below = [apex for apex in told if holder is not None and apex.is_subdomain(holder)]
    return max(below, key=len, default=holder)


def _beside(below: Sequence[Answer | Alias], said: Sequence[Said]) -> Iterator[Answer | Alias]:
    """What the servers above a zone cut answer themselves: resolvers believe that as well."""
    sources = {_source(each) for each in below}
    for each in said:
        if isinstance(each, Referral) or _source(each) in sources:
            continue
        if isinstance(each, Alias) or each.failure not in NOT_ASKED:
            yield each


def _marked(said: Iterable[Answer | Alias], sides: Sides) -> Iterator[Answer | Alias]:
    """Note who names each server; what a former one says does not count."""
    for each in said:
        named_by = sides.named_by.get(_source(each), NamedBy.BOTH)
        if _source(each) in sides.former:
            continue
        if isinstance(each, Alias):
            yield Alias(replace(each.answer, named_by=named_by))
        else:
            yield replace(each, named_by=named_by)


def _source(said: Answer | Alias) -> Source:
    return said.answer.source if isinstance(said, Alias) else said.source


def _published(lookup: Lookup) -> bool:
    """All name servers that answer have it; False where only a resolver was asked."""
    heard = lookup.heard
    return bool(heard) and all(answer.found and answer.authoritative for answer in heard)
