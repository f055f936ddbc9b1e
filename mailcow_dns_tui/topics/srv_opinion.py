"""Whether SRV records lead clients to the service that is planned (RFC 2782, RFC 8314)."""

from collections.abc import Sequence
from dataclasses import dataclass

import dns.name
from dns.name import Name
from dns.rdtypes.IN.SRV import SRV

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.aliases import could_not_tell
from mailcow_dns_tui.topics.doubled import is_doubled
from mailcow_dns_tui.topics.judgement import Verdict, as_wanted, different, missing, where
from mailcow_dns_tui.topics.srv_port import wrong_port
from mailcow_dns_tui.topics.srv_target import Reach, Targets
from mailcow_dns_tui.topics.words import listed


@dataclass(frozen=True)
class Seen:
    """What was looked up beside the RRset; `instead` tells of a record that is not found."""

    targets: Targets
    instead: Verdict | None = None


def opinions(record: Record, answer: Answer, seen: Seen) -> Sequence[Verdict]:
    """All that is to be said of the SRV records at one name."""
    wanted = record.rdata
    published = [rdata for rdata in answer.rdatas if isinstance(rdata, SRV)]
    if not published or not isinstance(wanted, SRV):
        return [seen.instead or missing(record)]
    if dns.name.root in {wanted.target, *(rdata.target for rdata in published)}:
        return [_of_denial(record, wanted, published)]
    ours = [rdata for rdata in published if _is_ours(rdata.target, wanted, seen.targets)]
    said = (_of_one(record, wanted, rdata, seen.targets, ours) for rdata in published)
    return [verdict for verdict in said if verdict] or [as_wanted(record)]


def _is_ours(target: Name, wanted: SRV, targets: Targets) -> bool:
    return target == wanted.target or targets[target].reach is Reach.OURS


def _of_denial(record: Record, wanted: SRV, published: Sequence[SRV]) -> Verdict:
    """Judge where the service is, or should be, said not to be provided: by `.` alone."""
    name = unicode_form(record.owner)
    denials = [rdata for rdata in published if rdata.target == dns.name.root]
    if not denials:
        message = f"{name} leads to {_places(published)}, and the plan has no such service."
        return different(record, message)
    if len(published) > 1:
        message = f"{name} says that the service is not provided, and has other records beside it."
        fix = f"Leave only the wanted record {where(record)}."
        return Verdict(Status.WARNING, "not-valid", message, fix)
    if wanted.target != dns.name.root:
        return different(record, f"{name} says that the service is not provided, unlike the plan.")
    if denials[0].port != 0:
        message = f"{name} has port {denials[0].port} for a service that is not provided."
        fix = f"Set priority 0, weight 0, port 0 and the target . {where(record)}."
        return Verdict(Status.WARNING, "not-valid", message, fix)
    return as_wanted(record)


def _places(published: Sequence[SRV]) -> str:
    return listed(sorted(f"{unicode_form(rdata.target)} port {rdata.port}" for rdata in published))


def _of_one(
    record: Record, wanted: SRV, rdata: SRV, targets: Targets, ours: Sequence[SRV]
) -> Verdict | None:
    if rdata.target != wanted.target:
        reach = targets[rdata.target].reach
        if reach is Reach.UNKNOWN:
            return could_not_tell([rdata.target], left_out=targets[rdata.target].left_out)
        if reach is Reach.NOWHERE:
            return _dead(record, wanted, rdata, alone=not ours)
        if reach is Reach.FOREIGN:
            leads = f"{unicode_form(record.owner)} leads to {_places([rdata])}"
            return different(record, f"{leads}, which is not this server.")
    right = (each for each in ours if each.port == wanted.port)
    if verdict := wrong_port(record, wanted, rdata, right):
        return verdict
    if rdata.target != wanted.target:
        return _other_name(record, rdata.target, is_alias=targets[rdata.target].is_alias)
    return _numbers(record, wanted, rdata)


def _dead(record: Record, wanted: SRV, rdata: SRV, *, alone: bool) -> Verdict:
    name, target = unicode_form(record.owner), unicode_form(rdata.target)
    message = f"{name} leads to {target}, which has no address."
    fix = f"Change the target to {unicode_form(wanted.target)} {where(record)}."
    if is_doubled(rdata.target, wanted.target, record.owner):
        message = f"{name} leads to {target}: the panel appended the domain to the target."
        fix = f"Write the target as {wanted.target}, with the final dot, {where(record)}."
    status = Status.ERROR if alone else Status.WARNING
    return Verdict(status, "dead-target", message, fix)


def _other_name(record: Record, target: Name, *, is_alias: bool) -> Verdict:
    name = unicode_form(record.owner)
    if is_alias:
        message = f"{name} leads to {unicode_form(target)}, a CNAME, which RFC 2782 forbids."
        fix = f"Change the target to the host that the CNAME leads to {where(record)}."
        return Verdict(Status.WARNING, "target-is-alias", message, fix)
    message = f"{name} leads here as {unicode_form(target)}; the certificate has to cover that."
    return Verdict(Status.INFO, "works-differently", message)


def _numbers(record: Record, wanted: SRV, rdata: SRV) -> Verdict | None:
    if (rdata.priority, rdata.weight) == (wanted.priority, wanted.weight):
        return None
    message = (
        f"{unicode_form(record.owner)} has priority {rdata.priority} and weight {rdata.weight}, "
        f"not {wanted.priority} and {wanted.weight}; clients find the service all the same."
    )
    return Verdict(Status.INFO, "works-differently", message)
