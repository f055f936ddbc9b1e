"""A cell of mailcow's own DNS page beside our finding about the same record."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.mailcow.dns_page_cell import Cell, Mark, cells
from mailcow_dns_tui.mailcow.dns_page_rows import Row
from mailcow_dns_tui.mailcow.dns_page_seen import Seen
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Tier
from mailcow_dns_tui.model.setup import Setup


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

    def would_tick(self, change: Callable[[Rdata], Rdata]) -> bool:
        """Whether the page would tick the row if the TXT records were changed so."""
        rrsets = {
            key: tuple(map(change, rrset)) if key[1] == RdataType.TXT else rrset
            for key, rrset in self.seen.rrsets.items()
        }
        shown = cells(self.row, self.setup, replace(self.seen, rrsets=rrsets))
        return bool(shown) and all(cell.mark is Mark.GOOD for cell in shown)

    @property
    def texts(self) -> tuple[TXT, ...]:
        rrset = self.seen.of(self.row.name, RdataType.TXT) or ()
        return tuple(rdata for rdata in rrset if isinstance(rdata, TXT))
