"""What a panel can take as one zone file: the records that are safe to publish now, and no others.

A file adds records, and takes none away. So whatever stands at the name of one, and would be
joined or replaced by it, keeps that one out of the file: it is left to be done by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.export.cloudflare import cloudflare_text
from mailcow_dns_tui.export.zone import zone_text
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.panels.profile import Import, Level, Profile
from mailcow_dns_tui.panels.sheet import is_enterable
from mailcow_dns_tui.topics.dmarc.topic import is_first

Types = Mapping[Name, Collection[RdataType]]
"""Which types are published at a name; CNAME alone where an alias leads on."""

ADDS = "The import adds these records, and leaves all others as they are."
REFUSES = (
    "The import refuses a record whose name and type are there already, and maybe the whole file "
    "with it. At the last look none of these was there."
)
COMPARE = (
    "What the import does with the records that are there is not known: compare what is about to "
    "change before you confirm. If anything would be deleted, cancel, and publish one by one."
)
MAY_IMPORT = "Whether {panel} imports zone files is not known."
REPLACES = (
    "{panel} would put the file in the place of the whole zone: all else in it, such as the web "
    "site, would be lost. Publish one by one."
)
IMPORTS_NOTHING = "{panel} imports no zone file into a zone that is there. Publish one by one."


def can_import(panel: Profile) -> bool:
    """Whether the panel is known to import zone files without losing what is in the zone."""
    kind = panel.zone_import
    if kind is Import.UNKNOWN:
        return panel.evidence_of("import").level is not Level.UNKNOWN
    return kind in {Import.MERGE, Import.CREATE_ONLY}


def refusal(panel: Profile) -> str:
    """Why no file is made for the panel, in a sentence or two; empty where one is."""
    if panel.zone_import is Import.REPLACE:
        return REPLACES.format(panel=panel.title)
    if panel.zone_import is Import.NONE:
        return " ".join([IMPORTS_NOTHING.format(panel=panel.title), *quirks(panel)])
    return ""


def expectation(panel: Profile) -> str:
    """What becomes of the zone when the file is imported, and how far that is known."""
    kind, is_sure = panel.zone_import, panel.verified("import")
    if kind is Import.UNKNOWN:
        doubt = MAY_IMPORT.format(panel=panel.title if panel.is_known else "your panel")
        return COMPARE if can_import(panel) else f"{doubt} {COMPARE}"
    said = ADDS if kind is Import.MERGE else REFUSES
    return said if is_sure else f"{said} That is not verified for {panel.title}: compare first."


def quirks(panel: Profile) -> Iterator[str]:
    """What is special about the import there, a sentence or two each."""
    return (quirk.text for quirk in panel.quirks if quirk.importing)


@dataclass(frozen=True)
class ZoneImport:
    """What of one zone can be imported now.

    Attributes:
        steps: the guide's, of which all records go into the file.
        by_hand: those that can be done now as well, and not by a file.
        later: how many are not safe yet.
    """

    zone: Name
    panel: Profile
    steps: tuple[GuideStep, ...]
    by_hand: tuple[GuideStep, ...] = ()
    later: int = 0

    @property
    def records(self) -> tuple[Record, ...]:
        """In the guide's order."""
        return tuple(dict.fromkeys(r for step in self.steps for r in step.published))

    @cached_property
    def service_records(self) -> tuple[Record, ...]:
        """Those by which clients find services: the SRV records, and the texts beside them."""
        owners = {r.owner for r in self.records if r.rdtype == RdataType.SRV}
        return tuple(record for record in self.records if record.owner in owners)

    @property
    def without_services(self) -> ZoneImport:
        """The same without these."""
        left_out = frozenset(self.service_records)
        kept = tuple(s for s in self.steps if left_out.isdisjoint(s.published))
        return ZoneImport(self.zone, self.panel, kept, self.by_hand, self.later)

    @property
    def wanted(self) -> tuple[Record, ...]:
        """The plan's records that the file works towards, and those that are only proposed."""
        sought = (step.wanted or step.record for step in self.steps)
        return tuple(dict.fromkeys(filter(None, sought)))

    @property
    def text(self) -> str:
        """The file; where the panel has a proxy, it says that none of these goes through it."""
        return cloudflare_text(self.records) if self.panel.proxy else zone_text(self.records)

    @property
    def file_name(self) -> str:
        """`example.org.import.zone`."""
        return f"{ascii_form(self.zone)}.import.zone"


def zone_import(
    zone: Name,
    panel: Profile,
    setup: Setup,
    steps: Sequence[GuideStep],
    findings: Sequence[Finding],
) -> ZoneImport:
    """What a file for one zone, as the check has found it, holds.

    It takes all steps of the guide, and the newest of all findings: they tell what stands there.
    """
    ours = [step for step in steps if zone_of(step) == zone]
    there = seen_types(findings)
    inside = tuple(step for step in ours if _is_addition(step, setup) and _fits(step, panel, there))
    by_hand = tuple(step for step in ours if step.is_ready and step not in inside)
    later = sum(1 for step in ours if not step.is_open)
    return ZoneImport(zone, panel, inside, by_hand, later)


def addable(
    records: Sequence[Record],
    setup: Setup,
    steps: Sequence[GuideStep],
    findings: Sequence[Finding],
) -> tuple[Record, ...]:
    """Which of these records can be added at once as planned, or are there like that.

    It takes all steps of the guide, and the newest of all findings, muted ones included.
    """
    there = seen_types(findings)
    served = {f.record for f in findings if f.record and _is_served(f.record, f)}
    unsafe = {s.wanted for s in steps if not (_is_addition(s, setup) and s.record == s.wanted)}
    return tuple(
        record
        for record in records
        if record in served
        or (record not in unsafe and not _meets(record, there.get(record.owner, ())))
    )


def _is_served(record: Record, found: Finding) -> bool:
    """Whether it alone stands at its name."""
    heard = found.lookup.answered
    return bool(heard) and all({*each.rdatas} == {record.rdata} for each in heard)


def zone_of(step: GuideStep) -> Name | None:
    """The user's own zone that a step is about."""
    about = step.record or step.wanted
    if about is not None and about.external:
        return None
    if step.record is not None:
        return step.record.zone
    return step.finding.lookup.zone or (about.zone if about else step.finding.domain)


def _is_addition(step: GuideStep, setup: Setup) -> bool:
    """Whether nothing but to add records is asked for, and nothing has to be known before."""
    adds = step.is_ready and step.act is Act.PUBLISH and not step.removals
    return adds and (not step.warnings or only_reports(step, setup))


def only_reports(step: GuideStep, setup: Setup) -> bool:
    """Whether it is p=none, of which the warning is that it comes first."""
    record = step.record
    return record is not None and record.topic == "dmarc" and is_first(record, setup)


def _fits(step: GuideStep, panel: Profile, there: Types) -> bool:
    """Whether the panel can hold all that it publishes, and nothing is in the way."""
    free = (not _meets(record, there.get(record.owner, ())) for record in step.published)
    held = all(is_enterable(record, panel) for record in step.published)
    return bool(step.published) and held and all(free)


def _meets(record: Record, there: Collection[RdataType]) -> bool:
    """Whether it would join an RRset, or stand beside a CNAME (RFC 1034 3.6.2)."""
    if record.rdtype == RdataType.CNAME:
        return bool(there)
    return record.rdtype in there or RdataType.CNAME in there


def seen_types(findings: Sequence[Finding]) -> Types:
    """What stands at the names themselves; what a wildcard answers does not."""
    found: dict[Name, set[RdataType]] = {}
    for finding in findings:
        for lookup in (finding.lookup, *finding.other_lookups):
            if finding.of_wildcard and lookup is finding.lookup:
                continue
            for answer in lookup.answered:
                if answer.aliases:
                    found.setdefault(lookup.name, set()).add(RdataType.CNAME)
                elif answer.found:
                    found.setdefault(lookup.name, set()).add(lookup.rdtype)
    return found
