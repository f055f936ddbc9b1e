"""Box after box of the form that the user's panel shows."""

from dataclasses import replace

import dns.name
import pytest

from mailcow_dns_tui.model.answer import Answer, Lookup, Source
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.topics.judge import different, judge
from mailcow_dns_tui.wizard import checker
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from mailcow_dns_tui.wizard.screens.records import RecordView
from tests.wizard.conftest import MakeApp, settle
from tests.wizard.engines import Answers, absent, published
from tests.wizard.screens.test_mailcow import shown, until_shown
from tests.wizard.test_copying import SMALL

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
    app = wizard(SMALL, engine=at("ns1045.ui-dns.de."))
    assert await pressed(app, "_imaps._tcp", 2) == ["_imaps", "mail.example.org"]
    assert "example.org, at IONOS" in app.sub_title
    assert "Points to" in app.sub_title


async def test_digits_are_typed_and_defaults_that_serve_are_left(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at("ns1045.ui-dns.de."))
    await pressed(app, "_imaps._tcp", 1)
    assert "Port       993  (type it)" in app.sub_title
    assert "Host name  leave it empty" in app.sub_title
    app = wizard(SMALL, engine=at("ns1.example.net."))
    await pressed(app, "_dmarc", 1)
    assert "TTL        as it stands (3600)" in app.sub_title


async def test_names_are_those_inside_the_zone_that_is_there(wizard: MakeApp) -> None:
    engine = at("hydrogen.ns.hetzner.com.")
    engine.zone = dns.name.from_text("example.org")
    sub = replace(SMALL, domains=(replace(SMALL.domains[0], name="sub.example.org"),))
    app = wizard(sub, engine=engine)
    assert (await pressed(app, "_dmarc", 1))[0] == "_dmarc.sub"
    assert "Zone       example.org, at Hetzner" in app.sub_title


async def test_another_panel_wants_another_form(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at("hydrogen.ns.hetzner.com."))
    assert await pressed(app, "_imaps._tcp", 2) == ["_imaps._tcp", "0 1 993 mail.example.org."]


async def test_a_panel_that_is_not_known_gets_the_common_form(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at("ns1.example.net."))
    assert await pressed(app, "_dmarc", 2) == [
        "_dmarc",
        "v=DMARC1; p=reject; rua=mailto:mailauth-reports@example.org",
    ]
    assert "✓ Name" in app.sub_title
    assert "✓ Value" in app.sub_title
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

    app = wizard(SMALL, engine=Answers(answer))
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[PENDING])
        rows = app.screen.query_one(RecordList)
        place = next(i for i, line in enumerate(rows.lines) if " _dmarc " in line)
        rows.highlighted = place
        await pilot.pause()
        await pilot.press(*"bb")
        await settle(pilot, lambda: "✓ Value" in shown(app))
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
    app = wizard(SMALL, engine=answers)
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[PENDING])
        rows = app.screen.query_one(RecordList)
        place = next(i for i, line in enumerate(rows.lines) if " _dmarc " in line)
        rows.highlighted = place
        await pilot.pause()
        await pilot.press(*"bbb")
        await settle(pilot, lambda: len(answers.checks) == 3)
        await settle(pilot, lambda: not app.report.pasted)
        assert rows.lines[place].startswith("! warning")


async def test_reverse_dns_has_no_form(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=at("hydrogen.ns.hetzner.com."))
    assert await pressed(app, "192.0.2.10", 1) == [""]


async def test_an_optional_record_is_marked_as_pasted_too(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=Answers(absent))
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
    app = wizard(SMALL, engine=at("ns1045.ui-dns.de."))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("alt+5")
        rows = app.screen.query_one(RecordList)
        await settle(pilot, lambda: bool(rows.count))
        rows.highlighted = next(i for i, line in enumerate(rows.lines) if " _imaps._tcp " in line)
        await pilot.press("b")
        await until_shown(app, pilot, "▸ Points to")
        assert len(app.screen.query("Toast")) <= 1


class SendsElsewhere(Answers):
    """The SPF record of another provider is published, and judged for what it says."""

    def judged(self, record: Record) -> Finding:
        if record.topic != "spf":
            return super().judged(record)
        text = txt_rdata("v=spf1 ip4:203.0.113.25 -all")
        answer = replace(published(record), rdatas=(text,), authoritative=True)
        lookup = Lookup(record.owner, record.rdtype, (answer,), answer)
        return judge(record, lookup, lambda r, a: different(r, "It lets this server not send."))


async def test_who_sends_already_stays_in_the_value_that_is_copied(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=SendsElsewhere())
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press("alt+5")
        records = app.screen.query_one(RecordList)
        place = next(i for i, line in enumerate(records.lines) if "v=spf1" in line)
        records.highlighted = place
        for key in ("v", "b"):
            app.copy_to_clipboard("")
            await pilot.press(key)
            await settle(pilot, lambda: "ip4:203.0.113.25" in app.clipboard)
        assert app.clipboard in " ".join(shown(app).split())


async def test_a_domain_that_is_renamed_meanwhile_ends_nothing(wizard: MakeApp) -> None:
    engine = SendsElsewhere(lambda r: absent(r) if r.topic == "dmarc" else published(r))
    app = wizard(SMALL, engine=engine)
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press("alt+5")
        records = app.screen.query_one(RecordList)
        records.highlighted = next(i for i, line in enumerate(records.lines) if "v=spf1" in line)
        await pilot.pause()
        renamed = replace(app.setup.domains[0], name="other.example")
        app.setup = replace(app.setup, domains=(renamed,))
        app.screen.query_one(RecordView)._explain()
        await settle(pilot, lambda: app.report.records[-1].domain == renamed.apex)
