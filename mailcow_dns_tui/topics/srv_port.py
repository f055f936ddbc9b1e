"""What a client meets where an SRV record has another port than planned."""

from collections.abc import Iterable
from dataclasses import replace

from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.services import DEFAULT_SERVICES
from mailcow_dns_tui.topics.judgement import Verdict, different, where

USUAL = {f"_{service.key}".encode(): service.port for service in DEFAULT_SERVICES}
RELAY, WEB = 25, 80
TEXT_FIRST = frozenset({b"_imap", b"_pop3", b"_submission", b"_sieve"})
"""Begin in plain text and go on to TLS by STARTTLS; all others begin TLS at once (RFC 8314 3)."""
TEXT_PORTS = frozenset({RELAY, WEB, *(USUAL[label] for label in TEXT_FIRST)})
TLS_PORTS = frozenset(USUAL.values()) - TEXT_PORTS


def wrong_port(record: Record, wanted: SRV, rdata: SRV, right: Iterable[SRV]) -> Verdict | None:
    """What is to be said of another port than the planned one.

    `right` are the records that lead to the service: one that is tried first is enough for it.
    """
    if rdata.port == wanted.port:
        return None
    then = _then(record.owner.labels[0].lower(), rdata.port)
    ports = f"has port {rdata.port} in place of {wanted.port}{then}"
    swapped = _swapped(wanted, rdata)
    message = f"{unicode_form(record.owner)} {swapped or ports}."
    verdict = different(record, message, _fix(record, wanted))
    fails = bool(swapped or then) and not any(r.priority < rdata.priority for r in right)
    return replace(verdict, status=Status.ERROR) if fails else verdict


def _swapped(wanted: SRV, rdata: SRV) -> str:
    for place, number in (("priority", rdata.priority), ("weight", rdata.weight)):
        if number == wanted.port:
            return f"has the port {number} as its {place}, and the port {rdata.port}"
    return ""


def _then(label: bytes, port: int) -> str:
    """What happens at a port where something else is known to answer; empty for any other."""
    if port == USUAL.get(label) or port not in TEXT_PORTS | TLS_PORTS:
        return ""
    if label not in TEXT_FIRST and port in TEXT_PORTS:
        return ": clients begin TLS at once there, the server waits for plain text, and both fail"
    if label in TEXT_FIRST and port in TLS_PORTS:
        return ": clients wait for plain text there, the server waits for TLS, and both hang"
    return ": that one is for other servers" if port == RELAY else ": another service answers there"


def _fix(record: Record, wanted: SRV) -> str:
    numbers = f"priority {wanted.priority}, weight {wanted.weight} and port {wanted.port}"
    return f"Set {numbers} {where(record)}."
