"""With each source broken in turn the first screen is there, and F2 says what could not be read."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from textual.widgets import Input

from mailcow_dns_tui.lookup.smtp import MailServer
from mailcow_dns_tui.mailcow.known import SourceResult
from mailcow_dns_tui.mailcow.secret import Access
from mailcow_dns_tui.mailcow.sources import MailcowSources
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.wizard.screens.mailcow import MailcowScreen
from tests.mailcow.source_states import STATES, Host, mail_host
from tests.memory_dns import Fault, MemoryDns, World
from tests.wizard.conftest import MakeApp, settle
from tests.wizard.engines import Answers
from tests.wizard.screens.test_mailcow import shown

NOWHERE = 1
"""A port that nobody listens on."""


class Reading(Answers):
    """Reads what a machine has of mailcow."""

    def __init__(self, sources: MailcowSources) -> None:
        super().__init__()
        self._sources = sources

    def read_mailcow(self, setup: Setup, access: Access) -> AsyncGenerator[SourceResult, None]:
        return self._sources.learn(setup, access)


def sources(host: Host) -> MailcowSources:
    dns = MemoryDns(World((), {}), faults=(Fault("."),) if host.dns_is_dead else ())
    smtp = MailServer(host.smtp_port or NOWHERE, timeout=0.5)
    return MailcowSources(
        host.folder, dns.ask, smtp, is_root=True, api_timeout=3, databases_timeout=1
    )


# Who may not read a file is a matter of the whole process: see tests/test_on_a_mail_host.py.
@pytest.mark.parametrize("name", [name for name in STATES if name != "mailcow.conf unreadable"])
async def test_what_could_not_be_read_is_said(
    wizard: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with mail_host(tmp_path) as host:
        for key, value in host.environ.items():
            monkeypatch.setenv(key, value)
        STATES[name].make(host)
        app = wizard(Setup(), engine=Reading(sources(host)))
        async with app.run_test(size=(80, 24)) as pilot:
            assert "The mail server" in shown(app)
            assert isinstance(app.focused, Input)
            await pilot.press("f2")
            await pilot.pause()
            assert isinstance(app.screen, MailcowScreen)
            said = STATES[name].said
            await settle(pilot, lambda: said in " ".join(shown(app).replace("│", " ").split()))
            # A handshake with the API that is cancelled leaves its socket open.
            await settle(pilot, lambda: not any(w.is_running for w in app.workers))
