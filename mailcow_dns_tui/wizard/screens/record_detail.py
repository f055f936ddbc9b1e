"""What is explained of the record at the cursor, with what mailcow's own DNS page says of it.

Also words that an administrator need not know, each in a sentence with an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from mailcow_dns_tui.guide.boxes import WHEN_SAVED, panel_of
from mailcow_dns_tui.model.answer import answer_text
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import both_forms, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import brief, listed, safe
from mailcow_dns_tui.panels.render import render
from mailcow_dns_tui.wizard.widgets.hanging import Line
from mailcow_dns_tui.wizard.widgets.panel_form import (
    LABEL_WIDTH,
    box_lines,
    fact,
    label_width,
)

if TYPE_CHECKING:
    from mailcow_dns_tui.mailcow_page.page import DnsPage, Says


MEANINGS = {
    "DANE": "Senders such as GMX and Comcast look up in DNS (TLSA) which key the mail server's "
    "certificate has, and deliver to no other.",
    "TLSA": "The hash of the certificate's public key, as in 3 1 1 48bb…; F2 reads it from "
    "mailcow's certificate.",
    "MTA-STS": "A policy on the web, as at mta-sts.example.org/.well-known/mta-sts.txt, by which "
    "senders such as Gmail deliver over checked TLS only.",
    "SOA": "The record that each zone begins with, as in ns1.example.net. hostmaster.example.net. "
    "2026113001 …; the DNS provider makes it.",
    "DNSSEC": "Signatures that prove DNS answers right; switched on at the DNS provider, as in "
    "“Activate DNSSEC”, and at the registrar (a DS record).",
    "4.7.23, 5.7.25": "Gmail's codes for mail from an address without right reverse DNS, as in the "
    "bounce and in Postfix's log: 550-5.7.25 [192.0.2.10] …",
    "5.7.26": "Gmail's code for mail that proves no sender, as in the bounce and in Postfix's log: "
    "550-5.7.26 …",
    "CAA": "Which authority may issue certificates for a name, as in 0 issue letsencrypt.org.",
}


def explained(texts: Iterable[str]) -> Iterator[Line]:
    """A line for each of these words that stands in the texts."""
    said = " ".join(texts)
    for word, meaning in MEANINGS.items():
        if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", said):
            yield _fact(word, meaning)


MUTED = "dim"
LONGEST = 1000
FORM_THERE = "The form there; b copies box after box"
ANY_FORM = "The form of most panels; b copies its boxes"
MOST_VALUES = 10
"""What is left out is in the JSON of `check`."""


def record_lines(  # noqa: PLR0913, PLR0917 - all that is known of it
    record: Record,
    report: Report,
    setup: Setup,
    elsewhere: Sequence[Content] = (),
    filled: int = 0,
    step: GuideStep | None = None,
) -> Sequence[Line]:
    """Everything about a wanted record; the act comes first, or the form that is being filled in.

    Args:
        record: one of the report's.
        report: what was found.
        setup: the plan, with the providers that were chosen.
        elsewhere: what others will say of it.
        filled: how many of its boxes were copied.
        step: the guide's.
    """
    findings = report.findings.get(record, ())
    warnings: Sequence[str] = ()
    if step is not None and _says_more(step):
        warnings = step.warnings
        findings = (replace(findings[0], fix=_advice(step)), *findings[1:])
    shown = list(_form(record, report, setup, filled, step))
    told = [text for finding in findings for text in _judgement(finding)]
    return (
        *((*shown, Line(Content(""))) if filled else ()),
        *as_lines(told or [Content("Asking the name servers …")]),
        *map(_warning, warnings),
        Line(Content("")),
        *_facts(record, report, [] if filled else shown, elsewhere, step),
    )


def _says_more(step: GuideStep) -> bool:
    """Whether it is more than to put the plan's record in the place of one that is there."""
    is_another = step.record not in {None, step.wanted}
    return is_another or step.moves_mail or bool(step.locked or step.last)


def _advice(step: GuideStep) -> str:
    return f"Not safe yet: {step.locked} Then: {step.what}" if step.locked else step.what


def _warning(text: str) -> Line:
    return Line(Content.assemble(("! ", "$text-warning"), brief(text, LONGEST)), 2)


def finding_lines(finding: Finding) -> Sequence[Line]:
    """Everything about a finding that has no record."""
    told = as_lines([*_judgement(finding), Content("")])
    return (*told, *_words([finding]), *_servers(finding))


def as_lines(texts: Iterable[Content]) -> Iterator[Line]:
    """Without a place where what is broken begins again."""
    return map(Line, texts)


def _fact(label: str, text: str) -> Line:
    return Line(fact(label, text), max(LABEL_WIDTH, len(label)) + 1)


def _judgement(finding: Finding) -> Iterator[Content]:
    if finding.muted:
        yield Content.styled(f"{finding.status.word}: {brief(finding.message, LONGEST)}", MUTED)
        yield Content.styled(f"Meant to be so (m ends that): {brief(finding.muted)}", MUTED)
        return
    yield Content(brief(finding.message, LONGEST))
    if finding.fix:
        yield Content.styled(f"→ {brief(finding.fix, LONGEST)}", "bold")


def _facts(
    record: Record,
    report: Report,
    shown: Sequence[Line],
    elsewhere: Sequence[Content],
    step: GuideStep | None,
) -> Iterator[Line]:
    finding = next(iter(report.findings.get(record, ())), None)
    if step and step.record and step.record != record:
        yield _fact("For now" if step.is_open else "First", step.record.value)
        yield _fact("In the end", record.value)
        yield from [Line(Content.styled(safe(step.note), "$text-muted"))] if step.note else []
    else:
        yield _fact("Wanted", record.value)
    if finding:
        there = "Wildcard" if finding.of_wildcard else "Published"
        yield from (_fact(there, text) for text in _published(finding))
    yield from shown
    yield _fact("Why", f"{record.why} It is {record.tier.value}.")
    yield from _words(report.findings.get(record, ()), record.type_text)
    yield from as_lines(elsewhere)
    if finding:
        yield Line(Content(""))
        yield from _servers(finding)


def _words(findings: Sequence[Finding], rdtype: str = "") -> Iterator[Line]:
    """What the words mean that not everybody knows."""
    return explained([rdtype, *(text for f in findings for text in (f.message, f.fix))])


def _form(
    record: Record, report: Report, setup: Setup, filled: int, step: GuideStep | None
) -> Iterator[Line]:
    """The boxes to fill in, as the zone's own panel calls them; an arrow stands at the next."""
    panel = panel_of(record, report, setup)
    record = report.placed((step.record if step else None) or record)
    rendered = render(record, panel)
    if record.external or not rendered.held:
        yield _fact("Name", record.owner_text if record.external else record.name)
        others = ", somebody else's" if record.external else ""
        yield _fact("Zone", both_forms(record.zone) + others)
        yield _fact("TTL", str(record.ttl))
    else:
        at = f", at {panel.title}" if panel.is_known else ""
        yield _fact("Zone", f"{both_forms(record.zone)}{at}")
        yield Line(Content.styled(FORM_THERE if panel.is_known else ANY_FORM, "$text-muted"))
        is_there = step is not None and bool(step.edited)
        width = label_width([(record, rendered)], panel)
        yield from box_lines(record, rendered, panel, filled, width, is_there=is_there)
    for note in () if record.external else rendered.notes:
        yield Line(Content.styled(f"  {note.text}", "$text-muted"), 2)
    if step is not None and step.last:
        yield Line(Content.styled(WHEN_SAVED, "$text-muted"))
        yield from (_fact("Delete", brief(str(gone), LONGEST)) for gone in step.last)


def _published(finding: Finding) -> Iterator[str]:
    if not finding.found:
        yield "could not be asked" if finding.status is Status.UNKNOWN else "nothing"
    yield from (brief(text, LONGEST) for text in finding.found[:MOST_VALUES])
    if len(finding.found) > MOST_VALUES:
        yield f"… and {len(finding.found) - MOST_VALUES} more"


def _servers(finding: Finding) -> Iterator[Line]:
    answers = finding.lookup.answers
    if not answers:
        return
    yield Line(Content.styled("Who answered what", "$text-muted"))
    seen = finding.lookup.resolver
    for answer in (*finding.lookup.answers, *([seen] if seen else [])):
        who = safe(str(answer.source))
        said = brief(answer_text(answer), LONGEST)
        yield Line(Content.assemble((f"{who}  ", "$text-muted"), said), 2)


LABEL = "mailcow's page  "
LONGEST_SAYING = 60
LONGEST_LISTED = 120


def mailcow_says(record: Record, report: Report, setup: Setup) -> Sequence[Content]:
    """A line where it says something else of this record; at the main one what else it lists."""
    findings = report.findings.get(record, ())
    if not findings:
        return ()
    # The first paint need not wait for it to be loaded.
    from mailcow_dns_tui.mailcow_page.page import DnsPage

    known = (*report.of_domain(None), *report.of_domain(record.domain))
    page = DnsPage(setup, [each for r in known for each in report.findings.get(r, ())])
    return (*_about(page.says(findings[0])), *_further(record, report, page))


def _about(says: Says | None) -> Iterator[Content]:
    if says is not None and says.agrees is False:
        yield _line(f"✗ will say “{brief(says.verdict, LONGEST_SAYING)}”", says.why)


def _further(record: Record, report: Report, page: DnsPage) -> Iterator[Content]:
    planned = report.of_domain(record.domain)
    topic = "host" if record.domain is None else "mx"
    if record != next((each for each in planned if each.topic == topic), None):
        return
    others = page.also_lists(record.domain, planned)
    names = [f"{unicode_form(each.name)} {each.rdtype.name}" for each in others]
    if names:
        listed_names = brief(listed(names), LONGEST_LISTED)
        yield _line(f"also has {listed_names}", "The plan leaves them out.")


def _line(text: str, why: str) -> Content:
    reason = f": {why[0].lower()}{why[1:]}" if why else ""
    return Content.styled(f"{LABEL}{text}{reason}", "$text-muted")
