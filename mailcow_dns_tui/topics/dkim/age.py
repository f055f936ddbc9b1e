"""Since when a planned key is published: no name server tells it, so the plan keeps the day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

import dns.name
from dns.name import Name

from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.model.code import WILDCARD_ANSWERS
from mailcow_dns_tui.model.dkim_key import dkim_record_text, read_key
from mailcow_dns_tui.model.dmarc_stage import believable
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.setup import DkimKey, Domain, Setup
from mailcow_dns_tui.model.text import listed, safe
from mailcow_dns_tui.topics.base import has_room
from mailcow_dns_tui.topics.dkim.record import is_same_key
from mailcow_dns_tui.topics.dkim.topic import is_usable
from mailcow_dns_tui.topics.text_record import values

LONGEST_USE = timedelta(days=365)
OLD = (
    "DKIM keys seen for over a year: {keys}. Replace each in mailcow by one with another selector, "
    "publish that at once, and delete the old record a week later."
)


def noted(setup: Setup, findings: Iterable[Finding], today: date) -> Setup:
    """The setup with since when each of its keys is published, as far as these findings tell.

    What is not clear stays as it is, as for DMARC; so is the same object where nothing is new.
    """
    seen = {f.name: f.lookup for f in findings if f.topic == "dkim" and _is_own(f)}
    domains = tuple(_noted(domain, seen, today) for domain in setup.domains)
    return setup if domains == setup.domains else replace(setup, domains=domains)


def _is_own(found: Finding) -> bool:
    return found.record is not None and found.code != WILDCARD_ANSWERS


def _noted(domain: Domain, seen: Mapping[Name, Lookup], today: date) -> Domain:
    if domain.apex is None or not seen:
        return domain
    keys = tuple(_key_noted(key, domain.apex, seen, today) for key in domain.dkim)
    return domain if keys == domain.dkim else replace(domain, dkim=keys)


def _key_noted(key: DkimKey, apex: Name, seen: Mapping[Name, Lookup], today: date) -> DkimKey:
    owner = f"{key.selector.strip()}._domainkey"
    if not is_usable(key) or not has_room(owner, apex):
        return key
    lookup = seen.get(dns.name.from_text(owner, apex))
    heard = lookup.answered if lookup else ()
    wanted = dkim_record_text(read_key(key.key))
    has_it = {any(is_same_key(text, wanted) for text in values(answer)) for answer in heard}
    if has_it == {True}:
        return replace(key, since=believable(key.since, today) or today)
    if has_it == {False} and all(answer.authoritative for answer in heard):
        return replace(key, since=None)
    return key


def told_old(setup: Setup, today: date) -> Iterator[str]:
    """That keys are published for more than a year, and what to do; one sentence for all."""
    old = [
        f"{safe(key.selector.strip())} of {unicode_form(domain.apex)} since {key.since}"
        for domain in setup.domains
        for key in domain.dkim
        if domain.apex and key.since and today - key.since > LONGEST_USE
    ]
    if old:
        yield OLD.format(keys=listed(old))
