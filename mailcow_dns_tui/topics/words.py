"""What records and servers are called in sentences for people."""

from collections.abc import Iterable, Sequence

import dns.reversename
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Source
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import safe

TXT_KINDS = {
    "spf": "SPF",
    "dkim": "DKIM",
    "dmarc": "DMARC",
    "mta-sts": "MTA-STS",
    "tls-rpt": "TLS-RPT",
    "verification": "verification",
}
LACKING = {
    "mx": "other servers can't deliver mail to it",
    "spf": "Gmail refuses mail that passes neither SPF nor DKIM (5.7.26)",
    "dkim": "receivers can't check the server's signatures",
    "dmarc": "Gmail, Yahoo and Outlook.com want one from everybody who sends much",
}
"""What comes of a record that is missing, by its topic."""
ANSWERS = {
    "ipv4": "step 1, IPv4 address",
    "ipv6": "step 1, IPv6 address",
    "caa": "step 1, CAA",
    "tlsa": "step 1, TLSA",
    "domains": "step 2, Mail domains",
    "dkim": "step 2, DKIM key",
    "senders": "step 3, Senders",
}
"""Where the wizard asks for what the plan has."""
MOST_LISTED = 6


def kind(record: Record) -> str:
    """`MX record`, `SPF record`: TXT records are told apart by what they are for."""
    is_txt = record.rdtype == RdataType.TXT
    return f"{TXT_KINDS.get(record.topic, 'TXT') if is_txt else record.type_text} record"


def described(record: Record) -> str:
    """The record as the subject of a sentence; of reverse DNS the address, as people write it."""
    if record.topic == "ptr":
        return f"Reverse DNS of {dns.reversename.to_address(record.owner)}"
    return f"The {kind(record)} of {unicode_form(record.owner)}"


def in_plan(answer: str) -> str:
    """`in the plan (step 1, TLSA)`."""
    return f"in the plan ({ANSWERS[answer]})"


def server(source: Source) -> str:
    """`ns1.example.net (192.0.2.53)`."""
    name, address = safe(source.name.rstrip(".")), safe(source.address)
    return f"{name} ({address})" if name and address else name or address


def servers(answers: Iterable[Answer]) -> str:
    """Who gave these answers, each once."""
    return listed(list(dict.fromkeys(server(answer.source) for answer in answers)))


def listed(texts: Sequence[str]) -> str:
    """All of a few; of many the first ones, and how many more there are."""
    more = len(texts) - MOST_LISTED
    shown = texts if more <= 1 else texts[:MOST_LISTED]
    return ", ".join(shown) + (f" and {more} more" if more > 1 else "")


def reasons(answers: Iterable[Answer]) -> str:
    """`ns1.example.net (192.0.2.53): no answer in time; …`, each reason and each server once."""
    by_reason: dict[str, list[Answer]] = {}
    for answer in answers:
        by_reason.setdefault(safe(answer.reason), []).append(answer)
    said = (f"{servers(who)}: {reason}" for reason, who in by_reason.items())
    return "; ".join(said) or "nobody could be asked"
