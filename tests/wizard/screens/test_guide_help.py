"""What the guide's help explains: the signs of its screen, and the words of the shown step."""

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.help import HelpScreen
from tests.wizard.conftest import MakeApp, settle
from tests.wizard.engines import Answers, absent, published
from tests.wizard.screens.test_guide import WITH_CAA, guided, no_mx


async def helped(app: WizardApp, pilot: Pilot[None], key: str) -> str:
    """All that the help says that this key opens."""
    await pilot.press(key)
    await settle(pilot, lambda: isinstance(app.screen, HelpScreen))
    return "\n".join(str(each.render()) for each in app.screen.query(Static))


@pytest.mark.parametrize("key", ["f1", "question_mark"])
async def test_the_signs_of_the_form_are_explained(wizard: MakeApp, key: str) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        said = await helped(app, pilot, key)
    for sign in (
        "▸ the box to copy next",
        "✓ copied",
        "? what is not verified",
        "! what to know before",
    ):
        assert sign in said


async def test_words_of_the_step_are_explained_by_one_key(wizard: MakeApp) -> None:
    def no_caa(record: Record) -> Answer:
        return absent(record) if record.topic == "caa" else published(record)

    app = wizard(WITH_CAA, Answers(no_caa))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert "Which authority may issue certificates" in await helped(app, pilot, "f1")


async def test_words_that_do_not_stand_there_are_not_explained(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(no_mx))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert "Which authority may issue certificates" not in await helped(app, pilot, "f1")
