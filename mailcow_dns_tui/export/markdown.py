"""Markdown: a ticket for the person who owns the domain, in plain words."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mailcow_dns_tui.export.format import Format, checkable
from mailcow_dns_tui.export.grouping import ZoneRecords, by_zone, foreign_by_place, zone_doubt
from mailcow_dns_tui.model.finding import Finding, Status, worst_first
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.names import ascii_form, both_forms
from mailcow_dns_tui.model.record import Record

TITLE = "# DNS records for the mail server\n"
ALL = """\
Please publish these records, so that mail works. Leave all other records as they are, except that
an older record of the same name and type is to be replaced (of TXT only one that begins alike).
"""
LEFT = """\
This is what is still to do, so that mail works. Leave all other records as they are.
"""
SILENT = """\
Nobody could be asked about these, so they may be there or not. Look whether they are, and add them
only if not.
"""
NOTHING = "Everything is published as it should be. Nothing is left to do.\n"
HOW = """\
Each name is given as a form inside its zone wants it, `@` being the domain itself; some forms leave
that empty, and some want the full name. Values are copied as they stand, without anything around
them; a final dot belongs to the value.
"""
PARTS = {"MX": "priority, target", "SRV": "priority, weight, port, target"}
About = Mapping[Record | None, Sequence[Finding]]
DONE = frozenset({Status.OK, Status.PENDING, Status.MUTED})


def markdown_text(records: Sequence[Record], findings: Iterable[Finding] | None = None) -> str:
    """The ticket; with the findings of a check, of what is still to do."""
    if findings is None:
        return "\n".join([TITLE, ALL, HOW, *_zones(records, {})])
    left = [finding for finding in worst_first(findings) if _is_left(finding)]
    about = grouped(left, lambda finding: finding.record)
    besides = list(_besides(about.pop(None, ())))
    silent = [record for record in records if record in about and _is_silent(about[record])]
    to_do = [record for record in records if record in about and record not in silent]
    zones, unknown = list(_zones(to_do, about)), list(_unknown(silent, about))
    if not zones and not besides and not unknown:
        return f"{TITLE}\n{NOTHING}"
    lead = [LEFT] if zones or besides else []
    return "\n".join([TITLE, *lead, *([HOW] if about else []), *zones, *besides, *unknown])


def _is_left(finding: Finding) -> bool:
    return finding.effective_status not in DONE and bool(
        finding.fix or finding.status is not Status.INFO
    )


def _is_silent(findings: Sequence[Finding]) -> bool:
    return all(finding.status is Status.UNKNOWN for finding in findings)


def _unknown(records: Sequence[Record], about: About) -> Iterator[str]:
    if records:
        items = (_item(record, _name(record), about) for record in records)
        yield f"## Could not be asked\n\n{SILENT}" + "".join(items)


def _zones(records: Sequence[Record], about: About) -> Iterator[str]:
    for zone in by_zone(records):
        yield "".join(_zone(zone, about))


def _zone(zone: ZoneRecords, about: About) -> Iterator[str]:
    yield f"## {escaped(both_forms(zone.zone))}\n"
    if zone.guessed:
        yield f"\n{escaped(' '.join(zone_doubt(zone)))}\n"
    yield from (_item(record, _name(record), about) for record in zone.own)
    for place, elsewhere in foreign_by_place(zone.foreign).items():
        yield f"\n### {escaped(place)}\n"
        yield from (_item(record, ascii_form(record.owner), about) for record in elsewhere)


def _name(record: Record) -> str:
    """Inside its zone; whole where that is a guess."""
    return ascii_form(record.owner) if record.guessed else record.name


def _item(record: Record, name: str, about: About) -> str:
    full = ascii_form(record.owner)
    in_full = "" if name == full else f" (in full {code(full)})"
    head = f"{record.type_text} at {code(name)}{in_full}, TTL {record.ttl}"
    said = [
        escaped(record.why),
        *(_advice(finding) for finding in (about.get(record, ()) if about else ())),
    ]
    if record.type_text in PARTS:
        said.append(f"The value is {PARTS[record.type_text]}:")
    fence = "`" * max(3, _longest_run(record.value) + 1)
    block = [fence, record.value, fence]
    lines = [line for text in said for line in (text, "")] + block
    return f"\n1. {head}\n\n" + "".join(f"   {line}".rstrip() + "\n" for line in lines)


def _besides(findings: Iterable[Finding]) -> Iterator[str]:
    lines = [f"- {code(ascii_form(f.name))}: {_advice(f)}\n" for f in findings]
    if lines:
        yield "## Besides\n\n" + "".join(lines)


def _advice(finding: Finding) -> str:
    return escaped(" ".join(filter(None, (finding.message, finding.fix))))


def escaped(text: str) -> str:
    """Text in which no character is taken for Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]<>|~&#$])", r"\\\1", text)


def code(text: str) -> str:
    """Inline code, with more backticks around it than it has in a row."""
    fence = "`" * (_longest_run(text) + 1)
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{edge}{text}{edge}{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


FORMATS: Mapping[str, Format] = {
    "markdown": checkable(
        "dns-records.md", markdown_text, "a ticket for the person who owns the domain"
    )
}
