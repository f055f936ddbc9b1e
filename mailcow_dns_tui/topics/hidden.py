"""A CNAME where another record is wanted."""

from dataclasses import replace

from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.judgement import DIFFERENT, Verdict, where
from mailcow_dns_tui.topics.words import kind

ALIAS_TYPES = frozenset({RdataType.CNAME, RdataType.A, RdataType.AAAA, RdataType.PTR})
"""Types for which a CNAME is judged by where it leads; of a PTR by RFC 2317."""
ABOUT_SERVERS = frozenset({"servers-disagree"})
"""Codes that speak of who answers, and not of what stands at the name."""


def in_its_place(record: Record) -> str:
    """What to do about a CNAME at the record's name: nothing can stand beside it."""
    return (
        f"Delete the CNAME of {unicode_form(record.owner)}, and add the {kind(record)} in its place"
    )


def cname_in_the_way(record: Record, answer: Answer) -> Verdict | None:
    """Tell of a CNAME at the owner name: no other data counts there (RFC 1034 3.6.2)."""
    if record.rdtype in ALIAS_TYPES or not answer.aliases or answer.rdatas:
        return None
    name, target = unicode_form(record.owner), unicode_form(answer.aliases[0])
    message = f"{name} is a CNAME to {target}, which hides every other record of this name."
    return Verdict(DIFFERENT[record.tier], "cname-in-the-way", message, _fix(record, target))


def is_through_cname(found: Finding, record: Record) -> bool:
    """Whether what is wrong stands at another name, where a CNAME leads."""
    lookup = found.lookup
    at_its_name = lookup is not None and lookup.name == record.owner and bool(lookup.aliases)
    wrong = found.status in {Status.ERROR, Status.WARNING} and found.code not in ABOUT_SERVERS
    return at_its_name and wrong and record.rdtype not in ALIAS_TYPES


def through_cname(found: Finding, record: Record) -> Finding:
    """The finding, told as one of the CNAME: what stands at its target is for others, too."""
    if found.lookup is None:
        return found
    name, target = unicode_form(record.owner), unicode_form(found.lookup.aliases[0])
    message = f"{name} is a CNAME to {target}, so what stands there counts for it. {found.message}"
    return replace(found, message=message, fix=_fix(record, target))


def _fix(record: Record, target: str) -> str:
    fix = f"{in_its_place(record)}, {where(record)}."
    if record.owner != record.domain:
        return fix
    return (
        f"{fix} In the same go, add what else is wanted for this name, and the A and AAAA records "
        f"of {target}, or the web site is lost."
    )
