"""Whether CAA lets an authority issue the certificates that mailcow orders (RFC 8659, RFC 8657)."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CAA import CAA

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.code import Act, Code
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.model.text import brief, listed
from mailcow_dns_tui.topics.base import Subject
from mailcow_dns_tui.topics.judge import Verdict
from mailcow_dns_tui.topics.phrases import listed_texts

FORBIDDEN_CA = Code(
    "forbidden-ca", "CAA allows other certificate authorities only, or none", Act.PUBLISH
)
CA_CONDITION = Code(
    "ca-condition",
    "CAA allows the certificate authority under a condition: a method, an account, a letter case",
    Act.CHANGE,
)
CRITICAL_PROPERTY = Code(
    "critical-property",
    "CAA has a critical property, which stops certificate authorities that do not know it",
    Act.CHANGE,
)


KNOWN = frozenset({"issue", "issuewild", "iodef"})
FOR_OTHERS = frozenset({"issuemail", "issuevmc"})
"""About certificates for mail (RFC 9495) and for marks; Let's Encrypt knows both."""
CRITICAL = 128 | 1
"""RFC 8659 4.1 has only the first bit; Let's Encrypt takes the last one for it as well."""

BLANK = " \t"
LABEL = r"[A-Za-z0-9](?:-*[A-Za-z0-9])*"
AUTHORITY = re.compile(rf"(?:{LABEL}(?:\.{LABEL})*)?")
PARAMETER = re.compile(rf"({LABEL})[ \t]*=[ \t]*([!-:<-~]*)")


@dataclass(frozen=True)
class Issue:
    """The value of an `issue` property.

    Attributes:
        authority: the identity as it is written; empty where the property forbids all.
        parameters: names and values of the conditions that the authority has to keep.
    """

    authority: str
    parameters: tuple[tuple[str, str], ...]

    def values(self, name: str) -> Sequence[str]:
        """Of each parameter with this name."""
        return [value for each, value in self.parameters if each == name]


def tag_of(rdata: CAA) -> str:
    """In small letters: `issue`, `issuewild`, `iodef` (RFC 8659 4.1)."""
    return rdata.tag.decode(errors="replace").lower()


def value_of(rdata: CAA) -> str:
    """The value as text; what is no UTF-8 is replaced."""
    text: str = rdata.value.decode(errors="replace")
    return text


def blocks(rdata: CAA) -> bool:
    """Whether an authority that does not know the property must issue nothing."""
    return bool(rdata.flags & CRITICAL) and tag_of(rdata) not in KNOWN


def read_issue(value: str) -> Issue | None:
    """Read the value by RFC 8659 4.2; None where it breaks the grammar, and so allows nobody."""
    authority, *parts = (part.strip(BLANK) for part in value.split(";"))
    # The only empty part that the grammar has is one after the authority.
    parts = [] if parts == [""] else parts
    matches = map(PARAMETER.fullmatch, parts)
    pairs = tuple((match[1], match[2]) for match in matches if match)
    if not AUTHORITY.fullmatch(authority) or len(pairs) < len(parts):
        return None
    return Issue(authority, pairs)


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
        """The names as people read them, with commas between."""
        return listed(map(unicode_form, self.names))

    @property
    def fix(self) -> str:
        """The record that allows the authority, as advice."""
        at = unicode_form(self.at)
        return f"Add a CAA record at {at} with flags 0, tag issue and value {self.authority}."


def properties(answer: Answer) -> list[CAA]:
    """The CAA records among what a server answers."""
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
    conditions = [said for issue in ours if (said := _condition(order, issue))]
    if len(conditions) < len(ours):
        return found
    return [*found, max(conditions, key=lambda verdict: verdict.status.rank)]


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
    return Verdict(status, CRITICAL_PROPERTY, message, fix)


def _forbidden(order: Order, values: Sequence[str]) -> Verdict:
    message = (
        f"CAA at {unicode_form(order.at)} {_said(order, values)}, so {order.authority} issues no "
        f"certificate for {order.names_text}."
    )
    return Verdict(Status.ERROR, FORBIDDEN_CA, message, order.fix)


def passed_over(order: Order, answer: Answer) -> Verdict | None:
    """Why mailcow orders no certificate, whoever would issue one.

    It asks for the CAA records right above each name, whatever the name itself has, and wants the
    authority's in one of them (check_domain in data/Dockerfiles/acme/functions.sh).
    """
    values = issuers(answer)
    if not any(map(str.strip, values)) or any(LETS_ENCRYPT in value for value in values):
        return None
    at = unicode_form(order.at)
    message = (
        f"CAA at {at} {_said(order, values)}. For {order.names_text} other CAA records count, but "
        f"mailcow looks only at {at}, and orders no certificate."
    )
    return Verdict(Status.WARNING, FORBIDDEN_CA, message, order.fix)


def _said(order: Order, values: Sequence[str]) -> str:
    read = {value: read_issue(value) for value in values}
    others = sorted({issue.authority for issue in read.values() if issue} - {""})
    brand = order.authority.partition(".")[0].lower()
    if near := [name for name in others if brand in name.lower()]:
        return f"allows {brief(near[0])}, which is not {order.authority}"
    if broken := [value for value, issue in read.items() if issue is None]:
        return f"has the value {brief(broken[0])}, which is not valid and allows nobody"
    return f"allows only {listed_texts(others)}" if others else "allows nobody"


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
        return Verdict(Status.ERROR, FORBIDDEN_CA, message, order.fix)
    for methods in issue.values("validationmethods"):
        if USUAL not in methods.split(","):
            return _by_method(order, methods)
    if issue.authority != order.authority and order.authority == LETS_ENCRYPT:
        message = f"CAA at {at} has {issue.authority}, but Let's Encrypt wants small letters."
        fix = f"Change it to {LETS_ENCRYPT} in the CAA record at {at}."
        return Verdict(Status.WARNING, CA_CONDITION, message, fix)
    for account in issue.values("accounturi"):
        message = f"CAA at {at} allows certificates to the ACME account {brief(account)} only."
        fix = "Check that it is mailcow's (in data/assets/ssl/acme), or delete accounturi from it."
        return Verdict(Status.INFO, CA_CONDITION, message, fix)
    return None


def _by_method(order: Order, methods: str) -> Verdict:
    at = unicode_form(order.at)
    if _allows(methods, "dns-01"):
        message = f"CAA at {at} allows only {brief(methods)}; mailcow uses {USUAL} by default."
        fix = f"Add {USUAL} to validationmethods at {at}, unless your mailcow uses dns-01."
        return Verdict(Status.WARNING, CA_CONDITION, message, fix)
    message = f"CAA at {at} allows only {brief(methods) or 'no method'}; mailcow uses {USUAL}."
    fix = f"Add {USUAL} to validationmethods at {at}."
    return Verdict(Status.ERROR, FORBIDDEN_CA, message, fix)


def certificate_names(subject: Subject) -> Iterator[Name]:
    """The names that mailcow orders certificates for, and that the subject's zone has."""
    host, domain = subject.setup.server.name, subject.domain
    if host is None:
        return
    if domain is None:
        yield host
    elif subject.apex is not None:
        labels = () if subject.is_alias else ("autodiscover", "autoconfig")
        labels = (*labels, "mta-sts") if domain.mta_sts_id else labels
        yield from (dns.name.from_text(label, subject.apex) for label in labels)


def authority(server: Server) -> str:
    """The planned one, else the one that mailcow uses."""
    wanted = server.caa.partition(";")[0].strip()
    return wanted if wanted and validators.ca_identity(wanted) is None else LETS_ENCRYPT


async def relevant(name: Name, dns: Dns) -> Lookup:
    """The CAA RRset that counts: the nearest one from the name upwards (RFC 8659 3).

    At each name a CNAME is followed, and what stands above its target counts for nothing.
    """
    lookups = await asyncio.gather(*(dns.ask(each, RdataType.CAA) for each in _upwards(name)))
    # A level that could not be asked may hold the set that counts.
    return next((each for each in lookups if each.found or each.unknown), lookups[0])


def _upwards(name: Name) -> Iterator[Name]:
    """The name and those above it, without the top-level domain: no operator has a say there."""
    while len(name) > 2:
        yield name
        name = name.parent()


def at(lookup: Lookup) -> Name:
    """The name that the RRset stands at."""
    return lookup.aliases[-1] if lookup.aliases else lookup.name
