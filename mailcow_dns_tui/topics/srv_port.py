"""What a client meets where an SRV record has another port than planned."""

from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.judgement import Verdict, different, where

TLS_AT_ONCE = {b"_imaps": 993, b"_pop3s": 995, b"_submissions": 465, b"_smtps": 465}
"""Services over implicit TLS (RFC 8314 3), and their usual ports."""
TEXT_FIRST = {b"_imap": 143, b"_pop3": 110, b"_submission": 587, b"_sieve": 4190}
"""Services that begin in plain text and go on to TLS by STARTTLS."""
RELAY = 25


def wrong_port(record: Record, wanted: SRV, rdata: SRV) -> Verdict | None:
    if rdata.port == wanted.port:
        return None
    name = unicode_form(record.owner)
    for place, number in (("priority", rdata.priority), ("weight", rdata.weight)):
        if number == wanted.port:
            message = f"{name} has the port {number} as its {place}, and the port {rdata.port}."
            return different(record, message, _fix(record, wanted))
    message = f"{name} has port {rdata.port} in place of {wanted.port}{_then(record, rdata.port)}."
    return different(record, message, _fix(record, wanted))


def _then(record: Record, port: int) -> str:
    label = record.owner.labels[0].lower()
    if label in TLS_AT_ONCE and port in {*TEXT_FIRST.values(), RELAY}:
        return ": clients begin TLS at once there, the server waits for plain text, and both fail"
    if label in TEXT_FIRST and port in TLS_AT_ONCE.values():
        return ": clients wait for plain text there, the server waits for TLS, and both hang"
    if port == RELAY:
        return ": that one is for other servers"
    return ""


def _fix(record: Record, wanted: SRV) -> str:
    numbers = f"priority {wanted.priority}, weight {wanted.weight} and port {wanted.port}"
    return f"Set {numbers} {where(record)}."
