"""What mailcow's own DNS page will show for each record, and why that differs from a check.

The page (data/web/inc/ajax/dns_diagnostics.php, as of August 2026) asks the container
unbound-mailcow, which keeps an answer for its TTL and an absence for a minute at most; it takes
the server's addresses from a web service, and the key of the certificate from port 25. Here the
setup's answers stand for all three, and for mailcow's configuration.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.mailcow.dns_page_case import Case
from mailcow_dns_tui.mailcow.dns_page_cell import Cells, Mark, cells
from mailcow_dns_tui.mailcow.dns_page_rows import Kind, Row, domain_rows, server_rows
from mailcow_dns_tui.mailcow.dns_page_seen import Key, Seen
from mailcow_dns_tui.mailcow.dns_page_why import why
from mailcow_dns_tui.mailcow.dns_page_words import (
    ALSO_LISTED,
    IS_HOST,
    LATER,
    NOT_LISTED,
    ORDER,
    UNPLANNED,
    WITH_CONNECTION,
)
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.services import DAV_SERVICES
from mailcow_dns_tui.model.setup import Setup


@dataclass(frozen=True)
class Says:
    """What the page shows for one record.

    Attributes:
        shows: its column "Current State" as it looks, on one line; empty where it has no row.
        verdict: the same without the published text, where a mark says enough.
        wanted: its column "Correct Data"; empty for a link to help.
        agrees: whether it comes to the same verdict; None where it has no row.
        why: a sentence; may also be there where the two agree.
    """

    shows: str = ""
    verdict: str = ""
    wanted: str = ""
    agrees: bool | None = None
    why: str = ""


@dataclass(frozen=True)
class Extra:
    """A row of the page for which no record is planned."""

    name: Name
    rdtype: RdataType
    why: str


class DnsPage:
    """The page, for one setup and what was found of its records."""

    def __init__(self, setup: Setup, findings: Sequence[Finding]) -> None:
        self._setup = setup
        self._seen = Seen.of_findings(findings)
        self._rows: dict[Name | None, dict[Key, Row]] = {}

    def says(self, finding: Finding) -> Says | None:
        """What it shows where the finding is about; None where that can't be told."""
        record = finding.record
        if record is None or finding.status in {Status.UNKNOWN, Status.PENDING}:
            return None
        row = self._row(record)
        if row is None:
            return Says(why=_not_listed(record))
        shown = cells(row, self._setup, self._seen)
        return _says(row, shown, finding, self._setup, self._seen) if shown else None

    def _row(self, record: Record) -> Row | None:
        row = self._rows_of(record.domain).get((record.owner, record.rdtype))
        is_other_text = row is not None and row.kind is Kind.SPF and record.topic != "spf"
        is_consent = record.topic == "dmarc" and record.tier is Tier.OPTIONAL
        return None if is_other_text or is_consent else row

    def also_lists(self, domain: Name | None, planned: Sequence[Record]) -> tuple[Extra, ...]:
        """Its rows for a domain, or for the server (None), that the plan does not have."""
        have = {(record.owner, record.rdtype) for record in planned}
        return tuple(
            Extra(row.name, row.rdtype, self._calming(row))
            for key, row in self._rows_of(domain).items()
            if key not in have
        )

    def _calming(self, row: Row) -> str:
        if row.name == self._setup.server.name:
            return IS_HOST
        is_policy_host = row.name.labels[0] == b"mta-sts"
        return ALSO_LISTED.get(Kind.MTA_STS if is_policy_host else row.kind, UNPLANNED)

    def _rows_of(self, apex: Name | None) -> dict[Key, Row]:
        if apex not in self._rows:
            self._rows[apex] = {(row.name, row.rdtype): row for row in self._listed(apex)}
        return self._rows[apex]

    def _listed(self, apex: Name | None) -> Iterator[Row]:
        if apex is None:
            return server_rows(self._setup)
        domain = next((each for each in self._setup.domains if each.apex == apex), None)
        return domain_rows(self._setup, domain, self._seen) if domain else iter(())


def _says(row: Row, shown: Cells, finding: Finding, setup: Setup, seen: Seen) -> Says:
    case = Case(row, shown[0], finding, setup, seen)
    looks = " or ".join(dict.fromkeys(cell.looks for cell in shown))
    verdict = " or ".join(dict.fromkeys(cell.verdict for cell in shown))
    is_steady = len({cell.mark for cell in shown}) == 1
    if is_steady and case.agrees:
        return Says(looks, verdict, row.wanted, agrees=True, why=_provided(row, case))
    reason = why(case) if is_steady else ORDER
    return Says(looks, verdict, row.wanted, agrees=False, why=reason)


def _provided(row: Row, case: Case) -> str:
    """What has to be so for the page to agree."""
    if row.kind is Kind.TLSA and case.cell.mark is Mark.GOOD:
        return WITH_CONNECTION
    return LATER if case.finding.code == "not-yet-visible" else ""


def _not_listed(record: Record) -> str:
    service = record.owner.labels[0].decode("ascii", "replace").removeprefix("_")
    if record.topic == "clients":
        if service in DAV_SERVICES:
            return NOT_LISTED["dav"]
        return NOT_LISTED.get(service, NOT_LISTED["usual-port"])
    return NOT_LISTED.get(record.topic, "It does not list this record.")
