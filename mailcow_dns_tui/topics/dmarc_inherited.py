"""What counts for a domain that has no DMARC record of its own."""

from dns.name import Name

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.topics.dmarc_discovery import Place, walk
from mailcow_dns_tui.topics.dmarc_record import STRENGTH, DmarcRecord
from mailcow_dns_tui.topics.judgement import ASK_AGAIN, Verdict, where


async def inherited(
    record: Record, apex: Name, wanted: DmarcRecord, dns: Dns, least: int = 0
) -> Verdict | None:
    """What is to be said where a domain above has a policy that counts; None where none has.

    Args:
        record: what is to be published for the domain itself.
        apex: the domain.
        wanted: the plan's policy.
        dns: asked about the domains above.
        least: how strict a policy has to be to count here, as an index of `STRENGTH`.
    """
    seen = await walk(apex, dns)
    place = seen.policy
    if place is None or place.domain == apex or not place.record.counts:
        return _could_not_ask(apex) if seen.unknown else None
    is_enough = place.record.level("sp") >= least
    return _verdict(record, apex, place, wanted) if is_enough else None


def _could_not_ask(apex: Name) -> Verdict:
    message = (
        f"{unicode_form(apex)} has no DMARC record of its own, and whether that of a domain above "
        "counts for it could not be looked up."
    )
    return Verdict(Status.UNKNOWN, "could-not-ask", message, ASK_AGAIN)


def _verdict(record: Record, apex: Name, place: Place, wanted: DmarcRecord) -> Verdict:
    level = place.record.level("sp")
    enough = level >= wanted.level("p")
    name, above = unicode_form(apex), unicode_form(place.domain)
    tag = "sp" if "sp" in place.record.names else "p"
    says = f"its {tag} says {STRENGTH[level]}"
    if not place.record.has_policy:
        says = "it has no valid policy, which counts as none"
    message = (
        f"{name} has no DMARC record of its own, so that of {above} counts for it:"
        f" {says}{'' if enough else ', weaker than planned'}."
    )
    fix = f"Add this record {where(record)}, for a policy and reports of its own."
    return Verdict(Status.INFO if enough else Status.WARNING, "inherited-policy", message, fix)
