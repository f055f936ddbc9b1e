"""The overview of all domains as values: a row for each, and how it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from textual.content import Content

from mailcow_dns_tui.model.finding import WORST_FIRST, Status
from mailcow_dns_tui.model.names import ascii_form, unicode_form
from mailcow_dns_tui.model.report import DomainReport, Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import safe
from mailcow_dns_tui.questions.suggestions import Suggestions
from mailcow_dns_tui.topics.registry import columns
from mailcow_dns_tui.wizard.widgets.text import STYLES, status_cell

if TYPE_CHECKING:
    from dns.name import Name

SERVER = "Server"
NONE = "·"
NAME_WIDTH = range(10, 49)
STATUS_WIDTH = len(status_cell(Status.OK).plain)


@dataclass(frozen=True)
class Overviewed:
    """How a mail domain stands, or the server (None).

    Attributes:
        note: what is special about it: `alias of example.org`; empty for most.
        status: the worst of its topics; None where nothing is wanted.
        topics: the worst of each topic that has something to say.
        muted: how many findings are meant to be so.
    """

    domain: Name | None
    note: str
    status: Status | None
    topics: Mapping[str, Status]
    muted: int = 0

    @property
    def title(self) -> str:
        """The domain's name in Unicode, or a word for the server."""
        return SERVER if self.domain is None else unicode_form(self.domain)

    @property
    def notes(self) -> str:
        """What is special about it, in a few words; empty for most."""
        muted = f"{self.muted} muted" if self.muted else ""
        return ", ".join(filter(None, (self.note, muted)))

    @property
    def is_bad(self) -> bool:
        """Whether something is left to be done, or unknown."""
        return self.status is not None and not self.status.is_good

    @cached_property
    def text(self) -> str:
        """What a search looks through, in lower case: its names, its notes, its status."""
        name = "" if self.domain is None else ascii_form(self.domain)
        word = self.status.word if self.status else ""
        return f"{self.title} {name} {self.notes} {word}".casefold()

    @cached_property
    def badness(self) -> tuple[int, int]:
        """The smaller, the worse."""
        place = self.status.rank if self.status else len(WORST_FIRST)
        return place, -sum(self.is_bad and status is self.status for status in self.topics.values())


def overview(report: Report, setup: Setup, suggestions: Suggestions) -> tuple[Overviewed, ...]:
    """The worst first; what is equally bad in the order of the plan.

    Until the records of hundreds of domains are planned, which takes a second, the domains alone,
    whatever was found by then.
    """
    if not report.records:
        return tuple(
            Overviewed(apex, _note(apex, setup, suggestions), Status.PENDING, {})
            for apex in dict.fromkeys(setup.apexes)
        )
    rows = [_row(part, setup, suggestions) for part in report.parts.values() if part.records]
    return tuple(sorted(rows, key=lambda row: row.badness))


def chosen_of(rows: Sequence[Overviewed], words: str, *, only_bad: bool) -> tuple[Overviewed, ...]:
    """What is left of them where something is searched for."""
    wanted = words.casefold().split()
    found = (r for r in rows if all(word in r.text for word in wanted))
    return tuple(r for r in found if r.is_bad or not only_bad)


_ROWS: WeakKeyDictionary[DomainReport, Overviewed] = WeakKeyDictionary()
"""News are about a few of thousands of domains."""


def _row(part: DomainReport, setup: Setup, suggestions: Suggestions) -> Overviewed:
    note = "" if part.domain is None else _note(part.domain, setup, suggestions)
    row = _ROWS.get(part)
    if row is None or row.note != note:
        muted = part.counts[Status.MUTED]
        row = _ROWS[part] = Overviewed(part.domain, note, part.worst, part.by_topic, muted)
    return row


def _note(apex: Name, setup: Setup, suggestions: Suggestions) -> str:
    index = setup.domain_index.get(apex)
    if index is None:
        return ""
    alias_of = setup.domains[index].alias_of
    off = "off in mailcow" if apex in suggestions.switched_off else ""
    alias = f"alias of {alias_of}" if alias_of else ""
    return ", ".join(filter(None, (off, alias)))


def head_content(width: int) -> Content:
    """What stands above the rows."""
    heads = "".join(f" {head}" for head in columns().values())
    status_width, name_width = _widths(width)
    name = f"{'':<{status_width}} {'Domain':<{name_width}}"
    return Content.styled(f"{name}{heads}", "$text-muted").truncate(width)


def row_content(row: Overviewed, width: int) -> Content:
    """`✗ error   example.org     ✓   ✓    ✗     ✓`, no wider than that."""
    status_width, name_width = _widths(width)
    status = status_cell(row.status) if row.status else Content(" " * STATUS_WIDTH)
    name = _named(row, name_width)
    line = Content.assemble(status[:status_width], " ", name, *_glyphs(row))
    line = line.truncate(width, ellipsis=True)
    return line.stylize("dim") if row.status is Status.MUTED else line


def _named(row: Overviewed, width: int) -> Content:
    notes = f"  {safe(row.notes)}" if row.notes else ""
    name = Content.assemble(safe(row.title), (notes, "$text-muted"))
    return name.truncate(width, ellipsis=True, pad=True)


def _glyphs(row: Overviewed) -> Sequence[Content]:
    if row.domain is None:
        # Its topics are none of the domains'.
        return [_labelled(topic, status) for topic, status in row.topics.items()]
    return [_glyph(row.topics.get(topic), len(head) + 1) for topic, head in columns().items()]


def _labelled(topic: str, status: Status) -> Content:
    head = columns().get(topic, topic.upper())
    return Content.assemble(f" {head} ", (status.glyph, STYLES[status]))


def _glyph(status: Status | None, width: int) -> Content:
    """In the middle below its head."""
    text = f" {status.glyph if status else NONE:^{width - 1}}"
    return Content.styled(text, STYLES[status] if status else "$text-muted")


def _widths(width: int) -> tuple[int, int]:
    """Of the status, whose glyph is enough where there is no room for its word, and of the name."""
    room = width - 1 - sum(len(head) + 1 for head in columns().values())
    status = STATUS_WIDTH if room - STATUS_WIDTH >= NAME_WIDTH[0] else 1
    return status, min(max(NAME_WIDTH[0], room - status), NAME_WIDTH[-1])
