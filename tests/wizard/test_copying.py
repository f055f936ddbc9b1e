"""What the copy keys put on the clipboard, and what they say."""

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import DkimKey, Domain, Server, Setup
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from mailcow_dns_tui.wizard.screens.records import RecordView
from tests.wizard.conftest import KEY, MakeApp, settle
from tests.wizard.engines import Answers, published, silent

SMALL = Setup(
    server=Server("mail.example.org", "192.0.2.10"),
    domains=(Domain("example.org", dkim=(DkimKey("dkim", KEY),), dmarc_at_once="All is known."),),
)


async def copied(app: WizardApp, name: str, key: str) -> str:
    """Put the cursor on a record by its name, press a key, and see what is on the clipboard."""
    async with app.run_test(notifications=True) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        view = app.screen.query_one(RecordView)
        records = app.screen.query_one(RecordList)
        index = next(i for i, line in enumerate(records.lines) if f" {name} " in line)
        records.highlighted = index
        await pilot.pause()
        assert view.row is not None
        await pilot.press(key)
        await settle(pilot, lambda: len(app.screen.query("Toast")) == 1)
        toast = str(app.screen.query_one("Toast").render())
        assert toast.startswith("Sent ")
        assert "Press x for plain text" in toast
        return app.clipboard


def said(app: WizardApp) -> list[str]:
    return [each.message for each in app._notifications]


async def test_the_name(wizard: MakeApp) -> None:
    assert await copied(wizard(SMALL), "_dmarc", "n") == "_dmarc"


async def test_the_value_is_whole_and_without_quotes(wizard: MakeApp) -> None:
    value = await copied(wizard(SMALL), "dkim._domainkey", "v")
    assert value == f"v=DKIM1; k=rsa; t=s; s=email; p={KEY}"


async def test_the_whole_record_stands_in_any_zone_file(wizard: MakeApp) -> None:
    line = await copied(wizard(SMALL), "_imaps._tcp", "c")
    assert line == "_imaps._tcp.example.org. 3600 IN SRV 0 1 993 mail.example.org."


async def test_all_records_of_a_domain(wizard: MakeApp) -> None:
    text = await copied(wizard(SMALL), "_imaps._tcp", "d")
    assert "$ORIGIN example.org." in text
    assert "_caldavs._tcp" in text
    assert "192.0.2.10" not in text


async def test_one_record_is_called_so(wizard: MakeApp) -> None:
    def only_the_address(record: Record) -> Answer:
        return published(record) if record.type_text in {"A", "MX"} else silent(record)

    app = wizard(SMALL, Answers(only_the_address))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press("alt+5", "home", "d")
        await settle(pilot, lambda: bool(said(app)))
        assert said(app)[0].startswith("Sent 1 record of the server to")


async def test_a_copy_takes_the_place_of_what_was_said_of_the_one_before_alone(
    wizard: MakeApp,
) -> None:
    app = wizard(SMALL)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        app.notify("The stricter policy is due.", timeout=20)
        await pilot.press("alt+5", "home", "v")
        await settle(pilot, lambda: "the value" in said(app)[-1])
        await pilot.press("n")
        await settle(pilot, lambda: "the name" in said(app)[-1])
        assert [each.partition(" to your")[0] for each in said(app)] == [
            "The stricter policy is due.",
            "Sent the name",
        ]


async def test_the_whole_zone(wizard: MakeApp) -> None:
    text = await copied(wizard(SMALL), "_imaps._tcp", "z")
    assert "192.0.2.10" in text
    assert "_caldavs._tcp" in text


async def test_the_name_of_reverse_dns_is_the_address(wizard: MakeApp) -> None:
    assert await copied(wizard(SMALL), "192.0.2.10", "n") == "192.0.2.10"
