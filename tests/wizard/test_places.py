"""Where findings send the user to is there, under that name."""

import pytest

from mailcow_dns_tui.topics.phrases import ANSWERS
from mailcow_dns_tui.wizard.screens.main import content_id
from mailcow_dns_tui.wizard.steps.step import Step
from tests.wizard.conftest import SETUP, MakeApp, settle


@pytest.mark.parametrize(("number", "label"), ANSWERS.values())
async def test_a_place_in_the_plan_is_on_the_step_that_is_named(
    wizard: MakeApp, number: int, label: str
) -> None:
    step = list(Step)[number - 1]
    app = wizard(SETUP)
    async with app.run_test(size=(120, 60)) as pilot:
        await pilot.press(f"alt+{number}")

        def shown() -> bool:
            found = app.screen.query(f"#{content_id(step)} Static")
            return any(str(each.render()).strip() == label for each in found)

        await settle(pilot, shown)
