"""A DKIM key that is pasted is answered where it was pasted."""

import json
from collections.abc import Sequence

import pytest
from textual import events
from textual.pilot import Pilot

from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.wizard.app import WizardApp
from tests.wizard.conftest import KEY, MakeApp, settle
from tests.wizard.engines import Held
from tests.wizard.screens.test_mailcow import shown

NEW = Setup(server=Server("mail.example.org", "192.0.2.10"), domains=(Domain("example.org"),))
TEXT = f"v=DKIM1;k=rsa;t=s;s=email;p={KEY}"
TO_KEY: Sequence[str] = ("alt+2", "tab", "tab")


async def paste(app: WizardApp, pilot: Pilot[None], text: str) -> None:
    await pilot.press(*TO_KEY)
    app.post_message(events.Paste(text))


@pytest.mark.parametrize(
    ("pasted", "selector"),
    [
        (KEY, "dkim"),
        (TEXT, "dkim"),
        (json.dumps({"dkim_txt": TEXT, "dkim_selector": "s1", "privkey": "secret"}), "s1"),
        (f's2._domainkey IN TXT ( "{TEXT[:255]}"\n "{TEXT[255:]}" )', "s2"),
    ],
    ids=["key", "record", "mailcow's API", "zone file"],
)
async def test_it_says_how_it_was_read(
    wizard: MakeApp, saved: list[Setup], pasted: str, selector: str
) -> None:
    app = wizard(NEW, engine=Held())
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(app, pilot, pasted)
        read = f"✓ read as RSA, 2048 bits, selector {selector}"
        await settle(pilot, lambda: read in shown(app))
    assert saved[-1].domains[0].dkim[0].selector == selector
    assert "secret" not in str(saved)


async def test_a_key_that_is_not_whole_is_said_at_once(wizard: MakeApp) -> None:
    app = wizard(NEW, engine=Held())
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(app, pilot, TEXT[:-1])
        await settle(pilot, lambda: "✗ not valid: The key is not whole" in shown(app))


async def test_a_private_key_is_refused_and_not_saved(wizard: MakeApp, saved: list[Setup]) -> None:
    app = wizard(NEW, engine=Held())
    async with app.run_test(size=(80, 24)) as pilot:
        await paste(app, pilot, "-----BEGIN PRIVATE KEY-----\nMIISECRET\n-----END PRIVATE KEY-----")
        await settle(pilot, lambda: "✗ not valid: This is a private key." in shown(app))
    assert "SECRET" not in str(saved)


MOVED = "That is the key: it is in DKIM key now. The selector is"


def said(app: WizardApp) -> list[str]:
    return [notice.message for notice in app._notifications]


def selectors(saved: Sequence[Setup]) -> list[str]:
    """Of the first key, each time that it was saved."""
    return [setup.domains[0].dkim[0].selector for setup in saved]


@pytest.mark.parametrize(
    "keys", [(), ("home",), ("home", "shift+end")], ids=["end", "start", "all"]
)
async def test_a_record_pasted_as_selector_is_the_key(
    wizard: MakeApp, saved: list[Setup], keys: Sequence[str]
) -> None:
    app = wizard(NEW, engine=Held())
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("alt+2", "tab", *keys)
        app.post_message(events.Paste(TEXT))
        await settle(pilot, lambda: said(app) == [f"{MOVED} dkim."])
        await settle(pilot, lambda: "✓ read as RSA, 2048 bits, selector dkim" in shown(app))
        await pilot.press("2")
        await settle(pilot, lambda: selectors(saved)[-1:] == ["dkim2"])
    assert saved[-1].domains[0].dkim[0].key == TEXT


async def test_a_record_typed_as_selector_is_the_key_once_it_is_whole(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    app = wizard(NEW, engine=Held())
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("alt+2", "tab", "end")
        app.post_message(events.Paste(f"2{TEXT[:-2]}"))
        await pilot.press(TEXT[-2], TEXT[-1])
        await settle(pilot, lambda: said(app) == [f"{MOVED} dkim2."])
    assert [(key.selector, key.key) for key in saved[-1].domains[0].dkim] == [("dkim2", TEXT)]


async def test_what_is_wrong_with_the_selector_is_said_below_it(wizard: MakeApp) -> None:
    app = wizard(NEW, engine=Held())
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("alt+2", "tab")
        app.post_message(events.Paste("v=DKIM1;p="))
        await pilot.press("tab")
        await settle(pilot, lambda: shown(app).count("✗ not valid: A selector is a short") == 1)
        lines = shown(app).splitlines()
        place = next(at for at, line in enumerate(lines) if "A selector is a short" in line)
        assert "DKIM selector" in lines[place - 1]


async def test_a_private_key_pasted_as_selector_is_not_saved(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    app = wizard(NEW, engine=Held())
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("alt+2", "tab")
        app.post_message(events.Paste(json.dumps({"privkey": "MIISECRET"})))
        await pilot.press("tab")
        await settle(pilot, lambda: "✗ not valid: A selector is a short name" in shown(app))
    assert "SECRET" not in str(saved)
