"""What the TLSA records at a name mean for senders that use DANE (RFC 7672)."""

from dataclasses import replace

from dns.name import Name
from dns.rdtypes.ANY.TLSA import TLSA

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.security import Security
from mailcow_dns_tui.topics.judgement import (
    Verdict,
    as_wanted,
    missing,
    where,
    works_differently,
)
from mailcow_dns_tui.topics.rdatas import tlsa
from mailcow_dns_tui.topics.tlsa_match import SHA512, Pin, Reference, pins
from mailcow_dns_tui.topics.words import in_plan

GOOD = frozenset({Status.OK, Status.INFO})
TODAY = frozenset({Pin.MATCHES_CERTIFICATE, Pin.MATCHES_AUTHORITY})
"""What lets mail through until the certificate is renewed."""
LETS_THROUGH = TODAY | {Pin.UNUSABLE}
"""What lets mail through today: what is not usable only asks for TLS (RFC 7672 2.2)."""
MISMATCHES = {
    Pin.MATCHES_CERTIFICATE: Verdict(
        Status.WARNING,
        "pins-certificate",
        "holds the certificate that {source} shows, and not its key: senders with DANE stop "
        "delivering when it is renewed.",
    ),
    Pin.MATCHES_AUTHORITY: Verdict(
        Status.WARNING,
        "pins-authority",
        "holds the authority of the certificate that {source} shows: senders with DANE stop "
        "delivering when a renewal brings another.",
    ),
    Pin.UNCOMPARED: Verdict(
        Status.UNKNOWN, "other-form", "has a form that can't be compared with {source}."
    ),
    Pin.CERTIFICATE: Verdict(
        Status.UNKNOWN,
        "pins-certificate",
        "holds a certificate and not its key, which can't be compared with {source}: senders with "
        "DANE stop delivering when it is renewed, if they have not already.",
    ),
    Pin.AUTHORITY: Verdict(
        Status.UNKNOWN,
        "pins-authority",
        "holds a certificate authority, which can't be compared with {source}: senders with DANE "
        "stop delivering when it is another, if they have not already.",
    ),
    Pin.OUTWEIGHED: Verdict(
        Status.ERROR,
        "other-key",
        "holds another key than {source} has, by a SHA-512 digest: for that, senders with DANE "
        "skip the SHA-256 digest of the right key, and do not deliver.",
    ),
    Pin.OTHER_KEY: Verdict(
        Status.ERROR,
        "other-key",
        "holds another key than {source} has: senders with DANE do not deliver to a server without "
        "that key.",
    ),
    Pin.UNUSABLE: Verdict(
        Status.WARNING,
        "unusable",
        "is of a kind that mail servers ignore (RFC 7672 3.1).",
    ),
}
"""What the best record at a name is, where none holds the server's key."""
NONE_OF_SEVERAL = {
    Pin.OTHER_KEY: "holds the key that {source} has: senders with DANE do not deliver to a server "
    "whose key is in none of them.",
    Pin.UNUSABLE: "is of a kind that mail servers use (RFC 7672 3.1).",
}
"""What is true of none of them, where the best is no better."""


def chain(record: Record, security: Security) -> Verdict | None:
    """What the zone's DNSSEC does to a TLSA record that is published; None where it is right."""
    name = unicode_form(record.owner)
    match security:
        case Security.SECURE:
            return None
        case Security.INSECURE:
            message = f"The TLSA record of {name} has no effect, since its zone is without DNSSEC."
            fix = f"Switch on DNSSEC {where(record)} and at the registrar, or delete the record."
            return Verdict(Status.WARNING, "no-effect", message, fix)
        case Security.BOGUS:
            message = (
                f"The DNSSEC signatures of {name} are wrong: senders with DANE deliver nothing."
            )
            fix = "Correct the DS record at the registrar, or delete it to switch DNSSEC off."
            return Verdict(Status.ERROR, "bogus", message, fix)
        case Security.UNVALIDATED | Security.UNKNOWN:
            message = f"Whether DNSSEC protects the TLSA record of {name} could not be found out."
            fix = "Check again with a resolver that checks DNSSEC, such as 9.9.9.9."
            return Verdict(Status.INFO, "cannot-validate", message, fix)


def opinion(record: Record, answer: Answer, security: Security, reference: Reference) -> Verdict:
    if not answer.rdatas:
        return _none(record, security, reference)
    best = min(pins(answer.rdatas, reference))
    verdict = _of_best(record, answer, best, reference)
    if reference.note:
        verdict = replace(verdict, message=f"{verdict.message} {reference.note}")
    # Without DNSSEC, senders do not look at it.
    is_harmless = security is Security.INSECURE and verdict.status not in GOOD
    return replace(verdict, status=Status.WARNING) if is_harmless else verdict


def _none(record: Record, security: Security, reference: Reference) -> Verdict:
    if not _is_current(record, reference):
        message = f"The plan has another TLSA key than {reference.source} shows: do not publish it."
        return Verdict(Status.WARNING, "key-not-in-plan", message, _into_plan(reference))
    if security is not Security.INSECURE:
        return missing(record)
    first = f"Switch on DNSSEC {where(record)} first: without it the record has no effect."
    return replace(missing(record), fix=first)


def _of_best(record: Record, answer: Answer, best: Pin, reference: Reference) -> Verdict:
    """By the record that does most: one that matches is enough, as in a rollover (RFC 7671 8.1)."""
    if not _is_current(record, reference):
        return _outdated(record, answer, best, reference)
    if best is not Pin.MATCHES:
        return _without_match(record, answer, best, reference)
    return as_wanted(record) if record.rdata in answer.rdatas else works_differently(record)


def _is_current(record: Record, reference: Reference) -> bool:
    return bool(record.rdata == tlsa(3, 1, 1, reference.digest))


def _into_plan(reference: Reference) -> str:
    return f"Enter the new one {in_plan('tlsa')}: {reference.digest.hex()}."


def _outdated(record: Record, answer: Answer, best: Pin, reference: Reference) -> Verdict:
    """The plan's key is not the server's."""
    name, source, fix = unicode_form(record.owner), reference.source, _into_plan(reference)
    if best is Pin.MATCHES:
        message = f"The TLSA record of {name} has the key that {source} shows; the plan has not."
        return Verdict(Status.INFO, "works-differently", message, fix)
    if best is Pin.OUTWEIGHED:
        return _without_match(record, answer, best, reference)
    if best in LETS_THROUGH:
        found = _without_match(record, answer, best, reference)
        return replace(found, code="key-not-in-plan", fix=fix)
    the = "a" if len(answer.rdatas) > 1 else "the"
    message = (
        f"Neither {the} TLSA record of {name} nor the plan has the key that {source} shows: "
        "senders with DANE deliver nothing."
    )
    return Verdict(Status.ERROR, "key-not-in-plan", message, fix)


def _without_match(record: Record, answer: Answer, best: Pin, reference: Reference) -> Verdict:
    count = len(answer.rdatas)
    message = of_those(count, record.owner, best, reference.source)
    fix = f"Add the wanted record beside {them(count)} {where(record)}."
    if best is not Pin.OUTWEIGHED:
        return replace(MISMATCHES[best], message=message, fix=fix)
    fix = f"Delete the records with the matching type 2 {where(record)}."
    stronger = tuple(r for r in answer.rdatas if isinstance(r, TLSA) and r.mtype == SHA512)
    return replace(MISMATCHES[best], message=message, fix=fix, meant=stronger)


def of_those(count: int, owner: Name, best: Pin, source: str) -> str:
    """What the records are whose best does this."""
    name = unicode_form(owner)
    said = MISMATCHES[best].message.format(source=source)
    if count == 1:
        return f"The TLSA record of {name} {said}"
    those = f"of the {count} TLSA records of {name}"
    if best in NONE_OF_SEVERAL:
        return f"None {those} {NONE_OF_SEVERAL[best].format(source=source)}"
    return f"One {those} {said}"


def them(count: int) -> str:
    return "them" if count > 1 else "it"
