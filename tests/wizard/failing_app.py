"""A wizard with keys for what must never happen: F6 loops, F7 waits for ever, F8 fails."""

import asyncio
import sys
from pathlib import Path
from threading import Event
from typing import ClassVar

from textual.binding import Binding, BindingType

from mailcow_dns_tui.plan_file import KeptPlan
from mailcow_dns_tui.wizard import app
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.start import run_app
from tests.wizard.engines import Answers


class FailingApp(WizardApp):
    CSS_PATH = str(Path(app.__file__).with_name("wizard.tcss"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "loop", "Loop", priority=True, show=False),
        Binding("f7", "wait", "Wait", priority=True, show=False),
        Binding("f8", "fail", "Fail", priority=True, show=False),
    ]

    def action_loop(self) -> None:
        self.bell()
        while True:
            pass

    def action_wait(self) -> None:
        self.bell()
        Event().wait()

    def action_fail(self) -> None:
        secret = "hunter2"
        raise LookupError(len(secret))


if __name__ == "__main__":
    plan = KeptPlan(Path(sys.argv[1]))
    sys.exit(asyncio.run(run_app(FailingApp(plan.read(), engine=Answers(), save=plan.save))))
