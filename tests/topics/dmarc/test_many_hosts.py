"""A record that names thousands of report hosts costs no thousands of questions."""

from mailcow_dns_tui.model.bounds import MOST_HOSTS
from mailcow_dns_tui.model.finding import Status
from tests.memory_dns import MemoryDns, good_zone
from tests.topics.setups import SMALL, findings_about, wanted

OWNER = "_dmarc.example.org."


async def test_of_many_report_hosts_a_few_are_asked() -> None:
    addresses = ",".join(f"mailto:a@h{number}.example" for number in range(400))
    pieces = f"v=DMARC1; p=reject; rua={addresses}"
    text = " ".join(f'"{pieces[start : start + 200]}"' for start in range(0, len(pieces), 200))
    memory = MemoryDns(good_zone(SMALL).having(OWNER, "TXT", text))
    found = await findings_about(SMALL, memory, wanted(SMALL, OWNER, "TXT"))
    assert "reports-not-authorised" in {finding.code for finding in found}
    unknown = next(finding for finding in found if finding.code == "could-not-ask")
    assert unknown.status is Status.UNKNOWN
    assert "and 374 more takes reports about example.org could not be" in unknown.message
    asked = {name for name, _ in memory.asked if "_report._dmarc.h" in name.to_text()}
    assert len(asked) == MOST_HOSTS
