"""All domains at a glance: the worst first, found by a search, left to their records."""

from dataclasses import replace

import dns.rdatatype
import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.widgets import Static

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.suggestion import PublishedAnswers, Remark
from mailcow_dns_tui.questions.suggestions import NO_SUGGESTIONS
from mailcow_dns_tui.topics.registry import plan
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.overview import OverviewList, OverviewScreen
from mailcow_dns_tui.wizard.screens.overview_rows import Overviewed, overview, row_content
from mailcow_dns_tui.wizard.screens.record_list import RecordList, RowFilter
from tests.wizard.conftest import SETUP, MakeApp, at_rest, main_screen, settle
from tests.wizard.engines import Answers, absent, published, silent

ALIAS = Domain("alias.example", alias_of="example.org")
MANY: Setup = replace(SETUP, domains=(*SETUP.domains, ALIAS, Domain("down.example")))
WIDTH = 78


def mixed(record: Record) -> Answer:
    """An example with a domain that can't be asked, and another one without its MX."""
    owner = str(record.owner)
    if owner.endswith("down.example."):
        return silent(record)
    is_lost = owner.startswith("xn--") and record.rdtype == dns.rdatatype.MX
    return absent(record) if is_lost else published(record)


async def opened(app: WizardApp, pilot: Pilot[None]) -> OverviewList:
    await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[Status.PENDING])
    await pilot.press("alt+5", "o")
    await settle(pilot, lambda: isinstance(app.screen, OverviewScreen))
    rows = app.screen.query_one(OverviewList)
    await settle(pilot, lambda: rows.count > 0)
    return rows


def names(rows: OverviewList) -> list[str]:
    return [line[10:].split()[0] for line in rows.lines]


async def test_the_worst_is_first_and_each_topic_has_its_glyph(wizard: MakeApp) -> None:
    app = wizard(MANY, Answers(mixed))
    async with app.run_test(size=(120, 36)) as pilot:
        rows = await opened(app, pilot)
        assert names(rows) == [
            "bücher.example",
            "down.example",
            "Server",
            "example.org",
            "alias.example",
        ]
        heads = str(app.screen.query_one("#heads", Static).render())
        worst = rows.lines[0]
        assert worst.startswith("✗ error")
        assert worst[heads.index(" MX") : heads.index(" SPF")].strip() == "✗"
        assert worst[heads.index(" SPF") : heads.index(" DKIM")].strip() == "✓"
        assert worst[heads.index(" TXT") : heads.index(" NS")].strip() == "·"
        assert "alias of" in rows.lines[-1]


async def test_on_a_narrow_screen_every_column_is_there(wizard: MakeApp) -> None:
    app = wizard(MANY, Answers(mixed))
    async with app.run_test(size=(60, 20)) as pilot:
        rows = await opened(app, pilot)
        heads = str(app.screen.query_one("#heads", Static).render())
        assert heads.endswith(" SEC")
        assert rows.lines[0].startswith("✗ bücher.ex")
        assert rows.lines[0].rstrip()[-1] == "·"


def test_what_is_found_before_all_is_planned_hides_no_domain() -> None:
    findings = [Answers(silent).judged(record) for record in plan(SETUP)]
    rows = overview(Report().with_findings(findings), SETUP, NO_SUGGESTIONS)
    assert [row.title for row in rows] == ["example.org", "bücher.example"]


def test_before_anything_is_planned_the_domains_are_there_in_their_order() -> None:
    rows = overview(Report(), SETUP, NO_SUGGESTIONS)
    assert [(row.title, row.status) for row in rows] == [
        ("example.org", Status.PENDING),
        ("bücher.example", Status.PENDING),
    ]


def test_what_is_off_in_mailcow_is_told_at_its_domain() -> None:
    remark = Remark("name", "Nobody gets mail there.", SETUP.apexes[1], switched_off=True)
    suggestions = replace(NO_SUGGESTIONS, published=PublishedAnswers(remarks=(remark,)))
    rows = overview(Report(), SETUP, suggestions)
    assert [row.note for row in rows] == ["", "off in mailcow"]


async def test_enter_leads_to_the_records_of_the_domain(wizard: MakeApp) -> None:
    app = wizard(MANY, Answers(mixed))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("slash", *"example", "down", "enter")
        await settle(pilot, lambda: not isinstance(app.screen, OverviewScreen))
        chosen = main_screen(app).query_one(RecordList).chosen
        assert isinstance(chosen, Record)
        assert str(chosen.domain) == "down.example."
        assert len(app.screen_stack) == 1


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("buch", []),
        ("bü", ["bücher.example"]),
        ("xn--", ["bücher.example"]),
        ("alias", ["alias.example"]),
        ("unknown", ["down.example"]),
        ("example ok", ["example.org", "alias.example"]),
    ],
)
async def test_what_is_searched_for_is_left(wizard: MakeApp, words: str, left: list[str]) -> None:
    app = wizard(MANY, Answers(mixed))
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await opened(app, pilot)
        await pilot.press("slash", *("space" if each == " " else each for each in words))
        await settle(pilot, lambda: names(rows) == left)
        assert app.screen.query_one("#nothing").display is not bool(left)
        await pilot.press("escape")
        await settle(pilot, lambda: rows.count == 5)
        assert isinstance(app.screen, OverviewScreen)
        await pilot.press("escape")
        await settle(pilot, lambda: not isinstance(app.screen, OverviewScreen))


async def test_one_key_leaves_the_faults_only(wizard: MakeApp) -> None:
    app = wizard(MANY, Answers(mixed))
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await opened(app, pilot)
        await pilot.press("f")
        await settle(pilot, lambda: names(rows) == ["bücher.example", "down.example"])
        await pilot.press("f")
        await settle(pilot, lambda: rows.count == 5)


async def test_the_cursor_stays_on_its_domain_when_it_moves(wizard: MakeApp) -> None:
    answers = Answers(mixed)
    app = wizard(MANY, answers)
    async with app.run_test(size=(80, 24)) as pilot:
        rows = await opened(app, pilot)
        await pilot.press("end")
        answers.answering = silent
        main = app.screen_stack[0]
        await main.run_action("check")
        await settle(pilot, lambda: app.report.counts[Status.UNKNOWN] == len(app.report.records))
        await settle(pilot, lambda: names(rows)[0] == "example.org")
        assert rows.chosen is not None
        assert str(rows.chosen.domain) == "alias.example."


@pytest.mark.parametrize("width", [20, 40, 78, 118])
def test_no_row_is_wider_than_the_screen(width: int) -> None:
    long = replace(MANY, domains=(Domain(f"{'a' * 60}.{'b' * 60}.example", alias_of="c.example"),))
    for row in overview(Report().with_records(plan(long)), long, NO_SUGGESTIONS):
        assert row_content(row, width).cell_length <= width


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_picture(wizard: MakeApp, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    more = tuple(Domain(f"d{number:03}.example") for number in range(200))
    app = wizard(replace(MANY, domains=(*MANY.domains, *more)), Answers(mixed))
    async with app.run_test(size=size) as pilot:
        await opened(app, pilot)
        assert await at_rest(app, pilot) == picture


async def test_a_search_that_leaves_no_row_bears_to_be_led_to_a_domain(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_good)
        records = main_screen(app).query_one(RecordList)
        records.filter = RowFilter("found nowhere")
        await settle(pilot, lambda: records.count == 0)
        records.choose_domain(app.setup.apexes[0])
        assert records.highlighted is None


async def test_a_search_ends_where_one_is_led_to_a_domain(wizard: MakeApp) -> None:
    app = wizard(MANY)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press("alt+5")
        records = main_screen(app).query_one(RecordList)
        records.filter = RowFilter("down.example")
        await settle(pilot, lambda: 0 < records.count < len(app.report.records))
        domain = app.setup.apexes[1]
        await main_screen(app).show_domain(Overviewed(domain, "", Status.OK, {}))
        assert isinstance(records.chosen, Record)
        assert records.chosen.domain == domain
