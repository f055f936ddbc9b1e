"""What receivers do with mail that is not authenticated (RFC 9989)."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dns.name import Name

from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.dmarc_stage import only_reporting, strongest
from mailcow_dns_tui.model.finding import Finding, worst_first
from mailcow_dns_tui.model.names import ascii_form, parse_name, unicode_form
from mailcow_dns_tui.model.problems import DMARC_CHOICES
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Dmarc as Policy
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.txt import shown, txt_rdata
from mailcow_dns_tui.model.validators import dmarc_fo, report_uri
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.dmarc_authorisation import (
    look_up_authorisation,
    owner_name,
    without_consent,
)
from mailcow_dns_tui.topics.dmarc_inherited import inherited
from mailcow_dns_tui.topics.dmarc_opinion import opinions, wanted_record
from mailcow_dns_tui.topics.dmarc_record import KIND, DmarcRecord, in_effect, read
from mailcow_dns_tui.topics.judgement import Verdict, finding, judge_all
from mailcow_dns_tui.topics.strayed import strayed

WHY_FIRST = (
    "With p=none receivers report who sends in the name of the domain, and refuse nothing: that "
    "comes first, and {later}."
)
WHY = "It tells receivers what to do with forged mail, and where to report it."
ORDER = ("p", "sp", "np", "adkim", "aspf", "t", "rua", "ruf", "fo")


class Dmarc(Topic):
    id = "dmarc"
    tier = Tier.RECOMMENDED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        if subject.domain is None or subject.apex is None:
            return
        policy = filled(subject.setup.dmarc_of(subject.domain), subject.apex)
        is_first = subject.domain.dmarc_first
        text = record_text(only_reporting(policy) if is_first else policy)
        if text is not None and record_text(policy) is not None:
            why = WHY_FIRST.format(later=_later(policy)) if is_first else WHY
            yield self.record(subject, "_dmarc", txt_rdata(text), why)
            yield from self._authorisations(subject, subject.apex, policy)

    def _authorisations(self, subject: Subject, apex: Name, policy: Policy) -> Iterator[Record]:
        """What another organisation publishes to take our reports (RFC 9990 4)."""
        for host in report_hosts(policy):
            owner = owner_name(apex, host)
            if owner is None or host.is_subdomain(apex) or apex.is_subdomain(host):
                continue
            why = f"Without it, reports about {unicode_form(apex)} are not sent to this address."
            record = self.record(subject, owner, txt_rdata("v=DMARC1"), why)
            ours = [zone for zone in subject.setup.zones if host.is_subdomain(zone)]
            zone = max(ours, key=len, default=host)
            yield replace(record, zone=zone, foreign=not ours, tier=Tier.OPTIONAL)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        apex = subject.apex
        if apex is None:
            return ()
        if record.tier is Tier.OPTIONAL:
            host = Name(record.owner.labels[len(apex) + 1 :])
            return [await look_up_authorisation(record, apex, host, dns)]
        lookup = await dns.ask(record.owner, record.rdtype)
        goal = planned(record, subject.setup)
        main, *further = _judged(record, goal, lookup, subject.setup)
        if main.code == "missing":
            elsewhere = await self._elsewhere(record.in_zone(lookup.zone), goal, apex, dns)
            return [finding(record, lookup, each) for each in elsewhere] or [main]
        wanted = {each.owner for each in self.wanted(subject)}
        hosts = [h for h in _published_hosts(lookup) if owner_name(apex, h) not in wanted]
        said = await without_consent(apex, sorted(hosts), dns)
        return worst_first([main, *further, *(finding(record, lookup, each) for each in said)])

    async def _elsewhere(
        self, record: Record, goal: Record, apex: Name, dns: Dns
    ) -> Sequence[Verdict]:
        """What is to be said of a record that is missing, but not all there is."""
        least = int(goal.rdata != record.rdata)
        found = await asyncio.gather(
            strayed(record, KIND, dns),
            inherited(record, apex, wanted_record(goal), dns, least),
        )
        return [verdict for verdict in found if verdict is not None]


def planned(record: Record, setup: Setup) -> Record:
    """The record of the plan's own policy, in the place of which one that only reports may be."""
    domain = setup.domains[setup.places[record.domain]] if record.domain else None
    if domain is None or domain.apex is None or not domain.dmarc_first:
        return record
    text = record_text(filled(setup.dmarc_of(domain), domain.apex))
    return replace(record, rdata=txt_rdata(text)) if text else record


def _judged(record: Record, goal: Record, lookup: Lookup, setup: Setup) -> Sequence[Finding]:
    """By the plan's own policy where that is published, or another one that enforces something."""
    if goal.rdata == record.rdata:
        return judge_all(record, lookup, opinions)

    def said(record: Record, answer: Answer) -> Sequence[Verdict]:
        of_goal = opinions(replace(record, rdata=goal.rdata), answer)
        if is_enforced(in_effect(answer)) or all(verdict.good for verdict in of_goal):
            return of_goal
        return opinions(record, answer)

    found = judge_all(record, lookup, said)
    if is_enforced(in_effect(lookup.best)):
        return [replace(each, expected=(shown(goal.rdata),)) for each in found]
    return [_on_its_way(each, setup) for each in found]


def is_enforced(policy: DmarcRecord | None) -> bool:
    return policy is not None and policy.level("p") > 0


def _on_its_way(found: Finding, setup: Setup) -> Finding:
    if found.code != "as-wanted" or found.domain is None:
        return found
    policy = setup.dmarc_of(setup.domains[setup.places[found.domain]])
    message = f"{found.message.rstrip('.')}: p=none comes first, and {_later(policy)}."
    return replace(found, message=message)


def _later(policy: Policy) -> str:
    days = policy.reporting_days
    return f"{strongest(policy)} after {days} day{'' if days == 1 else 's'} of reports"


def report_zones(setup: Setup, domain: Domain) -> tuple[Name, ...]:
    """Those of the operator's zones that reports about one of the domains may go to."""
    policy = setup.dmarc_of(domain)
    inside = all(uri.endswith(("@{domain}", ".{domain}")) for uri in (*policy.rua, *policy.ruf))
    if inside or domain.apex is None:
        return ()
    hosts, zones = report_hosts(filled(policy, domain.apex)), frozenset(setup.zones)
    above = (Name(host.labels[start:]) for host in hosts for start in range(len(host) - 1))
    return tuple(dict.fromkeys(zone for zone in above if zone in zones))


def filled(policy: Policy, apex: Name) -> Policy:
    """The policy with each `{domain}` replaced."""
    name = ascii_form(apex)
    rua, ruf = (
        [uri.replace("{domain}", name) for uri in uris] for uris in (policy.rua, policy.ruf)
    )
    return replace(policy, rua=tuple(filter(None, rua)), ruf=tuple(filter(None, ruf)))


def record_text(policy: Policy) -> str | None:
    """The record of a policy; None while a part of it is wrong."""
    choices_good = all(getattr(policy, tag) in known for tag, known in DMARC_CHOICES.items())
    if not choices_good or any(map(report_uri, (*policy.rua, *policy.ruf))):
        return None
    if policy.fo and dmarc_fo(policy.fo):
        return None
    texts = {tag: _tag_text(getattr(policy, tag)) for tag in ORDER}
    return "; ".join(["v=DMARC1", *(f"{tag}={text}" for tag, text in texts.items() if text)])


def _tag_text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ",".join(value)


def report_hosts(policy: Policy) -> tuple[Name, ...]:
    """The domains that reports go to by mail, each once."""
    uris = [uri for uri in (*policy.rua, *policy.ruf) if uri.startswith("mailto:")]
    hosts = (parse_name(uri.rpartition("@")[2]) for uri in uris)
    return tuple(dict.fromkeys(host for host in hosts if host is not None))


def _published_hosts(lookup: Lookup) -> frozenset[Name]:
    """The domains that reports go to by what is published."""
    texts = KIND.texts(lookup.best) if lookup.best else ()
    return frozenset(host for text in texts if KIND.reads(text) for host in read(text).hosts)
