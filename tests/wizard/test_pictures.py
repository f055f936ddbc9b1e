"""What every screen looks like at the two sizes that people have.

CONTRIBUTING has the command that draws the pictures anew.
"""

from collections.abc import Sequence

import dns.rdatatype
import pytest
from syrupy.assertion import SnapshotAssertion

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.wizard.app import WizardApp
from tests.wizard.conftest import MakeApp, at_rest, settle
from tests.wizard.engines import Answers, absent, published, silent

SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
SCREENS = {
    "server": ["alt+1"],
    "domains": ["alt+2", "down"],
    "policy": ["alt+3"],
    "services": ["alt+4"],
    "records": ["alt+5", *["down"] * 6],
    "leftovers": ["alt+5", "end"],
    "preview": ["alt+1", "tab", "end", "1", "ctrl+o"],
    "help": ["alt+5", "f1"],
}


def mixed(record: Record) -> Answer:
    """An example with one of each: an MX that is missing, an SPF that can't be asked."""
    if record.rdtype == dns.rdatatype.MX:
        return absent(record)
    return silent(record) if record.topic == "spf" else published(record)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("keys", SCREENS.values(), ids=SCREENS)
async def test_screen(
    wizard: MakeApp,
    picture: SnapshotAssertion,
    size: tuple[int, int],
    keys: Sequence[str],
) -> None:
    app = wizard(engine=Answers(mixed))
    async with app.run_test(size=size) as pilot:
        await settle(pilot, lambda: _is_judged(app))
        for key in keys:
            await pilot.press(key)
        await settle(pilot, lambda: _is_judged(app))
        assert await at_rest(app, pilot) == picture


def _is_judged(app: WizardApp) -> bool:
    return bool(app.report.records) and not app.report.counts[Status.PENDING]


async def test_all_keys_of_the_footer_fit_into_80_columns(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        for step in range(1, 6):
            await pilot.press(f"alt+{step}")
            await pilot.pause()
            footer = app.screen.query_one("Footer")
            assert footer.virtual_size.width <= 80
            assert "Quit" in " ".join(str(key.render()) for key in app.screen.query("FooterKey"))
