"""What step 5 says of a record that the guide would not publish as planned, or not yet."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from dns import rdata
from dns.name import from_text
from dns.rdatatype import SRV
from textual.pilot import Pilot

from mailcow_dns_tui.model.answer import Lookup
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Server, Setup
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.topics.delegation import ALL_ANSWER
from mailcow_dns_tui.topics.judge import different, judge
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from tests.wizard.conftest import MakeApp, settle
from tests.wizard.engines import Answers, absent, published
from tests.wizard.screens.test_mailcow import shown
from tests.wizard.test_copying import SMALL

GOOGLE = "v=spf1 ip4:203.0.113.25 ~all"


class AtGoogle(Answers):
    """Mail of the domain goes to Google, and its SPF record allows only that; DMARC is there."""

    def judged(self, record: Record) -> Finding:
        if record.topic == "spf":
            return _different(record, txt_rdata(GOOGLE))
        if record.topic == "mx":
            hosts = ("1 aspmx.l.google.com.", "5 alt1.aspmx.l.google.com.")
            return _different(record, *(rdata.from_text("IN", "MX", host) for host in hosts))
        return super().judged(record)


def _different(record: Record, *there: rdata.Rdata) -> Finding:
    answer = replace(published(record), rdatas=there)
    lookup = Lookup(record.owner, record.rdtype, (answer,), answer, zone=record.zone)
    return judge(record, lookup, lambda r, a: different(r, "It leads elsewhere."))


async def at(app: WizardApp, pilot: Pilot[None], part: str) -> str:
    """What is shown with the cursor on the row that has this part."""
    await settle(pilot, lambda: app.report.all_asked)
    await pilot.press("alt+5")
    rows = app.screen.query_one(RecordList)
    await settle(pilot, lambda: bool(rows.count))
    rows.highlighted = next(i for i, line in enumerate(rows.lines) if part in line)
    detail = app.screen.query_one("#detail")
    await settle(pilot, lambda: "Why" in str(detail.render()))
    return " ".join(str(detail.render()).split())


async def test_the_value_to_publish_now_is_the_one_that_is_copied(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=AtGoogle())
    async with app.run_test(size=(120, 50)) as pilot:
        said = await at(app, pilot, "v=spf1")
        await pilot.press("v")
        await settle(pilot, lambda: bool(app.clipboard))
        assert f"For now {app.clipboard} In the end v=spf1" in said
        assert (
            "It is not the plan's v=spf1 mx a -all: ip4:203.0.113.25 is published and stays" in said
        )
        assert "ip4:192.0.2.10" in app.clipboard
        assert "ip4:203.0.113.25" in app.clipboard
        assert "Wanted" not in said


async def test_mail_is_not_said_to_move_before_it_is_safe(wizard: MakeApp) -> None:
    engine = AtGoogle(lambda record: (absent if record.topic == "dkim" else published)(record))
    app = wizard(SMALL, engine=engine)
    async with app.run_test(size=(120, 50)) as pilot:
        said = await at(app, pilot, " MX ")
        assert "Not safe yet: " in said
        assert "This step opens" in said
        assert "its mailboxes have to be here already" in said
        assert "When that is saved, and not before: Delete example.org MX 5 alt1" in said


async def test_of_a_domain_nothing_is_copied_that_moves_mail(wizard: MakeApp) -> None:
    engine = AtGoogle(lambda record: (absent if record.rdtype == SRV else published)(record))
    app = wizard(SMALL, engine=engine)
    async with app.run_test(size=(120, 50), notifications=True) as pilot:
        await at(app, pilot, "v=spf1")
        await pilot.press("d")
        await settle(pilot, lambda: bool(app.clipboard))
        assert " MX " not in app.clipboard
        assert "v=spf1" not in app.clipboard
        assert "_imaps._tcp" in app.clipboard
        assert "DKIM1" in app.clipboard
        await settle(pilot, lambda: len(app.screen.query("Toast")) == 1)
        assert "Left out, 2: " in str(app.screen.query_one("Toast").render())


async def test_who_copies_everything_is_warned(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=AtGoogle())
    async with app.run_test(size=(120, 50), notifications=True) as pilot:
        await at(app, pilot, "v=spf1")
        await pilot.press("z")
        await settle(pilot, lambda: "Do not import them as they are" in shown(app))


class OnlyOthers(Answers):
    """The zone of the server is good, and that is about no record."""

    async def check(self, setup: Setup, *, fresh: bool) -> AsyncGenerator[Sequence[Finding], None]:
        host = from_text("mail.example.org")
        yield [Finding("delegation", ALL_ANSWER, Status.OK, None, host, "NS", "All answer.")]


async def test_without_records_none_are_counted_as_good(wizard: MakeApp) -> None:
    app = wizard(Setup(server=Server("mail.example.org")), engine=OnlyOthers())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: bool(app.report.counts))
        await pilot.press("alt+5")
        await settle(pilot, lambda: "No records yet" in shown(app))
        assert "5 Records ·" in shown(app)
        assert "✓ 1" not in shown(app)


async def test_a_tall_screen_shows_more_of_it(wizard: MakeApp) -> None:
    app = wizard(SMALL, engine=AtGoogle())
    async with app.run_test(size=(80, 60)) as pilot:
        await at(app, pilot, " MX ")
        await settle(pilot, lambda: "Delete     example.org MX 5 alt1" in shown(app))
