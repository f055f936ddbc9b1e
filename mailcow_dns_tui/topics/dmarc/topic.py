"""What receivers do with mail that is not authenticated (RFC 9989)."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from dns.name import Name
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.code import AS_WANTED, MISSING, WILDCARD_ANSWERS, Act
from mailcow_dns_tui.model.dmarc_stage import believable, only_reporting, strongest
from mailcow_dns_tui.model.finding import Finding, worst_first
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Dmarc as Policy
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import counted, txt_rdata, txt_value
from mailcow_dns_tui.topics.base import Guidance, Phase, Subject, Topic, usual_phase
from mailcow_dns_tui.topics.context import Context, alias, blocks, own
from mailcow_dns_tui.topics.dmarc import record as grammar
from mailcow_dns_tui.topics.dmarc.discovery import (
    inherited,
    look_up_authorisation,
    owner_name,
    without_consent,
)
from mailcow_dns_tui.topics.dmarc.judge import judge_answer, wanted_record
from mailcow_dns_tui.topics.judge import Verdict, finding, judge_all
from mailcow_dns_tui.topics.misplaced import at_wrong_owner
from mailcow_dns_tui.topics.phrases import listed_texts
from mailcow_dns_tui.topics.steps import add, arrange, in_its_words, put
from mailcow_dns_tui.topics.text_record import Reports, mail_host, wanted_text

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
    if found is None or found.code == WILDCARD_ANSWERS:
        return domain
    heard = found.lookup.answered
    policies = [grammar.in_effect(answer) for answer in heard]
    # In the place of p=none, only one that enforces something is told of as inherited.
    if found.code == grammar.INHERITED_POLICY and domain.dmarc_first:
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


FIRST_NONE = (
    "Begin with p=none: receivers report who sends in the name of the domain, and refuse nothing "
    "yet. The stricter policy opens after the days that the plan says, or at once by the key y."
)
AT_ONCE = "The stricter policy waits for reports; y takes it without."
MAILBOX = "Reports come to {addresses}: if there is no such mailbox or alias, create it in mailcow."
READ_REPORTS = (
    "Read the reports first: whoever sends for the domain and passes neither SPF "
    "nor DKIM is refused from then on."
)

ALL_MAIL = 100
"""In percent."""


def _addresses(text: str) -> Iterable[str]:
    return (uri for uri in grammar.read(text).addresses("rua") if mail_host(uri))


REPORTS = Reports(grammar.KIND, _addresses)


def dmarc_step(record: Record, found: Finding, context: Context) -> GuideStep:
    """The planned record, or the one that comes before it."""
    if record.tier is Tier.OPTIONAL:
        return add(record, found)
    policy = record_now(record, found, context.setup)
    now = REPORTS.keeping(policy, found)
    if cname := alias(found):
        step = put(record, found, (cname,), now=now)
    else:
        step = in_its_words(arrange(record, found, _records(found), now=now))
    if is_first(policy, context.setup):
        # Who adds the record reads the rest as the reason for it.
        is_new = step.act is Act.PUBLISH
        step = replace(step, note=AT_ONCE) if is_new else replace(step, warnings=(FIRST_NONE,))
    elif stricter(now, found):
        is_asked = _has_never_waited(record, context.setup)
        step = replace(step, warnings=(READ_REPORTS,), asks_first=is_asked)
    return _with_mailboxes(REPORTS.told(step, policy), context.setup)


def _has_never_waited(record: Record, setup: Setup) -> bool:
    """Whether neither the days for reports are over nor the user has said that they need not be."""
    index = setup.domain_index.get(record.domain) if record.domain else None
    return index is not None and setup.domains[index].dmarc_at_once in {ENFORCED, INHERITED}


def _with_mailboxes(step: GuideStep, setup: Setup) -> GuideStep:
    """The step with what no DNS shows: that somebody in the plan's domains takes the reports."""
    text = wanted_text(step.record) if step.record else ""
    known = [gone.value for gone in step.removals]
    new = (uri for uri in _addresses(text) if not any(uri in each for each in known))
    ours = [uri.partition(":")[2] for uri in new if mail_host(uri) in setup.domain_index]
    if not ours:
        return step
    said = MAILBOX.format(addresses=listed_texts(ours))
    if step.act is Act.PUBLISH:
        return replace(step, why=f"{step.why} {said}")
    return replace(step, warnings=(*step.warnings, said))


def is_first(record: Record, setup: Setup) -> bool:
    """Whether it only reports, and comes before a planned one that enforces something."""
    now, then = wanted_record(record), wanted_record(grammar.planned(record, setup))
    return then.enforces and not now.enforces


def _records(found: Finding) -> list[TXT]:
    """All DMARC records: of what else stands there receivers take no notice."""
    best = found.lookup.representative
    there = (rdata for rdata in own(found) if isinstance(rdata, TXT))
    return [rdata for rdata in there if txt_value(rdata) in grammar.KIND.texts(best)]


def record_now(record: Record, found: Finding, setup: Setup) -> Record:
    """The plan's own policy where one counts that enforces something: none milder takes its place.

    That of a domain above may be such a one.
    """
    if grammar.is_enforced(policy_found(found)) or found.code == grammar.INHERITED_POLICY:
        return grammar.planned(record, setup)
    return record


def policy_found(found: Finding) -> grammar.DmarcRecord | None:
    """The record that receivers heed now."""
    is_wildcards = found.code == WILDCARD_ANSWERS
    return None if is_wildcards else grammar.in_effect(found.lookup.representative)


def stricter(record: Record, found: Finding) -> bool:
    """Whether the planned record makes receivers refuse more than now."""
    now, then = policy_found(found), wanted_record(record)
    if now is None:
        return then.enforces
    tags = ("adkim", "aspf")
    aligned = any(now.choice(tag) == "r" and then.choice(tag) == "s" for tag in tags)
    return (aligned and then.enforces) or any(
        then.level(tag) > _least(now, tag) for tag in grammar.POLICIES
    )


def _least(now: grammar.DmarcRecord, tag: str) -> int:
    """How strict the mildest receivers are: those of RFC 7489 6.6.4 heed pct."""
    share = now.value("pct")
    partly = share.isdecimal() and int(share) < ALL_MAIL
    return max(0, now.level(tag) - partly)


def dmarc_locks(step: GuideStep, context: Context) -> Iterator[str]:
    """A stricter policy waits until this server's own mail passes SPF and DKIM."""
    record = step.record
    if record is None or record.tier is Tier.OPTIONAL or not stricter(record, step.finding):
        return
    for topic, name in (("spf", "SPF"), ("dkim", "DKIM")):
        bad = [f for f in _mail_findings(topic, record, context) if blocks(f)]
        if bad:
            domain = unicode_form(bad[0].domain or record.zone)
            yield (
                f"Receivers would refuse this server's own mail. This step opens when {name} of "
                f"{domain} is right, and seen everywhere."
            )


def _mail_findings(topic: str, record: Record, context: Context) -> Iterator[Finding]:
    """Of the domain and of those below it, to which its policy extends."""
    for found in context.of_topic(topic):
        if found.domain and record.domain and found.domain.is_subdomain(record.domain):
            yield found


def dmarc_phase(step: GuideStep, setup: Setup) -> Phase:
    """The planned policy waits for all else; the one before it does not."""
    record = step.record
    if step.is_optional or record is None or record.tier is Tier.OPTIONAL:
        return usual_phase(step, setup)
    return Phase.USUAL if is_first(record, setup) else Phase.STRICT


WHY_FIRST = (
    "With p=none receivers report who sends in the name of the domain, and refuse nothing: that "
    "comes first, and {later}."
)
WHY = "It tells receivers what to do with forged mail, and where to report it."


class DmarcTopic(Topic):
    """The policy of each mail domain, and the consent of those who take its reports."""

    id = "dmarc"
    label = "DMARC"
    lacking = "Gmail, Yahoo and Outlook.com want one from everybody who sends much"
    asked_in = "policy"
    column = "DMARC"
    guidance = Guidance(80, step=dmarc_step, locks=dmarc_locks, phase=dmarc_phase)
    tier = Tier.RECOMMENDED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """The record of the policy, or p=none before it; and consent that others publish."""
        if subject.domain is None or subject.apex is None:
            return
        policy = grammar.filled(subject.setup.dmarc_of(subject.domain), subject.apex)
        is_first = subject.domain.dmarc_first
        text = grammar.dmarc_record_text(only_reporting(policy) if is_first else policy)
        if text is not None and grammar.dmarc_record_text(policy) is not None:
            why = WHY_FIRST.format(later=_later(policy)) if is_first else WHY
            yield self.record(subject, "_dmarc", txt_rdata(text), why)
            yield from self._authorisations(subject, subject.apex, policy)

    def _authorisations(self, subject: Subject, apex: Name, policy: Policy) -> Iterator[Record]:
        """What another organisation publishes to take our reports (RFC 9990 4)."""
        for host in grammar.report_hosts(policy):
            owner = owner_name(apex, host)
            if owner is None or host.is_subdomain(apex) or apex.is_subdomain(host):
                continue
            why = f"Without it, reports about {unicode_form(apex)} are not sent to this address."
            record = self.record(subject, owner, txt_rdata("v=DMARC1"), why)
            ours = subject.setup.zones_with(host)
            zone = next(iter(ours), host)
            yield replace(record, zone=zone, external=not ours, tier=Tier.OPTIONAL)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        """Judge by the record that receivers find, which may be that of a domain above."""
        apex = subject.apex
        if apex is None:
            return ()
        if record.tier is Tier.OPTIONAL:
            host = Name(record.owner.labels[len(apex) + 1 :])
            return [await look_up_authorisation(record, apex, host, dns)]
        lookup = await dns.ask(record.owner, record.rdtype)
        goal = grammar.planned(record, subject.setup)
        main, *further = _judged(record, goal, lookup, subject.setup)
        if main.code == MISSING:
            elsewhere = await self._elsewhere(record.with_zone(lookup.zone), goal, apex, dns)
            return [finding(record, lookup, each) for each in elsewhere] or [main]
        wanted = {each.owner for each in self.plan(subject)}
        texts = grammar.KIND.valid_texts(lookup.representative)
        published = {host for text in texts for host in grammar.read(text).hosts}
        hosts = (host for host in published if owner_name(apex, host) not in wanted)
        said = await without_consent(apex, sorted(hosts), dns)
        return worst_first([main, *further, *(finding(record, lookup, each) for each in said)])

    async def _elsewhere(
        self, record: Record, goal: Record, apex: Name, dns: Dns
    ) -> Sequence[Verdict]:
        """What is to be said of a record that is missing, but not all there is."""
        least = int(goal.rdata != record.rdata)
        found = await asyncio.gather(
            at_wrong_owner(record, grammar.KIND, dns),
            inherited(record, apex, wanted_record(goal), dns, least),
        )
        return [verdict for verdict in found if verdict is not None]


def _judged(record: Record, goal: Record, lookup: Lookup, setup: Setup) -> Sequence[Finding]:
    """By the plan's own policy where that is published, or another one that enforces something."""
    if goal.rdata == record.rdata:
        return judge_all(record, lookup, judge_answer)

    def said(record: Record, answer: Answer) -> Sequence[Verdict]:
        of_goal = judge_answer(replace(record, rdata=goal.rdata), answer)
        if grammar.is_enforced(grammar.in_effect(answer)) or all(
            verdict.good for verdict in of_goal
        ):
            return of_goal
        return judge_answer(record, answer)

    found = judge_all(record, lookup, said)
    if grammar.is_enforced(grammar.in_effect(lookup.representative)):
        return [replace(each, expected=(shown(goal.rdata),)) for each in found]
    return [_on_its_way(each, setup) for each in found]


def _on_its_way(found: Finding, setup: Setup) -> Finding:
    if found.code != AS_WANTED or found.domain is None:
        return found
    policy = setup.dmarc_of(setup.domains[setup.domain_index[found.domain]])
    message = f"{found.message.rstrip('.')}: p=none comes first, and {_later(policy)}."
    return replace(found, message=message)


def _later(policy: Policy) -> str:
    return f"{strongest(policy)} after {counted(policy.reporting_days, 'day')} of reports"


def report_zones(setup: Setup, domain: Domain) -> tuple[Name, ...]:
    """Those of the operator's zones that reports about one of the domains may go to."""
    policy = setup.dmarc_of(domain)
    inside = all(uri.endswith(("@{domain}", ".{domain}")) for uri in (*policy.rua, *policy.ruf))
    if inside or domain.apex is None:
        return ()
    hosts = grammar.report_hosts(grammar.filled(policy, domain.apex))
    return tuple(dict.fromkeys(zone for host in hosts for zone in setup.zones_with(host)))
