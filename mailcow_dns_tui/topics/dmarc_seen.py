"""What the name servers say of how far a domain's DMARC policy has come."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from mailcow_dns_tui.model.dmarc_stage import believable
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.topics.dmarc_record import in_effect

ENFORCED = "A policy that enforces something was published already."
INHERITED = "That of a domain above counts for it, and enforces something already."


def noted(setup: Setup, findings: Iterable[Finding], today: date) -> Setup:
    """The setup with since when p=none is published, as far as these findings tell.

    Where only some name servers have it, where none could be asked and where only a wildcard
    answers, all stays as it is; so is the same object where nothing is new.
    """
    about = {f.domain: f for f in findings if f.topic == "dmarc" and _is_of_policy(f)}
    domains = tuple(_noted(domain, about.get(domain.apex), today) for domain in setup.domains)
    return setup if domains == setup.domains else replace(setup, domains=domains)


def about(records: Iterable[Record], findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those about a policy being about the record that takes its place meanwhile."""
    policies = {r.owner: r for r in records if r.topic == "dmarc" and r.tier is not Tier.OPTIONAL}
    for found in findings:
        is_policy = found.topic == "dmarc" and _is_of_policy(found)
        record = policies.get(found.name) if is_policy else None
        yield replace(found, record=record) if record else found


def _is_of_policy(found: Finding) -> bool:
    return found.record is not None and found.tier is not Tier.OPTIONAL


def _noted(domain: Domain, found: Finding | None, today: date) -> Domain:
    if found is None or found.lookup is None or found.code == "wildcard-answers":
        return domain
    heard = found.lookup.heard
    policies = [in_effect(answer) for answer in heard]
    # In the place of p=none, only one that enforces something is told of as inherited.
    if found.code == "inherited-policy" and domain.dmarc_first:
        return replace(_since(domain, None), dmarc_at_once=INHERITED)
    levels = {policy.level("p") if policy else None for policy in policies}
    if levels == {0}:
        return _since(domain, believable(domain.dmarc_since, today) or today)
    if levels == {None} and all(answer.authoritative for answer in heard):
        return _since(domain, None)
    if levels and not levels & {0, None} and not domain.dmarc_at_once:
        return replace(domain, dmarc_at_once=ENFORCED)
    return domain


def _since(domain: Domain, since: date | None) -> Domain:
    return domain if since == domain.dmarc_since else replace(domain, dmarc_since=since)
