"""A CNAME where another record is wanted."""

from dataclasses import replace

from dns.name import Name
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.CNAME import CNAME

from mailcow_dns_tui.model.answer import Answer, Lookup
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.judgement import DIFFERENT, Verdict, where
from mailcow_dns_tui.topics.words import kind, servers

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


def with_cname_beside(lookup: Lookup, cname: Lookup) -> Lookup:
    """The lookup of a record, and with what servers answer that also have a CNAME at its name.

    Resolvers that know the CNAME follow it, whatever else they ask for (RFC 1034 3.6.2).
    """
    having = {a.source: _targets(a) for a in cname.heard if a.authoritative and _targets(a)}
    answers = (replace(a, aliases=having.get(a.source, ())) for a in lookup.answers)
    return replace(lookup, answers=tuple(sorted(answers, key=lambda a: not a.aliases)))


def _targets(answer: Answer) -> tuple[Name, ...]:
    return tuple(rdata.target for rdata in answer.rdatas if isinstance(rdata, CNAME))


def cname_beside(record: Record, lookup: Lookup) -> Verdict:
    """Tell of a CNAME that stands beside the record, on those servers that answer with both."""
    name, target = unicode_form(record.owner), unicode_form(lookup.aliases[0])
    both = servers(answer for answer in lookup.heard if answer.aliases)
    message = (
        f"{name} is also a CNAME to {target} on {both}: resolvers follow it, and then see what "
        f"stands there in place of the {kind(record)}."
    )
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
