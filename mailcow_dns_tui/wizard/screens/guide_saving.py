"""Whether Enter is to be taken for the step on the card, which may have come there by itself."""

from time import monotonic

from mailcow_dns_tui.guide.boxes import FormProgress, is_same_job
from mailcow_dns_tui.guide.state import GuideState
from mailcow_dns_tui.guide.titles import title
from mailcow_dns_tui.model.step import GuideStep

NOT_COPIED = "Not all its boxes were copied by b. If it is saved there, press Enter once more."
IS_DONE = "Is that done? Then press Enter once more."
IS_NEXT = "{before} is dealt with, and the card shows the next step now: {now}."
JUST_NOW = 2.0
"""Seconds in which somebody who presses Enter may not have seen that another card came."""


class Saving:
    """Knows which step came when, and which was called saved before all of it was copied."""

    def __init__(self) -> None:
        self._unsure: GuideStep | None = None
        self._seen = ""
        self._since = 0.0

    def go_on(self, before: GuideState, state: GuideState) -> None:
        """Another step is shown: its user went on, or the one before was seen to be done."""
        mark = before.shown.mark if before.shown else ""
        is_told = state.told.get(mark) not in {None, before.told.get(mark)}
        self._seen = title(before.shown) if before.shown and is_told else ""
        self._unsure, self._since = None, monotonic()

    def doubt(self, step: GuideStep, form: FormProgress) -> str:
        """Why Enter is not taken for the step this time, in a sentence; empty where it is."""
        seen, self._seen = self._seen, ""
        if form.is_filled or is_same_job(self._unsure, step):
            return ""
        if seen and not form.copied and monotonic() - self._since < JUST_NOW:
            return IS_NEXT.format(before=seen, now=title(step))
        self._unsure = step
        return NOT_COPIED if form.boxes else IS_DONE
