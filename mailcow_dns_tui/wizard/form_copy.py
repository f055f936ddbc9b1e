"""What can be copied in the form of the panel, from one record to all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import both_forms, unicode_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.sheet import is_enterable, sheet
from mailcow_dns_tui.wizard.panel_of import panel_of
from mailcow_dns_tui.wizard.pasted import is_there
from mailcow_dns_tui.wizard.report import Report


@dataclass(frozen=True)
class Scope:
    """Some of the records.

    Attributes:
        key: what the user presses for it.
        label: a line of a menu.
        what: names them in a sentence.
    """

    key: str
    label: str
    what: str
    records: tuple[Record, ...]


def scopes(row: Record | Finding | None, report: Report) -> Iterator[Scope]:
    """What may be meant with the cursor on this row; each only where it has records."""
    if isinstance(row, Record):
        name = f"{unicode_form(row.owner)} {row.type_text}"
        yield Scope("r", f"This record: {name}", name, (row,))
    left = tuple(record for record in report.records if _is_left(record, report))
    if left:
        label = f"All not seen to be good yet: {_count(left)}"
        yield Scope("l", label, f"{_count(left)} not seen to be good yet", left)
    if row is not None:
        yield from _around(row, report)
    count = _count(report.records)
    yield Scope("a", f"Everything: {count}", f"all {count}", report.records)


def _is_left(record: Record, report: Report) -> bool:
    """Whether it is not known to be published as wanted; an optional one counts as the others."""
    findings = report.findings.get(record, ())
    is_muted = bool(findings) and all(finding.muted for finding in findings)
    return not is_muted and not (findings and is_there(record, findings))


def _around(row: Record | Finding, report: Report) -> Iterator[Scope]:
    records = report.of_domain(row.domain)
    owner = "the server" if row.domain is None else both_forms(row.domain)
    if records:
        count = _count(records)
        yield Scope("d", f"All of {owner}: {count}", f"{count} of {owner}", records)
    zone = row.zone if isinstance(row, Record) else row.domain
    inside = tuple(record for record in report.records if record.zone == zone)
    if zone is not None and inside and set(inside) != set(records):
        name, count = both_forms(zone), _count(inside)
        yield Scope("z", f"The zone {name}: {count}", f"{count} of the zone {name}", inside)


def in_form(scope: Scope, report: Report, setup: Setup) -> tuple[str, str]:
    """The text, and what it is in a sentence."""
    records = tuple(map(report.placed, scope.records))
    panels = (panel_of(record, report, setup) for record in scope.records)
    profiles = dict(zip(records, panels, strict=True))
    text = sheet(records, profiles.__getitem__)
    held = [record for record in records if is_enterable(record, profiles[record])]
    if not held:
        return text, f"what to do instead of {scope.what}"
    others = len(records) - len(held)
    instead = f", {others} of them with what to do instead," if others else ""
    return text, f"{scope.what} {_form([profiles[record] for record in held])}{instead}"


def _form(profiles: Sequence[Profile]) -> str:
    titles = list(dict.fromkeys(profile.title for profile in profiles))
    return f"in the form of {titles[0]}" if len(titles) == 1 else "in the forms of their panels"


def _count(records: Sequence[Record]) -> str:
    return "1 record" if len(records) == 1 else f"{len(records)} records"
