"""The public keys that receivers check signatures with (RFC 6376 3.6.1)."""

import asyncio
from collections.abc import Iterable, Sequence

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.dkim_key import key_problem, read_key, record_text
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import parse_name, unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import DkimKey, Domain
from mailcow_dns_tui.model.txt import safe, txt_rdata
from mailcow_dns_tui.topics.base import Subject, Topic, has_room
from mailcow_dns_tui.topics.dkim_nodes import denied_nodes
from mailcow_dns_tui.topics.dkim_record import is_meant_as_key
from mailcow_dns_tui.topics.dkim_rrset import opinions
from mailcow_dns_tui.topics.dkim_swapped import telling_whose
from mailcow_dns_tui.topics.judgement import Verdict, finding_about, judge_all
from mailcow_dns_tui.topics.txt import values
from mailcow_dns_tui.topics.words import in_plan

WHY = "It lets receivers check that mail was signed by this server and not changed on the way."
KEYS = "System, Configuration, ARC/DKIM keys"
"""Where mailcow's administrators find them."""
USUAL_SELECTOR = "dkim"
"""mailcow's default."""


class Dkim(Topic):
    id = "dkim"
    tier = Tier.REQUIRED

    def wanted(self, subject: Subject) -> Iterable[Record]:
        if subject.domain is None or subject.apex is None:
            return
        for dkim in filter(_is_usable, dict.fromkeys(subject.domain.dkim)):
            owner = f"{dkim.selector.strip()}._domainkey"
            if has_room(owner, subject.apex):
                yield self.record(subject, owner, txt_rdata(record_text(read_key(dkim.key))), WHY)

    async def check(self, subject: Subject, dns: Dns) -> Sequence[Finding]:
        if subject.apex is None or subject.domain is None:
            return []
        owners = dict.fromkeys(record.owner for record in self.wanted(subject))
        if not owners:
            return [await _without_key(subject.apex, subject.domain, dns)]
        findings, denied = await asyncio.gather(
            super().check(subject, dns), denied_nodes(subject.apex, owners, dns)
        )
        return [*findings, *denied]

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        found = judge_all(record, await dns.ask(record.owner, record.rdtype), opinions)
        return [telling_whose(finding, subject.setup) for finding in found]


def _is_usable(dkim: DkimKey) -> bool:
    good_selector = dkim.selector and validators.selector(dkim.selector) is None
    return bool(good_selector and dkim.key and key_problem(dkim.key) is None)


async def _without_key(apex: Name, domain: Domain, dns_: Dns) -> Finding:
    """What can be said where the plan has no key: only whether the usual selector has one."""
    owner = dns.name.from_text(f"{USUAL_SELECTOR}._domainkey", apex)
    lookup = await dns_.ask(owner, RdataType.TXT)
    published = any(is_meant_as_key(text) for answer in lookup.heard for text in values(answer))
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
    verdict = Verdict(Status.UNKNOWN, "key-not-in-plan", message, fix)
    return finding_about(Dkim.id, lookup, verdict, apex)


def _alias_target(domain: Domain) -> str:
    target = parse_name(domain.alias_of)
    return unicode_form(target) if target else safe(domain.alias_of)
