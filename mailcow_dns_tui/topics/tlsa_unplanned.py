"""TLSA records that bind senders without being planned: at any name that MX records have."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.security import Security
from mailcow_dns_tui.model.setup import DEFAULT_TTL, Server
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject
from mailcow_dns_tui.topics.destinations import destinations
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, where
from mailcow_dns_tui.topics.mx_targets import senders_look_up
from mailcow_dns_tui.topics.tlsa_match import Pin, Reference, pins
from mailcow_dns_tui.topics.tlsa_opinion import MISMATCHES, of_those, opinion, them
from mailcow_dns_tui.topics.words import in_plan

WHY = "Senders that use DANE deliver only to a server with this key; it needs DNSSEC."
OWNER = "_25._tcp"


def planned_digest(server: Server) -> bytes | None:
    """Of the mail certificate's key; None where none is planned."""
    text = server.spki_sha256.strip()
    return bytes.fromhex(text) if text and validators.spki_sha256(text) is None else None


async def own_names(subject: Subject, dns: Dns) -> Sequence[Name]:
    """The hostname, of the server; of a domain the other names by which its MX lead there."""
    server = subject.setup.server
    if server.name is None:
        return ()
    if subject.domain is None:
        return (server.name,)
    if subject.apex is None:
        return ()
    mx = await dns.ask(subject.apex, RdataType.MX)
    found = await destinations(
        (n for n in senders_look_up(mx, server.name) if n != server.name), dns
    )
    ours = frozenset(map(rdatas.address, server.addresses))
    return [name for name, each in found.items() if not each.addresses.isdisjoint(ours)]


def record_at(host: Name, subject: Subject, digest: bytes) -> Record:
    """What would be right there; an empty digest leaves only the name to be right."""
    server, owner = subject.setup.server, dns.name.from_text(OWNER, host)
    zones = [zone for zone in subject.setup.zones if host.is_subdomain(zone)]
    zone = max(zones, key=len, default=host)
    rdata = rdatas.tlsa(3, 1, 1, digest) if digest else rdatas.tlsa(3, 1, 0, b"")
    ttl = DEFAULT_TTL if validators.ttl(server.ttl) else server.ttl
    domain = subject.apex
    return Record("tlsa", owner, rdata, ttl, Tier.OPTIONAL, domain, zone, WHY, foreign=not zones)


def opinion_beside(
    record: Record, answer: Answer, security: Security, reference: Reference
) -> Verdict:
    """As of a planned one, but none at all is as good."""
    if not answer.rdatas:
        return as_wanted(record)
    verdict = opinion(record, answer, security, reference)
    if verdict.good:
        return as_wanted(record)
    if verdict.meant:
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
    return Verdict(Status.UNKNOWN, "key-not-in-plan", f"{message} {note}".strip(), fix)


def idle(record: Record) -> Verdict:
    """In a zone without DNSSEC."""
    message = (
        f"{unicode_form(record.owner)} has a TLSA record without effect, since its zone is without "
        "DNSSEC."
    )
    fix = f"Delete it {where(record)}: with DNSSEC, it would bind senders to its key."
    return Verdict(Status.INFO, "no-effect", message, fix)
