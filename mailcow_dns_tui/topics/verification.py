"""Texts by which other services verify that a domain is the operator's."""

from collections.abc import Iterable

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import txt_bytes, txt_rdata
from mailcow_dns_tui.topics.base import Subject, Topic
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, missing

WHY = "A service checks by it that the domain is yours."


class Verification(Topic):
    id = "verification"

    def wanted(self, subject: Subject) -> Iterable[Record]:
        if subject.domain is None or subject.apex is None:
            return
        for text in dict.fromkeys(map(str.strip, subject.domain.verification)):
            if text and validators.verification(text) is None:
                yield self.record(subject, "@", txt_rdata(text), WHY)

    def opinion(self, record: Record, answer: Answer) -> Verdict:
        published = {txt_bytes(rdata) for rdata in answer.rdatas if isinstance(rdata, TXT)}
        wanted = txt_bytes(record.rdata) if isinstance(record.rdata, TXT) else b""
        return as_wanted(record) if wanted in published else missing(record)
