"""The form that the user has open: as chosen, else of the provider that serves the zone."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import dns.name
from dns.name import Name

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.panels.load import by_id, generic
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.recognise import recognise
from mailcow_dns_tui.panels.render import Box, Rendered, render
from mailcow_dns_tui.wizard.form_rows import is_to_paste
from mailcow_dns_tui.wizard.report import Part, Report


def panel_of(record: Record, report: Report, setup: Setup) -> Profile:
    """The provider's, as chosen or as its name servers have answered for the record; else any's.

    Where none have answered for the record, those that did for another one of its zone tell.
    """
    found = report.findings.get(record, ())
    servers = _servers(found)
    seen = _recognised(servers) if servers else recognised(_beside(record, report))
    panel = _chosen(record.zone, setup) or seen or generic()
    return panel.in_quotes if any(each.code == "cut-off" for each in found) else panel


def _beside(record: Record, report: Report) -> Iterator[Finding]:
    part = report.part(record.domain)
    near = (each for each in part.records if each.zone == record.zone)
    return (finding for each in near for finding in part.findings.get(each, ()))


def provider_of(part: Part, setup: Setup) -> Profile | None:
    """Where the own records of the server or of a domain are edited; None where nobody knows."""
    own = _own(part)
    chosen = _chosen(own[0].zone, setup) if own else None
    panel = chosen or seen_provider(part)
    return panel if panel and panel.is_known else None


def seen_provider(part: Part) -> Profile | None:
    """Whose name servers have answered for the own records of the server or of a domain."""
    return recognised(finding for each in _own(part) for finding in part.findings.get(each, ()))


def _own(part: Part) -> tuple[Record, ...]:
    return tuple(record for record in part.records if not record.foreign)


def recognised(findings: Iterable[Finding]) -> Profile | None:
    """By the first of the findings for which name servers have answered."""
    return _recognised(next(filter(None, (_servers((each,)) for each in findings)), frozenset()))


def _chosen(zone: Name, setup: Setup) -> Profile | None:
    place = setup.places.get(zone)
    own = "" if place is None else setup.domains[place].panel
    wanted = (by_id(text) for text in (own, setup.server.panel) if text)
    return next(filter(None, wanted), None)


def _servers(findings: Iterable[Finding]) -> frozenset[str]:
    return frozenset(
        answer.source.name
        for finding in findings
        if finding.lookup is not None
        for answer in finding.lookup.answers
        if answer.authoritative
    )


@lru_cache(maxsize=64)
def _recognised(servers: frozenset[str]) -> Profile | None:
    return recognise(map(dns.name.from_text, servers)) if servers else None


def form(record: Record, panel: Profile) -> Rendered:
    return render(record, panel)


def to_paste(rendered: Rendered) -> tuple[Box, ...]:
    """The boxes that a text is pasted into, in the order of the form."""
    return tuple(filter(is_to_paste, rendered.boxes))
