"""The step towards a domain's MTA-STS record (RFC 8461)."""

from collections.abc import Iterator
from dataclasses import replace

from dns.rdatatype import RdataType

from mailcow_dns_tui.guide.situation import Situation
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.guide.wording import draft
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.policy_page import policy_host
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.mta_sts_judgement import page_verdicts

HARMLESS_POLICY = frozenset({"policy-testing", "policy-none", "policy-unused-mx", "policy-short"})


def policy_hosts(record: Record, situation: Situation) -> tuple[Record, ...]:
    """The records that lead to the host of the policy that the TXT record announces."""
    wanted = situation.wanted("mta-sts", record.domain)
    return tuple(each for each in wanted if each.rdtype != RdataType.TXT)


def mta_sts_step(step: GuideStep, situation: Situation) -> GuideStep:
    """What to publish as soon as the policy is right, and before that the policy itself.

    Whoever heeds the policy delivers only to the hosts in it.
    """
    record = step.wanted
    if record is None or record.domain is None:
        return step
    fault = next(_policy_faults(record, step.finding, situation), None)
    if fault is not None and situation.lets(policy_hosts(record, situation)):
        return draft(Act.OUTSIDE, record, fault)
    if record.domain in situation.policies:
        return step
    url = f"https://{unicode_form(policy_host(record.domain))}/.well-known/mta-sts.txt"
    return replace(step, warnings=(f"First see in a browser that {url} shows the policy.",))


def _policy_faults(record: Record, found: Finding, situation: Situation) -> Iterator[Finding]:
    """By the check, or by what was fetched before the record is there to be checked."""
    yield from (each for each in situation.about(record) if _hinders(each.code))
    host = situation.setup.server.name
    page = situation.policies.get(record.domain) if record.domain else None
    if page is None or host is None or record.domain is None:
        return
    for said in page_verdicts(record.domain, page, host, ()):
        if _hinders(said.code):
            yield replace(
                found, code=said.code, status=said.status, message=said.message, fix=said.fix
            )


def _hinders(code: str) -> bool:
    return code.startswith("policy-") and code not in HARMLESS_POLICY
