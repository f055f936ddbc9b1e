"""Every text can be read in every theme of Textual: WCAG 2.2 AA, 4.5 to 1."""

import math
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from itertools import combinations, cycle

import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual.color import Color, rgb_to_lab
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.base import Dialog
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from mailcow_dns_tui.wizard.terminal import Terminal
from tests.wizard.conftest import BEGUN, settle
from tests.wizard.engines import Answers

RGB = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]
STATUSES = (Status.OK, Status.INFO, Status.WARNING, Status.ERROR, Status.UNKNOWN)
HAS_TEXT = re.compile(r"[^\s\u2500-\u259f]")
Rgb = tuple[int, int, int]


class EachStatus(Answers):
    """Judges one record after the other to be as each status says."""

    def __init__(self) -> None:
        super().__init__()
        self._statuses = cycle(STATUSES)
        self._known: dict[Record, Status] = {}

    def judged(self, record: Record) -> Finding:
        status = self._known.setdefault(record, next(self._statuses))
        return replace(super().judged(record), status=status, message="This is what is said.")


def luminance(colour: Rgb) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: Rgb, other: Rgb) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


PLAIN = 10
"""A difference that can be seen at a glance (CIE 1976)."""
SEEN = 1.5
"""One that can just be seen, as between two grounds."""


def difference(one: Rgb, other: Rgb) -> float:
    lab, other_lab = (rgb_to_lab(Color(*colour)) for colour in (one, other))
    return math.dist((lab.L, lab.a, lab.b), (other_lab.L, other_lab.a, other_lab.b))


def colours(style: Style, system: ColorSystem) -> tuple[Rgb, Rgb]:
    """The text's and its ground's, as the terminal shows them."""
    assert style.color is not None
    assert style.bgcolor is not None
    assert not style.dim
    text, ground = (c.downgrade(system).get_truecolor() for c in (style.color, style.bgcolor))
    return (*text,), (*ground,)


def drawn(app: WizardApp) -> Iterator[tuple[str, Style]]:
    """Every text on the screen; of what lies below a dialog, which is out of use, none."""
    box = app.screen.query_one(".box").region if isinstance(app.screen, Dialog) else None
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        x = 0
        for segment in strip:
            if (box is None or box.contains(x, y)) and HAS_TEXT.search(segment.text):
                assert segment.style is not None
                yield segment.text, segment.style
            x += segment.cell_length


def unreadable(app: WizardApp, name: str, system: ColorSystem) -> Iterator[str]:
    for text, style in drawn(app):
        found = ratio(*colours(style, system))
        if found < 4.5:
            yield f"{app.theme}, {name}: {text.strip()!r} {found:.2f}"


def hard_to_see(app: WizardApp, name: str) -> Iterator[str]:
    """Fields that look like the ground that they are on."""
    fields = [field for field in app.screen.query(Input) if not field.has_focus]
    assert fields
    for field in fields:
        if difference(*(colour.rgb for colour in field.background_colors)) < SEEN:
            yield f"{app.theme}, {name}: {field}"


async def in_each_theme(
    app: WizardApp, pilot: Pilot[None], look: Callable[[], Awaitable[None]]
) -> None:
    for theme in RGB:
        with app.batch_update():
            app.theme = theme
            await pilot.pause()
            await look()


def wizard(system: ColorSystem = ColorSystem.TRUECOLOR) -> WizardApp:
    return WizardApp(
        BEGUN, engine=EachStatus(), save=lambda setup: None, terminal=Terminal({}, system)
    )


async def checked(app: WizardApp, pilot: Pilot[None]) -> None:
    await settle(pilot, lambda: bool(app.report.records) and not app.report.counts[Status.PENDING])


SCREENS = {
    "step 1": ["alt+1", "tab"],
    "step 1, a wrong address": ["alt+1", "tab", "x", "tab"],
    "step 2": ["alt+2"],
    "step 3, a choice": ["alt+3", "tab"],
    "step 4": ["alt+4"],
    "the tabs": ["alt+1", "shift+tab"],
    "preview": ["alt+1", "tab", "end", "1", "ctrl+o"],
    "records": ["alt+5", "down"],
    "details": ["alt+5", "tab"],
    "guide": ["alt+5", "g"],
    "guide, what is left": ["alt+5", "g", "tab"],
    "help": ["alt+5", "f1"],
    "overview": ["f3"],
    "search": ["f3", "/"],
    "watch": ["alt+5", "w"],
    "mailcow": ["f2"],
    "forms to copy": ["alt+5", "f"],
    "panels": ["alt+5", "p"],
    "who sees it": ["alt+5", "down", "e"],
    "a message": ["alt+5", "down", "c"],
    "palette": ["ctrl+p"],
    "muting": ["alt+5", "down", "m"],
}


FORMS = {"step 1", "mailcow"}
TRUE, MANY = ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT
# The records are looked at in true colours with each status, below.
LOOKS = [(name, TRUE) for name in SCREENS if name != "records"]


@pytest.mark.parametrize(("name", "system"), [*LOOKS, ("step 1", MANY), ("records", MANY)])
async def test_every_text_can_be_read_and_a_field_be_told_from_its_ground(
    name: str, system: ColorSystem
) -> None:
    app = wizard(system)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await checked(app, pilot)
        await pilot.press(*SCREENS[name])
        await pilot.pause()
        bad: list[str] = []

        async def look() -> None:
            bad.extend(unreadable(app, name, system))
            if name in FORMS:
                bad.extend(hard_to_see(app, name))

        await in_each_theme(app, pilot, look)
        assert not bad, "\n".join(bad)


async def test_each_status_can_be_read_on_the_cursors_row_and_told_from_the_others() -> None:
    app = wizard()
    async with app.run_test(size=(120, 36)) as pilot:
        await checked(app, pilot)
        await pilot.press("alt+5")
        await pilot.pause()
        bad: list[str] = []

        async def look() -> None:
            rows = app.screen.query_one(RecordList)
            for status in STATUSES:
                rows.highlighted = next(
                    i for i, line in enumerate(rows.lines) if line.startswith(f"{status.glyph} ")
                )
                await pilot.pause()
                bad.extend(unreadable(app, f"records, {status.word}", TRUE))
            shown = {text.strip(): style for text, style in drawn(app)}
            words = {s: colours(shown[f"{s.glyph} {s.word}"], TRUE)[0] for s in STATUSES}
            bad.extend(
                f"{app.theme}: {one.word} and {other.word} look alike"
                for one, other in combinations(STATUSES, 2)
                if difference(words[one], words[other]) < PLAIN
            )

        await in_each_theme(app, pilot, look)
        assert not bad, "\n".join(bad)
