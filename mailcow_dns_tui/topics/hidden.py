"""A CNAME where another record is wanted."""

from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.judgement import DIFFERENT, Verdict, where

ALIAS_TYPES = frozenset({RdataType.CNAME, RdataType.A, RdataType.AAAA, RdataType.PTR})
"""Types for which a CNAME is judged by where it leads; of a PTR by RFC 2317."""


def cname_in_the_way(record: Record, answer: Answer) -> Verdict | None:
    """Tell of a CNAME at the owner name: no other data counts there (RFC 1034 3.6.2)."""
    if record.rdtype in ALIAS_TYPES or not answer.aliases or answer.rdatas:
        return None
    name, target = unicode_form(record.owner), unicode_form(answer.aliases[0])
    message = f"{name} is a CNAME to {target}, which hides every other record of this name."
    fix = f"Delete the CNAME and add the wanted {record.type_text} record {where(record)}."
    if record.owner == record.domain:
        fix = (
            f"Put the addresses of {target} in the place of the CNAME, or the web site is lost, "
            f"and add the wanted {record.type_text} record {where(record)}."
        )
    return Verdict(DIFFERENT[record.tier], "cname-in-the-way", message, fix)
