"""The boxes of one step's form, and how many of them are pasted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailcow_dns_tui.guide.step import GuideStep
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.render import Rendered
from mailcow_dns_tui.wizard.form_rows import is_to_paste
from mailcow_dns_tui.wizard.panel_of import form

Forms = Sequence[tuple[Record, Rendered]]
HOST_NAME = "Host name"


@dataclass(frozen=True)
class Filling:
    """A step's records as the panel wants them.

    Attributes:
        forms: none where nothing is published in a zone of the user's own.
        lone: what is entered elsewhere than in a zone: the hostname of reverse DNS; else empty.
        pasted: of all boxes that take a text, those that were copied.
    """

    panel: Profile
    forms: Forms = ()
    lone: str = ""
    pasted: int = 0

    @classmethod
    def of(cls, step: GuideStep, panel: Profile) -> Filling:
        records = (step.record, *step.also) if step.record else step.also
        forms = tuple((r, form(r, panel)) for r in records if not r.foreign)
        wanted = step.wanted
        is_reverse = wanted is not None and wanted.topic == "ptr"
        lone = wanted.value.rstrip(".") if wanted and is_reverse else ""
        return cls(panel, forms, lone)

    @property
    def boxes(self) -> Sequence[tuple[str, str]]:
        """What is pasted, in order: the box's name, and its text."""
        boxes = [
            (self.panel.label(record.type_text, box.key), box.text)
            for record, rendered in self.forms
            for box in rendered.boxes
            if is_to_paste(box)
        ]
        return [*boxes, *([(HOST_NAME, self.lone)] if self.lone else [])]

    @property
    def next_box(self) -> tuple[str, str] | None:
        return self.boxes[self.pasted] if self.pasted < len(self.boxes) else None

    def said_of(self, label: str) -> str:
        """The next box in a sentence."""
        count = len(self.boxes)
        return f"{label}, {self.pasted + 1} of {count} boxes," if count > 1 else label


def is_same_job(before: GuideStep | None, now: GuideStep | None) -> bool:
    """Whether the form that is half filled in is still the right one."""
    if before is None or now is None:
        return False
    job = before.key, before.record, before.removals
    return job == (now.key, now.record, now.removals)


def plain_text(step: GuideStep, filling: Filling) -> Iterator[str]:
    """All of a step that somebody may have to copy by hand, line by line."""
    yield step.what
    for gone in step.first:
        yield from ("", f"Delete: {gone}")
    for gone in step.edited:
        yield from ("", f"Change: {gone}")
    for record, rendered in filling.forms:
        yield ""
        for box in rendered.boxes:
            yield f"{filling.panel.label(record.type_text, box.key)}: {box.text}"
    if filling.lone:
        yield from ("", f"{HOST_NAME}: {filling.lone}")
    for gone in step.last:
        yield from ("", f"Delete: {gone}")
