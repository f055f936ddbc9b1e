"""What each step is made of; its modules are loaded when it is made, not at the start."""

from mailcow_dns_tui.wizard.steps import server
from mailcow_dns_tui.wizard.steps.form import Form
from mailcow_dns_tui.wizard.steps.server_form import ServerForm
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.steps.step_content import StepContent


def content_id(step: Step) -> str:
    return f"step-{step.id}"


def content(step: Step) -> StepContent:
    if step is Step.RECORDS:
        from mailcow_dns_tui.wizard.record_view import RecordView

        return RecordView(id=content_id(step))
    if step is Step.DOMAINS:
        from mailcow_dns_tui.wizard.steps.domains import DomainsForm

        return DomainsForm(id=content_id(step))
    if step is Step.SERVICES:
        from mailcow_dns_tui.wizard.steps.services import ServicesForm

        return ServicesForm(id=content_id(step))
    if step is Step.POLICY:
        from mailcow_dns_tui.wizard.steps import policy

        return Form(policy.SECTIONS, id=content_id(step))
    return ServerForm(server.SECTIONS, id=content_id(step))
