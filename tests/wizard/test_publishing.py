"""Published by keys, at a real BIND: connected once, shown first, and never past a question."""

import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mailcow_dns_tui.engine.local import MakeNetwork
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.publish_connect import ConnectScreen
from mailcow_dns_tui.wizard.screens.publishing import PublishScreen
from mailcow_dns_tui.wizard.widgets.inputs import LineInput
from tests.conftest import need
from tests.publish.published import Published
from tests.wizard.conftest import settle
from tests.wizard.published import (
    Held,
    agree,
    at_own_server,
    change,
    connect,
    in_the_guide,
    is_asked,
    shown,
)
from tests.wizard.screens.test_guide import text
from tests.wizard.screens.test_guide_end import footer

MOST_QUESTIONS = 8
ADDRESS_ONLY = "@ A 203.0.113.80"
ALIAS = "mail CNAME old.example.net."
GOOD = "Everything that the plan wants is published and good."


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Published]:
    need("named")
    need("unbound")
    with ExitStack() as stack:
        made = Published(tmp_path, stack)
        at_own_server(made)
        yield made


async def test_from_one_address_to_all_good_by_keys(published: Published) -> None:
    published.start(ADDRESS_ONLY)
    async with in_the_guide(published) as (app, pilot):
        assert {"Publish", "All", "Connect"} <= {*footer(app)}
        await pilot.press("k")
        await connect(pilot, published, published.bind.secret)
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        told = "Connected to your name server."
        await settle(pilot, lambda: text(app, "#looked").startswith(told))
        await settle(pilot, lambda: "Connect" not in footer(app))
        await pilot.press("t")
        assert await is_asked(app, pilot)
        assert "Publish this change?\nexample.org\ncreate    A mail  192.0.2.10" in shown(app)
        await pilot.press("y")
        assert not await is_asked(app, pilot)
        assert "1 change was published." in shown(app)
        await pilot.press("escape")
        await settle(pilot, lambda: text(app, "#step").startswith("Add the AAAA record"))
        await pilot.press("a")
        for _ in range(MOST_QUESTIONS):
            if not await is_asked(app, pilot):
                break
            await pilot.press("y")
        # The resolver may have an old answer for a second, and DMARC waits for what it has of SPF.
        dmarc_waits = "Waits: DMARC" in shown(app)
        await pilot.press("escape")
        if dmarc_waits:
            await settle(pilot, lambda: text(app, "#step").startswith("Add the DMARC record"))
            await pilot.press("t")
            assert await is_asked(app, pilot)
            await pilot.press("y")
            assert not await is_asked(app, pilot)
            await pilot.press("escape")
        await settle(pilot, lambda: GOOD in text(app, "#step"))
        assert app.report.all_good


async def test_what_was_there_is_kept_and_no_credential_is(published: Published) -> None:
    published.start(ADDRESS_ONLY)
    secret = published.bind.secret
    async with in_the_guide(published) as (app, pilot):
        await pilot.press("t")
        await connect(pilot, published, secret)
        assert await is_asked(app, pilot)
        await pilot.press("y")
        assert not await is_asked(app, pilot)
        (backup,) = published.backups()
        assert f"publish--undo{backup}" in "".join(shown(app).split())
        await pilot.press("c")
        await settle(pilot, lambda: app.clipboard.endswith(f"publish --undo {backup}"))
        assert secret not in f"{app.connections}{app._notifications}{app.export_screenshot()}"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert "example.org. 300 IN A 203.0.113.80" in backup.read_text()
    assert secret not in published.plan.read_text() + backup.read_text()


async def test_what_is_given_is_kept_in_the_file_that_the_user_names(published: Published) -> None:
    published.start(ADDRESS_ONLY)
    file, secret = published.folder / "token.env", published.bind.secret
    async with in_the_guide(published) as (app, pilot):
        await pilot.press("k")
        await settle(pilot, lambda: isinstance(app.screen, ConnectScreen))
        app.screen.query_one("#file", LineInput).value = str(file)
        await connect(pilot, published, "d3Jvbmc=")
        await settle(pilot, lambda: "does not accept these credentials" in text(app, "#said"))
        assert not file.exists()
        app.screen.query_one("#give-key_secret", LineInput).value = secret
        await pilot.press("enter")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await settle(pilot, lambda: app.setup.server.credentials == str(file))
        await pilot.press("escape")
        await settle(pilot, lambda: not app.setup.guide.is_open)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = file.read_text()
    assert f"RFC2136_KEY_SECRET={secret}\n" in kept
    assert secret not in published.plan.read_text()
    async with in_the_guide(published) as (app, pilot):
        await pilot.press("k")
        told = "Connected to your name server."
        await settle(pilot, lambda: text(app, "#looked").startswith(told))
        await pilot.press("k")
        await settle(pilot, lambda: isinstance(app.screen, ConnectScreen))
        assert text(app, "#said") == ""
    assert file.read_text() == kept


async def test_a_file_that_is_there_already_is_read_where_it_is_named(published: Published) -> None:
    published.start(ADDRESS_ONLY)
    file = published.folder / "token.env"
    file.write_text("".join(f"{name}={text}\n" for name, text in published.environment.items()))
    file.chmod(0o644)
    async with in_the_guide(published) as (app, pilot):
        await pilot.press("k")
        await settle(pilot, lambda: isinstance(app.screen, ConnectScreen))
        app.screen.query_one("#file", LineInput).value = str(file)
        app.screen.query_one("#file", LineInput).focus()
        await pilot.press("enter")
        await settle(pilot, lambda: "others may read it: chmod 600" in text(app, "#said"))
        file.chmod(0o600)
        await pilot.press("enter")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await settle(pilot, lambda: app.setup.server.credentials == str(file))
        file.chmod(0o644)
        await pilot.press("k")
        await settle(pilot, lambda: isinstance(app.screen, ConnectScreen))
        assert "others may read it: chmod 600" in text(app, "#said")


async def test_a_wrong_key_is_told_in_a_sentence_and_asked_for_again(published: Published) -> None:
    published.start(ADDRESS_ONLY)
    before = published.records()
    async with in_the_guide(published) as (app, pilot):
        await pilot.press("t")
        await connect(pilot, published, "d3Jvbmc=")
        await settle(pilot, lambda: "does not accept these credentials" in text(app, "#said"))
        assert isinstance(app.screen, ConnectScreen)
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        assert not app.connections.given
    assert published.records() == before


async def test_what_the_environment_has_is_not_asked_for(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.start(ADDRESS_ONLY)
    for name, value in published.environment.items():
        monkeypatch.setenv(name, value)
    async with in_the_guide(published) as (app, pilot):
        await pilot.press("t")
        assert await is_asked(app, pilot)
        await pilot.press("escape", "k")
        await settle(pilot, lambda: isinstance(app.screen, ConnectScreen))
        assert published.bind.secret not in app.export_screenshot()


async def test_nothing_is_done_without_a_yes(published: Published) -> None:
    published.start(ADDRESS_ONLY, ALIAS)
    before = published.records()
    async with in_the_guide(published) as (app, pilot):
        await pilot.press("a")
        await connect(pilot, published, published.bind.secret)
        assert await is_asked(app, pilot)
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await pilot.press("a")
        assert await is_asked(app, pilot)
        await pilot.press("n")
        assert not await is_asked(app, pilot)
        assert "Nothing was published." in shown(app)
    assert published.records() == before
    assert not published.backups()


async def test_what_has_a_question_of_its_own_is_left_by_a_no(published: Published) -> None:
    published.start(ADDRESS_ONLY, ALIAS)
    async with in_the_guide(published) as (app, pilot):
        await pilot.press("a")
        await connect(pilot, published, published.bind.secret)
        questions = []
        for _ in range(MOST_QUESTIONS):
            if not await is_asked(app, pilot):
                break
            is_own = "This is asked by itself" in shown(app)
            questions += [shown(app)] if is_own else []
            await pilot.press("n" if is_own else "y")
        assert len(questions) == 1
        assert "The CNAME of mail.example.org to old.example.net goes." in questions[0]
        assert "yes of its own (mail.example.org): The CNAME of mail.example.org" in shown(app)
    assert published.texts("mail", "CNAME") == ["old.example.net."]


async def test_what_somebody_changes_meanwhile_is_shown_anew(published: Published) -> None:
    published.start(ADDRESS_ONLY, "@ TXT first")
    async with in_the_guide(published) as (app, pilot):
        await pilot.press("a")
        await connect(pilot, published, published.bind.secret)
        assert await is_asked(app, pilot)
        assert "change    TXT @" in shown(app)
        change(published, "@", "TXT", "second")
        assert await agree(app, pilot)
        assert text(app, "#asked").startswith("Somebody changed the zone meanwhile")
        assert "second" in shown(app)
        while await is_asked(app, pilot):
            await pilot.press("y")
    assert {'"first"', '"second"'} < {*published.texts("@", "TXT")}


async def test_esc_in_the_middle_stops_between_two_acts(published: Published) -> None:
    published.start(ADDRESS_ONLY)
    engines: list[Held] = []

    def make(connect: MakeNetwork) -> Held:
        engines.append(Held(connect))
        return engines[0]

    async with in_the_guide(published, make) as (app, pilot):
        await pilot.press("a")
        await connect(pilot, published, published.bind.secret)
        assert await is_asked(app, pilot)
        assert "do all of them come from letsencrypt.org?" in shown(app)
        await pilot.press("y")
        await settle(pilot, lambda: engines[0].is_asked)
        await pilot.press("escape")
        assert "It stops when what is on its way now is over." in shown(app)
        engines[0].release.set()
        assert not await is_asked(app, pilot)
        assert "Stopped." in shown(app)
        assert published.texts("mail", "A") == ["192.0.2.10"]
        assert not app.report.all_good
        await pilot.press("escape")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await pilot.press("a")
        while await is_asked(app, pilot):
            await pilot.press("y")
    assert published.texts("@", "MX") == ["10 mail.example.org."]


async def test_who_leaves_at_once_is_told_the_way_back(published: Published) -> None:
    published.start(ADDRESS_ONLY)
    async with in_the_guide(published, Held) as (app, pilot):
        await pilot.press("t")
        await connect(pilot, published, published.bind.secret)
        assert await is_asked(app, pilot)
        await pilot.press("y")
        await settle(pilot, lambda: bool(published.backups()))
        await pilot.press("escape", "escape")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        (backup,) = published.backups()
        assert any(f"publish --undo {backup}" in each.message for each in app._notifications)


async def test_esc_before_the_next_yes_ends_with_what_was_done(published: Published) -> None:
    published.start(ADDRESS_ONLY)
    async with in_the_guide(published) as (app, pilot):
        await pilot.press("a")
        await connect(pilot, published, published.bind.secret)
        assert await is_asked(app, pilot)
        assert await agree(app, pilot)
        assert text(app, "#asked").startswith("This is what that opens.")
        await pilot.press("escape")
        assert not await is_asked(app, pilot)
        assert "changes were published." in shown(app)
        assert published.texts("mail", "A") == ["192.0.2.10"]


async def test_no_key_is_silent(published: Published) -> None:
    published.start(ADDRESS_ONLY)
    async with in_the_guide(published) as (app, pilot):
        await pilot.press("t")
        await connect(pilot, published, published.bind.secret)
        assert await is_asked(app, pilot)
        assert "Copy the way back" not in footer(app)
        told = {
            "c": "Nothing was changed, so there is no way back to be copied.",
            "y": "Nothing is asked now.",
        }
        await pilot.press("c")
        await settle(pilot, lambda: told["c"] in {n.message for n in app._notifications})
        await pilot.press("y")
        assert not await is_asked(app, pilot)
        assert "Publish" not in footer(app)
        await pilot.press("y")
        await settle(pilot, lambda: told["y"] in {n.message for n in app._notifications})
        assert isinstance(app.screen, PublishScreen)
