"""The form that the user has open: of the provider whose name servers serve the zone."""

from functools import lru_cache

import dns.name

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.panels.load import generic
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.recognise import recognise
from mailcow_dns_tui.panels.render import Box, Rendered, render
from mailcow_dns_tui.wizard.report import Report


def panel_of(record: Record, report: Report) -> Profile:
    """The provider's, where its name servers have answered for the record; else any panel's."""
    names = {
        answer.source.name
        for finding in report.findings.get(record, ())
        if finding.lookup is not None
        for answer in finding.lookup.answers
        if answer.authoritative
    }
    return _provider(frozenset(names))


@lru_cache(maxsize=64)
def _provider(servers: frozenset[str]) -> Profile:
    return recognise(map(dns.name.from_text, servers)) or generic()


def form(record: Record, panel: Profile) -> Rendered:
    return render(record, panel)


def to_paste(rendered: Rendered) -> tuple[Box, ...]:
    """The boxes that a text is pasted into, in the order of the form."""
    return tuple(box for box in rendered.boxes if box.text and not box.choose)
