"""All that is left to do, in the safe order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.guide.drafts import step_for, step_without_record
from mailcow_dns_tui.guide.locks import lock
from mailcow_dns_tui.guide.order import place
from mailcow_dns_tui.guide.situation import Situation, is_left
from mailcow_dns_tui.guide.step import GuideStep
from mailcow_dns_tui.model.finding import WORST_FIRST, Finding
from mailcow_dns_tui.model.policy_page import PolicyPage
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup


def guide(
    setup: Setup,
    records: Sequence[Record],
    findings: Sequence[Finding],
    clock: datetime | None = None,
    policies: Mapping[Name, PolicyPage] | None = None,
) -> tuple[GuideStep, ...]:
    """The steps that are left: the open ones, then what can only be waited for, then the locked.

    Args:
        setup: the plan.
        records: what it wants published.
        findings: the newest of each record, the good ones included; muted ones left out.
        clock: now, for the time by which waiting ends.
        policies: what is served at the policy hosts of `policies_to_fetch`.
    """
    situation = Situation(setup, records, findings, policies or {}, clock)
    steps = _each_once([*_of_records(situation), *_of_others(situation)])
    judged = [replace(step, locked=lock(step, situation)) for step in steps]
    return tuple(sorted(judged, key=lambda step: place(step, situation)))


def _each_once(steps: Sequence[GuideStep]) -> list[GuideStep]:
    """Without what another step publishes as well, as one CAA record allows several names."""
    first: dict[object, GuideStep] = {}
    for step in steps:
        record = step.record
        first.setdefault((record.owner, record.rdata) if record else step.key, step)
    return list(first.values())


def policies_to_fetch(records: Sequence[Record], findings: Sequence[Finding]) -> tuple[Name, ...]:
    """The mail domains whose MTA-STS policy has to be seen before their TXT record is published.

    The check fetches only those that senders look for already.
    """
    texts = {r for r in records if r.topic == "mta-sts" and r.rdtype == RdataType.TXT}
    left = [each for each in findings if each.record in texts and is_left(each)]
    return tuple(dict.fromkeys(each.domain for each in left if each.domain is not None))


def _of_records(situation: Situation) -> Iterator[GuideStep]:
    for record in dict.fromkeys(situation.records):
        found = _main(situation.about(record))
        if found is not None:
            yield step_for(record, found, situation)


def _main(findings: Sequence[Finding]) -> Finding | None:
    """The finding that decides what is to be done: the worst."""
    left = [found for found in findings if is_left(found)]
    return min(left, key=lambda found: WORST_FIRST.index(found.status), default=None)


def _of_others(situation: Situation) -> Iterator[GuideStep]:
    planned = frozenset(situation.records)
    for found in situation.findings:
        if (found.record is None or found.record not in planned) and is_left(found):
            yield step_without_record(found, situation)
