"""Lines whose rest begins below their text, not below their sign or label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

GAP = "  "


@dataclass(frozen=True)
class Line:
    """What a line says; where it is too long, the rest begins below its text.

    Attributes:
        indent: where its text begins, in cells.
        is_next: whether it is what the user does next.
        short: what stands there where there is little room, in a line or several; None: the same.
        packs: whether as many of these several go onto one line as it has room for.
    """

    content: Content
    indent: int = 0
    is_next: bool = False
    short: Content | None = None
    packs: bool = False

    @property
    def shortened(self) -> Line:
        """The line for where there is little room."""
        return replace(self, content=self.short or self.content)

    def fitting(self, width: int) -> Iterator[Line]:
        """The line, or where it is too long what stands in its place."""
        if self.short is None or self.content.cell_length <= width:
            yield self
            return
        parts = self.short.split("\n")
        for content in packed(parts, width) if self.packs else parts:
            yield replace(self, content=content)

    def hanging(self, width: int) -> Content:
        """The same, broken for a width in cells."""
        if not self.indent or width <= 2 * self.indent:
            return self.content
        head, text = self.content[: self.indent], self.content[self.indent :]
        first, *others = text.wrap(width - self.indent) or [text]
        return Content("\n").join([head + first, *(" " * self.indent + each for each in others)])


def packed(pieces: Iterable[Content], width: int) -> list[Content]:
    """Lines of as many of the pieces as each has room for; none is broken."""
    lines: list[Content] = []
    for piece in pieces:
        longer = Content.assemble(lines[-1], GAP, piece) if lines else piece
        if lines and longer.cell_length <= width:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def packed_line(pieces: Sequence[Content]) -> Line:
    """The pieces on one line, or on more where that is too long."""
    return Line(Content(GAP).join(pieces), short=Content("\n").join(pieces), packs=True)


def joined(lines: Iterable[Line], width: int) -> Content:
    """Lines as one text, broken for a width in cells."""
    return Content("\n").join(line.hanging(width) for line in lines)


class Hanging(Visual):
    """Lines as a widget shows them, broken for whatever width it has."""

    def __init__(self, lines: Iterable[Line], most: int | None = None) -> None:
        """Take the lines, and how many rows they may have at most; of more the last says so."""
        self.lines = tuple(lines)
        self._most = most

    def __str__(self) -> str:
        return "\n".join(line.content.plain for line in self.lines)

    def is_same(self, other: Content | Hanging) -> bool:
        """Whether it looks the same."""
        if isinstance(other, Content) or len(self.lines) != len(other.lines):
            return False
        pairs = zip(self.lines, other.lines, strict=True)
        return all(one.content.is_same(another.content) for one, another in pairs)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """As Textual's own texts."""
        return self._content(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """As wide as its longest line."""
        return Content(str(self)).get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """How many rows it takes."""
        return self._content(width).get_height(rules, width)

    def _content(self, width: int) -> Content:
        lines = (part for line in self.lines for part in line.fitting(width))
        content = joined(lines, width)
        rows = content.wrap(width) if self._most else []
        if self._most is None or len(rows) <= self._most:
            return content
        *kept, last = rows[: self._most]
        return Content("\n").join([*kept, last.rstrip().truncate(width - 1) + "…"])
