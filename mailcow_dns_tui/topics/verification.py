"""Texts by which other services verify that a domain is the operator's."""

import html
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import brief, txt_rdata
from mailcow_dns_tui.topics.base import Guidance, Subject, Topic
from mailcow_dns_tui.topics.judge import Verdict, as_wanted, missing, where
from mailcow_dns_tui.topics.misplaced import Slips
from mailcow_dns_tui.topics.steps import beside_step
from mailcow_dns_tui.topics.text_record import values, wanted_text

WHY = "A service checks by it that the domain is yours."
QUOTES = "\"'\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\\ "


class VerificationTopic(Topic):
    """Texts at a mail domain that other services ask for."""

    id = "verification"
    slips = Slips(at_hosts=False)
    label = "verification"
    asked_in = "domains"
    column = "TXT"
    column_means = "verification"
    guidance = Guidance(130, step=beside_step)

    def wanted(self, subject: Subject) -> Iterable[Record]:
        """A TXT for each text, beside whatever else stands there."""
        if subject.domain is None or subject.apex is None:
            return
        for text in dict.fromkeys(map(str.strip, subject.domain.verification)):
            if text and validators.verification(text) is None:
                yield self.record(subject, "@", txt_rdata(text), WHY)

    def judge_answer(self, record: Record, answer: Answer) -> Verdict:
        """Judge whether the text is among those at the domain."""
        wanted = wanted_text(record)
        published = values(answer)
        if wanted in map(str.strip, published):
            return as_wanted(record)
        return _unlike(record, wanted, published)


def _unlike(record: Record, wanted: str, published: Sequence[str]) -> Verdict:
    """It is missing; said with what is there in its place."""
    name = record.owner_text
    verdict = replace(missing(record), message=f"{name} has no such verification record.")
    for text in published:
        if html.unescape(text).strip(QUOTES) == wanted.strip(QUOTES):
            message = f"{name} has the text with quotes or backslashes in it: {brief(text)}."
            fix = f"Delete the quotes from the value {where(record)}."
            return replace(verdict, message=message, fix=fix)
        if text.strip(QUOTES).lower() == wanted.lower():
            message = f"{name} has the text in another letter case, which may not be accepted."
            fix = f"Enter it exactly as the service gives it {where(record)}."
            return replace(verdict, message=message, fix=fix)
    key = wanted.partition("=")[0].lower()
    others = [text for text in published if text.lower().startswith(f"{key}=")]
    if others and "=" in wanted:
        message = f"{name} has another text of this kind, but not the wanted one."
        return replace(verdict, message=message, fix=f"Add this one beside it {where(record)}.")
    return verdict
