"""What every step shows something of."""

from textual.reactive import var
from textual.widget import Widget

from mailcow_dns_tui.model.problems import Problem
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.report import Report
from mailcow_dns_tui.wizard.told import UNTOLD, Told


class StepContent(Widget):
    """Holds what is known; it is kept up to date while the step is shown.

    As a base it comes second: Textual styles a widget as it does the first of its bases.
    """

    setup: var[Setup] = var(Setup())
    problems: var[tuple[Problem, ...]] = var(())
    report: var[Report] = var(Report())
    told: var[Told] = var(UNTOLD)
