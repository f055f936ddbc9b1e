"""What the screens look like where mailcow has something to say."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from mailcow_dns_tui.mailcow.known import SourceResult
from tests.wizard.conftest import SETUP, MakeApp, at_rest, settle
from tests.wizard.screens.test_mailcow import DOMAINS, HOST, Says
from tests.wizard.test_pictures import SIZES

TROUBLE = "The API key was refused and is not tried again. Copy it in mailcow."
SCREENS = {
    "server": ["alt+1"],
    "domains": ["alt+2"],
    "services": ["alt+4", *["down"] * 4],
    "sources": ["alt+1", "f2"],
}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("keys", SCREENS.values(), ids=SCREENS)
async def test_screen(
    wizard: MakeApp, picture: SnapshotAssertion, size: tuple[int, int], keys: Sequence[str]
) -> None:
    setup = replace(SETUP, server=replace(SETUP.server, ipv4="198.51.100.7"))
    app = wizard(setup, engine=Says(HOST + DOMAINS + SourceResult(troubles=(TROUBLE,))))
    async with app.run_test(size=size) as pilot:
        await settle(pilot, lambda: bool(app.suggestions.mailcow.sources and app.report.all_good))
        app.clear_notifications()
        for key in keys:
            await pilot.press(key)
        assert await at_rest(app, pilot) == picture
