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

from mailcow_dns_tui.mailcow_page import rows
from mailcow_dns_tui.mailcow_page.cell import Cells, Mark, cells
from mailcow_dns_tui.mailcow_page.reasons import Case, why
from mailcow_dns_tui.model.code import NOT_YET_VISIBLE
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record, Tier
from mailcow_dns_tui.model.setup import DAV_SERVICES, Setup

NOT_LISTED = {
    "ptr": "It lists reverse DNS for the address that it sees of itself.",
    "caa": "It does not list CAA.",
    "verification": "It does not list texts that verify a domain for others.",
    "dkim": "It lists only the one DKIM key that mailcow signs with.",
    "dmarc": "It does not list the consent of others to take reports.",
    "mta-sts": "It lists MTA-STS only where mailcow has an active policy.",
    "tls-rpt": "It lists TLS reports only for domains with an MTA-STS policy in mailcow.",
    "dav": "It does not list calendars and contacts.",
    "submissions": "It knows only the old name of this service, smtps.",
    "usual-port": "It lists a service only if its port is not the usual one.",
}
"""By topic; for services by what is special about them."""

ALSO_LISTED = {
    rows.RowKind.TLSA: "It lists TLSA always; without DNSSEC you need none.",
    rows.RowKind.TLS_REPORTS: "It lists TLS reports beside every MTA-STS policy; "
    "the record is optional.",
    rows.RowKind.SRV: "It lists this service, which the plan leaves out; mail works without it.",
    rows.RowKind.MTA_STS: "It lists MTA-STS for the alias domains of a domain, too; "
    "mail works without it.",
    rows.RowKind.ALIAS: "It lists this name for alias domains, too; "
    "mailcow gets no certificate for it.",
}
"""What to think of a row for which no record is planned."""
IS_HOST = "It wants a CNAME there, but this is the hostname itself, which must not be one."
UNPLANNED = "It lists this record, and the plan has none: mail does not need it."

WITH_CONNECTION = (
    "If mailcow can connect to its own port 25 by its name: it asks there for the key."
)
LATER = (
    "Once mailcow's own resolver has forgotten the old answer: "
    "restart unbound-mailcow to see it at once."
)
ORDER = "It changes with the order in which the resolver hands out the records."


@dataclass(frozen=True)
class Says:
    """What the page shows for one record, beside what the check says of it.

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
    """mailcow's DNS page for one setup, as the findings of a check let it be foretold."""

    def __init__(self, setup: Setup, findings: Sequence[Finding]) -> None:
        self._setup = setup
        self._seen = rows.PageView.of_findings(findings)
        self._rows: dict[Name | None, dict[rows.Key, rows.PageRow]] = {}

    def says(self, finding: Finding) -> Says | None:
        """What the page shows about a finding's record; None where that can't be told."""
        record = finding.record
        if record is None or finding.status in {Status.UNKNOWN, Status.PENDING}:
            return None
        row = self._row(record)
        if row is None:
            return Says(why=_not_listed(record))
        shown = cells(row, self._setup, self._seen)
        return _says(row, shown, finding, self._setup, self._seen) if shown else None

    def _row(self, record: Record) -> rows.PageRow | None:
        row = self._rows_of(record.domain).get((record.owner, record.rdtype))
        is_other_text = row is not None and row.kind is rows.RowKind.SPF and record.topic != "spf"
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

    def _calming(self, row: rows.PageRow) -> str:
        if row.name == self._setup.server.name:
            return IS_HOST
        is_policy_host = row.name.labels[0] == b"mta-sts"
        return ALSO_LISTED.get(rows.RowKind.MTA_STS if is_policy_host else row.kind, UNPLANNED)

    def _rows_of(self, apex: Name | None) -> dict[rows.Key, rows.PageRow]:
        if apex not in self._rows:
            self._rows[apex] = {(row.name, row.rdtype): row for row in self._listed(apex)}
        return self._rows[apex]

    def _listed(self, apex: Name | None) -> Iterator[rows.PageRow]:
        if apex is None:
            return rows.server_rows(self._setup)
        place = self._setup.domain_index.get(apex)
        if place is None:
            return iter(())
        return rows.domain_rows(self._setup, self._setup.domains[place], self._seen)


def _says(
    row: rows.PageRow, shown: Cells, finding: Finding, setup: Setup, seen: rows.PageView
) -> Says:
    case = Case(row, shown[0], finding, setup, seen)
    looks = " or ".join(dict.fromkeys(cell.looks for cell in shown))
    verdict = " or ".join(dict.fromkeys(cell.verdict for cell in shown))
    is_steady = len({cell.mark for cell in shown}) == 1
    if is_steady and case.agrees:
        return Says(looks, verdict, row.wanted, agrees=True, why=_provided(row, case))
    reason = why(case) if is_steady else ORDER
    return Says(looks, verdict, row.wanted, agrees=False, why=reason)


def _provided(row: rows.PageRow, case: Case) -> str:
    """What has to be so for the page to agree."""
    if row.kind is rows.RowKind.TLSA and case.cell.mark is Mark.GOOD:
        return WITH_CONNECTION
    return LATER if case.finding.code == NOT_YET_VISIBLE else ""


def _not_listed(record: Record) -> str:
    service = record.owner.labels[0].decode("ascii", "replace").removeprefix("_")
    if record.topic == "clients":
        if service in DAV_SERVICES:
            return NOT_LISTED["dav"]
        return NOT_LISTED.get(service, NOT_LISTED["usual-port"])
    return NOT_LISTED.get(record.topic, "It does not list this record.")
