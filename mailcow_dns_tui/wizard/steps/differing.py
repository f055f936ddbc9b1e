"""Which steps have an answer that mailcow has otherwise."""

from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.steps.also_in_mailcow import to_be_added
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.told import Told


def differing(told: Told, setup: Setup) -> tuple[Step, ...]:
    """In the order of the steps; what is only offered is no difference."""
    places = [
        suggestion.place(setup)
        for suggestion in told.suggestions
        if not suggestion.offered and not suggestion.is_answer_of(setup)
    ]
    if to_be_added(told, setup):
        places.append("domains")
    problems = [Problem(place, "") for place in places if place is not None]
    return tuple(step for step in Step if any(map(step.owns, problems)))
