"""What a terminal of 60 columns and 20 lines shows: nothing is cut off without need."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from mailcow_dns_tui.mailcow.known import SourceResult
from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import DESCRIPTIONS
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.messages import IntervalChosen
from mailcow_dns_tui.wizard.screens.dialogs import ReasonScreen
from mailcow_dns_tui.wizard.screens.help import HelpScreen
from mailcow_dns_tui.wizard.screens.overview import OverviewScreen
from mailcow_dns_tui.wizard.screens.propagation import PropagationScreen
from mailcow_dns_tui.wizard.screens.watch import WatchScreen
from mailcow_dns_tui.wizard.screens.zone_import import ImportScreen
from mailcow_dns_tui.wizard.steps.services import ServiceRow
from mailcow_dns_tui.wizard.widgets.status_bar import StatusLine
from mailcow_dns_tui.wizard.widgets.text import SteadyText
from tests.wizard.conftest import BEGUN, SETUP, MakeApp, at_rest, main_screen, settle
from tests.wizard.engines import Answers, absent, published, silent
from tests.wizard.observing import Observing, old
from tests.wizard.screens.test_guide import guided, text
from tests.wizard.screens.test_guide_end import at_cloudflare, nothing_of
from tests.wizard.screens.test_guide_saved import Strict, misspelt
from tests.wizard.screens.test_mailcow import Says
from tests.wizard.screens.test_zone_import import CLOUDFLARE, Zone
from tests.wizard.test_copying import SMALL

SMALLEST = (60, 20)


def drawn(widget: Widget) -> Sequence[str]:
    """Line by line, as it is drawn, without what is around it."""
    strips = widget.render_lines(Region(0, 0, *widget.outer_size))
    return [strip.text[widget.gutter.left :].rstrip() for strip in strips]


async def good(app: WizardApp, pilot: Pilot[None], *keys: str) -> None:
    await settle(pilot, lambda: app.report.all_asked)
    await pilot.press(*keys)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 200])
async def test_what_a_service_is_stands_there_whole(wizard: MakeApp, width: int) -> None:
    app = wizard(SMALL)
    async with app.run_test(size=(width, 36)) as pilot:
        await good(app, pilot, "alt+4")
        notes = list(main_screen(app).query("ServiceRow .note"))
        await settle(pilot, lambda: any("✓" in " ".join(drawn(note)) for note in notes))
        said = " ".join(" ".join(drawn(note)) for note in notes)
        for description in DESCRIPTIONS.values():
            assert description in " ".join(said.split())


async def test_a_service_takes_two_lines_only_where_it_must(wizard: MakeApp) -> None:
    app = wizard(SMALL)
    async with app.run_test(size=(120, 36)) as pilot:
        await good(app, pilot, "alt+4")
        rows = main_screen(app).query("ServiceRow")
        heights = {}
        for width in (60, 80, 120, 200):
            await pilot.resize_terminal(width, 36)
            await at_rest(app, pilot)
            heights[width] = {row.size.height for row in rows}
        assert heights == {60: {2}, 80: {1}, 120: {2}, 200: {1}}


def told_whole(row: ServiceRow) -> bool:
    said = " ".join(drawn(row.query_one(".note")))
    return f"{DESCRIPTIONS[row.key]} · not published yet" in said


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_how_a_service_stands_is_whole_where_it_is_not_good(
    wizard: MakeApp, width: int
) -> None:
    app = wizard(SMALL, Answers(nothing_of("clients")))
    async with app.run_test(size=(width, 36)) as pilot:
        await good(app, pilot, "alt+4")
        rows = list(main_screen(app).query(ServiceRow))
        await settle(pilot, lambda: all(map(told_whole, rows)))


def mixed(record: Record) -> Answer:
    if record.topic in {"mx", "spf", "dkim"}:
        return absent(record)
    return silent(record) if record.type_text == "CNAME" else published(record)


async def test_the_line_at_the_top_names_host_and_domains(wizard: MakeApp) -> None:
    app = wizard(SETUP, Answers(mixed))
    async with app.run_test(size=(54, 20)) as pilot:
        await good(app, pilot)
        (line,) = drawn(app.screen.query_one(StatusLine))
        assert "mail.example.org · 2 domains" in line


async def test_how_far_the_guide_has_come_is_whole(wizard: MakeApp) -> None:
    app = wizard(BEGUN, Strict(mixed))
    async with app.run_test(size=SMALLEST) as pilot:
        await guided(app, pilot)
        await pilot.press("s", "s")
        step = app.screen.query_one("#step")
        await settle(pilot, lambda: "skipped" in str(step.border_subtitle))
        assert "4 not asked" in str(step.border_subtitle)
        assert len(str(step.border_subtitle)) <= SMALLEST[0] - 6
        await pilot.resize_terminal(140, 36)
        await settle(pilot, lambda: "4 could not be asked" in str(step.border_subtitle))


async def test_what_is_said_below_the_card_is_whole_or_says_that_it_is_not(
    wizard: MakeApp,
) -> None:
    app = wizard(BEGUN, Strict(at_cloudflare(nothing_of("clients", "dkim"))))
    async with app.run_test(size=SMALLEST) as pilot:
        screen = await guided(app, pilot)
        screen.tell("The name servers show: example.org is at Cloudflare. p chooses another panel.")
        looked = screen.query_one("#looked")
        await settle(pilot, lambda: "servers show" in text(app, "#looked"))
        await settle(pilot, lambda: drawn(looked)[-1].endswith("now."))
        screen.tell("A long sentence. " * 30)
        await settle(pilot, lambda: drawn(looked)[-1].endswith("…"))


async def test_notes_hang_below_their_text(wizard: MakeApp) -> None:
    app = wizard(SMALL, Zone(CLOUDFLARE))
    async with app.run_test(size=SMALLEST) as pilot:
        await good(app, pilot, "alt+5", "down", "i")
        await settle(pilot, lambda: isinstance(app.screen, ImportScreen))
        lines = drawn(app.screen.query_one("#know"))
        assert all(line.startswith(("i ", "  ")) for line in lines)
        assert any(line.startswith("  ") for line in lines)


async def test_troubles_hang_below_their_text(wizard: MakeApp) -> None:
    trouble = "The API key was refused and is not tried again. Copy it in mailcow once more."
    app = wizard(SMALL, Says(SourceResult(troubles=(trouble,))))
    async with app.run_test(size=SMALLEST) as pilot:
        await good(app, pilot, "alt+1")
        banner = app.screen.query_one("SourceBanner", SteadyText)
        await settle(pilot, lambda: "refused" in " ".join(drawn(banner)))
        assert drawn(banner)[-1].startswith("  ")


async def test_what_is_left_hangs_below_its_text(wizard: MakeApp) -> None:
    app = wizard(BEGUN, Strict(misspelt))
    async with app.run_test(size=(100, 36)) as pilot:
        await guided(app, pilot)
        await pilot.resize_terminal(104, 36)
        rest = app.screen.query_one("#rest SteadyText")
        await settle(pilot, lambda: any(line.startswith("✗ MX") for line in drawn(rest)))
        lines = [line for line in drawn(rest) if line and not line.startswith("To do")]
        assert any(line.startswith("  ") for line in lines)
        assert all(line.startswith(("✗ ", "! ", "  ")) for line in lines)


async def test_the_legend_breaks_between_its_signs(wizard: MakeApp) -> None:
    app = wizard(SMALL)
    async with app.run_test(size=SMALLEST) as pilot:
        await good(app, pilot, "f3")
        await settle(pilot, lambda: isinstance(app.screen, OverviewScreen))
        lines = drawn(app.screen.query_one("#legend"))
        assert not any(line.endswith(("–", "TXT", "RPT")) for line in lines)


async def test_each_key_of_the_help_stands_whole(wizard: MakeApp) -> None:
    app = wizard(SMALL)
    async with app.run_test(size=SMALLEST) as pilot:
        await good(app, pilot, "alt+5", "f1")
        await settle(pilot, lambda: isinstance(app.screen, HelpScreen))
        lines = drawn(list(app.screen.query(Static))[-1])
        assert "x  all as plain text" in lines
        assert "[ ]  fault before and after" in lines


async def test_who_sees_it_and_until_when_fits(wizard: MakeApp) -> None:
    app = wizard(SETUP, Observing({"this machine": old}))
    async with app.run_test(size=SMALLEST) as pilot:
        await good(app, pilot, "alt+5", "down", "e")
        await settle(pilot, lambda: isinstance(app.screen, PropagationScreen))
        table = app.screen.query_one("PropagationTable")
        await settle(pilot, lambda: any("! old" in line for line in drawn(table)))
        lines = [line for line in drawn(table) if line.strip().startswith(("!", "✓"))]
        assert lines
        assert not any(line.endswith("…") for line in lines)


async def test_what_the_watch_has_done_so_far_is_whole(wizard: MakeApp) -> None:
    app = wizard(SMALL)
    async with app.run_test(size=SMALLEST) as pilot:
        await good(app, pilot)
        app.post_message(IntervalChosen(600))
        await settle(pilot, lambda: app.watched.checks > 0)
        await pilot.press("alt+5", "w")
        await settle(pilot, lambda: isinstance(app.screen, WatchScreen))
        so_far = app.screen.query_one("#so-far")
        await settle(pilot, lambda: " ".join(drawn(so_far)).endswith("stands first."))


async def test_what_is_muted_hangs_below_its_sign(wizard: MakeApp) -> None:
    app = wizard(BEGUN, Strict(misspelt))
    async with app.run_test(size=SMALLEST) as pilot:
        screen = await guided(app, pilot)
        step = screen.state.current
        assert step is not None
        finding = replace(step.finding, message="A sentence that is too long for a line. " * 2)
        app.push_screen(ReasonScreen.of_mute(finding))
        await settle(pilot, lambda: isinstance(app.screen, ReasonScreen))
        said = app.screen.query_one(".box > Static", Static)
        await settle(pilot, lambda: drawn(said)[-1].startswith("  "))


async def test_what_a_step_can_not_do_without_is_in_the_footer(wizard: MakeApp) -> None:
    setup = replace(SETUP, server=replace(SETUP.server, panel="cloudflare"))
    app = wizard(setup, Answers(lambda r: absent(r) if r.topic in "mx dkim" else published(r)))
    async with app.run_test(size=SMALLEST) as pilot:
        await guided(app, pilot)
        await pilot.press("s")
        footer = app.screen._compositor.render_strips
        await settle(pilot, lambda: "Back" in footer()[-1].text)
        keys = "b Box ⏎ Saved s Skip ← Back f1 Help esc Leave ^q Quit"
        assert " ".join(footer()[-1].text.split()) == keys
