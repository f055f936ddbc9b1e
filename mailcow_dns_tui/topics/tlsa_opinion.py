"""What the TLSA records at a name mean for senders that use DANE (RFC 7672)."""

from dataclasses import replace

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
from mailcow_dns_tui.topics.tlsa_match import Pin, pins

UNTOLD = "which can't be compared with the plan"


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


def opinion(record: Record, answer: Answer, security: Security) -> Verdict:
    insecure = security is Security.INSECURE
    if not answer.rdatas:
        first = f"Switch on DNSSEC {where(record)} first: without it the record has no effect."
        return replace(missing(record), fix=first) if insecure else missing(record)
    pinned = pins(answer.rdatas, record.rdata)
    # One that matches is enough; in a rollover the next key's stands beside it (RFC 7671 8.1).
    if record.rdata in answer.rdatas:
        return as_wanted(record)
    if Pin.MATCHES in pinned:
        return works_differently(record)
    verdict = _without_match(record, pinned)
    return replace(verdict, status=Status.WARNING) if insecure else verdict


def _without_match(record: Record, pinned: frozenset[Pin]) -> Verdict:
    name = unicode_form(record.owner)
    beside = f"Add the wanted record beside it {where(record)}."
    if Pin.UNCOMPARED in pinned:
        message = f"The TLSA record of {name} has a form {UNTOLD}."
        return Verdict(Status.UNKNOWN, "other-form", message, beside)
    if Pin.CERTIFICATE in pinned:
        message = (
            f"The TLSA record of {name} holds a certificate and not its key, {UNTOLD}: "
            "senders with DANE stop delivering when it is renewed, if they have not already."
        )
        return Verdict(Status.UNKNOWN, "pins-certificate", message, beside)
    if Pin.AUTHORITY in pinned:
        message = (
            f"The TLSA record of {name} holds a certificate authority, {UNTOLD}: "
            "senders with DANE stop delivering when it is another, if they have not already."
        )
        return Verdict(Status.UNKNOWN, "pins-authority", message, beside)
    if Pin.OTHER_KEY in pinned:
        message = (
            f"The TLSA record of {name} holds another key than planned: "
            "senders with DANE do not deliver to a server without that key."
        )
        return Verdict(Status.ERROR, "other-key", message, beside)
    message = f"{name} has only TLSA records of kinds that mail servers ignore (RFC 7672 3.1)."
    return Verdict(Status.ERROR, "unusable", message, beside)
