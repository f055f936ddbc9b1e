"""What is to be said of an MTA-STS policy as senders get it (RFC 8461 3.2)."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dns.name import Name

from mailcow_dns_tui.model.code import COULD_NOT_ASK, Code
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage, policy_host
from mailcow_dns_tui.model.text import brief
from mailcow_dns_tui.topics.judge import Verdict
from mailcow_dns_tui.topics.phrases import listed_names, listed_texts

AT_POLICY = "in mailcow, or at the web server of the policy"
POLICY_NOT_SERVED = Code(
    "policy-not-served", "MTA-STS: senders can't get the policy", place=AT_POLICY
)
POLICY_CERTIFICATE = Code(
    "policy-certificate", "MTA-STS: the policy's host has no valid certificate", place=AT_POLICY
)
POLICY_NOT_VALID = Code("policy-not-valid", "MTA-STS: senders refuse the policy", place=AT_POLICY)
POLICY_CONTENT_TYPE = Code(
    "policy-content-type", "MTA-STS: the policy is not served as text/plain", place=AT_POLICY
)
POLICY_WITHOUT_MX = Code(
    "policy-without-mx", "MTA-STS: the policy does not allow the server", place=AT_POLICY
)
POLICY_OTHER_MX = Code(
    "policy-other-mx",
    "MTA-STS: the policy does not allow another host that takes mail",
    place=AT_POLICY,
)
POLICY_UNUSED_MX = Code(
    "policy-unused-mx", "MTA-STS: the policy allows a host where no MX leads", place=AT_POLICY
)
POLICY_TESTING = Code("policy-testing", "MTA-STS: the policy has mode testing", place=AT_POLICY)
POLICY_NONE = Code("policy-none", "MTA-STS: the policy has mode none", place=AT_POLICY)
POLICY_SHORT = Code(
    "policy-short", "MTA-STS: the policy is kept for less than a day", place=AT_POLICY
)
MAIL_CERTIFICATE = Code(
    "mail-certificate",
    "MTA-STS: the mail server has no certificate with which senders deliver",
    place="on the mail server",
)


MODES = ("enforce", "testing", "none")
MOST_SECONDS = 31_557_600
"""A year (RFC 8461 3.2)."""

LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]{0,31}):[ \t]*(.*)", re.DOTALL)
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
PATTERN = re.compile(rf"(?:\*\.)?{LABEL}(?:\.{LABEL})*")
SECONDS = re.compile(r"[0-9]{1,10}")


def is_of_policy(code: Code) -> bool:
    """Whether it speaks of the policy that is served, and not of a record."""
    return code.place == AT_POLICY


@dataclass(frozen=True)
class Policy:
    """A policy as it is written; of a field that is there twice, the first counts.

    Attributes:
        fields: by name, all but `mx`.
        mx: the patterns of the hosts that mail may be delivered to.
        strays: lines that are no field.
    """

    fields: dict[str, str]
    mx: tuple[str, ...]
    strays: tuple[str, ...]

    @property
    def mode(self) -> str:
        """`enforce`, `testing`, `none`, or what else stands there."""
        return self.fields.get("mode", "")

    @property
    def max_age(self) -> int:
        """In seconds; 0 where it is not valid."""
        text = self.fields.get("max_age", "")
        return int(text) if SECONDS.fullmatch(text) else 0

    def allows(self, host: Name) -> bool:
        """Whether senders may deliver to the host (RFC 8461 4.1)."""
        return any(matches(pattern, host) for pattern in self.mx)


def read_policy(body: bytes) -> Policy:
    """Read the lines, which end with LF or CRLF; blank ones are passed over."""
    fields: dict[str, str] = {}
    mx, strays = [], []
    for line in body.decode(errors="replace").replace("\r\n", "\n").split("\n"):
        text = line.rstrip(" \t")
        found = LINE.fullmatch(text)
        if found is None or not found[2].isprintable() or not found[2]:
            strays += [text] if text else []
        elif found[1] == "mx":
            mx.append(found[2])
        else:
            fields.setdefault(found[1], found[2])
    return Policy(fields, tuple(mx), tuple(strays))


def matches(pattern: str, host: Name) -> bool:
    """Whether a host is meant by a pattern; `*.` is exactly one label (RFC 8461 4.1)."""
    name = ascii_form(host).lower()
    if pattern.startswith("*."):
        return name.partition(".")[2] == pattern[2:].lower()
    return name == pattern.lower()


def faults(policy: Policy) -> Sequence[str]:
    """Why senders may refuse the policy: half a sentence each."""
    found = (
        _fault_of_version(policy),
        _fault_of_mode(policy),
        _fault_of_max_age(policy),
        _fault_of_mx(policy),
        f"“{brief(policy.strays[0])}” is no line of a policy" if policy.strays else "",
    )
    return [each for each in found if each]


def _fault_of_version(policy: Policy) -> str:
    version = policy.fields.get("version")
    if version is None:
        return "it has no line “version: STSv1”"
    return "" if version == "STSv1" else f"its version is “{brief(version)}” and not “STSv1”"


def _fault_of_mode(policy: Policy) -> str:
    if not policy.mode:
        return "it has no line “mode:”"
    if policy.mode in MODES:
        return ""
    return f"its mode is “{brief(policy.mode)}”, and not enforce, testing or none"


def _fault_of_max_age(policy: Policy) -> str:
    text = policy.fields.get("max_age")
    if text is None:
        return "it has no line “max_age:”"
    if not SECONDS.fullmatch(text):
        return f"its max_age is “{brief(text)}”, and not a number of seconds"
    return f"its max_age is more than {MOST_SECONDS}" if policy.max_age > MOST_SECONDS else ""


def _fault_of_mx(policy: Policy) -> str:
    broken = next((pattern for pattern in policy.mx if not PATTERN.fullmatch(pattern)), None)
    if broken is not None:
        return f"“mx: {brief(broken)}” is not one host name without a final dot"
    return "" if policy.mx or policy.mode == "none" else "it has no line “mx:”"


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

KEEPING_AWAY = frozenset({POLICY_WITHOUT_MX, POLICY_OTHER_MX, COULD_NOT_ASK, MAIL_CERTIFICATE})
OF_CERTIFICATE = frozenset({FetchFailure.WRONG_NAME, FetchFailure.EXPIRED, FetchFailure.UNTRUSTED})


def page_verdicts(
    domain: Name, page: PolicyPage, ours: Name, published: Collection[Name]
) -> Sequence[Verdict]:
    """All that is to be said; nothing where the policy is as it should be.

    `ours` is the plan's mail host, `published` are those of the domain's MX records; none where
    they are not known.
    """
    if fetching := _not_fetched(domain, page):
        return [fetching]
    policy = read_policy(page.body)
    if broken := faults(policy):
        message = f"The policy of {unicode_form(domain)} is not valid, and senders may ignore it: "
        fix = f"Correct it {IN_MAILCOW}."
        invalid = Verdict(Status.WARNING, POLICY_NOT_VALID, f"{message}{'; '.join(broken)}.", fix)
        stopping = _uncovered(domain, policy, ours, published) if _binds_some(policy) else ()
        return [invalid, *stopping]
    return [*_of_type(domain, page), *_of_policy(domain, policy, ours, published)]


def _binds_some(policy: Policy) -> bool:
    """Whether senders heed it that read on where it breaks the grammar.

    Postfix with postfix-mta-sts-resolver 1.5 takes any line, and any name of a host.
    """
    wrong = _fault_of_version(policy) or _fault_of_max_age(policy)
    return policy.mode == "enforce" and bool(policy.mx) and not wrong


def keeping_away(verdicts: Sequence[Verdict]) -> Sequence[Verdict]:
    """Of all that is said of a policy, what may keep senders from a host; testing keeps nobody."""
    if any(each.code == POLICY_TESTING for each in verdicts):
        return []
    return [each for each in verdicts if each.code in KEEPING_AWAY]


def serves_policy(page: PolicyPage) -> bool:
    """Senders get a valid policy there."""
    return page.failure is None and page.status == 200 and not faults(read_policy(page.body))


def binds(page: PolicyPage, host: Name) -> bool:
    """Senders that get it deliver to the host, if its certificate is valid (RFC 8461 4.2)."""
    policy = read_policy(page.body)
    return serves_policy(page) and policy.mode == "enforce" and policy.allows(host)


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
        return Verdict(Status.UNKNOWN, COULD_NOT_ASK, message, fix)
    to = f" to {brief(page.detail)}" if page.detail else ""
    message = f"The policy {url} can't be fetched: {why}{to}; {IGNORED}."
    fix = FIXES[page.failure].format(host=host)
    if page.failure in OF_CERTIFICATE:
        return Verdict(Status.WARNING, POLICY_CERTIFICATE, message, fix)
    return Verdict(Status.WARNING, POLICY_NOT_SERVED, message, fix)


def _not_found(domain: Name, page: PolicyPage) -> Verdict:
    why = f"the answer is {page.status} in place of 200"
    message = f"The policy {_url(domain)} can't be fetched: {why}; {IGNORED}."
    fix = FIXES[FetchFailure.BROKEN_OFF]
    if page.status == NOT_FOUND:
        fix = f"Activate the policy {IN_MAILCOW}."
    return Verdict(Status.WARNING, POLICY_NOT_SERVED, message, fix)


def _of_type(domain: Name, page: PolicyPage) -> Iterator[Verdict]:
    kind = page.content_type.partition(";")[0].strip().lower()
    if kind != "text/plain":
        named = f"as {brief(kind)}" if kind else "without a content type"
        message = f"{_url(domain)} is served {named}, and some senders take text/plain only."
        fix = "Let the web server send it with “Content-Type: text/plain”."
        yield Verdict(Status.WARNING, POLICY_CONTENT_TYPE, message, fix)


def _of_policy(
    domain: Name, policy: Policy, ours: Name, published: Collection[Name]
) -> Iterator[Verdict]:
    name = unicode_form(domain)
    if policy.mode == "none":
        message = f"The policy of {name} has mode none: senders do without MTA-STS."
        fix = f"Set the mode to testing or enforce {IN_MAILCOW}, then publish its new id."
        yield Verdict(Status.INFO, POLICY_NONE, message, fix)
        return
    if policy.mode == "testing":
        message = f"The policy of {name} has mode testing: senders report, and protect nothing yet."
        fix = f"When the reports show no failure, set the mode to enforce {IN_MAILCOW}."
        yield Verdict(Status.INFO, POLICY_TESTING, message, fix)
    yield from _uncovered(domain, policy, ours, published)
    hosts = {ours, *published}
    idle = [each for each in policy.mx if not any(matches(each, host) for host in hosts)]
    if published and idle:
        message = f"The policy of {name} allows {listed_texts(idle)}, which no MX names."
        fix = f"Delete what is no longer needed {IN_MAILCOW}."
        yield Verdict(Status.INFO, POLICY_UNUSED_MX, message, fix)
    if policy.mode == "enforce" and policy.max_age < DAY:
        message = (
            f"Senders forget the policy of {name} after {policy.max_age} seconds (max_age), "
            "which protects little."
        )
        fix = f"Set max_age to some weeks {IN_MAILCOW}, such as 1209600."
        yield Verdict(Status.INFO, POLICY_SHORT, message, fix)


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
        yield Verdict(status, POLICY_WITHOUT_MX, message, fix)
    if not foreign:
        return
    hosts = listed_names(foreign)
    message = f"The policy of {name} does not allow {hosts}, which an MX record of it names."
    dead_end = not any(map(policy.allows, published))
    delete = f"Change the MX record to {ascii_form(ours)}" if dead_end else "Delete that MX record"
    fix = f"{delete}, or add the host to the policy and publish its new id."
    status = (Status.ERROR if dead_end else Status.WARNING) if enforced else Status.INFO
    yield Verdict(status, POLICY_OTHER_MX, message, fix)


def _url(domain: Name) -> str:
    return f"https://{ascii_form(policy_host(domain))}/.well-known/mta-sts.txt"
