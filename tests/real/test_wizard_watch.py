"""The wizard's watch and its mutes with real servers, whose zone changes meanwhile."""

import pytest

from mailcow_dns_tui.engine.local import LocalEngine
from mailcow_dns_tui.model.changes import ChangeKind
from mailcow_dns_tui.model.finding import Finding, Status, mute_of
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard import checker
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.messages import Edited, IntervalChosen
from mailcow_dns_tui.wizard.screens.muting import muting
from mailcow_dns_tui.wizard.terminal import Terminal
from tests.real.stage import FIRST, NS1, SETUP, ZONE, Stage, own_zone, registry
from tests.wizard.conftest import settle

GOOD = own_zone(servers=[NS1])
BACKUP = own_zone(servers=[NS1], adding=["example.org. MX 20 mx.example.net."])
SECOND = BACKUP.replace("MX 20", "MX 30")


def told(app: WizardApp) -> list[tuple[ChangeKind, bool]]:
    entries = (entry.change for entry in app.watched.entries)
    return [(each.kind, each.is_worse) for each in entries if each.about.type == "MX"]


async def test_a_backup_comes_is_muted_and_changes(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "LEAST_REST", 0.1)
    stage.set_up({FIRST: GOOD}, registry(NS1), resolver_asks=[FIRST])
    engine = LocalEngine(stage.network, is_example=True)
    saved: list[Setup] = []
    app = WizardApp(SETUP, engine=engine, save=saved.append, terminal=Terminal({}))
    try:
        async with app.run_test(size=(120, 36)) as pilot:
            app.post_message(IntervalChosen(1))
            await settle(pilot, lambda: app.watched.checks > 0)
            stage.serve(FIRST, {ZONE: BACKUP})
            await settle(pilot, lambda: (ChangeKind.NEW_FAULT, True) in told(app))
            await settle(pilot, lambda: bool(foreign(app)))
            found = foreign(app)[0]
            app.post_message(Edited(muting(found, "It is our backup.")))
            await settle(pilot, lambda: app.report.counts[Status.MUTED] == 1)
            await settle(pilot, lambda: (ChangeKind.MUTED, False) in told(app))
            kept = (mute_of(found, "It is our backup."),)
            await settle(pilot, lambda: saved[-1].mutes == kept)
            stage.serve(FIRST, {ZONE: SECOND})
            await settle(pilot, lambda: told(app)[-1] == (ChangeKind.NEW_FAULT, True))
            await settle(pilot, lambda: app.report.counts[Status.MUTED] == 0)
            stage.serve(FIRST, {ZONE: GOOD})
            await settle(pilot, lambda: told(app)[-1][0] is ChangeKind.SOLVED)
            await settle(pilot, lambda: app.report.counts[Status.WARNING] == 0)
    finally:
        await engine.close()


def foreign(app: WizardApp) -> list[Finding]:
    found = (finding for each in app.report.findings.values() for finding in each)
    return [finding for finding in found if finding.code == "foreign-mx"]
