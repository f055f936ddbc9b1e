"""What there is to know before a record is pasted, and what to do where a panel can't hold it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import STRING_BYTES
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.rules import Long, Quirk, Quotes, Texts, TtlRule
from mailcow_dns_tui.panels.spans import span_text
from mailcow_dns_tui.panels.writing import below_service, has_service, is_null, txt_of

WITHOUT = {
    "SRV": "Leave it out: clients then set themselves up by autodiscover and autoconfig, or by "
    "hand.",
    "TLSA": "Leave it out: mail works without it, and DANE needs a provider that has TLSA.",
    "CAA": "Leave it out: mail works without it, and any authority may then issue certificates.",
}
ELSEWHERE = "Move the domain's DNS to a provider that takes it."

PROXIED = frozenset({"A", "AAAA", "CNAME"})


@dataclass(frozen=True)
class Note:
    """One or two sentences.

    Attributes:
        instead: the panel can't hold the record, and this says what to do instead.
    """

    text: str
    instead: bool = False


def notes(record: Record, profile: Profile) -> Iterator[Note]:
    """The reason why the panel can't hold the record, else what to look out for."""
    if obstacle := _obstacle(record, profile):
        yield Note(obstacle, instead=True)
        return
    if profile.proxy and record.type_text in PROXIED:
        yield Note("Switch the proxy off for it (“DNS only”): mail does not go through a proxy.")
    yield from map(Note, _of_txt(record, profile))
    yield from map(Note, _of_ttl(record, profile))
    for quirk in profile.quirks:
        if (quirk.types or quirk.names) and _is_about(quirk, record):
            yield Note(quirk.text)


def _is_about(quirk: Quirk, record: Record) -> bool:
    label = record.owner.labels[0].decode("latin-1").lower()
    is_type = not quirk.types or record.type_text in quirk.types
    return is_type and (not quirk.names or label in quirk.names)


def _obstacle(record: Record, profile: Profile) -> str | None:
    rdtype, title = record.type_text, profile.title
    if rdtype not in profile.boxes:
        return "Reverse DNS is set where the server's address was rented, not in a domain's panel."
    if rdtype in profile.not_offered:
        return f"{title} has no {rdtype} records. {WITHOUT.get(rdtype, ELSEWHERE)}"
    if is_null(record) and not profile.targets.null:
        return (
            f"{title} refuses the target “.”. Leave the record out, and delete what else is at "
            "its name: clients then find no such service either."
        )
    if rdtype == "SRV" and not _has_name_box(record, profile):
        return f"{title} has SRV records for the domain itself only. {WITHOUT['SRV']}"
    return _txt_obstacle(record, profile) if rdtype == "TXT" else None


def _has_name_box(record: Record, profile: Profile) -> bool:
    if not has_service("SRV", profile):
        return True
    if len(record.owner) - len(record.zone) < 2:
        return False
    return ("name",) in profile.boxes["SRV"] or below_service(record) == record.zone


def _txt_obstacle(record: Record, profile: Profile) -> str | None:
    data, rules, title = txt_of(record), profile.texts, profile.title
    if limit := _limit(len(data), rules):
        return (
            f"{title} takes at most {limit} bytes in a TXT record, and this has {len(data)}. "
            f"{_shorter(record, limit)}"
        )
    text = data.decode(errors="replace")
    for refused in rules.refused:
        if refused in text:
            return f"{title} refuses {refused} in a TXT record. Write the text without it."
    return _unquotable(text, rules)


def _unquotable(text: str, rules: Texts) -> str | None:
    """What is wrong with a text that no quotes protect."""
    if rules.quotes is Quotes.REQUIRED:
        return None
    if not text.isprintable() or "\ufffd" in text:
        return "It has characters that no form takes. Write the text without them."
    if text != text.strip():
        return "It begins or ends with a blank, which forms drop. Write the text without it."
    if rules.quotes is Quotes.EITHER:
        return None
    if text.startswith('"'):
        return "It begins with a quote, which a form may drop. Write the text without it."
    return None


def _limit(size: int, rules: Texts) -> int | None:
    """The limit in bytes that a text of this size is above."""
    if rules.max_bytes and size > rules.max_bytes:
        return rules.max_bytes
    short = rules.long in {Long.REFUSED, Long.CUT}
    return STRING_BYTES if short and size > STRING_BYTES else None


def _shorter(record: Record, limit: int) -> str:
    if record.topic != "dkim":
        return "Make it shorter, or move the domain's DNS to a provider that takes it."
    bits = 1024 if limit < 420 else 2048
    return f"Make a DKIM key of {bits} bits in mailcow, or move the domain's DNS."


def _of_txt(record: Record, profile: Profile) -> Iterator[str]:
    if len(txt_of(record)) > STRING_BYTES and profile.texts.long is Long.BY_HAND:
        yield "It is longer than 255 bytes and stands in pieces, each in quotes: paste all of it."


def _of_ttl(record: Record, profile: Profile) -> Iterator[str]:
    stored = profile.ttls.stored(record.ttl)
    if stored is None:
        yield f"{profile.title} has no TTL for single records."
    elif profile.ttls.rule is TtlRule.LIST and stored != record.ttl:
        yield f"Choose the TTL that comes nearest to {span_text(record.ttl)}: {span_text(stored)}."
    elif stored < record.ttl:
        yield f"{profile.title} takes a TTL of at most {stored} seconds."
    elif stored > record.ttl:
        yield f"{profile.title} takes a TTL of at least {stored} seconds."
