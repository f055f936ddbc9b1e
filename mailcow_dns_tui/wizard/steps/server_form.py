"""Step 1: the mail server, below what was read from mailcow."""

from textual.app import ComposeResult

from mailcow_dns_tui.wizard.news import News
from mailcow_dns_tui.wizard.steps.form import Form


class ServerForm(Form):
    """The first thing that the user sees: what is known already, and what is asked."""

    def compose(self) -> ComposeResult:
        yield News().data_bind(Form.told)
        yield from super().compose()
