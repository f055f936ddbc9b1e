"""Colours that can be read and told apart in every theme, with as many as the terminal has."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.color import BLACK, WHITE, Color, rgb_to_lab
from textual.filter import LineFilter

LEAST = 4.5
"""The contrast that a text has to have: WCAG 2.2, 1.4.3 (AA)."""
CURSOR = 7.0
"""That of plain text on the cursor's row, so that coloured text can be read there as well."""
STEPS = 32
"""In so many a colour becomes black or white."""
OWN_COLOURS = Style.from_color(RichColor.default(), RichColor.default())
HAS_TEXT = re.compile(r"[^\s\u2500-\u259f]")
"""More than blanks, frames and bars."""


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: ColorTriplet) -> float:
    """The relative luminance, as WCAG 2.2 defines it."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class Contrast(LineFilter):
    """Makes each text lighter or darker until it can be read, as little as that takes.

    The last filter, so that it sees what is drawn. Of the terminal's own colours nobody knows what
    they look like: it leaves them alone, but for what is drawn in reverse.
    """

    def __init__(self, system: ColorSystem) -> None:
        super().__init__()
        self._system = system

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Change the colours of texts only: blanks and borders keep theirs."""
        return [
            Segment(text, _readable(style, background.rich_color, self._system), control)
            if style is not None and HAS_TEXT.search(text)
            else Segment(text, style, control)
            for text, style, control in segments
        ]


@lru_cache(4096)
def _readable(style: Style, background: RichColor, system: ColorSystem) -> Style:
    text, ground = style.color, style.bgcolor or background
    if text is None or text.triplet is None or ground.triplet is None:
        return style + OWN_COLOURS if style.reverse else style
    shown = _shown(ground.triplet, system)
    if contrast(_shown(text.triplet, system), shown) >= LEAST:
        return style
    mended = next(
        each for each in _towards_a_pole(text.triplet, shown) if _can_be_read(each, shown, system)
    )
    return style + Style.from_color(RichColor.from_triplet(mended))


def _shown(colour: ColorTriplet, system: ColorSystem) -> ColorTriplet:
    """The one of the terminal's colours that it becomes."""
    return RichColor.from_triplet(colour).downgrade(system).get_truecolor()


def _can_be_read(text: ColorTriplet, ground: ColorTriplet, system: ColorSystem) -> bool:
    return contrast(_shown(text, system), ground) >= LEAST


def _towards_a_pole(text: ColorTriplet, ground: ColorTriplet) -> Sequence[ColorTriplet]:
    """What lies between it and white where it is lighter than its ground, if that is enough."""
    white, black = WHITE.rich_color.get_truecolor(), BLACK.rich_color.get_truecolor()
    poles = [white, black] if _luminance(text) > _luminance(ground) else [black, white]
    pole = next(each for each in poles if contrast(each, ground) >= LEAST)
    start, end = Color(*text), Color(*pole)
    return [start.blend(end, step / STEPS).rich_color.get_truecolor() for step in range(STEPS + 1)]


def own_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """What is to be put beside a theme's own variables, or in their place."""
    if Color.parse(variables["background"]).ansi is not None:
        return FEW
    return {
        "focus-line": "solid",
        "focus-frame": "round",
        # In a text of its own, Textual drops the 60 % of its "auto 60%".
        "text-muted": variables["foreground-muted"],
        **_distinct(variables),
        "block-cursor-background": _roomy(Color.parse(variables["block-cursor-background"])).hex,
    }


FEW = {
    "status-info": "ansi_cyan",
    "status-unknown": "ansi_magenta",
    # The terminal's blue can hardly be read on black, and its own colour always.
    "primary": "ansi_default",
    "text-primary": "ansi_default",
    **{
        f"{cursor}-{ground}": "ansi_default"
        for cursor in ("block-cursor", "input-cursor", "input-selection")
        for ground in ("foreground", "background")
    },
    "block-cursor-text-style": "bold reverse",
    "block-cursor-blurred-text-style": "underline",
    "input-cursor-text-style": "reverse",
    "focus-line": "heavy",
    "focus-frame": "heavy",
}
"""Where the terminal's own colours are used, or none: what is focused is drawn in reverse, and its
frame is a heavy one."""
OTHERS = ("text-primary", "text-secondary", "text-accent")


def _distinct(variables: Mapping[str, str]) -> dict[str, str]:
    """Colours for statuses for which a theme has none: the most unlike all that are taken."""
    taken = [Color.parse(variables[f"text-{each}"]) for each in ("success", "warning", "error")]
    free = [Color.parse(variables[each]) for each in OTHERS]
    chosen = {}
    for name in ("status-info", "status-unknown"):
        colour = max(free, key=lambda each: min(_difference(each, other) for other in taken))
        free.remove(colour)
        taken.append(colour)
        chosen[name] = colour.hex
    return chosen


def _difference(one: Color, other: Color) -> float:
    """How unlike two colours look: CIE 1976, where 2.3 can just be seen."""
    lab, other_lab = rgb_to_lab(one), rgb_to_lab(other)
    return math.dist((lab.L, lab.a, lab.b), (other_lab.L, other_lab.a, other_lab.b))


def _roomy(ground: Color) -> Color:
    """As dark or light as it takes for plain text, and some colour, to be read on it."""
    text = ground.get_contrast_text(1.0)
    end = text.inverse
    grounds = (ground.blend(end, step / STEPS) for step in range(STEPS + 1))
    triplet = text.rich_color.get_truecolor()
    return next(g for g in grounds if contrast(triplet, g.rich_color.get_truecolor()) >= CURSOR)
