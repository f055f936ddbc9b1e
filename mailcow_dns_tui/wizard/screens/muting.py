"""What a fault is muted and shown again by."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual.widget import Widget

from mailcow_dns_tui.model.finding import SEVERITY, Finding, Status, can_be_muted, mute_of
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.messages import Edited
from mailcow_dns_tui.wizard.screens.dialogs import ReasonScreen

SetupChange = Callable[[Setup], Setup]


def mute_or_unmute(widget: Widget, findings: Sequence[Finding]) -> None:
    """Ask for the reason of one that can be muted; where all are muted, end that."""
    finding = to_mute(findings)
    if finding is not None:
        _ask_why(widget, finding)
    elif any(each.muted for each in findings):
        widget.post_message(Edited(unmuting(findings), "the reason of a mute"))
    else:
        widget.notify(why_not(findings), markup=False)


def _ask_why(widget: Widget, finding: Finding) -> None:
    def take(reason: str | None) -> None:
        if reason:
            widget.post_message(Edited(muting(finding, reason)))

    widget.app.push_screen(ReasonScreen.of_mute(finding), take)


def to_mute(findings: Sequence[Finding]) -> Finding | None:
    """The worst fault that is not muted and can be; what is only worth knowing, where none is."""
    open_ones = [each for each in findings if not each.muted and can_be_muted(each)]
    if any(each.muted for each in findings):
        open_ones = [each for each in open_ones if each.status is not Status.INFO]
    return next(iter(open_ones), None)


def muting(finding: Finding, reason: str) -> SetupChange:
    """The change that mutes a finding, for a reason."""
    mute = mute_of(finding, reason)
    return lambda setup: replace(setup, mutes=(*setup.mutes, mute))


def unmuting(findings: Sequence[Finding]) -> SetupChange:
    """Takes back all that mutes one of these."""

    def change(setup: Setup) -> Setup:
        left = (m for m in setup.mutes if not any(m.covers(finding) for finding in findings))
        return replace(setup, mutes=tuple(left))

    return change


def why_not(findings: Sequence[Finding]) -> str:
    """Why there is nothing to mute."""
    statuses = {finding.status for finding in findings}
    if statuses & set(SEVERITY):
        return "The name servers do not agree; mute what is left when they do."
    if Status.UNKNOWN in statuses:
        return "What could not be asked can't be muted: nobody knows what is there."
    return "There is no fault here to mute."
