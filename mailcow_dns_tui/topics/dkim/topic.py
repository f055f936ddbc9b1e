"""The public keys that receivers check signatures with (RFC 6376 3.6.1).

No name server tells since when a key is published, so the plan keeps the day.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Dns, Lookup, Source
from mailcow_dns_tui.model.code import OTHER_KEY, WILDCARD_ANSWERS
from mailcow_dns_tui.model.dkim_key import dkim_record_text, key_problem, read_key
from mailcow_dns_tui.model.dmarc_stage import believable
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import parse_name, unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import DkimKey, Domain, Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import listed, safe, txt_rdata
from mailcow_dns_tui.topics.base import Guidance, Subject, Topic, has_room
from mailcow_dns_tui.topics.context import Context, alias
from mailcow_dns_tui.topics.dkim.judge import DENIED_NAME, KEY_NOT_IN_PLAN, judge_answer
from mailcow_dns_tui.topics.dkim.record import KeyRecord, is_meant_as_key, is_same_key
from mailcow_dns_tui.topics.judge import Verdict, finding_about, judge_all
from mailcow_dns_tui.topics.misplaced import Slips
from mailcow_dns_tui.topics.phrases import in_plan, server
from mailcow_dns_tui.topics.steps import single_step
from mailcow_dns_tui.topics.text_record import values


async def denied_nodes(apex: Name, owners: Iterable[Name], dns: Dns) -> Sequence[Finding]:
    """What name servers deny, with keys below it: for resolvers the keys do not exist then.

    RFC 8020 says that nothing is below a name that does not exist, and resolvers that ask label
    by label (RFC 9156) come to the upper name first.
    """
    asked = await asyncio.gather(*(dns.ask_servers(owner, RdataType.TXT) for owner in owners))
    keys = [lookup for lookup in asked if lookup.found]
    nodes = dict.fromkeys(node for key in keys for node in _between(key.name, apex))
    lookups = await asyncio.gather(*(dns.ask_servers(node, RdataType.TXT) for node in nodes))
    found = (_finding(apex, lookup, _deniers(lookup, keys)) for lookup in lookups)
    return [finding for finding in found if finding is not None]


def _between(owner: Name, apex: Name) -> Iterator[Name]:
    node = owner.parent()
    while len(node) > len(apex):
        yield node
        node = node.parent()


def _deniers(lookup: Lookup, keys: Sequence[Lookup]) -> list[Source]:
    """Who says that the name does not exist, and has a key below it."""
    below = (key for key in keys if key.name.is_subdomain(lookup.name))
    having = {answer.source for key in below for answer in key.answers if answer.found}
    heard = (answer for answer in lookup.answered if answer.nxdomain and not answer.aliases)
    return [answer.source for answer in heard if answer.source in having]


def _finding(apex: Name, lookup: Lookup, deniers: list[Source]) -> Finding | None:
    if not deniers:
        return None
    name = unicode_form(lookup.name)
    who = listed(map(server, deniers))
    message = (
        f"{name} has a key below it, but does not exist for {who}: "
        "some resolvers then find no key (RFC 8020)."
    )
    fix = f"Add a TXT record with any text at {name}, and tell the DNS provider of the fault."
    verdict = Verdict(Status.WARNING, DENIED_NAME, message, fix)
    return finding_about("dkim", lookup, verdict, apex)


def telling_whose(finding: Finding, setup: Setup) -> Finding:
    """The finding; where the plan has the foreign key for another name, with that name."""
    if finding.code != OTHER_KEY:
        return finding
    published = {KeyRecord(text).key for text in finding.found} - {""}
    keys = (pair for domain in setup.domains for pair in _keys(domain, finding.domain))
    whose = next((name for name, key in keys if key in published), None)
    if whose is None:
        return finding
    name = unicode_form(finding.name)
    return replace(finding, message=f"{name} has the key that the plan has for {whose}.")


def _keys(domain: Domain, besides: Name | None) -> Iterator[tuple[str, str]]:
    """Selector or domain, as it tells the two apart, and the `p=` value of each key."""
    if domain.apex is None:
        return
    for dkim in domain.dkim:
        selector = f"the selector {safe(dkim.selector.strip())}"
        name = selector if domain.apex == besides else unicode_form(domain.apex)
        yield name, dict(read_key(dkim.key)).get("p", "")


WHY = "It lets receivers check that mail was signed by this server and not changed on the way."
KEYS = "System, Configuration, ARC/DKIM keys"
"""Where mailcow's administrators find them."""
USUAL_SELECTOR = "dkim"
"""mailcow's default."""


ROTATED = (
    "Mail that was signed with the old key, and is still on its way, fails from then on: if the "
    "old key is still in use, give the new one another selector in mailcow."
)


def dkim_step(record: Record, found: Finding, context: Context) -> GuideStep:
    """The key; in the place of another one that may still be in use, with a warning."""
    step = single_step(record, found, context)
    if found.code != OTHER_KEY or alias(found):
        return step
    return replace(step, warnings=(ROTATED,), asks_first=True)


class DkimTopic(Topic):
    """A key for each selector that the plan has; else what is published at the usual one."""

    id = "dkim"
    slips = Slips(
        above=True, needless="no mail of {above} is signed with that key", same=is_same_key
    )
    label = "DKIM"
    lacking = "receivers can't check the server's signatures"
    asked_in = "domains"
    column = "DKIM"
    guidance = Guidance(70, step=dkim_step)
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """A TXT record for each key that can be read, at its selector."""
        if subject.domain is None or subject.apex is None:
            return
        for dkim in filter(is_usable, dict.fromkeys(subject.domain.only_plan.dkim)):
            owner = f"{dkim.selector.strip()}._domainkey"
            if has_room(owner, subject.apex):
                yield self.record(
                    subject, owner, txt_rdata(dkim_record_text(read_key(dkim.key))), WHY
                )

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the planned keys, a key that the plan lacks, and the names above them."""
        if subject.apex is None or subject.domain is None:
            return []
        owners = dict.fromkeys(record.owner for record in self.plan(subject))
        if not owners:
            return [await _without_key(subject.apex, subject.domain, dns)]
        findings, denied = await asyncio.gather(
            super().check(subject, dns), denied_nodes(subject.apex, owners, dns)
        )
        return [*findings, *denied]

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge the key at one selector, and say whose another one is."""
        found = judge_all(record, await dns.ask(record.owner, record.rdtype), judge_answer)
        return [telling_whose(finding, subject.setup) for finding in found]


def is_usable(dkim: DkimKey) -> bool:
    """Whether a record can be made of it."""
    good_selector = dkim.selector and validators.selector(dkim.selector) is None
    return bool(good_selector and dkim.key and key_problem(dkim.key) is None)


async def _without_key(apex: Name, domain: Domain, dns_: Dns) -> Finding:
    """What can be said where the plan has no key: only whether the usual selector has one."""
    owner = dns.name.from_text(f"{USUAL_SELECTOR}._domainkey", apex)
    lookup = await dns_.ask(owner, RdataType.TXT)
    published = any(is_meant_as_key(text) for answer in lookup.answered for text in values(answer))
    message = (
        f"{unicode_form(owner)} has a DKIM key, but the plan has none to compare it with."
        if published
        else f"The plan has no DKIM key for {unicode_form(apex)}, so it can't be checked."
    )
    fix = f"Copy the key from mailcow ({KEYS}), and enter it {in_plan('dkim')}."
    if domain.alias_of:
        name, other = unicode_form(apex), _alias_target(domain)
        message = (
            f"{message} mailcow signs mail of an alias domain only with a key of its own: without "
            f"one it is not signed, or as mail of {other}, which does not count for {name}."
        )
        fix = (
            f"In mailcow ({KEYS}), see whether {name} has a key; if not, add one, or duplicate "
            f"that of {other}. Then enter it {in_plan('dkim')}."
        )
    verdict = Verdict(Status.UNKNOWN, KEY_NOT_IN_PLAN, message, fix)
    return finding_about(DkimTopic.id, lookup, verdict, apex)


def _alias_target(domain: Domain) -> str:
    target = parse_name(domain.alias_of)
    return unicode_form(target) if target else safe(domain.alias_of)


LONGEST_USE = timedelta(days=365)
OLD = (
    "DKIM keys seen for over a year: {keys}. Replace each in mailcow by one with another selector, "
    "publish that at once, and delete the old record a week later."
)


def noted(setup: Setup, findings: Iterable[Finding], today: date) -> Setup:
    """The setup with since when each of its keys is published, as far as these findings tell.

    What is not clear stays as it is, as for DMARC; so is the same object where nothing is new.
    """
    ours = (f for f in findings if f.topic == "dkim" and f.record is not None)
    seen = {found.name: found.lookup for found in ours if found.code != WILDCARD_ANSWERS}
    domains = tuple(_noted(domain, seen, today) for domain in setup.domains)
    return setup if domains == setup.domains else replace(setup, domains=domains)


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
