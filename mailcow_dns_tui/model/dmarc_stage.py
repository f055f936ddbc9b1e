"""When a domain's planned DMARC policy is to be published, and when one that only reports.

Receivers' reports show who sends in the name of a domain. So p=none comes first, for as many days
as the plan says; then the policy that refuses what is not authenticated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.setup import Dmarc, Domain, Setup
from mailcow_dns_tui.model.validators import DMARC_CHOICES, MOST_DAYS

if TYPE_CHECKING:
    from dns.name import Name

STRENGTH = DMARC_CHOICES["p"]
EARLIEST = date(2026, 1, 1)
"""No plan has kept a day before; a machine whose clock was never set would have."""


@lru_cache
def enforces(policy: Dmarc) -> bool:
    """Whether receivers are to refuse something, a test (`t=y`) considered."""
    return STRENGTH.index(strongest(policy)) > (policy.t == "y")


def strongest(policy: Dmarc) -> str:
    """`reject`, or `quarantine`: what receivers are told to do at most."""
    told = (policy.p, policy.sp, policy.np)
    return max((each for each in told if each in STRENGTH), key=STRENGTH.index, default="none")


def only_reporting(policy: Dmarc) -> Dmarc:
    """The same with p=none, and without what makes it stricter for subdomains."""
    return replace(policy, p="none", sp="", np="", t="")


def staged(setup: Setup, today: date, *, unseen: bool = True) -> Setup:
    """The setup as it is on that day, where the user lives; the same object where it is so already.

    `unseen`: p=none comes first also where nobody has seen it yet.
    """
    domains = tuple(_staged(setup, domain, today, unseen) for domain in setup.domains)
    return setup if domains == setup.domains else replace(setup, domains=domains)


def _staged(setup: Setup, domain: Domain, today: date, unseen: bool) -> Domain:
    first = is_waiting(setup, domain, today) and (unseen or domain.dmarc_since is not None)
    return domain if first == domain.dmarc_first else replace(domain, dmarc_first=first)


def is_waiting(setup: Setup, domain: Domain, today: date) -> bool:
    """Whether p=none stands in the place of a planned policy that enforces something."""
    policy = setup.dmarc_of(domain)
    if not enforces(policy) or domain.dmarc_at_once or policy.reporting_days <= 0:
        return False
    day = opens(setup, domain, today)
    return day is None or today < day


def opens(setup: Setup, domain: Domain, today: date) -> date | None:
    """The day on which the planned policy is due; None while nobody has seen p=none."""
    since = believable(domain.dmarc_since, today)
    days = min(setup.dmarc_of(domain).reporting_days, MOST_DAYS)
    return None if since is None else since + timedelta(days=days)


def believable(since: date | None, today: date) -> date | None:
    """The day; today in place of one that only a clock that was wrong can have noted."""
    return since if since is None or EARLIEST <= since <= today else today


def at_once(setup: Setup, apex: Name, reason: str) -> Setup:
    """The setup in which one domain's planned policy does not wait."""
    domains = (
        replace(each, dmarc_at_once=reason) if each.apex == apex else each for each in setup.domains
    )
    return replace(setup, domains=tuple(domains))


def waiting(setup: Setup) -> Iterator[Domain]:
    """The domains that have p=none first, as `staged` says."""
    return (domain for domain in setup.domains if domain.dmarc_first)


def waiting_first(setup: Setup, here: Name | None) -> Domain | None:
    """The domain that is meant, if its policy waits; else the first one whose does."""
    found = list(waiting(setup))
    return next((each for each in found if each.apex == here), next(iter(found), None))


def when_due(setup: Setup, domain: Domain, today: date) -> str:
    """When the planned policy of a domain that has p=none first is due, in a sentence."""
    policy, day = setup.dmarc_of(domain), opens(setup, domain, today)
    if day is None:
        days = f"{policy.reporting_days} days after all name servers are seen to have it"
        return f"p=none first; {strongest(policy)} {days}."
    return f"p=none since {domain.dmarc_since}; {strongest(policy)} is due on {day}."


def due(setup: Setup, today: date) -> Iterator[Domain]:
    """The domains that have had p=none long enough, until a stricter policy is seen."""
    for domain in setup.domains:
        is_left = domain.dmarc_since is not None and not domain.dmarc_at_once
        is_over = enforces(setup.dmarc_of(domain)) and not is_waiting(setup, domain, today)
        if is_left and is_over:
            yield domain
