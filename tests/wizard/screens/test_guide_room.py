"""What the guide's card does where there is little room for it."""

import pytest

from mailcow_dns_tui.guide.boxes import FormProgress
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.panels.load import by_id
from mailcow_dns_tui.wizard.screens.guide_card import card
from mailcow_dns_tui.wizard.widgets.hanging import joined
from tests.guide.looking import steps_left
from tests.guide.states import GOOD_WORLD, RECORDS

KEY = next(record for record in RECORDS if record.topic == "dkim")
PIECES = f'"{KEY.value[:200]}" "{KEY.value[200:]}"'
MISNAMED = GOOD_WORLD.without("dkim._domainkey.example.org", "TXT").having(
    "dkim.example.org", "TXT", PIECES
)


async def misnamed_key() -> GuideStep:
    steps = await steps_left(MISNAMED)
    return next(step for step in steps if step.finding.topic == "dkim")


@pytest.mark.parametrize("panel", ["any", "hetzner", "ionos"])
async def test_all_that_is_done_about_a_misnamed_key_fits_into_80_columns(panel: str) -> None:
    step = await misnamed_key()
    profile = by_id(panel)
    assert profile is not None
    shown = card(step, FormProgress.of(step, profile))
    lines = [line.plain for line in joined(shown.lines(75, 19), 75).wrap(75)]
    text = "\n".join(lines[:19])
    assert "Then save it there, and press Enter." in text
    assert "Delete     dkim.example.org TXT v=DKIM1" in text
    assert "v=DKIM1; k=rsa;" in text
    assert KEY.value[-7:] in text
    whole = joined(shown.lines(115, 50), 115).plain.replace("\n", "").replace(" ", "")
    assert KEY.value[-100:] in whole


async def test_what_is_copied_of_a_long_value_is_all_of_it() -> None:
    step = await misnamed_key()
    profile = by_id("any")
    assert profile is not None
    assert any(text == KEY.value for _, text in FormProgress.of(step, profile).boxes)
