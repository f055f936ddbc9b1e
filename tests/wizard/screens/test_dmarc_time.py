"""The wizard keeps since when p=none is published, and opens the stricter policy in its time."""

from dataclasses import replace
from datetime import date, timedelta

from textual.pilot import Pilot
from textual.widgets import Input

from mailcow_dns_tui.model.answer import Answer, Lookup
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.topics.dmarc.judge import judge_answer
from mailcow_dns_tui.topics.judge import judge
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.dialogs import ReasonScreen
from tests.wizard.conftest import SETUP, MakeApp, settle
from tests.wizard.engines import Answering, Answers, absent, published
from tests.wizard.screens.test_guide import guided, text

TODAY = date.today()
ONE = replace(SETUP.domains[0], dmarc_at_once="")
NEW = replace(SETUP, domains=(ONE,))
NONE = "v=DMARC1; p=none; rua=mailto:mailauth-reports@example.org"
REJECT = NONE.replace("none", "reject")


def seen(days: int) -> Setup:
    return replace(NEW, domains=(replace(ONE, dmarc_since=TODAY - timedelta(days=days)),))


class Policies(Answers):
    """Judges DMARC by what it says, and all else by whether it is there."""

    def judged(self, record: Record) -> Finding:
        if record.topic != "dmarc":
            return super().judged(record)
        lookup = Lookup(record.owner, record.rdtype, (self.answering(record),), zone=self.zone)
        return judge(record, lookup, lambda record, answer: judge_answer(record, answer)[0])


def without_policy(record: Record) -> Answer:
    return absent(record) if record.topic == "dmarc" else published(record)


def having(policy: str) -> Answering:
    """All as wanted, and this policy."""

    def answering(record: Record) -> Answer:
        is_policy = record.topic == "dmarc"
        return published(replace(record, rdata=txt_rdata(policy)) if is_policy else record)

    return answering


def policies(app: WizardApp) -> list[str]:
    return [record.value for record in app.report.records if record.topic == "dmarc"]


async def test_the_day_is_kept_and_reject_comes_later(wizard: MakeApp, saved: list[Setup]) -> None:
    engine = Policies(without_policy)
    app = wizard(NEW, engine)
    async with app.run_test(size=(120, 40)) as pilot:
        await guided(app, pilot)
        assert policies(app) == [NONE]
        assert "With p=none receivers report" in text(app, "#step")
        assert "Due later: 1" in text(app, "#rest")
        engine.answering = published
        await pilot.press("r")
        await settle(pilot, lambda: "wants by now is published and good" in text(app, "#step"))
        due = TODAY + timedelta(days=14)
        later = f"p=none since {TODAY}; reject is due on {due}. Start this again then;"
        await settle(pilot, lambda: later in text(app, "#rest"))
    assert [domain.dmarc_since for domain in saved[-1].domains] == [TODAY]


async def test_the_next_start_says_what_has_become_due(wizard: MakeApp) -> None:
    app = wizard(seen(14), Policies(having(NONE)))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: any("of example.org is due" in said for said in told(app)))
        await guided(app, pilot)
        assert policies(app) == [REJECT]
        assert "Read the reports first" in text(app, "#step")
    app = wizard(seen(13), Policies(having(NONE)))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert told(app) == []
        assert "wants by now is published and good" in text(app, "#step")


def told(app: WizardApp) -> list[str]:
    return [notice.message for notice in app._notifications]


async def test_a_yes_wants_a_reason_and_opens_it_at_once(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    app = wizard(seen(1), Policies(having(NONE)))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await answer(app, pilot, "y", "enter", "escape")
        assert policies(app) == [NONE]
        await answer(app, pilot, "y", *"new", "enter")
        await settle(pilot, lambda: "of _dmarc.example.org: replace" in text(app, "#step"))
        assert policies(app) == [REJECT]
        assert "It is there now" not in text(app, "#looked")
        await pilot.press("y")
        await settle(pilot, lambda: "No DMARC policy has to wait" in text(app, "#looked"))
    assert [domain.dmarc_at_once for domain in saved[-1].domains] == ["new"]


async def answer(app: WizardApp, pilot: Pilot[None], key: str, *keys: str) -> None:
    guide = app.screen
    await pilot.press(key)
    await settle(pilot, lambda: isinstance(app.screen, ReasonScreen))
    assert app.screen.query_one(Input).has_focus
    await pilot.press(*keys)
    await settle(pilot, lambda: app.screen is guide)


async def test_who_publishes_reject_already_is_good_and_stays_so(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    app = wizard(NEW, Policies(having(REJECT)))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: policies(app) == [REJECT] and app.report.all_good)
        assert not app.report.counts[Status.WARNING]
    assert "published already" in saved[-1].domains[0].dmarc_at_once


async def test_the_days_can_be_chosen(wizard: MakeApp) -> None:
    app = wizard(seen(5), Policies(having(NONE)))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: policies(app) == [NONE])
        await pilot.press("alt+3", "down", "down", "down", "end", "backspace", "backspace", "5")
        await settle(pilot, lambda: policies(app) == [REJECT])
        assert app.setup.dmarc.reporting_days == 5
