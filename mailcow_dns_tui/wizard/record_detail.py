"""What is known of the record under the cursor, and what to do."""

from collections.abc import Iterator, Sequence

from textual.content import Content

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import both_forms, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.said import said
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.txt import brief, safe
from mailcow_dns_tui.wizard.form_rows import box_rows, fact
from mailcow_dns_tui.wizard.panel_of import form, panel_of
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.status import STYLES

MUTED = "dim"
LONGEST = 1000
FORM_THERE = "The form there; b copies box after box"
ANY_FORM = "The form of most panels; b copies its boxes"
MOST_VALUES = 10
"""What is left out is in the JSON of `check`."""


def record_content(
    record: Record, report: Report, setup: Setup, elsewhere: Sequence[Content] = (), filled: int = 0
) -> Content:
    """Everything about a wanted record; the act comes first, or the form that is being filled in.

    Args:
        record: one of the report's.
        report: what was found.
        setup: the plan, with the providers that were chosen.
        elsewhere: what others will say of it.
        filled: how many of its boxes were copied.
    """
    findings = report.findings.get(record, ())
    name = unicode_form(record.owner)
    lines = [_title(f"{name}  {record.type_text}", report.status(record)), Content("")]
    shown = list(_form(record, report, setup, filled))
    if filled:
        lines += [*shown, Content("")]
    for finding in findings:
        lines += _judgement(finding)
    if not findings:
        lines.append(Content("Asking the name servers …"))
    lines += [Content(""), *_facts(record, report, [] if filled else shown, elsewhere)]
    return Content("\n").join(lines)


def finding_content(finding: Finding) -> Content:
    """Everything about a finding that has no record."""
    lines = [_title(unicode_form(finding.name), finding.standing), Content("")]
    return Content("\n").join([*lines, *_judgement(finding), Content(""), *_servers(finding)])


def _title(text: str, status: Status) -> Content:
    return Content.assemble((text, "bold"), "  ", (f"{status.glyph} {status.word}", STYLES[status]))


def _judgement(finding: Finding) -> Iterator[Content]:
    if finding.muted:
        yield Content.styled(f"{finding.status.word}: {brief(finding.message, LONGEST)}", MUTED)
        yield Content.styled(f"Meant to be so (m ends that): {brief(finding.muted)}", MUTED)
        return
    yield Content(brief(finding.message, LONGEST))
    if finding.fix:
        yield Content.styled(f"→ {brief(finding.fix, LONGEST)}", "bold")


def _facts(
    record: Record, report: Report, shown: Sequence[Content], elsewhere: Sequence[Content]
) -> Iterator[Content]:
    finding = next(iter(report.findings.get(record, ())), None)
    yield fact("Wanted", record.value)
    if finding:
        there = "Wildcard" if finding.of_wildcard else "Published"
        yield from (fact(there, text) for text in _published(finding))
    yield from shown
    yield fact("Why", f"{record.why} It is {record.tier.value}.")
    yield from elsewhere
    if finding:
        yield Content("")
        yield from _servers(finding)


def _form(record: Record, report: Report, setup: Setup, filled: int) -> Iterator[Content]:
    """The boxes to fill in, as the zone's own panel calls them; an arrow stands at the next."""
    panel, record = panel_of(record, report, setup), report.placed(record)
    rendered = form(record, panel)
    if record.foreign or not rendered.held:
        yield fact("Name", unicode_form(record.owner) if record.foreign else record.name)
        others = ", somebody else's" if record.foreign else ""
        yield fact("Zone", both_forms(record.zone) + others)
        yield fact("TTL", str(record.ttl))
    else:
        at = f", at {panel.title}" if panel.is_known else ""
        yield fact("Zone", f"{both_forms(record.zone)}{at}")
        yield Content.styled(FORM_THERE if panel.is_known else ANY_FORM, "$text-muted")
        yield from box_rows(record, rendered, panel, filled)
    for note in () if record.foreign else rendered.notes:
        yield Content.styled(f"  {note.text}", "$text-muted")


def _published(finding: Finding) -> Iterator[str]:
    if not finding.found:
        yield "could not be asked" if finding.status is Status.UNKNOWN else "nothing"
    yield from (brief(text, LONGEST) for text in finding.found[:MOST_VALUES])
    if len(finding.found) > MOST_VALUES:
        yield f"… and {len(finding.found) - MOST_VALUES} more"


def _servers(finding: Finding) -> Iterator[Content]:
    if finding.lookup is None:
        return
    yield Content.styled("Who answered what", "$text-muted")
    seen = finding.lookup.resolver
    for answer in (*finding.lookup.answers, *([seen] if seen else [])):
        who = safe(str(answer.source))
        yield Content.assemble((f"{who}  ", "$text-muted"), brief(said(answer), LONGEST))
