"""The mail certificate's key, pinned for senders that use DANE (RFC 7672)."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns, Lookup
from mailcow_dns_tui.model.finding import Finding, Status, worst_first
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.security import Security
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic, has_room
from mailcow_dns_tui.topics.judgement import (
    Verdict,
    as_wanted,
    finding,
    judge,
    missing,
    where,
    works_differently,
)
from mailcow_dns_tui.topics.tlsa_match import Pin, pins

WHY = "Senders that use DANE deliver only to a server with this key; it needs DNSSEC."
OWNER = "_25._tcp"
MISTAKEN_OWNERS = ("_tcp._25", "25.tcp", "_25.tcp", "25._tcp")


class Tlsa(Topic):
    id = "tlsa"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        server = subject.setup.server
        digest = server.spki_sha256.strip()
        if subject.domain is not None or server.name is None or not digest:
            return
        if validators.spki_sha256(digest) is None and has_room(OWNER, server.name):
            owner = dns.name.from_text(OWNER, server.name)
            yield self.record(subject, owner, rdatas.tlsa(3, 1, 1, bytes.fromhex(digest)), WHY)

    async def look_up_all(self, record: Record, subject: Subject, dns: Dns) -> Sequence[Finding]:
        lookup = await dns.ask(record.owner, record.rdtype)
        here = record.in_zone(lookup.zone)
        if lookup.unknown:
            return [judge(record, lookup, self.opinion)]
        if lookup.absent:
            elsewhere = await _elsewhere(here, dns)
            if elsewhere is not None:
                return [finding(record, lookup, _misplaced(here, elsewhere))]
        security = await _security(here, lookup, dns)
        judged = judge(record, lookup, partial(_opinion, security=security))
        chain = _chain(here, security) if lookup.found else None
        return worst_first([judged, *([finding(record, lookup, chain)] if chain else [])])


async def _security(record: Record, lookup: Lookup, dns: Dns) -> Security:
    """Of the record where the resolver has it, else of the zone that it belongs in."""
    seen = lookup.resolver or next((a for a in lookup.heard if not a.authoritative), None)
    if seen is not None and seen.found:
        return await dns.security(record.owner, record.rdtype)
    return await dns.security(record.zone, RdataType.SOA)


async def _elsewhere(record: Record, dns: Dns) -> Lookup | None:
    """A name at which senders don't look, and where the record has been put all the same."""
    names = list(_mistaken(record))
    lookups = await asyncio.gather(*(dns.ask(name, record.rdtype) for name in names))
    return next((lookup for lookup in lookups if record.rdata in lookup.rdatas), None)


def _mistaken(record: Record) -> Iterable[Name]:
    host = record.owner.parent().parent()
    if host != record.zone:
        yield dns.name.from_text(OWNER, record.zone)
    for owner in MISTAKEN_OWNERS:
        yield dns.name.from_text(owner, host)
    yield host
    relative = record.owner.relativize(dns.name.root)
    if has_room(relative.to_text(), record.zone):
        yield relative.derelativize(record.zone)


def _misplaced(record: Record, lookup: Lookup) -> Verdict:
    name = lookup.name
    return Verdict(
        Status.WARNING,
        "misplaced",
        f"The TLSA record is at {unicode_form(name)}, where no sender looks for it.",
        f"Change its name to {record.name} {where(record)}.",
        strays=() if lookup.aliases else ((name, record.rdata),),
    )


def _chain(record: Record, security: Security) -> Verdict | None:
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


def _opinion(record: Record, answer: Answer, security: Security) -> Verdict:
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
    change = f"Change it to the wanted value {where(record)}."
    beside = f"Add the wanted record beside it {where(record)}."
    if Pin.UNCOMPARED in pinned:
        message = f"The TLSA record of {name} has a form that can't be compared with the plan."
        return Verdict(Status.UNKNOWN, "other-form", message, beside)
    if Pin.CERTIFICATE in pinned:
        message = (
            f"The TLSA record of {name} holds the certificate and not its key: "
            "senders with DANE stop delivering when it is renewed."
        )
        return Verdict(Status.WARNING, "pins-certificate", message, change)
    if Pin.AUTHORITY in pinned:
        message = (
            f"The TLSA record of {name} holds the key of a certificate authority: "
            "senders with DANE stop delivering when the authority takes another."
        )
        return Verdict(Status.WARNING, "pins-authority", message, change)
    if Pin.OTHER_KEY in pinned:
        message = (
            f"The TLSA record of {name} holds another key than planned: "
            "senders with DANE do not deliver to a server without that key."
        )
        return Verdict(Status.ERROR, "other-key", message, change)
    message = f"{name} has only TLSA records of kinds that mail servers ignore (RFC 7672 3.1)."
    return Verdict(Status.ERROR, "unusable", message, change)
