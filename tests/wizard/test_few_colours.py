"""With 16 colours, and with none, all that a colour says can be seen."""

from collections.abc import Iterator

import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual.command import CommandList
from textual.widgets import Input, OptionList, Static

from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.colours import HAS_TEXT
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from mailcow_dns_tui.wizard.terminal import Terminal
from mailcow_dns_tui.wizard.widgets.status_bar import StepBar
from tests.wizard.conftest import SETUP, at_rest, main_screen, settle
from tests.wizard.test_contrast import STATUSES, EachStatus, checked


def wizard(terminal: Terminal) -> WizardApp:
    return WizardApp(SETUP, engine=EachStatus(), save=lambda setup: None, terminal=terminal)


SIXTEEN = Terminal({}, ColorSystem.STANDARD)
BLUE = 4


@pytest.fixture
def without_colour(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    # Textual asks the environment by itself.
    monkeypatch.setenv("NO_COLOR", "1")
    return Terminal({"NO_COLOR": "1"})


def row(app: WizardApp, y: int, start: int, end: int) -> Iterator[tuple[str, Style]]:
    """What is drawn in one line, between two columns."""
    strip = app.screen._compositor.render_strips()[y].crop(start, end)
    for segment in strip:
        assert segment.style is not None
        yield segment.text, segment.style


def is_reverse(app: WizardApp, y: int, start: int, end: int) -> bool:
    return any(style.reverse for _, style in row(app, y, start, end))


async def test_each_status_has_a_colour_of_its_own() -> None:
    app = wizard(SIXTEEN)
    async with app.run_test(size=(80, 24)) as pilot:
        await checked(app, pilot)
        await pilot.press("alt+5", "end")
        await pilot.pause()
        words = {f"{status.glyph} {status.word}" for status in STATUSES}
        drawn = {
            text.strip(): style.color
            for y in range(24)
            for text, style in row(app, y, 0, 79)
            if text.strip() in words and not style.reverse
        }
        assert drawn.keys() == words
        numbers = {colour.number for colour in drawn.values() if colour is not None}
        assert len(numbers) == len(STATUSES)
        assert None not in numbers


@pytest.mark.parametrize("kind", ["16 colours", "none"])
async def test_all_of_the_cursors_row_is_drawn_in_reverse(
    kind: str, without_colour: Terminal
) -> None:
    app = wizard(SIXTEEN if kind == "16 colours" else without_colour)
    async with app.run_test(size=(80, 24)) as pilot:
        await checked(app, pilot)
        await pilot.press("alt+5")
        await pilot.pause()
        rows = main_screen(app).query_one(RecordList)
        region = rows.content_region
        for status in (*STATUSES,):
            rows.highlighted = next(
                i for i, line in enumerate(rows.lines) if line.startswith(f"{status.glyph} ")
            )
            await pilot.pause()
            y = region.y + rows.highlighted - rows.scroll_offset.y
            drawn = list(row(app, y, region.x, region.right - 1))
            assert status.word in "".join(text for text, _ in drawn)
            for _, style in drawn:
                assert style.reverse
                assert style.color is not None
                assert style.color.is_default
                assert style.bgcolor is not None
                assert style.bgcolor.is_default


@pytest.mark.parametrize("step", range(1, 5))
async def test_without_colours_each_form_shows_what_is_focused(
    step: int, without_colour: Terminal
) -> None:
    app = wizard(without_colour)
    async with app.run_test(size=(100, 60)) as pilot:
        await checked(app, pilot)
        await pilot.press(f"alt+{step}")
        await pilot.pause()
        fields = main_screen(app)._fields()
        assert len(fields) > 1
        for field in fields:
            others = [each for each in fields if each is not field]
            field.focus()
            await settle(pilot, lambda field=field: app.focused is field)  # type: ignore[misc]
            await pilot.pause()
            assert is_reverse(app, field.region.y, field.region.x, field.region.right)
            for other in others:
                place = other.scrollable_content_region
                assert not is_reverse(app, place.y, place.x, place.right)


@pytest.mark.parametrize("keys", [["alt+1", "tab"], ["ctrl+p", "z"]], ids=["field", "palette"])
async def test_the_cursor_behind_what_was_typed_can_be_seen(keys: list[str]) -> None:
    app = wizard(SIXTEEN)
    async with app.run_test(size=(80, 24)) as pilot:
        await checked(app, pilot)
        await pilot.press(*keys)
        await settle(pilot, lambda: isinstance(app.focused, Input))
        place = app.screen.query_one("Input:focus", Input).content_region
        await settle(pilot, lambda: is_reverse(app, place.y, place.x, place.right))
        (cursor,) = (s for _, s in row(app, place.y, place.x, place.right) if s.reverse)
        assert cursor.color is not None
        assert cursor.color.is_default
        assert cursor.bgcolor is not None
        assert cursor.bgcolor.is_default


async def test_without_colours_the_cursor_of_a_list_can_be_seen(without_colour: Terminal) -> None:
    app = wizard(without_colour)
    async with app.run_test(size=(80, 24)) as pilot:
        await checked(app, pilot)
        await pilot.press("alt+5", "f")
        await pilot.pause()
        region = app.screen.query_one(OptionList).content_region
        assert [is_reverse(app, y, region.x, region.right - 2) for y in region.line_range] == [
            True,
            *[False] * (region.height - 1),
        ]


async def test_without_colours_a_label_and_a_frame_show_the_focus(without_colour: Terminal) -> None:
    app = wizard(without_colour)
    async with app.run_test(size=(120, 36)) as pilot:
        await checked(app, pilot)
        await pilot.press("alt+1", "tab")
        await pilot.pause()
        labels = main_screen(app).query("Field .label").results(Static)
        bold = [str(each.content) for each in labels if is_bold(app, each)]
        assert bold == ["IPv4 address"]
        await pilot.press("alt+5", "tab")
        await pilot.pause()
        assert app.focused is not None
        frame = app.focused.region
        assert [text for text, _ in row(app, frame.y + 3, frame.x, frame.x + 1)] == ["┃"]


def is_bold(app: WizardApp, label: Static) -> bool:
    place = label.region
    return all(
        style.bold for text, style in row(app, place.y, place.x, place.right) if text.strip()
    )


@pytest.mark.parametrize("kind", ["16 colours", "none"])
async def test_the_step_in_the_tabs_shows_the_focus(kind: str, without_colour: Terminal) -> None:
    app = wizard(SIXTEEN if kind == "16 colours" else without_colour)
    async with app.run_test(size=(80, 24)) as pilot:
        await checked(app, pilot)
        await pilot.press("alt+1")
        place = app.screen.query_one("StepBar #server").region
        assert not is_reverse(app, place.y, place.x, place.right)
        await pilot.press("shift+tab")
        await settle(pilot, lambda: isinstance(app.focused, StepBar))
        await settle(pilot, lambda: is_reverse(app, place.y, place.x, place.right))


async def test_what_the_chosen_command_does_is_not_dimmed() -> None:
    app = wizard(SIXTEEN)
    async with app.run_test(size=(80, 24)) as pilot:
        await checked(app, pilot)
        await pilot.press("ctrl+p", *"check")
        commands = app.screen.query_one(CommandList)
        place = commands.content_region
        told = "Ask all name servers again"
        await settle(
            pilot,
            lambda: told in "".join(t for t, _ in row(app, place.y + 1, place.x, place.right)),
        )
        styles = [s for text, s in row(app, place.y + 1, place.x, place.right) if text.strip()]
        assert not any(style.dim for style in styles)


@pytest.mark.parametrize("keys", [["ctrl+g"], ["f2"], ["f1"]], ids=["guide", "buttons", "help"])
async def test_no_text_is_in_the_terminals_blue_which_can_hardly_be_read_on_black(
    keys: list[str],
) -> None:
    app = wizard(SIXTEEN)
    async with app.run_test(size=(80, 24)) as pilot:
        await checked(app, pilot)
        await pilot.press(*keys)
        await settle(pilot, lambda: len(app.screen_stack) > 1)
        await at_rest(app, pilot)
        blue = [text for y in range(24) for text, style in row(app, y, 0, 79) if is_blue(style)]
        assert not [text for text in blue if HAS_TEXT.search(text)]


def is_blue(style: Style) -> bool:
    return style.color is not None and style.color.number == BLUE
