"""What is to be said of all that stands at a DKIM selector."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.txt import LONGEST_SHOWN, brief, txt_value
from mailcow_dns_tui.topics.dkim_opinion import verdicts
from mailcow_dns_tui.topics.dkim_record import is_meant_as_key
from mailcow_dns_tui.topics.judgement import Verdict, missing, where
from mailcow_dns_tui.topics.txt import values
from mailcow_dns_tui.topics.words import listed

MOST_PIECES = 4
"""Of a key of 4096 bits, each of at most 255 octets."""


def opinions(record: Record, answer: Answer) -> Sequence[Verdict]:
    """All that is to be said of what stands at a selector."""
    texts = values(answer)
    keys = [verdicts(record, text) for text in texts if is_meant_as_key(text)]
    if not keys:
        return [_leads_nowhere(record, answer) if answer.aliases else missing(record)]
    ours = [each for each in keys if all(verdict.status is not Status.ERROR for verdict in each)]
    if not ours and _is_split(record, texts):
        return [_split(record, len(texts))]
    if len(keys) > 1 and len(ours) < len(keys):
        return [_leaving_ours(_several(record, len(keys)), record, answer)]
    if len(texts) == 1:
        return keys[0]
    return [*keys[0], _leaving_ours(_crowded(record, len(texts)), record, answer)]


def _leaving_ours(verdict: Verdict, record: Record, answer: Answer) -> Verdict:
    """The verdict; where a right record is there, about those that have to go, if these differ.

    They differ for people where their beginnings do.
    """
    rdatas = [rdata for rdata in answer.rdatas if isinstance(rdata, TXT)]
    right = [rdata for rdata in rdatas if _is_good(record, txt_value(rdata))]
    if not right:
        return verdict
    kept = min(right, key=txt_value)
    gone = tuple(rdata for rdata in rdatas if rdata != kept)
    texts = list(dict.fromkeys(map(txt_value, gone)))
    if any(text[:LONGEST_SHOWN] == txt_value(kept)[:LONGEST_SHOWN] for text in texts):
        return verdict
    told = listed([f"`{brief(text)}`" if text else "the empty one" for text in texts])
    fix = f"Delete {told} {where(record)}; the other one is right."
    return replace(verdict, fix=fix, meant=gone)


def _is_good(record: Record, text: str) -> bool:
    return all(verdict.status is Status.OK for verdict in verdicts(record, text))


def _is_split(record: Record, texts: Sequence[str]) -> bool:
    """Whether the records are the pieces of the wanted one."""
    if not 1 < len(texts) <= MOST_PIECES:
        return False
    orders = map("".join, permutations(texts))
    return any(each.status is not Status.ERROR for o in orders for each in verdicts(record, o)[:1])


def _split(record: Record, count: int) -> Verdict:
    message = (
        f"The pieces of the key of {unicode_form(record.owner)} are {count} records, "
        "which receivers do not join."
    )
    fix = f"Leave one record {where(record)}, with all pieces as the quoted strings of one value."
    return Verdict(Status.ERROR, "several-records", message, fix)


def _leads_nowhere(record: Record, answer: Answer) -> Verdict:
    name, target = unicode_form(record.owner), unicode_form(answer.aliases[-1])
    message = f"{name} is a CNAME that leads to {target}, where no key is."
    fix = f"Delete the CNAME, and add this record {where(record)}."
    return Verdict(Status.ERROR, "missing", message, fix)


def _several(record: Record, count: int) -> Verdict:
    message = (
        f"{unicode_form(record.owner)} has {count} key records, of which receivers take any one, "
        "or none."
    )
    return Verdict(
        Status.ERROR, "several-records", message, f"Leave only the wanted one {where(record)}."
    )


def _crowded(record: Record, count: int) -> Verdict:
    """RFC 6376 3.6.2.2 allows one TXT at a selector, and OpenDKIM takes none of several."""
    message = (
        f"{unicode_form(record.owner)} has {count} TXT records, where only one may be (RFC 6376 "
        "3.6.2.2): receivers with OpenDKIM then take none, and every signature fails."
    )
    fix = f"Leave only the wanted one {where(record)}."
    return Verdict(Status.ERROR, "several-records", message, fix)
