"""What the TLSA records at a name mean for senders that use DANE (RFC 7672), planned or not."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns, Security
from mailcow_dns_tui.model.code import MALFORMED, OTHER_KEY, WORKS_DIFFERENTLY, Act, Code
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject
from mailcow_dns_tui.topics.delegation import BOGUS, CANNOT_VALIDATE
from mailcow_dns_tui.topics.judge import Verdict, as_wanted, missing, where, works_differently
from mailcow_dns_tui.topics.phrases import in_plan
from mailcow_dns_tui.topics.rdatas import tlsa
from mailcow_dns_tui.topics.targets import Destinations, destinations, senders_look_up
from mailcow_dns_tui.topics.tlsa.match import Pin, Reference, pins, stronger_than_planned

UNUSABLE = Code("unusable", "TLSA: only records of kinds that mail servers ignore", Act.PUBLISH)
PINS_CERTIFICATE = Code(
    "pins-certificate",
    "TLSA holds a certificate and not its key: it can't be compared with the "
    "plan, or breaks when the certificate is renewed",
    Act.PUBLISH,
)
PINS_AUTHORITY = Code(
    "pins-authority",
    "TLSA holds a certificate authority: it can't be compared with the plan, "
    "or breaks when that is another",
    Act.PUBLISH,
)
OTHER_FORM = Code("other-form", "TLSA in a form that can't be compared with the plan", Act.PUBLISH)
KEY_NOT_IN_PLAN = Code(
    "key-not-in-plan",
    "TLSA: the plan has no key to compare with, or another than the mail server shows",
    place=in_plan("tlsa"),
)
NO_EFFECT = Code("no-effect", "TLSA has no effect, since the zone is without DNSSEC")

WITHOUT_KEY = frozenset(
    {OTHER_KEY, UNUSABLE, MALFORMED, OTHER_FORM, PINS_CERTIFICATE, PINS_AUTHORITY, KEY_NOT_IN_PLAN}
)
"""Codes of TLSA records that are there without the server's own key, or may be."""

TODAY = frozenset({Pin.MATCHES_CERTIFICATE, Pin.MATCHES_AUTHORITY})
"""What lets mail through until the certificate is renewed."""
LETS_THROUGH = TODAY | {Pin.UNUSABLE}
"""What lets mail through today: what is not usable only asks for TLS (RFC 7672 2.2)."""
MISMATCHES = {
    Pin.MATCHES_CERTIFICATE: Verdict(
        Status.WARNING,
        PINS_CERTIFICATE,
        "holds the certificate that {source} shows, and not its key: senders with DANE stop "
        "delivering when it is renewed.",
    ),
    Pin.MATCHES_AUTHORITY: Verdict(
        Status.WARNING,
        PINS_AUTHORITY,
        "holds the authority of the certificate that {source} shows: senders with DANE stop "
        "delivering when a renewal brings another.",
    ),
    Pin.UNCOMPARED: Verdict(
        Status.UNKNOWN, OTHER_FORM, "has a form that can't be compared with {source}."
    ),
    Pin.CERTIFICATE: Verdict(
        Status.UNKNOWN,
        PINS_CERTIFICATE,
        "holds a certificate and not its key, which can't be compared with {source}: senders with "
        "DANE stop delivering when it is renewed, if they have not already.",
    ),
    Pin.AUTHORITY: Verdict(
        Status.UNKNOWN,
        PINS_AUTHORITY,
        "holds a certificate authority, which can't be compared with {source}: senders with DANE "
        "stop delivering when it is another, if they have not already.",
    ),
    Pin.OUTWEIGHED: Verdict(
        Status.ERROR,
        OTHER_KEY,
        "holds another key than {source} has, by a SHA-512 digest: for that, senders with DANE "
        "skip the SHA-256 digest of the right key, and do not deliver.",
    ),
    Pin.OTHER_KEY: Verdict(
        Status.ERROR,
        OTHER_KEY,
        "holds another key than {source} has: senders with DANE do not deliver to a server without "
        "that key.",
    ),
    Pin.UNUSABLE: Verdict(
        Status.WARNING, UNUSABLE, "is of a kind that mail servers ignore (RFC 7672 3.1)."
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
    name = record.owner_text
    match security:
        case Security.SECURE:
            return None
        case Security.INSECURE:
            message = f"The TLSA record of {name} has no effect, since its zone is without DNSSEC."
            fix = f"Switch on DNSSEC {where(record)} and at the registrar, or delete the record."
            return Verdict(Status.WARNING, NO_EFFECT, message, fix)
        case Security.BOGUS:
            message = (
                f"The DNSSEC signatures of {name} are wrong: senders with DANE deliver nothing."
            )
            fix = "Correct the DS record at the registrar, or delete it to switch DNSSEC off."
            return Verdict(Status.ERROR, BOGUS, message, fix)
        case Security.UNVALIDATED | Security.UNKNOWN:
            message = f"Whether DNSSEC protects the TLSA record of {name} could not be found out."
            fix = "Check again with a resolver that checks DNSSEC, such as 9.9.9.9."
            return Verdict(Status.INFO, CANNOT_VALIDATE, message, fix)


def judge_answer(
    record: Record, answer: Answer, security: Security, reference: Reference
) -> Verdict:
    """Judge the best of the records: senders with DANE deliver if one of them matches."""
    if not answer.rdatas:
        return _none(record, security, reference)
    best = min(pins(answer.rdatas, reference))
    verdict = _of_best(record, answer, best, reference)
    if reference.note:
        verdict = replace(verdict, message=f"{verdict.message} {reference.note}")
    # Without DNSSEC, senders do not look at it.
    is_harmless = security is Security.INSECURE and not verdict.status.is_good
    return replace(verdict, status=Status.WARNING) if is_harmless else verdict


def _none(record: Record, security: Security, reference: Reference) -> Verdict:
    if not _is_current(record, reference):
        message = f"The plan has another TLSA key than {reference.source} shows: do not publish it."
        return Verdict(Status.WARNING, KEY_NOT_IN_PLAN, message, _into_plan(reference))
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
    name, source, fix = record.owner_text, reference.source, _into_plan(reference)
    if best is Pin.MATCHES:
        message = f"The TLSA record of {name} has the key that {source} shows; the plan has not."
        return Verdict(Status.INFO, WORKS_DIFFERENTLY, message, fix)
    if best is Pin.OUTWEIGHED:
        return _without_match(record, answer, best, reference)
    if best in LETS_THROUGH:
        found = _without_match(record, answer, best, reference)
        return replace(found, code=KEY_NOT_IN_PLAN, fix=fix, rdatas=())
    the = "a" if len(answer.rdatas) > 1 else "the"
    message = (
        f"Neither {the} TLSA record of {name} nor the plan has the key that {source} shows: "
        "senders with DANE deliver nothing."
    )
    return Verdict(Status.ERROR, KEY_NOT_IN_PLAN, message, fix)


def _without_match(record: Record, answer: Answer, best: Pin, reference: Reference) -> Verdict:
    count = len(answer.rdatas)
    message = of_those(count, record.owner, best, reference.source)
    fix = f"Add the wanted record beside {them(count)} {where(record)}."
    if Pin.OUTWEIGHED not in pins(answer.rdatas, reference):
        return replace(MISMATCHES[best], message=message, fix=fix)
    fix = (
        f"Delete the records that begin with 3 1 2 {where(record)}: for them senders skip the "
        "wanted one."
    )
    stronger = stronger_than_planned(answer.rdatas)
    return replace(MISMATCHES[best], message=message, fix=fix, rdatas=stronger)


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
    """The pronoun for so many records."""
    return "them" if count > 1 else "it"


WHY = "Senders that use DANE deliver only to a server with this key; it needs DNSSEC."
OWNER = "_25._tcp"


def planned_digest(server: Server) -> bytes | None:
    """Of the mail certificate's key; None where none is planned."""
    text = server.spki_sha256.strip()
    return bytes.fromhex(text) if text and validators.spki_sha256(text) is None else None


async def further_names(subject: Subject, dns: Dns) -> Sequence[Name]:
    """Where senders look beside the hostname: of a domain, by its MX that lead to the server."""
    server = subject.setup.server
    if server.name is None:
        return ()
    if subject.domain is None:
        return await _ends(await destinations((server.name,), dns), dns)
    if subject.apex is None:
        return ()
    mx = await dns.ask(subject.apex, RdataType.MX)
    named = (n for n in senders_look_up(mx, server.name) if n != server.name)
    found = await destinations(named, dns)
    ours = frozenset(map(rdatas.address, server.addresses))
    own = {name: each for name, each in found.items() if not each.addresses.isdisjoint(ours)}
    return [name for name in dict.fromkeys((*own, *await _ends(own, dns))) if name != server.name]


async def _ends(found: Destinations, dns: Dns) -> Sequence[Name]:
    """Where CNAMEs lead that DNSSEC vouches for: senders look there first (RFC 7672 2.2.2)."""
    lookups = [one for each in found.values() for one in each.lookups if one.found and one.aliases]
    secure = await asyncio.gather(*(dns.security(one.name, one.rdtype) for one in lookups))
    pairs = zip(lookups, secure, strict=True)
    return [one.aliases[-1] for one, security in pairs if security is not Security.INSECURE]


def record_at(host: Name, subject: Subject, digest: bytes) -> Record:
    """What would be right there; an empty digest leaves only the name to be right."""
    server, owner = subject.setup.server, dns.name.from_text(OWNER, host)
    zones = subject.setup.zones_with(host)
    zone = next(iter(zones), host)
    rdata = rdatas.tlsa(3, 1, 1, digest) if digest else rdatas.tlsa(3, 1, 0, b"")
    domain = subject.apex
    return Record(
        "tlsa",
        owner,
        rdata,
        server.usable_ttl,
        Tier.OPTIONAL,
        domain,
        zone,
        WHY,
        external=not zones,
    )


def judge_beside(
    record: Record, answer: Answer, security: Security, reference: Reference
) -> Verdict:
    """As of a planned one, but none at all is as good."""
    if not answer.rdatas:
        return as_wanted(record)
    verdict = judge_answer(record, answer, security, reference)
    if verdict.good:
        return as_wanted(record)
    if verdict.rdatas:
        return verdict
    those = them(len(answer.rdatas))
    fix = f"Add {record.value} beside {those} {where(record)}, or delete {those}."
    return replace(verdict, fix=fix)


def key_not_in_plan(name: Name, found: Collection[Rdata], reference: Reference) -> Verdict:
    """Where the server's key is not known."""
    count, note = len(found), reference.note
    if pins(found, reference) == {Pin.UNUSABLE}:
        message = of_those(count, name, Pin.UNUSABLE, reference.source)
        return replace(MISMATCHES[Pin.UNUSABLE], message=message, fix=f"Delete {them(count)}.")
    those, what, which = "it", "a TLSA record", "without its key"
    if count > 1:
        those, what, which = "them", f"{count} TLSA records", "whose key is in none of them"
    message = (
        f"{unicode_form(name)} has {what}, and the plan has no key to compare {those} with: "
        f"senders with DANE do not deliver to a server {which}."
    )
    fix = f"Enter the key of the mail certificate {in_plan('tlsa')}, or delete {those}."
    return Verdict(Status.UNKNOWN, KEY_NOT_IN_PLAN, f"{message} {note}".strip(), fix)


def idle(record: Record) -> Verdict:
    """In a zone without DNSSEC."""
    message = (
        f"{record.owner_text} has a TLSA record without effect, since its zone is without DNSSEC."
    )
    fix = f"Delete it {where(record)}: with DNSSEC, it would bind senders to its key."
    return Verdict(Status.INFO, NO_EFFECT, message, fix)
