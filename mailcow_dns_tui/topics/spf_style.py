"""What is fragile, or without effect, in an SPF record that is valid."""

from collections.abc import Iterator, Sequence

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.topics.judgement import Verdict, where
from mailcow_dns_tui.topics.spf_record import Published
from mailcow_dns_tui.topics.spf_syntax import (
    ignored_mechanisms,
    ignored_redirect,
    mechanisms,
    unknown_modifiers,
)
from mailcow_dns_tui.topics.words import listed

SMALL_ANSWER = 512
"""In octets: what every way through the internet lets pass (RFC 7208 3.4)."""
LARGE_ANSWER = 1232
"""In octets: the largest answer that servers of today send over UDP."""
HEADER, QUESTION_TAIL, RR_HEAD = 12, 4, 12
"""In octets, of an answer whose owner names are compressed (RFC 1035 4.1)."""


def remarks(record: Record, answer: Answer, text: Published) -> Sequence[Verdict]:
    return [
        *_ignored(record, text.text),
        *_after_all(record, text.text),
        *_ptr(record, text.text),
        *_size(record, answer, text),
    ]


def _ignored(record: Record, text: str) -> Iterator[Verdict]:
    name = unicode_form(record.owner)
    redirect = ignored_redirect(text)
    if redirect:
        message = (
            f"The SPF record of {name} has {brief(redirect)} and all: the first has no effect."
        )
        fix = f"Delete one of the two from the record {where(record)}."
        yield Verdict(Status.WARNING, "redirect-ignored", message, fix)
    words = listed(list(map(brief, unknown_modifiers(text))))
    if words:
        message = f"In the SPF record of {name} receivers ignore {words}."
        fix = f"Delete it, or write it with a colon in place of = {where(record)}."
        if "v=" in words.lower():
            fix = f"Two records were joined: keep only one v=spf1, at the start, {where(record)}."
        yield Verdict(Status.WARNING, "ignored-term", message, fix)


def _after_all(record: Record, text: str) -> Iterator[Verdict]:
    ignored = ignored_mechanisms(text)
    if not ignored:
        return
    counted = [term.raw.lower().lstrip("+") for term in mechanisms(text)[: -len(ignored)]]
    lost = [t for t in ignored if t.qualifier == "+" and t.raw.lower().lstrip("+") not in counted]
    words = listed([brief(term.raw) for term in lost or ignored])
    name = unicode_form(record.owner)
    message = f"In the SPF record of {name}, {words} has no effect behind the word all."
    fix = f"Move the word all to the end {where(record)}."
    status = Status.WARNING if lost else Status.INFO
    yield Verdict(status, "after-all", message, fix)


def _ptr(record: Record, text: str) -> Iterator[Verdict]:
    words = [term.raw for term in mechanisms(text) if term.name == "ptr"]
    if words:
        name = unicode_form(record.owner)
        message = f"The SPF record of {name} uses {brief(words[0])}, which some receivers ignore."
        fix = f"Write mx, a or the addresses in its place {where(record)} (RFC 7208 5.5)."
        yield Verdict(Status.WARNING, "uses-ptr", message, fix)


def _size(record: Record, answer: Answer, text: Published) -> Iterator[Verdict]:
    name = unicode_form(record.owner)
    question = HEADER + QUESTION_TAIL + sum(len(label) + 1 for label in record.owner.labels)
    texts = [rdata for rdata in answer.rdatas if isinstance(rdata, TXT)]
    alone = question + RR_HEAD + text.octets
    together = question + sum(RR_HEAD + len(rdata.to_wire() or b"") for rdata in texts)
    if alone > SMALL_ANSWER:
        message = f"The SPF record of {name} is so long that some receivers can't fetch it."
        fix = f"Shorten it, or move parts into an include {where(record)} (RFC 7208 3.4)."
        yield Verdict(Status.WARNING, "too-long", message, fix)
    elif together > LARGE_ANSWER:
        message = (
            f"The TXT records of {name} have {together} bytes together: some receivers can't fetch "
            "them."
        )
        fix = f"Delete those that nobody needs any more {where(record)}."
        yield Verdict(Status.WARNING, "too-long", message, fix)
