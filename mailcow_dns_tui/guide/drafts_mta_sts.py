"""The step towards a domain's MTA-STS record (RFC 8461)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.guide.situation import Situation
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.guide.wording import draft
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.policy_page import policy_host
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.mta_sts import in_effect
from mailcow_dns_tui.topics.mta_sts_judgement import page_verdicts
from mailcow_dns_tui.topics.mx_targets import exchanges
from mailcow_dns_tui.topics.words import listed

HEEDED = "The policy has to allow {hosts}: senders that heed it deliver to no other host."
UNSEEN = "First see in a browser, in another network, that {url} shows the policy. {heeded}"

AT_ONCE = (
    "First see in mailcow that the MTA-STS policy of {domain} is right: the TXT record is there "
    "already, and senders heed the policy as soon as they find it. {heeded}"
)


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
        return policy_step(record, fault, situation)
    if _is_read(record, situation):
        return step
    url = f"https://{unicode_form(policy_host(record.domain))}/.well-known/mta-sts.txt"
    warning = UNSEEN.format(url=url, heeded=_heeded(record.domain, situation))
    return replace(step, warnings=(warning,))


def policy_host_step(step: GuideStep, situation: Situation) -> GuideStep:
    """What leads to the policy, which may bring into effect whatever is served there."""
    record = step.wanted
    if record is None or record.domain is None or not _is_announced(record.domain, situation):
        return step
    heeded = _heeded(record.domain, situation)
    warning = AT_ONCE.format(domain=unicode_form(record.domain), heeded=heeded)
    return replace(step, warnings=(*step.warnings, warning))


def _is_announced(domain: Name, situation: Situation) -> bool:
    """Whether senders look for the policy; whatever else a wildcard has there, they do not."""
    texts = (r for r in situation.wanted("mta-sts", domain) if r.rdtype == RdataType.TXT)
    lookups = (found.lookup for text in texts for found in situation.about(text))
    return any(in_effect(answer) for each in lookups if each for answer in each.heard)


def policy_step(record: Record | None, found: Finding, situation: Situation) -> GuideStep:
    """What to do about the policy itself."""
    step = draft(Act.OUTSIDE, record, found)
    if found.domain is None:
        return step
    return replace(step, warnings=(_heeded(found.domain, situation),))


def _heeded(domain: Name, situation: Situation) -> str:
    host = situation.setup.server.name
    hosts = dict.fromkeys((*((host,) if host else ()), *_published(domain, situation)))
    return HEEDED.format(hosts=listed(list(map(ascii_form, hosts))))


def _published(domain: Name, situation: Situation) -> Sequence[Name]:
    """The hosts that the MX records of the domain name now."""
    found = (f for mx in situation.wanted("mx", domain) for f in situation.about(mx))
    return [host for each in found if each.lookup for host in exchanges(each.lookup)]


def _is_read(record: Record, situation: Situation) -> bool:
    """Whether it is known what senders get."""
    page = situation.policies.get(record.domain) if record.domain else None
    return page is not None and not (page.failure and page.failure.could_be_here)


def _policy_faults(record: Record, found: Finding, situation: Situation) -> Iterator[Finding]:
    """By the check, or by what was fetched before the record is there to be checked."""
    yield from (each for each in situation.about(record) if _hinders(each.code, each.status))
    host = situation.setup.server.name
    page = situation.policies.get(record.domain) if record.domain else None
    if page is None or host is None or record.domain is None:
        return
    for said in page_verdicts(record.domain, page, host, _published(record.domain, situation)):
        if _hinders(said.code, said.status):
            yield replace(
                found, code=said.code, status=said.status, message=said.message, fix=said.fix
            )


def _hinders(code: str, status: Status) -> bool:
    return code.startswith("policy-") and status is not Status.INFO
