"""A cell of mailcow's own DNS page beside our finding about the same record."""

from dataclasses import dataclass

from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.mailcow.dns_page_cell import Cell, Mark
from mailcow_dns_tui.mailcow.dns_page_rows import Row
from mailcow_dns_tui.mailcow.dns_page_seen import Seen
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Tier
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.txt import txt_value


@dataclass(frozen=True)
class Case:
    """A cell of the page beside our finding about the same record."""

    row: Row
    cell: Cell
    finding: Finding
    setup: Setup
    seen: Seen

    @property
    def good(self) -> bool:
        """Whether the check has nothing against it."""
        return self.finding.status in {Status.OK, Status.INFO}

    @property
    def agrees(self) -> bool:
        if self.cell == Cell(Mark.OPTIONAL) and self.finding.tier is Tier.OPTIONAL:
            return self.finding.code == "missing"
        return {Mark.GOOD: self.good, Mark.OTHER: not self.good}.get(
            self.cell.mark, self.cell.mark is Mark.QUESTION and not self.good
        )

    @property
    def texts(self) -> tuple[TXT, ...]:
        rrset = self.seen.of(self.row.name, RdataType.TXT) or ()
        return tuple(rdata for rdata in rrset if isinstance(rdata, TXT))

    @property
    def spf(self) -> tuple[TXT, ...]:
        return tuple(rdata for rdata in self.texts if txt_value(rdata)[:5].lower() == "v=spf")
