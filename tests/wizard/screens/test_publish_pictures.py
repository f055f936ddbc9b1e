"""What the dialog that connects and the difference look like, and that each text can be read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from dns.name import Name
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.step import GuidePlace
from mailcow_dns_tui.publish import octodns_zone
from mailcow_dns_tui.publish.changes import Change, ProviderZone, Reading, Trouble, TroubleReason
from mailcow_dns_tui.publish.providers import Publisher
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.dialogs import WayScreen
from mailcow_dns_tui.wizard.screens.publish_connect import ConnectScreen
from mailcow_dns_tui.wizard.screens.publishing import PublishScreen, Stage
from tests.publish.zones import rrset
from tests.wizard.conftest import BEGUN, MakeApp, at_rest, settle
from tests.wizard.engines import Answers
from tests.wizard.screens.test_guide import guided, text
from tests.wizard.screens.test_guide_end import nothing_of
from tests.wizard.test_contrast import TRUE, colours, drawn, in_each_theme, ratio, unreadable

SIZES = {"60x20": (60, 20), "80x24": (80, 24), "120x36": (120, 36)}
THERE = (
    rrset("@", "NS", "ns1.example.net.", "ns2.example.net."),
    rrset("@", "TXT", '"google-site-verification=abc"'),
    rrset("www", "A", "192.0.2.1"),
    rrset("dkim._domainkey", "TXT", '"v=DKIM1; k=rsa; p=MIIB"', ttl=86400),
)
ONE = replace(BEGUN, domains=BEGUN.domains[:1], server=replace(BEGUN.server, panel="hetzner"))


class MemoryZone:
    """A zone at a provider who is never asked to change it."""

    def read(self) -> Reading:
        return Reading({(each.owner, each.rdtype): each for each in THERE})

    def apply(self, changes: Sequence[Change]) -> None:
        raise AssertionError("nobody said yes")

    def refusal(self, change: Change) -> str:
        return ""

    def silence(self, reason: TroubleReason) -> Trouble:
        return Trouble(reason, "It did not answer.")


class Real(Answers):
    """Of a network that is no example, and without mail services of its own."""

    is_example = False


def in_memory(publisher: Publisher, credentials: Mapping[str, Secret], zone: Name) -> ProviderZone:
    return MemoryZone()


async def opened(app: WizardApp, pilot: Pilot[None], name: str) -> None:
    if name == "ways":
        app.setup = replace(app.setup, guide=GuidePlace())
        await settle(pilot, lambda: app.report.all_asked and app.report.is_of(app.setup))
        await pilot.press("ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, WayScreen))
        return
    await guided(app, pilot)
    if name == "connect":
        await pilot.press("k")
        await settle(pilot, lambda: isinstance(app.screen, ConnectScreen))
        return
    app.connections = app.connections.having(("hetzner", None), {"token": Secret("0123")})
    await pilot.press("a")
    await settle(pilot, lambda: isinstance(app.screen, PublishScreen))
    screen = app.screen
    assert isinstance(screen, PublishScreen)
    await settle(pilot, lambda: screen.stage is Stage.ASKED and not screen.is_new)


@pytest.fixture
def made(wizard: MakeApp, monkeypatch: pytest.MonkeyPatch) -> WizardApp:
    monkeypatch.delenv("HCLOUD_TOKEN", raising=False)
    monkeypatch.setattr(octodns_zone, "connect", in_memory)
    return wizard(ONE, Real(nothing_of("host", "clients", "tls-reports")))


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("name", ["ways", "connect", "difference"])
async def test_picture(
    made: WizardApp, picture: SnapshotAssertion, size: tuple[int, int], name: str
) -> None:
    async with made.run_test(size=size) as pilot:
        await opened(made, pilot, name)
        assert await at_rest(made, pilot) == picture


async def test_of_two_providers_each_is_told_by_itself(
    wizard: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(octodns_zone, "connect", in_memory)
    one, other = BEGUN.domains
    setup = replace(ONE, domains=(one, replace(other, panel="netcup")))
    app = wizard(setup, Real(nothing_of("host", "dkim")))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, "difference")
        told = text(app, "#lines")
        assert "example.org, at Hetzner" in told
        assert "bücher.example (xn--bcher-kva.example)" in told
        assert "Nothing can be published at netcup" in told


async def test_who_types_ahead_says_yes_to_nothing(made: WizardApp) -> None:
    async with made.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(made, pilot, "difference")
        screen = made.screen
        assert isinstance(screen, PublishScreen)
        screen.is_new = True
        await pilot.press("y")
        assert screen.stage is Stage.ASKED
        told = "This was asked only just now: read it, then press y or n."
        await settle(pilot, lambda: told in {each.message for each in made._notifications})


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "nord", "gruvbox"])
async def test_what_is_left_alone_is_quieter_than_what_changes(made: WizardApp, theme: str) -> None:
    made.theme = theme
    async with made.run_test(size=(120, 36)) as pilot:
        await opened(made, pilot, "difference")
        seen = {text.strip(): ratio(*colours(style, TRUE)) for text, style in drawn(made)}
        left = [loud for text, loud in seen.items() if text == "leave" or text.startswith("NS @")]
        assert len(left) == 2, seen
        assert max(left) < 0.8 * seen["A mail"]


@pytest.mark.parametrize("name", ["ways", "connect", "difference"])
async def test_every_text_can_be_read_in_every_theme(made: WizardApp, name: str) -> None:
    async with made.run_test(size=(120, 36)) as pilot:
        await opened(made, pilot, name)
        bad: list[str] = []

        async def look() -> None:
            bad.extend(unreadable(made, name, TRUE))

        await in_each_theme(made, pilot, look)
        assert not bad, "\n".join(bad)
