"""What each step is made of; its modules are loaded when it is made, not at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailcow_dns_tui.wizard.steps import server
from mailcow_dns_tui.wizard.steps.form import Form
from mailcow_dns_tui.wizard.steps.server_form import ServerForm
from mailcow_dns_tui.wizard.steps.step import Step

if TYPE_CHECKING:
    from textual.widget import Widget

    from mailcow_dns_tui.model.setup import Setup
    from mailcow_dns_tui.wizard.record_view import RecordView


def content_id(step: Step) -> str:
    return f"step-{step.id}"


def form(step: Step, setup: Setup) -> Widget:
    """The questions of a step."""
    if step is Step.DOMAINS:
        from mailcow_dns_tui.wizard.steps.domains import DomainsForm

        return DomainsForm(setup, id=content_id(step))
    if step is Step.SERVICES:
        from mailcow_dns_tui.wizard.steps.services import ServicesForm

        return ServicesForm(setup, id=content_id(step))
    if step is Step.POLICY:
        from mailcow_dns_tui.wizard.steps import policy

        return Form(policy.SECTIONS, setup, id=content_id(step))
    return ServerForm(server.SECTIONS, setup, id=content_id(step))


def record_view() -> RecordView:
    """The step that asks nothing."""
    from mailcow_dns_tui.wizard.record_view import RecordView

    return RecordView(id=content_id(Step.RECORDS))
