"""Steps about the MX records of a domain."""

from dataclasses import replace

from dns.rdtypes.ANY.MX import MX

from mailcow_dns_tui.guide.published import alias, broken, meant, others, own, removal
from mailcow_dns_tui.guide.situation import Situation
from mailcow_dns_tui.guide.step import GuideStep
from mailcow_dns_tui.guide.wording import add, put, take_away
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record

BACKUP = "If some are your own backup servers, keep those, with a higher number than this server's."
NOWHERE = frozenset({"missing", "null-mx", "dead-target", "doubled-target", "address-as-target"})
"""Codes that say as an error that no MX record leads to any server."""
MOVE = (
    "From then on all mail for {domain} comes to this server: its mailboxes have to be here "
    "already. If the old servers still send mail, add them to the SPF record."
)


def mx_step(record: Record, found: Finding, situation: Situation) -> GuideStep:
    published = [rdata for rdata in own(found) if isinstance(rdata, MX)]
    ours = [rdata for rdata in published if _names_the_host(rdata, record)]
    if alias(found):
        step = put(record, found, others(found, record), also=situation.beside(record))
    elif ours:
        beside = [rdata for rdata in published if rdata not in ours]
        gone = [removal(found, rdata) for rdata in meant(found, beside)] if beside else []
        step = take_away(record, found, (*gone, *broken(found)))
    elif gone_all := others(found, record):
        step = put(record, found, gone_all)
    else:
        step = add(record, found)
    return replace(step, warnings=_warnings(record, found))


def _names_the_host(rdata: MX, record: Record) -> bool:
    return isinstance(record.rdata, MX) and rdata.exchange == record.rdata.exchange


def arrives(found: Finding) -> bool:
    """Whether senders may deliver the domain's mail anywhere now, here or elsewhere."""
    lost = found.status is Status.ERROR and found.code in NOWHERE
    return not lost or _goes_to_itself(found)


def _goes_to_itself(found: Finding) -> bool:
    """Whether there is no MX record, but an address to which mail goes in its place."""
    return found.code == "missing" and bool(found.meant)


def _warnings(record: Record, found: Finding) -> tuple[str, ...]:
    if found.code in {"different", "implicit-mx"} or _goes_to_itself(found):
        return (MOVE.format(domain=unicode_form(record.owner)),)
    return (BACKUP,) if found.code.startswith("foreign-mx") else ()
