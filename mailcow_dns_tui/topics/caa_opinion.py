"""Whether CAA lets an authority issue the certificates that mailcow orders."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from dns.name import Name
from dns.rdtypes.ANY.CAA import CAA

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import WORST_FIRST, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.topics.caa_property import (
    FOR_OTHERS,
    Issue,
    blocks,
    read_issue,
    tag_of,
    value_of,
)
from mailcow_dns_tui.topics.judgement import Verdict
from mailcow_dns_tui.topics.words import listed

LETS_ENCRYPT = "letsencrypt.org"
METHOD = re.compile("[A-Za-z0-9-]+")
USUAL = "http-01"
"""How mailcow proves to an authority that a name is its own."""


@dataclass(frozen=True)
class Order:
    """What is asked of an authority.

    Attributes:
        names: those that the certificate is for.
        at: the name of the CAA RRset that counts for them.
    """

    authority: str
    names: tuple[Name, ...]
    at: Name

    @property
    def names_text(self) -> str:
        return listed(list(map(unicode_form, self.names)))

    @property
    def fix(self) -> str:
        at = unicode_form(self.at)
        return f"Add a CAA record at {at} with flags 0, tag issue and value {self.authority}."


def properties(answer: Answer) -> list[CAA]:
    return [rdata for rdata in answer.rdatas if isinstance(rdata, CAA)]


def issuers(answer: Answer) -> list[str]:
    """The values of all `issue` properties; `issuewild` is for wildcard names alone."""
    return [value_of(rdata) for rdata in properties(answer) if tag_of(rdata) == "issue"]


def objections(order: Order, answer: Answer) -> Sequence[Verdict]:
    """All that stands in the way; nothing where the authority may issue."""
    critical = [rdata for rdata in properties(answer) if blocks(rdata)]
    found = [_critical(order, critical)] if critical else []
    values = issuers(answer)
    read = [issue for issue in map(read_issue, values) if issue is not None]
    ours = [issue for issue in read if issue.authority.lower() == order.authority.lower()]
    if not values:
        return found
    if not ours:
        return [*found, _forbidden(order, values)]
    easiest = max((_condition(order, issue) for issue in ours), key=_harmless)
    return found if easiest is None else [*found, easiest]


def _harmless(verdict: Verdict | None) -> int:
    return len(WORST_FIRST) if verdict is None else WORST_FIRST.index(verdict.status)


def _critical(order: Order, rdatas: Sequence[CAA]) -> Verdict:
    tags = sorted({tag_of(rdata) for rdata in rdatas})
    others = FOR_OTHERS.issuperset(tags)
    status = Status.WARNING if others else Status.ERROR
    known = "Let's Encrypt knows it, but " if others else ""
    message = (
        f"CAA at {unicode_form(order.at)} has the critical property {brief(', '.join(tags))}: "
        f"{known}a certificate authority that does not know it issues no certificate for "
        f"{order.names_text}."
    )
    fix = f"Set the flags of that CAA record to 0, or delete it at {unicode_form(order.at)}."
    return Verdict(status, "critical-property", message, fix)


def _forbidden(order: Order, values: Sequence[str]) -> Verdict:
    message = (
        f"CAA at {unicode_form(order.at)} {_said(order, values)}, so {order.authority} issues no "
        f"certificate for {order.names_text}."
    )
    return Verdict(Status.ERROR, "forbidden-ca", message, order.fix)


def _said(order: Order, values: Sequence[str]) -> str:
    read = {value: read_issue(value) for value in values}
    others = sorted({issue.authority for issue in read.values() if issue} - {""})
    brand = order.authority.partition(".")[0].lower()
    if near := [name for name in others if brand in name.lower()]:
        return f"allows {brief(near[0])}, which is not {order.authority}"
    if broken := [value for value, issue in read.items() if issue is None]:
        return f"has the value {brief(broken[0])}, which is not valid and allows nobody"
    return f"allows only {listed(list(map(brief, others)))}" if others else "allows nobody"


def unmet(issue: Issue, authority: str) -> str:
    """Why the authority issues to nobody by a property that names it; empty where it may.

    Let's Encrypt refuses more than RFC 8657 and RFC 8659 4.2 do.
    """
    accounts, methods = issue.values("accounturi"), issue.values("validationmethods")
    if len(accounts) > 1:
        return "accounturi stands twice in it, and matches no account"
    if "" in accounts:
        return "its accounturi is empty, and matches no account"
    if authority != LETS_ENCRYPT:
        return ""
    if len(methods) > 1:
        return "validationmethods stands twice in it, which Let's Encrypt refuses"
    if any(USUAL in each.split(",") and not _allows(each, USUAL) for each in methods):
        return f"its validationmethods break the rules before {USUAL}, so that is not read"
    hyphened = [brief(name) for name, _ in issue.parameters if "-" in name]
    return (
        f"{hyphened[0]} has a hyphen in its name, which Let's Encrypt refuses" if hyphened else ""
    )


def _allows(methods: str, method: str) -> bool:
    return method in takewhile(METHOD.fullmatch, methods.split(","))


def _condition(order: Order, issue: Issue) -> Verdict | None:
    """What an authority makes dependent on more than its name; the worst condition alone."""
    at = unicode_form(order.at)
    if reason := unmet(issue, order.authority):
        message = (
            f"CAA at {at} names {issue.authority}, but {reason}: no certificate is issued for "
            f"{order.names_text}."
        )
        return Verdict(Status.ERROR, "forbidden-ca", message, order.fix)
    for methods in issue.values("validationmethods"):
        if USUAL not in methods.split(","):
            return _by_method(order, methods)
    if issue.authority != order.authority and order.authority == LETS_ENCRYPT:
        message = f"CAA at {at} has {issue.authority}, but Let's Encrypt wants small letters."
        fix = f"Change it to {LETS_ENCRYPT} in the CAA record at {at}."
        return Verdict(Status.WARNING, "ca-condition", message, fix)
    for account in issue.values("accounturi"):
        message = f"CAA at {at} allows certificates to the ACME account {brief(account)} only."
        fix = "Check that it is mailcow's (in data/assets/ssl/acme), or delete accounturi from it."
        return Verdict(Status.INFO, "ca-condition", message, fix)
    return None


def _by_method(order: Order, methods: str) -> Verdict:
    at = unicode_form(order.at)
    if _allows(methods, "dns-01"):
        message = f"CAA at {at} allows only {brief(methods)}; mailcow uses {USUAL} by default."
        fix = f"Add {USUAL} to validationmethods at {at}, unless your mailcow uses dns-01."
        return Verdict(Status.WARNING, "ca-condition", message, fix)
    message = f"CAA at {at} allows only {brief(methods) or 'no method'}; mailcow uses {USUAL}."
    fix = f"Add {USUAL} to validationmethods at {at}."
    return Verdict(Status.ERROR, "forbidden-ca", message, fix)
