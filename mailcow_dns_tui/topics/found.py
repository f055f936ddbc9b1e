"""What is published, as a finding shows it."""

from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import shown


def found_texts(record: Record, answer: Answer | None) -> tuple[str, ...]:
    """Of a record's kind, as people read it; what can't be parsed as RFC 3597 5 writes it."""
    if answer is None:
        return ()
    if record.rdtype == RdataType.CNAME and answer.aliases:
        return (answer.aliases[0].to_text(),)
    broken = (f"\\# {len(each.data)} {each.data.hex()}" for each in answer.malformed)
    # At the apex stand the TXT records of many others, which say nothing about this one.
    is_shared = record.rdtype == RdataType.TXT and record.owner == record.zone
    kind = _kind(record.value) if is_shared else ""
    texts = (text for text in map(shown, answer.rdatas) if _kind(text).startswith(kind))
    return (*texts, *broken)


def _kind(text: str) -> str:
    """What a TXT begins with that tells its kind: `v=spf1`, `google-site-verification`."""
    start = text.lower().lstrip("\"' ")
    return start.split()[0] if start.startswith("v=") else start.partition("=")[0]
