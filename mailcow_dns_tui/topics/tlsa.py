"""The mail certificate's key, pinned for senders that use DANE (RFC 7672)."""

from collections.abc import Iterable

import dns.name
from dns.rdata import Rdata
from dns.rdtypes.ANY.TLSA import TLSA

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.base import Subject, Topic, has_room
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, missing, where

WHY = "Senders that use DANE deliver only to a server with this key; it needs DNSSEC."
OWNER = "_25._tcp"


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

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        if not answer.rdatas:
            return missing(record)
        # A rollover has the next key's record beside this one (RFC 7671 8.1).
        if record.rdata in answer.rdatas:
            return as_wanted(record)
        if not any(_is_comparable(rdata) for rdata in answer.rdatas):
            message = f"{unicode_form(record.owner)} pins in a form that can't be compared."
            fix = f"Add the wanted record beside it {where(record)}."
            return Verdict(Status.UNKNOWN, "other-form", message, fix)
        message = f"{unicode_form(record.owner)} pins another key: DANE senders stop delivering."
        fix = f"Change it to the wanted value {where(record)}."
        return Verdict(Status.ERROR, "other-key", message, fix)


def _is_comparable(rdata: Rdata) -> bool:
    """Whether it pins the key as the plan does: any other form may match as well."""
    return isinstance(rdata, TLSA) and (rdata.usage, rdata.selector, rdata.mtype) == (3, 1, 1)
