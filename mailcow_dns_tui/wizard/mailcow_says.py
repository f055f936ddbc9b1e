"""What mailcow's own DNS page will say of the record under the cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.txt import brief
from mailcow_dns_tui.wizard.report import Report

if TYPE_CHECKING:
    from mailcow_dns_tui.mailcow.dns_page import DnsPage, Says

LABEL = "mailcow's page  "
LONGEST = 60


def mailcow_says(record: Record, report: Report, setup: Setup) -> Sequence[Content]:
    """A line on this record, and at the host's or the domain's main one a line a further row."""
    findings = report.findings.get(record, ())
    if not findings:
        return ()
    # The first paint need not wait for it to be loaded.
    from mailcow_dns_tui.mailcow.dns_page import DnsPage

    known = (*report.of_domain(None), *report.of_domain(record.domain))
    page = DnsPage(setup, [each for r in known for each in report.findings.get(r, ())])
    return (*_about(page.says(findings[0])), *_further(record, report, page))


def _about(says: Says | None) -> Iterator[Content]:
    if says is None:
        return
    if says.agrees is None:
        yield _line("does not list it", says.why)
    elif says.agrees:
        yield _line("✓ will agree", says.why)
    else:
        yield _line(f"✗ will say “{brief(says.verdict, LONGEST)}”", says.why)


def _further(record: Record, report: Report, page: DnsPage) -> Iterator[Content]:
    planned = report.of_domain(record.domain)
    topic = "host" if record.domain is None else "mx"
    if record != next((each for each in planned if each.topic == topic), None):
        return
    for extra in page.also_lists(record.domain, planned):
        name = brief(unicode_form(extra.name), LONGEST)
        yield _line(f"also has {name} {extra.rdtype.name}", extra.why)


def _line(text: str, why: str) -> Content:
    reason = f": {why[0].lower()}{why[1:]}" if why else ""
    return Content.styled(f"{LABEL}{text}{reason}", "$text-muted")
