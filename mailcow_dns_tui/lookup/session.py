"""Look-ups of one run over the network: what the topics ask by, as `Dns`."""

import asyncio
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.classify import (
    Alias,
    NameServer,
    Outcome,
    Referral,
    Sides,
    Zone,
    read_resolver,
    with_end_of_alias,
    without_dns64,
)
from mailcow_dns_tui.lookup.concurrency import Deadline
from mailcow_dns_tui.lookup.dnssec import Validation
from mailcow_dns_tui.lookup.parent_child import ParentChild
from mailcow_dns_tui.lookup.policy_fetch import PolicyFetcher, fetch_policy
from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.lookup.response import Response
from mailcow_dns_tui.lookup.servers import SILENT, AuthorityClient, ResolverClient
from mailcow_dns_tui.lookup.smtp import Presenter
from mailcow_dns_tui.lookup.zones import Discovery
from mailcow_dns_tui.model import bounds
from mailcow_dns_tui.model.answer import (
    ENDLESS,
    RESPONDED,
    Answer,
    Failure,
    Lookup,
    NamedBy,
    Security,
    Source,
)
from mailcow_dns_tui.model.certificate import NotPresented, Presented
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage

# Where every name server says one of these, the record has not been asked for at all.
NOT_ASKED = frozenset(Failure) - ENDLESS

ABOUTS_KEPT = 512
"""Zones, and beginnings of aliases, whose questions are counted: many times as many as are under
way at once, each with a hundred questions."""
QUESTIONS_KEPT = 4096

AliasPath = tuple[Name, ...]
"""The names that CNAMEs have led through so far."""


@dataclass(frozen=True)
class Clients:
    """All that a run asks with, and whose answers it can share with other runs."""

    cache: QueryCache
    authority: AuthorityClient
    recursion: ResolverClient
    discovery: Discovery
    validation: Validation
    parent_child: ParentChild
    fetcher: PolicyFetcher
    presenter: Presenter | None


class Allowance:
    """Counts different questions: about each of the operator's zones, and about all else together.

    Whatever the records of a zone lead to by CNAMEs counts as a question about that zone. What
    lies in no zone of the operator's is named by the records of all of them, and shares what
    that many zones are allowed.

    Args:
        zones: of the operator; each of them may have records in all others, such as those that
            authorise reports.
    """

    def __init__(self, zones: int) -> None:
        self._of_zone = bounds.MOST_QUESTIONS + bounds.MOST_QUESTIONS_FOR_ANOTHER * zones
        self._elsewhere = self._of_zone * max(1, zones)
        self._asked: dict[Hashable, set[Question]] = {}

    def covers(self, question: Question, apex: Name | None) -> bool:
        """Whether a question may be asked; `apex` is the operator's zone that it is about."""
        return self._covers(apex, question, self._of_zone if apex else self._elsewhere)

    def covers_end(self, question: Question, beginning: Question) -> bool:
        """Whether the end of an alias may be asked for, after what was asked at the beginning."""
        return self._covers(beginning, question, bounds.MOST_FOLLOWED)

    def _covers(self, about: Hashable, question: Question, most: int) -> bool:
        # What is under way stays among the last; nothing else counts any more.
        asked = self._asked[about] = self._asked.pop(about, set())
        if len(self._asked) > ABOUTS_KEPT:
            del self._asked[next(iter(self._asked))]
        if question not in asked and len(asked) >= most:
            return False
        asked.add(question)
        return True


@dataclass(frozen=True)
class ZoneOutcomes:
    """What the servers of a zone, as it was found, say to a question.

    Attributes:
        holder: the zone that has the name, which may be one further down; None where none of its
            servers was found.
        local: the servers that only a local network has a way to.
    """

    apex: Name
    holder: Name | None
    outcomes: tuple[Answer | Alias, ...]
    local: frozenset[Source] = frozenset()


class NetworkDns:
    """The `Dns` of one run.

    A name in one of the zones, or a reverse name, is asked of every name server of its zone.
    Everything else is somebody else's and asked of the resolver; so is a name none of whose name
    servers can be asked. Once all name servers that answer have an RRset, the resolver is asked
    what it has; never before, so that no absence is planted in its cache.

    What is still open when the deadline has passed fails with LATE, or, of a resolver, TIMEOUT.
    """

    def __init__(self, clients: Clients, deadline: Deadline, allowance: Allowance) -> None:
        self._clients = clients
        self._cache = clients.cache
        self._recursion = clients.recursion
        self._discovery = clients.discovery
        self._deadline = deadline
        self._allowance = allowance
        # Of one object, equality is seen at once.
        self._question = lru_cache(QUESTIONS_KEPT)(Question)

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        """Ask for an RRset; CNAMEs are followed, failures come back as values."""
        question = self._question(name, rdtype)
        lookup = await self._lookup(question, ())
        if not _published(lookup):
            return lookup
        seen = Lookup(name, rdtype, await self._from_resolver(question, ()))
        return replace(lookup, resolver=seen.representative or seen.answers[0])

    async def ask_servers(self, name: Name, rdtype: RdataType) -> Lookup:
        """What the name servers have, without waiting for what the resolver sees."""
        return await self._lookup(self._question(name, rdtype), ())

    async def security(self, name: Name, rdtype: RdataType) -> Security:
        """Whether DNSSEC vouches for an RRset; the resolver is asked for none that is absent."""
        examine = partial(self._security, name, rdtype)
        return await self._deadline.within(examine, Security.UNKNOWN)

    async def _security(self, name: Name, rdtype: RdataType) -> Security:
        lookup, _ = await asyncio.gather(
            self.ask_servers(name, rdtype), self._clients.validation.find_validating()
        )
        if lookup.absent or self._is_silent(lookup.failed):
            return Security.UNKNOWN
        return await self._clients.validation.security(name, rdtype)

    async def fetch_policy(self, domain: Name) -> PolicyPage:
        """Fetch the MTA-STS policy of a mail domain; failures come back as values."""
        fetch = partial(fetch_policy, self._clients.fetcher, domain, self.ask_servers)
        known = partial(self._cache.policies.get, domain, fetch)
        return await self._deadline.within(known, PolicyPage(failure=FetchFailure.TIMEOUT))

    async def present(self, host: Name, addresses: tuple[str, ...]) -> Presented | None:
        """What the mail server of a host presents, at the first address that is reached."""
        if self._clients.presenter is None:
            return None
        connect = partial(self._clients.presenter.present, host, addresses)
        known = partial(self._cache.chains.get, (host, addresses), connect)
        on_timeout = Presented("the mail server", failure=NotPresented.SILENT)
        return await self._deadline.within(known, on_timeout)

    async def _lookup(self, question: Question, path: AliasPath) -> Lookup:
        if not self._is_allowed(question, path):
            left_out = Answer(self._recursion.source, failure=Failure.LEFT_OUT)
            return Lookup(question.name, question.rdtype, (left_out,))
        found, sides = await self._found(question)
        result = partial(Lookup, question.name, question.rdtype)
        if found is None:
            return result(await self._from_resolver(question, path))
        outcomes = await self._outcomes(question, found, sides)
        failed = [s for s in outcomes if isinstance(s, Answer) and s.failure in NOT_ASKED]
        if len(failed) == len(outcomes):
            failed = await self._unless_intercepted(question, failed)
            in_vain = tuple(a for a in failed if a.source not in self._recursion.sources)
            answers = await self._fallback(question, path, failed)
            return result(answers, zone=found.holder, in_vain=in_vain)
        # That a resolver could not find them says nothing of the servers that answer.
        servers = [s for s in outcomes if _source(s) not in self._recursion.sources]
        answers = await self._ended(servers, question, path)
        return result(answers, zone=_deepest(found.holder, answers))

    def _is_allowed(self, question: Question, path: AliasPath) -> bool:
        beginning = Question(path[0], question.rdtype) if path else question
        if path and not self._allowance.covers_end(question, beginning):
            return False
        return self._allowance.covers(question, self._discovery.own_apex(beginning))

    async def _outcomes(
        self, question: Question, found: ZoneOutcomes, sides: Sides | None
    ) -> tuple[Answer | Alias, ...]:
        """What all servers say that either side names, and who names each."""
        outcomes = found.outcomes
        if sides is not None and sides.apex == found.apex:
            others = await self._from_servers(sides.others, question)
            return tuple(_marked((*outcomes, *others.outcomes), sides))
        return await self._unless_local(question, found)

    async def _unless_local(
        self, question: Question, found: ZoneOutcomes
    ) -> tuple[Answer | Alias, ...]:
        """What they say; that of a local network's, which nobody outside names, tells nothing."""
        apex = self._discovery.own_apex(question)
        if apex is None or not found.local:
            return found.outcomes
        of_internet = partial(self._discovery.is_of_internet, apex)
        delegated = partial(self._discovery.delegated, found.apex)
        if not await self._deadline.within(of_internet, True):
            return found.outcomes
        above = await self._deadline.within(delegated, None)
        named = {name.to_text() for name in above.names} if above else set()
        local = {source for source in found.local if source.name not in named}
        return tuple(
            Answer(_source(s), failure=Failure.LOCAL) if _source(s) in local else s
            for s in found.outcomes
        )

    async def _unless_intercepted(self, question: Question, failed: list[Answer]) -> list[Answer]:
        """How the servers failed; INTERCEPTED where it was not they who answered."""
        apex = self._discovery.own_apex(question)
        arrived = [each for each in failed if each.failure in RESPONDED]
        if apex is None or not arrived:
            return failed
        intercepted = partial(self._discovery.is_intercepted, apex)
        if not await self._deadline.within(intercepted, False):
            return failed
        others = [each for each in failed if each not in arrived]
        return [*(replace(each, failure=Failure.INTERCEPTED) for each in arrived), *others]

    async def _found(self, question: Question) -> tuple[ZoneOutcomes | None, Sides | None]:
        apex = self._discovery.own_apex(question)
        if apex is None:
            return await self._from_zone(question), None
        parent_child = self._clients.parent_child
        compare = partial(parent_child.of, apex)
        with self._cache.sides.begun(apex, partial(parent_child.compare, apex)):
            found = await self._from_zone(question)
            sides = self._cache.sides.known(apex)
            return found, sides or await self._deadline.within(compare, None)

    async def _from_zone(self, question: Question) -> ZoneOutcomes | None:
        """What the servers of the zone say; None where it is somebody else's."""
        zone = self._discovery.known_zone_of(question)
        if zone is None:
            failed = Answer(self._recursion.source, failure=Failure.TIMEOUT)
            nowhere: Zone | None = Zone(question.name, failures=(failed,))
            find = partial(self._discovery.zone_of, question)
            zone = await self._deadline.within(find, nowhere)
        if zone is None:
            return None
        return await self._from_servers(zone, question)

    async def _fallback(
        self, question: Question, path: AliasPath, failed: Sequence[Answer]
    ) -> tuple[Answer, ...]:
        """Where no name server can be asked, as in networks that block port 53: the resolver."""
        # What its resolver says comes from the local network as well.
        is_local = any(each.failure is Failure.LOCAL for each in failed)
        if is_local or self._is_silent(failed):
            return tuple(failed)
        answers = await self._from_resolver(question, path)
        if any(answer.failure is None for answer in answers):
            return answers
        return tuple({answer.source: answer for answer in (*failed, *answers)}.values())

    def _is_silent(self, failed: Sequence[Answer]) -> bool:
        """Whether the resolver gave no answer even to who the name servers are."""
        return any(a.source == self._recursion.source and a.failure in SILENT for a in failed)

    async def _from_servers(self, zone: Zone, question: Question) -> ZoneOutcomes:
        heard = await self._clients.authority.ask_all(zone, question, self._deadline)
        outcomes = [heard.get(server) or self._timed_out(server) for server in zone.servers]
        referral = next((s for s in outcomes if isinstance(s, Referral)), None)
        local = frozenset(s.source for s in zone.servers if s.endpoint.is_local)
        if referral is None:
            all_outcomes = (*(s for s in outcomes if not isinstance(s, Referral)), *zone.failures)
            holder = zone.apex if zone.servers else None
            return ZoneOutcomes(zone.apex, holder, all_outcomes, local)
        cut = partial(self._discovery.cut, referral.delegation)
        on_timeout = replace(zone, servers=(), failures=tuple(map(self._timed_out, zone.servers)))
        below = await self._from_servers(await self._deadline.within(cut, on_timeout), question)
        heard_all = (*below.outcomes, *_beside(below.outcomes, outcomes))
        return ZoneOutcomes(zone.apex, below.holder, heard_all, local | below.local)

    @staticmethod
    def _timed_out(server: NameServer) -> Answer:
        return Answer(server.source, failure=Failure.LATE)

    async def _from_resolver(self, question: Question, path: AliasPath) -> tuple[Answer, ...]:
        ask = partial(self._recursion.ask, question)
        on_timeout: tuple[Response, ...] = (Response(self._recursion.source, Failure.TIMEOUT),)
        responses = await self._deadline.within(ask, on_timeout)
        outcomes = tuple(without_dns64(read_resolver(one, question)) for one in responses)
        return await self._ended(outcomes, question, path)

    async def _ended(
        self, outcomes: Sequence[Answer | Alias], question: Question, path: AliasPath
    ) -> tuple[Answer, ...]:
        """Follow the aliases that lead out of a server's zone, each different one once."""
        open_ends = dict.fromkeys(s.answer.aliases for s in outcomes if isinstance(s, Alias))
        if not open_ends:
            return tuple(s for s in outcomes if isinstance(s, Answer))
        asked = (self._at_end(aliases, question, path) for aliases in open_ends)
        ends = dict(zip(open_ends, await asyncio.gather(*asked), strict=True))
        ended = (
            with_end_of_alias(s.answer, ends[s.answer.aliases]) if isinstance(s, Alias) else (s,)
            for s in outcomes
        )
        return tuple(chain.from_iterable(ended))

    async def _at_end(
        self, aliases: AliasPath, question: Question, path: AliasPath
    ) -> Lookup | None:
        """What is at the last of the targets; None where they lead round in a circle."""
        target = aliases[-1]
        passed = (*path, question.name, *aliases[:-1])
        if target in passed or len(passed) > bounds.LONGEST_CHAIN:
            return None
        return await self._lookup(Question(target, question.rdtype), passed)


def _deepest(holder: Name | None, answers: Iterable[Answer]) -> Name | None:
    """The zone that the name is in: the servers of one refer to none of theirs further down."""
    apexes = (each.apex for each in answers if each.authoritative and each.apex)
    below = [apex for apex in apexes if holder is not None and apex.is_subdomain(holder)]
    return max(below, key=len, default=holder)


def _beside(
    below: Sequence[Answer | Alias], outcomes: Sequence[Outcome]
) -> Iterator[Answer | Alias]:
    """What the servers above a zone cut answer themselves: resolvers believe that as well."""
    sources = {_source(each) for each in below}
    for each in outcomes:
        if isinstance(each, Referral) or _source(each) in sources:
            continue
        if isinstance(each, Alias) or each.failure not in NOT_ASKED:
            yield each


def _marked(outcomes: Iterable[Answer | Alias], sides: Sides) -> Iterator[Answer | Alias]:
    """Note who names each server; what a former one says does not count."""
    for each in outcomes:
        named_by = sides.named_by.get(_source(each), NamedBy.BOTH)
        if _source(each) in sides.former:
            continue
        if isinstance(each, Alias):
            yield Alias(replace(each.answer, named_by=named_by))
        elif each.named_by is named_by:
            yield each
        else:
            yield replace(each, named_by=named_by)


def _source(outcome: Answer | Alias) -> Source:
    return outcome.answer.source if isinstance(outcome, Alias) else outcome.source


def _published(lookup: Lookup) -> bool:
    """All name servers that answer have it; False where only a resolver was asked."""
    answered = lookup.answered
    return bool(answered) and all(answer.found and answer.authoritative for answer in answered)
