"""What was found out about a mailcow server, from one source and from all of them together."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import chain

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.dkim_key import key_problem
from mailcow_dns_tui.model.names import ascii_form, parse_name
from mailcow_dns_tui.model.setup import DkimKey, Domain, Setup
from mailcow_dns_tui.model.suggestion import Remark, Suggestion, filled

LONGEST_KEY = 4096
"""Characters of base64: an RSA key of 16384 bits has 2740."""


@dataclass(frozen=True)
class KnownDomain:
    """A mail domain, as mailcow has it.

    Attributes:
        active: mail is accepted and sent for it.
        backup_mx: mailcow only relays its mail; it has no certificate names of its own.
        relay_host: its mail leaves through somebody else's server.
        alias_of: the domain that it is an alias of; empty for a domain of its own.
        dkim: None where the source can't tell; empty where mailcow has no key.
        mta_sts_id: None where the source can't tell; empty where no policy is active.
    """

    name: str
    active: bool = True
    backup_mx: bool = False
    relay_host: bool = False
    alias_of: str = ""
    dkim: tuple[DkimKey, ...] | None = None
    mta_sts_id: str | None = None


def usable_name(text: str) -> str:
    """A mail domain of mailcow's in its ASCII form; empty where DNS can't carry it."""
    name = parse_name(text)
    if name is None or text != text.strip() or validators.host_name(text):
        return ""
    return ascii_form(name)


def is_usable_key(text: str) -> bool:
    """Whether mailcow's public key, base64 alone, is one that receivers can use."""
    is_base64 = len(text) <= LONGEST_KEY and re.fullmatch("[A-Za-z0-9+/]+=*", text)
    return bool(is_base64) and key_problem(text) is None


@dataclass(frozen=True)
class KnownDomains:
    """What one source, as the API, says of the domains.

    Attributes:
        source: as it is shown beside an answer: `mailcow's API`.
        domains: in the source's order; None where they could not be read.
        troubles: what could not be read, and what to do: one sentence each, fit for the screen.
        absent: the same of what is not there to be read, which is wrong only where no other source
            is there either.
        has_keys: whether it told which DKIM keys the domains have.
    """

    source: str
    domains: tuple[KnownDomain, ...] | None
    troubles: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    has_keys: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether no other source need be asked."""
        return self.domains is not None and self.has_keys


@dataclass(frozen=True)
class SourceResult:
    """What one or several sources say, the best first.

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

    @classmethod
    def of(cls, *found: Suggestion | Remark) -> SourceResult:
        """What there is for some answers, or to be said of them."""
        return cls(
            suggestions=tuple(each for each in found if isinstance(each, Suggestion)),
            remarks=tuple(each for each in found if isinstance(each, Remark)),
        )

    def __add__(self, other: SourceResult) -> SourceResult:
        return SourceResult(
            tuple(dict.fromkeys((*self.sources, *other.sources))),
            (*self.suggestions, *other.suggestions),
            tuple(dict.fromkeys((*self.remarks, *other.remarks))),
            other.domains if self.domains is None else self.domains,
            tuple(dict.fromkeys((*self.troubles, *other.troubles))),
        )

    def missing_from(self, setup: Setup) -> tuple[KnownDomain, ...]:
        """The domains that mailcow has and the setup has not."""
        known = self.domains or ()
        return tuple(d for d in known if parse_name(d.name) not in setup.domain_index)


async def last_result(learned: AsyncGenerator[SourceResult, None]) -> SourceResult:
    """All that is known once each source has answered."""
    known = SourceResult()
    async with aclosing(learned):
        async for known in learned:  # noqa: B007
            pass
    return known


def from_domains(read: KnownDomains) -> SourceResult:
    """What a source of domains suggests for each of them."""
    if read.domains is None:
        return SourceResult(troubles=read.troubles)
    suggestions = chain.from_iterable(_suggestions(d, read.source) for d in read.domains)
    remarks = chain.from_iterable(map(_remarks, read.domains))
    return SourceResult(
        (read.source,), tuple(suggestions), tuple(remarks), read.domains, read.troubles
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
        yield Remark("name", "It is switched off in mailcow.", apex, switched_off=True)
    if known.backup_mx:
        text = "mailcow only relays its mail (backup MX): its own server's MX comes first."
        yield Remark("name", text, apex)
    if known.relay_host:
        text = "Its mail leaves through another server: SPF has to allow that one, too."
        yield Remark("spf", text, apex)
    if known.dkim == ():
        alias = "This alias has no DKIM key of its own"
        lack = alias if known.alias_of else "mailcow has no DKIM key for it"
        yield Remark("dkim", f"{lack}, so its mail is not signed: add one.", apex)


def is_served(known: KnownDomain) -> bool:
    """Whether mailcow is the domain's own mail server, now."""
    return known.active and not known.backup_mx


def with_domains(setup: Setup, domains: tuple[KnownDomain, ...]) -> Setup:
    """The setup with these domains at its end."""
    return replace(setup, domains=(*setup.domains, *(Domain(known.name) for known in domains)))


def adopted(setup: Setup, knowledge: SourceResult, *, is_new: bool) -> Setup:
    """The setup with mailcow's answers in place of those that the user has not given."""
    if is_new and not setup.domains and knowledge.domains:
        setup = with_domains(setup, tuple(filter(is_served, knowledge.domains)))
    return filled(setup, knowledge.suggestions, is_new=is_new)
