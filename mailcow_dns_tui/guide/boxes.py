"""What a record is pasted into: whose form it is, and what belongs into each of its boxes.

A zone is edited where its name servers tell, or where the user chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import dns.name
from dns.name import Name

from mailcow_dns_tui.model.code import CUT_OFF
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import DomainReport, Report
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import brief, listed
from mailcow_dns_tui.panels.load import by_id, generic, recognise
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.render import Box, Filling, Rendered, render
from mailcow_dns_tui.panels.sheet import unverified_claims
from mailcow_dns_tui.topics.ptr import NOT_CONFIRMED


def is_to_paste(box: Box) -> bool:
    """Whether a text is copied for it."""
    return box.filling is Filling.PASTE


def said_of_box(box: Box, *, is_there: bool = False) -> str:
    """What belongs into a box, and how it gets there where it is not copied.

    `is_there`: it is of a record that is changed, whose form is filled already.
    """
    if box.filling is Filling.LEAVE and is_there:
        return "leave it as it is"
    if box.filling is Filling.LEAVE:
        return f"as it stands ({box.text})" if box.text else "leave it empty"
    return f"{box.text}  (type it)" if box.filling is Filling.TYPE else box.text


def panel_of(record: Record, report: Report, setup: Setup) -> Profile:
    """The provider's, as chosen or as its name servers have answered for the record; else any's.

    Where none have answered for the record, those that did for another one of its zone tell.
    """
    found = report.findings.get(record, ())
    servers = _servers(found)
    seen = _recognised(servers) if servers else recognised(_beside(record, report))
    panel = _chosen(record.zone, setup) or seen or generic()
    return panel.in_quotes if any(each.code == CUT_OFF for each in found) else panel


def panel_of_step(step: GuideStep | None, report: Report, setup: Setup) -> Profile:
    """That of the record which a step is about; any's where there is none."""
    record = step and (step.wanted or step.record)
    return panel_of(record, report, setup) if record else generic()


def _beside(record: Record, report: Report) -> Iterator[Finding]:
    part = report.part(record.domain)
    near = (each for each in part.records if each.zone == record.zone)
    return (finding for each in near for finding in part.findings.get(each, ()))


def provider_of(part: DomainReport, setup: Setup) -> Profile | None:
    """Where the own records of the server or of a domain are edited; None where nobody knows."""
    own = _own(part)
    chosen = _chosen(own[0].zone, setup) if own else None
    panel = chosen or seen_provider(part)
    return panel if panel and panel.is_known else None


def seen_provider(part: DomainReport) -> Profile | None:
    """Whose name servers have answered for the own records of the server or of a domain."""
    return recognised(finding for each in _own(part) for finding in part.findings.get(each, ()))


def _own(part: DomainReport) -> tuple[Record, ...]:
    return tuple(record for record in part.records if not record.external)


def recognised(findings: Iterable[Finding]) -> Profile | None:
    """By the first of the findings for which name servers have answered."""
    return _recognised(next(filter(None, (_servers((each,)) for each in findings)), frozenset()))


def _chosen(zone: Name, setup: Setup) -> Profile | None:
    wanted = (by_id(text) for text in (chosen(zone, setup), setup.server.panel) if text)
    return next(filter(None, wanted), None)


def _servers(findings: Iterable[Finding]) -> frozenset[str]:
    return frozenset(
        answer.source.name
        for finding in findings
        for answer in finding.lookup.answers
        if answer.authoritative
    )


@lru_cache(maxsize=64)
def _recognised(servers: frozenset[str]) -> Profile | None:
    return recognise(map(dns.name.from_text, servers)) if servers else None


MOST_NAMED = 3
RECOGNISED = "The name servers show: {zones}. p chooses another panel."
Providers = Mapping[Name, Profile | None]


def chosen(domain: Name | None, setup: Setup) -> str:
    """What was chosen for the domain itself, or for all (None)."""
    if domain is None:
        return setup.server.panel
    place = setup.domain_index.get(domain)
    return "" if place is None else setup.domains[place].panel


def is_settled(zone: Name, panel: Profile, setup: Setup) -> bool:
    """Whether it is known where a zone is edited: by its name servers, or since the user chose."""
    return panel.is_known or panel.id in {chosen(zone, setup), setup.server.panel}


def choosing(domains: Iterable[Name | None], panel_id: str) -> Callable[[Setup], Setup]:
    """The change that keeps a choice in the plan."""
    zones = frozenset(domains)

    def chosen_for(each: Domain) -> Domain:
        is_one = each.apex is not None and each.apex in zones
        return replace(each, panel=panel_id) if is_one else each

    def change(setup: Setup) -> Setup:
        server = replace(setup.server, panel=panel_id) if None in zones else setup.server
        return replace(setup, server=server, domains=tuple(map(chosen_for, setup.domains)))

    return change


def unchosen(report: Report, setup: Setup) -> Providers:
    """The zones of which nobody has chosen a provider, each with the one that it is at."""
    seen: dict[Name, Profile | None] = {}
    for domain, part in report.parts.items():
        zone = domain or setup.host_zone
        is_chosen = setup.server.panel or chosen(zone, setup)
        if zone is not None and not is_chosen and any(not r.external for r in part.records):
            seen[zone] = seen.get(zone) or seen_provider(part)
    return seen


def told_recognised(seen: Providers) -> str:
    """Which were recognised; empty where none was."""
    known = (f"{unicode_form(zone)} is at {each.title}" for zone, each in seen.items() if each)
    zones = listed(known, MOST_NAMED)
    return RECOGNISED.format(zones=zones) if zones else ""


def to_be_asked(seen: Providers) -> tuple[tuple[Name, ...], tuple[Name | None, ...]]:
    """The zones that nobody recognised, and whose choice an answer is: of all (None) at best."""
    zones = tuple(zone for zone, panel in seen.items() if panel is None)
    return zones, (None,) if len(zones) == len(seen) else zones


LONGEST_TOLD = 40
Forms = Sequence[tuple[Record, Rendered]]
HOST_NAME = "Host name"
WHEN_SAVED = "When that is saved, and not before:"


@dataclass(frozen=True)
class FormProgress:
    """A step's records as the panel wants them.

    Attributes:
        forms: none where nothing is published in a zone of the user's own.
        lone: what is entered elsewhere than in a zone: the hostname of reverse DNS; else empty.
        copied: how many of the boxes that take a text were copied.
    """

    panel: Profile
    forms: Forms = ()
    lone: str = ""
    copied: int = 0

    @classmethod
    def of(cls, step: GuideStep, panel: Profile) -> FormProgress:
        """The form of a step, with nothing copied yet."""
        forms = tuple((r, render(r, panel)) for r in step.published if not r.external)
        wanted = step.wanted
        is_entered = wanted is not None and wanted.is_reverse and step.finding.code != NOT_CONFIRMED
        lone = wanted.value.rstrip(".") if wanted and is_entered else ""
        return cls(panel, forms, lone)

    @classmethod
    def of_record(cls, record: Record, panel: Profile) -> FormProgress:
        """The form of one record; without boxes where the panel can't hold it."""
        return cls(panel, ((record, render(record, panel)),))

    @property
    def boxes(self) -> Sequence[tuple[str, str]]:
        """What is pasted, in order: the box's name, and its text."""
        boxes = [
            (self.panel.label(record.type_text, box.key), box.text)
            for record, rendered in self.forms
            for box in rendered.boxes
            if is_to_paste(box)
        ]
        return [*boxes, *([(HOST_NAME, self.lone)] if self.lone else [])]

    @property
    def next_box(self) -> tuple[str, str] | None:
        """Its name and its text; None where all are copied."""
        return self.boxes[self.copied] if self.copied < len(self.boxes) else None

    @property
    def is_filled(self) -> bool:
        """Whether there were boxes, and all of them are copied."""
        return bool(self.boxes) and self.next_box is None

    @property
    def said(self) -> str:
        """The next box in a sentence: `Name: _dmarc (1 of 2)`."""
        label, text = self.boxes[self.copied]
        return f"{label}: {brief(text, LONGEST_TOLD)} ({self.copied + 1} of {len(self.boxes)})"


def is_same_job(before: GuideStep | None, now: GuideStep | None) -> bool:
    """Whether the form that is half filled in is still the right one."""
    if before is None or now is None:
        return False
    job = before.key, before.record, before.removals
    return job == (now.key, now.record, now.removals)


def plain_text(step: GuideStep, form: FormProgress) -> Iterator[str]:
    """All of a step that somebody may have to copy by hand, line by line."""
    yield step.what
    for gone in step.first:
        yield from ("", f"Delete: {gone}")
    for gone in step.edited:
        yield from ("", f"Change: {gone}")
    for number, (record, rendered) in enumerate(form.forms):
        yield ""
        is_there = bool(step.edited) and not number
        for box in rendered.boxes:
            said = said_of_box(box, is_there=is_there)
            yield f"{form.panel.label(record.type_text, box.key)}: {said}"
        yield from (f"({note.text})" for note in rendered.notes)
        if unsure := unverified_claims(rendered.unverified, form.panel):
            yield f"({unsure})"
    if form.lone:
        yield from ("", f"{HOST_NAME}: {form.lone}")
    if step.last:
        yield from ("", WHEN_SAVED)
    yield from (f"Delete: {gone}" for gone in step.last)
