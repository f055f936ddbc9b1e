"""What was answered already, shared by the runs that may rely on it."""

from typing import Any

from dns.name import Name

from mailcow_dns_tui.lookup.classify import NameServer, Outcome, Sides, Zone
from mailcow_dns_tui.lookup.concurrency import SingleFlight
from mailcow_dns_tui.lookup.question import Question, ResolverAddress
from mailcow_dns_tui.lookup.response import Response
from mailcow_dns_tui.lookup.smtp import SmtpHost
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.certificate import Presented
from mailcow_dns_tui.model.policy_page import PolicyPage

Labels = tuple[bytes, ...]
"""Of a name, which would be slower to compare."""


class QueryCache:
    """Answers and zone cuts, remembered for as long as this object lives; failures are not.

    Args:
        most: of each kind; what nobody has wanted for the longest time is forgotten. None given:
            all of them.

    Attributes:
        zones: by the apexes that lead down to it, from the highest to the zone's own.
        outcomes: of name servers, by server, the zone it was asked as a server of, and question.
        responses: of resolvers, by resolver and question.
        cuts: zones that a name server referred to, by apex.
        sides: by apex; also None for what could not be compared, or each question would wait.
        policies: MTA-STS policies by mail domain.
        chains: what mail servers present, by host and addresses; also that none can be reached,
            or each look at the records would wait for it.
    """

    def __init__(self, most: int | None = None) -> None:
        self.zones = SingleFlight[tuple[Name, ...], Zone](lambda zone: bool(zone.servers), most)
        self.outcomes = SingleFlight[tuple[NameServer, Labels, Question], Outcome](
            lambda outcome: not isinstance(outcome, Answer) or outcome.failure is None, most
        )
        self.responses = SingleFlight[tuple[ResolverAddress, Question], Response](
            lambda response: response.failure is None, most
        )
        self.cuts = SingleFlight[Name, Zone](lambda zone: bool(zone.servers), most)
        self.sides = SingleFlight[Name, Sides | None](lambda sides: True, most)
        self.policies = SingleFlight[Name, PolicyPage](
            lambda page: page.failure is None or not page.failure.could_be_here, most
        )
        self.chains = SingleFlight[SmtpHost, Presented](lambda presented: True, most)

    def with_zones_only(self) -> "QueryCache":
        """Another one that shares the zones, and has no answers yet."""
        fresh = QueryCache()
        fresh.zones, fresh.cuts, fresh.sides = self.zones, self.cuts, self.sides
        return fresh

    def forget(self, age: float) -> None:
        """Drop what is older than so many seconds."""
        for table in self._tables:
            table.forget(age)

    def take(self, newer: "QueryCache") -> None:
        """Take over all that another one has, in place of what is older."""
        for table, of_newer in zip(self._tables, newer._tables, strict=True):
            table.take(of_newer)

    async def close(self) -> None:
        """Stop what is under way."""
        for table in self._tables:
            await table.close()

    @property
    def _tables(self) -> tuple[SingleFlight[Any, Any], ...]:
        asked = self.outcomes, self.responses, self.policies, self.chains
        return self.zones, self.cuts, self.sides, *asked
