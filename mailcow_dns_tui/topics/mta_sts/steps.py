"""The step towards a domain's MTA-STS record (RFC 8461)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.code import Act, Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.policy_page import policy_host
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import listed
from mailcow_dns_tui.topics.base import Guidance
from mailcow_dns_tui.topics.context import Context
from mailcow_dns_tui.topics.mta_sts import policy
from mailcow_dns_tui.topics.mta_sts.record import in_effect
from mailcow_dns_tui.topics.steps import draft, single_step, until
from mailcow_dns_tui.topics.targets import exchanges

HEEDED = "The policy has to allow {hosts}: senders that heed it deliver to no other host."
CERTIFIED = (
    "From then on senders that heed the policy deliver only if {host} shows a valid certificate on "
    "port 25: one of mailcow's own making stops that mail."
)
UNSEEN = "First see in a browser, in another network, that {url} shows the policy. {heeded}"

AT_ONCE = (
    "First see in mailcow that the MTA-STS policy of {domain} is right: the TXT record is there "
    "already, and senders heed the policy as soon as they find it. {heeded}"
)


def policy_hosts(record: Record, context: Context) -> tuple[Record, ...]:
    """The records that lead to the host of the policy that the TXT record announces."""
    wanted = context.wanted("mta-sts", record.domain)
    return tuple(each for each in wanted if each.rdtype != RdataType.TXT)


def mta_sts_step(step: GuideStep, context: Context) -> GuideStep:
    """What to publish as soon as the policy is right, and before that the policy itself.

    Whoever heeds the policy delivers only to the hosts in it.
    """
    record = step.wanted
    if record is None or record.domain is None:
        return step
    fault = next(_policy_faults(record, step.finding, context), None)
    if fault is not None and _is_reached(record, fault, context):
        return policy_step(record, fault, context)
    page, host = context.policies.get(record.domain), context.setup.server.name
    if page is not None and host is not None and policy.binds(page, host):
        is_known = _is_announced(record.domain, context)
        return step if is_known else replace(step, note=CERTIFIED.format(host=ascii_form(host)))
    if _is_read(record, context):
        return step
    url = f"https://{unicode_form(policy_host(record.domain))}/.well-known/mta-sts.txt"
    warning = UNSEEN.format(url=url, heeded=_heeded(record.domain, context))
    return replace(step, warnings=(warning,), asks_first=True)


def _is_reached(record: Record, fault: Finding, context: Context) -> bool:
    """Whether the policy's host is not what is at fault; what was served there is known."""
    hosts = policy_hosts(record, context)
    was_served = fault.code != policy.POLICY_NOT_SERVED and context.stands(hosts)
    return was_served or context.allows(hosts)


def policy_host_step(step: GuideStep, context: Context) -> GuideStep:
    """What leads to the policy, which may bring into effect whatever is served there."""
    record = step.wanted
    if record is None or record.domain is None or not _is_announced(record.domain, context):
        return step
    warnings = (*step.warnings, _at_once(record.domain, context))
    return replace(step, warnings=warnings, asks_first=True)


def comes_into_effect(found: Finding) -> bool:
    """Whether senders get a policy as soon as the mail host has an address, and look for it."""
    return found.code == policy.POLICY_NOT_SERVED and bool(found.other_lookups)


def policies_first(context: Context) -> Iterator[str]:
    """What to see to before the mail host gets an address, of domains with other hosts yet."""
    for found in filter(comes_into_effect, context.of_topic("mta-sts")):
        domain = found.domain
        if domain and any(
            each != context.setup.server.name for each in _published(domain, context)
        ):
            yield _at_once(domain, context)


def _at_once(domain: Name, context: Context) -> str:
    return AT_ONCE.format(domain=unicode_form(domain), heeded=_heeded(domain, context))


def _is_announced(domain: Name, context: Context) -> bool:
    """Whether senders look for the policy; whatever else a wildcard has there, they do not."""
    texts = (r for r in context.wanted("mta-sts", domain) if r.rdtype == RdataType.TXT)
    lookups = (found.lookup for text in texts for found in context.about(text))
    return any(in_effect(answer) for each in lookups for answer in each.answered)


def policy_step(record: Record | None, found: Finding, context: Context) -> GuideStep:
    """What to do about the policy itself."""
    step = draft(Act.OUTSIDE, record, found)
    if found.domain is None:
        return step
    return replace(step, warnings=(_heeded(found.domain, context),))


def _heeded(domain: Name, context: Context) -> str:
    host = context.setup.server.name
    hosts = dict.fromkeys((*((host,) if host else ()), *_published(domain, context)))
    return HEEDED.format(hosts=listed(map(ascii_form, hosts)))


def _published(domain: Name, context: Context) -> Sequence[Name]:
    """The hosts that the MX records of the domain name now."""
    return [host for found in context.of("mx", domain) for host in exchanges(found.lookup)]


def _is_read(record: Record, context: Context) -> bool:
    """Whether it is known what senders get."""
    page = context.policies.get(record.domain) if record.domain else None
    return page is not None and not (page.failure and page.failure.could_be_here)


def _policy_faults(record: Record, found: Finding, context: Context) -> Iterator[Finding]:
    """By the check, or by what was fetched before the record is there to be checked."""
    yield from (each for each in context.about(record) if _hinders(each.code, each.status))
    host = context.setup.server.name
    page = context.policies.get(record.domain) if record.domain else None
    if page is None or host is None or record.domain is None:
        return
    for said in policy.page_verdicts(record.domain, page, host, _published(record.domain, context)):
        if _hinders(said.code, said.status):
            yield replace(
                found, code=said.code, status=said.status, message=said.message, fix=said.fix
            )


def _hinders(code: Code, status: Status) -> bool:
    return policy.is_of_policy(code) and status is not Status.INFO


def record_step(record: Record, found: Finding, context: Context) -> GuideStep:
    """The TXT record, or what leads to the host of the policy."""
    step = single_step(record, found, context)
    is_text = record.rdtype == RdataType.TXT
    return (mta_sts_step if is_text else policy_host_step)(step, context)


def elsewhere(record: Record | None, found: Finding, context: Context) -> GuideStep | None:
    """What to do about a policy that is not right, in mailcow or at its web server."""
    return policy_step(record, found, context) if policy.is_of_policy(found.code) else None


def unplanned_policy_step(found: Finding, context: Context) -> GuideStep | None:
    """What to do about a policy that the plan does not have, and that keeps mail away."""
    keeps_away = found.code in {policy.POLICY_WITHOUT_MX, policy.POLICY_OTHER_MX}
    return policy_step(None, found, context) if keeps_away else None


def mta_sts_locks(step: GuideStep, context: Context) -> Iterator[str]:
    """Senders look for the policy as soon as its TXT record is there: mail has to arrive by it."""
    if step.wanted is None or step.finding.code == policy.POLICY_WITHOUT_MX:
        return
    domain = step.wanted.domain
    host, mx = context.wanted("host"), context.wanted("mx", domain)
    yield from until(context, host, "the server has its addresses", seen=False)
    # Where there was no MX at all, mail does not go anywhere else.
    yield from until(context, mx, "the MX record is right", seen=bool(context.remembered(mx)))
    is_announcing = step.wanted.rdtype == RdataType.TXT and step.act is not Act.OUTSIDE
    if is_announcing or step.finding.code == policy.POLICY_NOT_SERVED:
        hosts = policy_hosts(step.wanted, context)
        yield from until(context, hosts, "the policy's host is published", seen=False)
    if not is_announcing:
        return
    forbidden = [f for f in context.of_topic("caa") if f.status is Status.ERROR]
    if any(f.domain in {None, domain} for f in forbidden):
        yield (
            "CAA forbids the certificate of the policy's host. This step opens when the CAA record "
            "is right."
        )


GUIDANCE = Guidance(
    100, step=record_step, elsewhere=elsewhere, unplanned=unplanned_policy_step, locks=mta_sts_locks
)
