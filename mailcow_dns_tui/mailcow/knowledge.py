"""What was found out about a mailcow server, from all sources together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from mailcow_dns_tui.mailcow.known import KnownDomain, KnownDomains
from mailcow_dns_tui.model.names import parse_name
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.suggestion import Remark, Suggestion, filled


@dataclass(frozen=True)
class Knowledge:
    """What the sources said, the best first.

    Attributes:
        sources: those that could be read, as they are shown.
        domains: None where no source could tell.
        troubles: what could not be read, and what to do: a sentence each.
    """

    sources: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    remarks: tuple[Remark, ...] = ()
    domains: tuple[KnownDomain, ...] | None = None
    troubles: tuple[str, ...] = ()

    def __add__(self, other: Knowledge) -> Knowledge:
        return Knowledge(
            tuple(dict.fromkeys((*self.sources, *other.sources))),
            (*self.suggestions, *other.suggestions),
            (*self.remarks, *other.remarks),
            other.domains if self.domains is None else self.domains,
            tuple(dict.fromkeys((*self.troubles, *other.troubles))),
        )

    def missing_from(self, setup: Setup) -> tuple[KnownDomain, ...]:
        """The domains that mailcow has and the setup has not."""
        there = set(setup.apexes)
        known = self.domains or ()
        return tuple(domain for domain in known if parse_name(domain.name) not in there)


def from_domains(said: KnownDomains) -> Knowledge:
    """What a source of domains suggests for each of them."""
    if said.domains is None:
        return Knowledge(troubles=said.troubles)
    suggestions = chain.from_iterable(_suggestions(d, said.source) for d in said.domains)
    remarks = chain.from_iterable(map(_remarks, said.domains))
    return Knowledge(
        (said.source,), tuple(suggestions), tuple(remarks), said.domains, said.troubles
    )


def _suggestions(known: KnownDomain, source: str) -> Iterator[Suggestion]:
    apex = parse_name(known.name)
    if known.dkim:
        yield Suggestion("dkim", known.dkim, source, apex)
    if known.mta_sts_id is not None:
        yield Suggestion("mta_sts_id", known.mta_sts_id, source, apex)
    yield Suggestion("alias_of", known.alias_of, source, apex)


def _remarks(known: KnownDomain) -> Iterator[Remark]:
    apex = parse_name(known.name)
    if not known.active:
        yield Remark("name", "It is switched off in mailcow.", apex)
    if known.backup_mx:
        text = "mailcow only relays its mail (backup MX): its own server's MX comes first."
        yield Remark("name", text, apex)
    if known.relay_host:
        text = "Its mail leaves through another server: SPF has to allow that one, too."
        yield Remark("spf", text, apex)
    if known.dkim == ():
        yield Remark("dkim", _without_key(known), apex)


def _without_key(known: KnownDomain) -> str:
    if known.alias_of:
        return "This alias has no DKIM key of its own, so its mail is not signed: add one."
    return "mailcow has no DKIM key for it, so its mail is not signed: add one."


def is_served(known: KnownDomain) -> bool:
    """Whether mailcow is the domain's own mail server, now."""
    return known.active and not known.backup_mx


def with_domains(setup: Setup, domains: tuple[KnownDomain, ...]) -> Setup:
    """The setup with these domains at its end."""
    return replace(setup, domains=(*setup.domains, *(Domain(known.name) for known in domains)))


def adopted(setup: Setup, knowledge: Knowledge, *, anew: bool) -> Setup:
    """The setup with all that the user has not answered; see `filled`."""
    if anew and not setup.domains and knowledge.domains:
        setup = with_domains(setup, tuple(filter(is_served, knowledge.domains)))
    return filled(setup, knowledge.suggestions, anew=anew)
