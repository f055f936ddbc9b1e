"""Box after box of the form that the user's panel shows."""

from dataclasses import replace

import dns.name
import pytest

from mailcow_dns_tui.model.answer import Answer, Source
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.wizard import checker
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.record_list import RecordList
from mailcow_dns_tui.wizard.record_view import RecordView
from tests.wizard.conftest import MakeApp, settle
from tests.wizard.examiners import Answers, absent
from tests.wizard.test_copying import SMALL
from tests.wizard.test_mailcow import shown, until_shown

PENDING = Status.PENDING


def at(server: str) -> Answers:
    """Everything is published, by this name server."""

    def published(record: Record) -> Answer:
        return Answer(Source(server, "192.0.2.53"), rdatas=(record.rdata,), authoritative=True)

    return Answers(published)


async def pressed(app: WizardApp, name: str, presses: int) -> list[str]:
    """What is on the clipboard after each press of b on the record with this name."""
    copied = []
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        records = app.screen.query_one(RecordList)
        place = next(i for i, line in enumerate(records.lines) if f" {name} " in line)
        records.highlighted = place
        await pilot.pause()
        for _ in range(presses):
            await pilot.press("b")
            await pilot.pause(0.1)
            copied.append(app.clipboard)
        app.sub_title = shown(app)
    return copied


async def test_the_boxes_come_in_the_order_of_the_panels_form(wizard: MakeApp) -> None:
    app = wizard(SMALL, examiner=at("ns1045.ui-dns.de."))
    assert await pressed(app, "_imaps._tcp", 6) == [
        "_imaps",
        "tcp",
        "mail.example.org",
        "0",
        "1",
        "993",
    ]
    assert "example.org, at IONOS" in app.sub_title
    assert "Points to" in app.sub_title


async def test_names_are_those_inside_the_zone_that_is_there(wizard: MakeApp) -> None:
    examiner = at("hydrogen.ns.hetzner.com.")
    examiner.zone = dns.name.from_text("example.org")
    sub = replace(SMALL, domains=(replace(SMALL.domains[0], name="sub.example.org"),))
    app = wizard(sub, examiner=examiner)
    assert (await pressed(app, "_dmarc", 1))[0] == "_dmarc.sub"
    assert "Zone       example.org, at Hetzner" in app.sub_title


async def test_another_panel_wants_another_form(wizard: MakeApp) -> None:
    app = wizard(SMALL, examiner=at("hydrogen.ns.hetzner.com."))
    assert await pressed(app, "_imaps._tcp", 2) == ["_imaps._tcp", "0 1 993 mail.example.org."]


async def test_a_panel_that_is_not_known_gets_the_common_form(wizard: MakeApp) -> None:
    app = wizard(SMALL, examiner=at("ns1.example.net."))
    assert await pressed(app, "_dmarc", 2) == [
        "_dmarc",
        "v=DMARC1; p=reject; rua=mailto:mailauth-reports@example.org",
    ]
    assert "✓ Name" in app.sub_title
    assert "▸ TTL" in app.sub_title
    assert "The form there" not in app.sub_title


async def test_after_the_last_box_the_record_is_looked_for_until_it_is_there(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "PAUSES", (0.05,) * 1000)
    there: set[Record] = set()

    def answer(record: Record) -> Answer:
        rdatas = (record.rdata,) if record in there else ()
        source = Source("hydrogen.ns.hetzner.com.", "192.0.2.53")
        return Answer(source, rdatas=rdatas, authoritative=True)

    app = wizard(SMALL, examiner=Answers(answer))
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[PENDING])
        rows = app.screen.query_one(RecordList)
        place = next(i for i, line in enumerate(rows.lines) if " _dmarc " in line)
        rows.highlighted = place
        await pilot.pause()
        await pilot.press(*"bbb")
        await settle(pilot, lambda: "✓ TTL" in shown(app))
        assert rows.lines[place].startswith("! warning")
        await pilot.press("b")
        await settle(pilot, lambda: rows.lines[place].startswith("▸ pasted"))
        await settle(pilot, lambda: rows.highlighted != place)
        assert rows.highlighted is not None
        assert rows.lines[rows.highlighted].startswith("✗")
        there |= {record for record in app.report.records if record.name == "_dmarc"}
        await settle(pilot, lambda: rows.lines[place].startswith("✓ ok"))
        await settle(pilot, lambda: not app.report.pasted)


async def test_what_does_not_come_is_not_called_pasted_for_ever(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "PAUSES", (0.05, 0.05))
    answers = Answers(absent)
    app = wizard(SMALL, examiner=answers)
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[PENDING])
        rows = app.screen.query_one(RecordList)
        place = next(i for i, line in enumerate(rows.lines) if " _dmarc " in line)
        rows.highlighted = place
        await pilot.pause()
        await pilot.press(*"bbbb")
        await settle(pilot, lambda: len(answers.asked) == 3)
        await settle(pilot, lambda: not app.report.pasted)
        assert rows.lines[place].startswith("! warning")


async def test_reverse_dns_has_no_form(wizard: MakeApp) -> None:
    app = wizard(SMALL, examiner=at("hydrogen.ns.hetzner.com."))
    assert await pressed(app, "192.0.2.10", 1) == [""]


async def test_an_optional_record_is_marked_as_pasted_too(wizard: MakeApp) -> None:
    app = wizard(SMALL, examiner=Answers(absent))
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[PENDING])
        rows = app.screen.query_one(RecordList)
        place = next(i for i, line in enumerate(rows.lines) if " _imaps._tcp " in line)
        assert rows.lines[place].startswith("i info")
        rows.highlighted = place
        await pilot.pause()
        record = app.screen.query_one(RecordView).row
        while record not in app.report.pasted:
            await pilot.press("b")
        assert rows.lines[place].startswith("▸ pasted")


async def test_the_next_box_is_in_sight_on_a_small_screen(wizard: MakeApp) -> None:
    app = wizard(SMALL, examiner=at("ns1045.ui-dns.de."))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5")
        rows = app.screen.query_one(RecordList)
        await settle(pilot, lambda: bool(rows.count))
        rows.highlighted = next(i for i, line in enumerate(rows.lines) if " _imaps._tcp " in line)
        for label in ("Protocol", "Points to", "Priority", "Weight", "Port"):
            await pilot.press("b")
            await until_shown(app, pilot, f"▸ {label}")
            assert len(app.screen.query("Toast")) <= 1
