"""Reads the guide off a terminal, as its user does, and presses its keys."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from tests.wizard.terminal import Tmux, wait_until

FIRST_ROW = 2
"""Below the top line and a blank one."""
LABELS = re.compile(
    r"^ (?:[ ▸✓] )?(Where|(?:Delete|Change)(?=  )|When that is|Type|b copies|Save it there"
    r"|Another record)\b"
)
COPIED = re.compile(r"Sent (.+?): .* \((\d+) of (\d+)\)")
BOX = re.compile(r"^ [ ▸✓] (?P<label>[A-Z]\S*(?: \S+)?)  +(?P<text>\S.*)$")
TYPED = re.compile(r"^(?:as it stands \((?P<default>.+)\)|(?P<typed>.+)  \(type it\))$")
AS_IT_IS, DEFAULT_TTL = "leave it as it is", "3600"
BOLD = "\x1b[1m"
BAR = " ▁▂▃▄▅▆▇█▔"
"""What a scroll bar is drawn with."""
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
MARKED = re.compile(r"[▸✓]")
ALL_GOOD = "Everything that the plan wants is published and good."


@dataclass(frozen=True)
class Page:
    """A step as it stands on the screen, of which more may be seen by scrolling."""

    what: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """On one line, as a reader takes it."""
        return " ".join(" ".join(self.lines).split())

    @cached_property
    def removals(self) -> tuple[str, ...]:
        """What to delete or to change; without blanks: nobody knows where lines were broken."""
        return (*self._under("Delete"), *self._under("Change"))

    @property
    def type(self) -> str:
        """What to choose as the record's type."""
        return next(iter(self._under("Type")), "")

    def form(self, copied: Mapping[str, str]) -> dict[str, str]:
        """All boxes in the form's order: what was copied, what is typed, and what stands there."""
        boxes: dict[str, str] = {}
        for box in filter(None, map(BOX.match, self.lines)):
            label, told = box["label"], TYPED.match(box["text"])
            if label in copied:
                boxes[label] = copied[label]
            elif box["text"] == AS_IT_IS:
                boxes[label] = DEFAULT_TTL
            elif told:
                boxes[label] = told["default"] or told["typed"]
        return boxes

    def _under(self, label: str) -> Iterator[str]:
        for place, line in enumerate(self.lines):
            if (found := LABELS.match(line)) and found.group(1) == label:
                rest = [line[found.end() :], *self._until_label(place + 1, label)]
                yield "".join("".join(rest).split())

    def _until_label(self, place: int, label: str) -> Iterator[str]:
        """The lines that belong to what a label begins."""
        for line in self.lines[place:]:
            if label == "Type" or not line.strip() or LABELS.match(line):
                return
            yield line


class Guide:
    """The guide in a pane of 80 columns."""

    def __init__(self, tmux: Tmux) -> None:
        self._tmux = tmux

    @property
    def screen(self) -> str:
        return self._tmux.screen

    @property
    def what(self) -> str:
        """What to do, as it stands in bold letters above the rest; empty if scrolled away."""
        rows = self._tmux("capture-pane", "-p", "-e").splitlines()[FIRST_ROW:]
        bold = takewhile(lambda row: BOLD in row and not MARKED.search(row), rows)
        texts = (_inside(ESCAPE.sub("", row)) for row in bold)
        # Where there is little room the place follows at once, whose label is bold as well.
        return " ".join(" ".join(takewhile(lambda row: not LABELS.match(row), texts)).split())

    @property
    def is_done(self) -> bool:
        return ALL_GOOD in self.screen

    @property
    def said(self) -> str:
        """What the last look said, below everything else."""
        lines = self.screen.splitlines()
        return " ".join(" ".join(lines[self._end(lines) + 1 :]).split())

    def _pane(self) -> list[str]:
        """What is inside the card's border."""
        lines = self.screen.splitlines()
        return [_inside(line) for line in lines[FIRST_ROW : self._end(lines)]]

    def _end(self, lines: Sequence[str]) -> int:
        return next((i for i, line in enumerate(lines) if line.startswith("╰")), len(lines))

    def at_top(self) -> str:
        """Scroll there; what the step says first."""
        self._tmux.press("Home")
        assert wait_until(lambda: bool(self.what)), self.screen
        return self.what

    def read(self) -> Page:
        """From the top to the bottom, and again where it changed meanwhile."""
        pages: list[Page] = []
        assert wait_until(lambda: self._has_read(pages)), self.screen
        return pages[-1]

    def _has_read(self, pages: list[Page]) -> bool:
        what, lines = self.at_top(), list[str]()
        top = pane = self._pane()
        while fresh := _fresh(lines, pane):
            lines += fresh
            self._tmux.press("PageDown")
            self._scrolls(pane)
            pane = self._pane()
        pages.append(Page(what, tuple(lines)))
        return self.at_top() == what and self._pane() == top

    def _scrolls(self, before: list[str]) -> bool:
        """Whether the page moves; at the end it does not."""
        return wait_until(lambda: self._pane() != before, 0.3)

    def fill_in(self, page: Page) -> dict[str, str]:
        """The whole form: box after box by the copy key, the others as the page says."""
        return page.form(self._copy_boxes())

    def _copy_boxes(self) -> dict[str, str]:
        """What is in tmux's buffer after each press of the key, by the box's name."""
        boxes: dict[str, str] = {}
        count = 1
        while len(boxes) < count:
            self._tmux.press("b")
            label, count = self._copied(len(boxes) + 1)
            boxes[label] = self._tmux.buffer
        return boxes

    def _copied(self, number: int) -> tuple[str, int]:
        """The name of the box that the guide says it copied, and how many there are."""

        def told() -> list[tuple[str, str, str]]:
            found = COPIED.findall(self.said)
            return [each for each in found if int(each[1]) == number]

        assert wait_until(lambda: bool(told())), self.screen
        label, _, count = told()[-1]
        return label, int(count)

    def look(self) -> None:
        """Let it ask at once, as it would do by itself."""
        self._tmux.press("Home", "r")

    def sees(self, *texts: str) -> None:
        """Wait until the step and what was said of it have all of the texts."""
        bare = ["".join(text.split()) for text in texts]

        def seen() -> bool:
            shown = "".join(self.screen.replace("│", "").split())
            return all(text in shown for text in bare)

        assert wait_until(seen), f"no {texts} on\n{self.screen}"

    def leaves(self, what: str) -> str:
        """Wait until the step that says this is another one, and what that says."""
        assert wait_until(lambda: self.what not in {"", what}), self.screen
        return self.what


def _inside(row: str) -> str:
    return row.strip("│").rstrip(BAR)


def _fresh(lines: Sequence[str], pane: Sequence[str]) -> list[str]:
    """The lines of a page that were not on those before it; none where that was the last."""
    longest = min(len(lines), len(pane))
    for overlap in range(longest, 0, -1):
        if list(lines[-overlap:]) == list(pane[:overlap]):
            return list(pane[overlap:])
    return list(pane)
