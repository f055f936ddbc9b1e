"""What records and servers are called in sentences for people."""

from collections.abc import Iterable

import dns.reversename
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Source
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import brief, listed, safe

ANSWERS = {
    "ipv4": (1, "IPv4 address"),
    "ipv6": (1, "IPv6 address"),
    "caa": (1, "CAA"),
    "tlsa": (1, "TLSA"),
    "domains": (2, "Mail domains"),
    "dkim": (2, "DKIM key"),
    "senders": (3, "Senders"),
    "reports": (3, "Reports (rua)"),
}
"""Where the wizard asks for what the plan has: the step, and the words there."""


def kind(record: Record) -> str:
    """`MX record`, `SPF record`: TXT records are told apart by what they are for."""
    is_txt = record.rdtype == RdataType.TXT
    return f"{(record.label or 'TXT') if is_txt else record.type_text} record"


def described(record: Record) -> str:
    """The record as the subject of a sentence; of reverse DNS the address, as people write it."""
    if record.is_reverse:
        return f"Reverse DNS of {dns.reversename.to_address(record.owner)}"
    return f"The {kind(record)} of {record.owner_text}"


def in_plan(answer: str) -> str:
    """`in the plan (step 1, TLSA)`."""
    step, label = ANSWERS[answer]
    return f"in the plan (step {step}, {label})"


STEPS = {in_plan(answer): step for answer, (step, _) in ANSWERS.items()}
"""By the place that is told, the wizard's step that asks for it."""


def server(source: Source) -> str:
    """`ns1.example.net (192.0.2.53)`."""
    name, address = safe(source.name.rstrip(".")), safe(source.address)
    return f"{name} ({address})" if name and address else name or address


def servers(answers: Iterable[Answer]) -> str:
    """Who gave these answers, each once."""
    return listed(dict.fromkeys(server(answer.source) for answer in answers))


def listed_names(names: Iterable[Name]) -> str:
    """As people write them, sorted; of many the first ones."""
    return listed(sorted(map(unicode_form, names)))


def listed_data(rdatas: Iterable[Rdata]) -> str:
    """As people read them, sorted; of many the first ones."""
    return listed(sorted(map(shown, rdatas)))


def listed_texts(texts: Iterable[str]) -> str:
    """Texts that somebody else wrote, each safe and in brief; of many the first ones."""
    return listed(map(brief, texts))


def reasons(answers: Iterable[Answer]) -> str:
    """`ns1.example.net (192.0.2.53): no answer in time; …`, each reason and each server once."""
    by_reason = grouped(answers, lambda answer: safe(answer.reason))
    said = (f"{servers(who)}: {reason}" for reason, who in by_reason.items())
    return "; ".join(said) or "nobody could be asked"
