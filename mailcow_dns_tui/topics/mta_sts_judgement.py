"""What is to be said of an MTA-STS policy as senders get it (RFC 8461)."""

from collections.abc import Collection, Iterator, Sequence

from dns.name import Name

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage, policy_host
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.topics.judgement import Verdict
from mailcow_dns_tui.topics.mta_sts_policy import Policy, faults, matches, read_policy
from mailcow_dns_tui.topics.words import listed

DAY = 86_400
NOT_FOUND = 404
IN_MAILCOW = "in mailcow (edit the domain, MTA-STS)"
WHERE_SERVED = "where it is served (in mailcow: edit the domain, MTA-STS)"
IGNORED = "senders that see the same deliver without MTA-STS"

FIXES = {
    FetchFailure.NO_ADDRESS: "Add the record of {host} first.",
    FetchFailure.REFUSED: "Open port 443 of the server to the internet; if you are behind its "
    "router, first try that address in a browser in another network.",
    FetchFailure.WRONG_NAME: "Let mailcow get a certificate for {host}: activate MTA-STS of the "
    "domain, then restart acme-mailcow.",
    FetchFailure.EXPIRED: "Renew the certificate of {host}; acme-mailcow's log tells why it is "
    "not done by itself.",
    FetchFailure.UNTRUSTED: "Give {host} a certificate of a public authority, with its "
    "intermediate ones; acme-mailcow's log tells why there is none.",
    FetchFailure.NO_TLS: "Let port 443 of {host} speak HTTPS.",
    FetchFailure.REDIRECT: "Serve the policy at that address itself; senders follow no redirect "
    "(RFC 8461 3.3).",
    FetchFailure.TOO_LARGE: "Serve the policy at that address, and nothing else.",
    FetchFailure.BROKEN_OFF: "Look into the web server's log why it does not serve that address.",
}

KEEPING_AWAY = frozenset({"policy-without-mx", "policy-other-mx", "could-not-ask"})
OF_CERTIFICATE = frozenset({FetchFailure.WRONG_NAME, FetchFailure.EXPIRED, FetchFailure.UNTRUSTED})


def page_verdicts(
    domain: Name, page: PolicyPage, ours: Name, published: Collection[Name]
) -> Sequence[Verdict]:
    """All that is to be said; nothing where the policy is as it should be.

    Args:
        domain: the mail domain.
        page: what its policy host served.
        ours: the mail host of the plan.
        published: the hosts of the domain's MX records; none where they are not known.
    """
    if fetching := _not_fetched(domain, page):
        return [fetching]
    policy = read_policy(page.body)
    if broken := faults(policy):
        message = f"The policy of {unicode_form(domain)} is not valid, and senders may ignore it: "
        fix = f"Correct it {IN_MAILCOW}."
        return [Verdict(Status.WARNING, "policy-not-valid", f"{message}{'; '.join(broken)}.", fix)]
    return [*_of_type(domain, page), *_of_policy(domain, policy, ours, published)]


def keeping_away(verdicts: Sequence[Verdict]) -> Sequence[Verdict]:
    """Of all that is said of a policy, what may keep senders from a host; testing keeps nobody."""
    if any(each.code == "policy-testing" for each in verdicts):
        return []
    return [each for each in verdicts if each.code in KEEPING_AWAY]


def serves_policy(page: PolicyPage) -> bool:
    """Senders get a valid policy there."""
    return page.failure is None and page.status == 200 and not faults(read_policy(page.body))


def _not_fetched(domain: Name, page: PolicyPage) -> Verdict | None:
    host, url = unicode_form(policy_host(domain)), _url(domain)
    if page.failure is None:
        return None if page.status == 200 else _not_found(domain, page)
    why = page.failure.value
    if page.failure.could_be_here:
        message = f"The policy {url} could not be fetched from here: {why}."
        fix = (
            "Open that address in a browser in another network; if it fails there too, open port "
            "443 of the server."
        )
        return Verdict(Status.UNKNOWN, "could-not-ask", message, fix)
    to = f" to {brief(page.detail)}" if page.detail else ""
    message = f"The policy {url} can't be fetched: {why}{to}; {IGNORED}."
    fix = FIXES[page.failure].format(host=host)
    if page.failure in OF_CERTIFICATE:
        return Verdict(Status.WARNING, "policy-certificate", message, fix)
    return Verdict(Status.WARNING, "policy-not-served", message, fix)


def _not_found(domain: Name, page: PolicyPage) -> Verdict:
    why = f"the answer is {page.status} in place of 200"
    message = f"The policy {_url(domain)} can't be fetched: {why}; {IGNORED}."
    fix = FIXES[FetchFailure.BROKEN_OFF]
    if page.status == NOT_FOUND:
        fix = f"Activate the policy {IN_MAILCOW}."
    return Verdict(Status.WARNING, "policy-not-served", message, fix)


def _of_type(domain: Name, page: PolicyPage) -> Iterator[Verdict]:
    kind = page.content_type.partition(";")[0].strip().lower()
    if kind != "text/plain":
        named = f"as {brief(kind)}" if kind else "without a content type"
        message = f"{_url(domain)} is served {named}, and some senders take text/plain only."
        fix = "Let the web server send it with “Content-Type: text/plain”."
        yield Verdict(Status.WARNING, "policy-content-type", message, fix)


def _of_policy(
    domain: Name, policy: Policy, ours: Name, published: Collection[Name]
) -> Iterator[Verdict]:
    name = unicode_form(domain)
    if policy.mode == "none":
        message = f"The policy of {name} has mode none: senders do without MTA-STS."
        fix = f"Set the mode to testing or enforce {IN_MAILCOW}, then publish its new id."
        yield Verdict(Status.INFO, "policy-none", message, fix)
        return
    if policy.mode == "testing":
        message = f"The policy of {name} has mode testing: senders report, and protect nothing yet."
        fix = f"When the reports show no failure, set the mode to enforce {IN_MAILCOW}."
        yield Verdict(Status.INFO, "policy-testing", message, fix)
    yield from _uncovered(domain, policy, ours, published)
    if published and (idle := _idle(policy, {ours, *published})):
        message = (
            f"The policy of {name} allows {listed(list(map(brief, idle)))}, which no MX names."
        )
        fix = f"Delete what is no longer needed {IN_MAILCOW}."
        yield Verdict(Status.INFO, "policy-unused-mx", message, fix)
    if policy.mode == "enforce" and policy.max_age < DAY:
        message = (
            f"Senders forget the policy of {name} after {policy.max_age} seconds (max_age), "
            "which protects little."
        )
        fix = f"Set max_age to some weeks {IN_MAILCOW}, such as 1209600."
        yield Verdict(Status.INFO, "policy-short", message, fix)


def _uncovered(
    domain: Name, policy: Policy, ours: Name, published: Collection[Name]
) -> Iterator[Verdict]:
    name, enforced = unicode_form(domain), policy.mode == "enforce"
    foreign = [host for host in published if host != ours and not policy.allows(host)]
    if not policy.allows(ours):
        # Mail that still comes by other names arrives, until an MX record has the planned one.
        stopped = ours in published or foreign or not published
        then = "do not deliver to it" if enforced else "report a failure"
        message = f"The policy of {name} does not allow {unicode_form(ours)}: "
        message += f"senders that heed it {then}."
        line = f"mx: {ascii_form(ours)}"
        fix = f"Add the line “{line}” to the policy {WHERE_SERVED}, then publish its new id."
        status = Status.ERROR if enforced and stopped else Status.WARNING
        yield Verdict(status, "policy-without-mx", message, fix)
    if not foreign:
        return
    hosts = listed(sorted(map(unicode_form, foreign)))
    message = f"The policy of {name} does not allow {hosts}, which an MX record of it names."
    dead_end = not any(map(policy.allows, published))
    delete = f"Change the MX record to {ascii_form(ours)}" if dead_end else "Delete that MX record"
    fix = f"{delete}, or add the host to the policy and publish its new id."
    status = (Status.ERROR if dead_end else Status.WARNING) if enforced else Status.INFO
    yield Verdict(status, "policy-other-mx", message, fix)


def _idle(policy: Policy, hosts: Collection[Name]) -> Sequence[str]:
    return [each for each in policy.mx if not any(matches(each, host) for host in hosts)]


def _url(domain: Name) -> str:
    return f"https://{ascii_form(policy_host(domain))}/.well-known/mta-sts.txt"
