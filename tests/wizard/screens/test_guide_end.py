"""The end of the guide: why it is good, and nothing offered that would do nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import repeat
from pathlib import Path

import pytest
from dns import rdata
from textual.pilot import Pilot

from mailcow_dns_tui.cli.plain.words import end_lines
from mailcow_dns_tui.guide.end import cron_line
from mailcow_dns_tui.model.answer import Answer, Source
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuidePlace, Move
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.copying import RawScreen, RawText
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.guide_text import NO_CRON, NO_STEP
from mailcow_dns_tui.wizard.widgets.keys import KeyFooter
from tests.guide.states import GOOD_WORLD
from tests.wizard.conftest import BEGUN, KEYS, SETUP, MakeApp, settle
from tests.wizard.engines import Answering, Answers, absent, published, silent
from tests.wizard.screens.test_guide import WITH_CAA, guided, no_mx, text
from tests.wizard.screens.test_guide_claims import NOON, Played
from tests.wizard.screens.test_guide_saved import Strict, progress, title

CLOUDFLARE = Source("ada.ns.cloudflare.com.", "192.0.2.53")


def footer(app: WizardApp) -> Sequence[str]:
    """What the last line offers, by the words."""
    keys = app.screen.query_one(KeyFooter).query("FooterKey")
    return [str(getattr(key, "description", "")) for key in keys]


async def offers(app: WizardApp, pilot: Pilot[None], *words: str) -> None:
    await settle(pilot, lambda: [w for w in footer(app) if w != "Quit"] == list(words))


async def test_what_is_only_worth_knowing_is_said_beside_its_sign(wizard: MakeApp) -> None:
    def no_caa(record: Record) -> Answer:
        return absent(record) if record.topic == "caa" else published(record)

    app = wizard(WITH_CAA, Answers(no_caa))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("s")
        await settle(pilot, lambda: "What is left is optional." in text(app, "#step"))
        head, why = text(app, "#step").partition("i The server: ")[2].splitlines()[:2]
        assert head == "4 ok, 1 info"
        assert "has no CAA record" in why


async def test_it_is_not_reached_while_something_saved_is_not_seen(wizard: MakeApp) -> None:
    engine = Answers(lambda r: absent(r) if r.topic == "caa" else published(r))
    app = wizard(WITH_CAA, engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("enter", "enter")
        await settle(pilot, lambda: "1 saved, not seen yet" in progress(app))
        assert "saved, and is looked for" in text(app, "#step")
        assert not title(app)
        engine.answering = published
        await pilot.press("r")
        await settle(pilot, lambda: title(app) == "Done")


async def test_where_something_could_not_be_asked_it_says_what(wizard: MakeApp) -> None:
    app = wizard(engine=Answers(lambda r: silent(r) if r.is_reverse else published(r)))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert "\n  PTR 192.0.2.10" in text(app, "#step").partition("then check again")[2]


async def test_it_is_opened_again_after_a_domain_has_moved_here(wizard: MakeApp) -> None:
    move = Move("example.org", ("aspmx.l.google.com",), 300, int(NOON.timestamp()), is_over=True)
    place = GuidePlace(is_open=True, step="MX example.org", moves=(move,))
    app = wizard(replace(SETUP, guide=place))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await settle(pilot, lambda: "No step" in text(app, "#step") or "Done" in title(app))


async def test_the_footer_has_no_key_that_does_nothing(wizard: MakeApp) -> None:
    engine = Strict(no_mx)
    app = wizard(engine=engine)
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await offers(app, pilot, "Box", "Saved", "Skip", "Value", "Panel", "Help", "Leave")
        await pilot.press("s")
        await offers(app, pilot, "Box", "Saved", "Skip", "Back", "Value", "Panel", "Help", "Leave")
        engine.answering = beside
        await pilot.press("r")
        await settle(pilot, lambda: text(app, "#step").startswith("Delete"))
        await offers(app, pilot, "Saved", "Skip", "Back", "Panel", "Help", "Leave")
        engine.answering = published
        await pilot.press("r")
        await settle(pilot, lambda: title(app) == "Done")
        await offers(app, pilot, "Panel", "Check", "Help", "Leave")
        await pilot.press("b")
        await settle(pilot, lambda: "There is nothing to paste" in text(app, "#looked"))


def beside(record: Record) -> Answer:
    """Another server beside this one."""
    other = rdata.from_text("IN", "MX", "5 old.example.net.")
    is_mx = record.topic == "mx"
    return replace(published(record), rdatas=(record.rdata, other)) if is_mx else published(record)


async def test_where_nothing_is_left_besides_no_empty_list_is_shown(wizard: MakeApp) -> None:
    engine = Strict(no_mx)
    app = wizard(engine=engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await guided(app, pilot)
        rest = app.screen.query_one("#rest")
        await settle(pilot, lambda: rest.display)
        engine.answering = published
        await pilot.press("r")
        await settle(pilot, lambda: title(app) == "MX bücher.example")
        await settle(pilot, lambda: not rest.display)


async def test_without_a_step_nothing_is_said_about_one(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await guided(app, pilot)
        await pilot.press("i")
        await settle(pilot, lambda: NO_STEP in text(app, "#looked"))


def at_cloudflare(answering: Answering) -> Answering:
    return lambda record: replace(answering(record), source=CLOUDFLARE)


def nothing_of(*topics: str) -> Answering:
    return lambda record: absent(record) if record.topic in topics else published(record)


@pytest.mark.parametrize(
    ("answering", "is_offered"),
    [
        (nothing_of("clients", "dkim"), True),
        (beside, False),
    ],
    ids=["records to add", "one to delete"],
)
async def test_a_zone_file_is_offered_where_it_would_bring_something(
    wizard: MakeApp, answering: Answering, is_offered: bool
) -> None:
    app = wizard(engine=Strict(at_cloudflare(answering)))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert text(app, "#looked").endswith("i makes one of what is safe now.") == is_offered
        await pilot.press("r")
        if is_offered:
            await settle(pilot, lambda: text(app, "#looked").startswith("Cloudflare imports"))
        assert ("Import" in footer(app)) == is_offered


async def test_a_zone_file_is_offered_in_a_sentence_once(wizard: MakeApp) -> None:
    app = wizard(engine=Strict(at_cloudflare(nothing_of("dkim", "mx"))))
    async with app.run_test() as pilot:
        await guided(app, pilot)
        assert "i makes one of what is safe now" in text(app, "#looked")
        await pilot.press("s")
        await settle(pilot, lambda: "skipped" in progress(app))
        assert "zone files" not in text(app, "#looked")
        assert "Import" in footer(app)


async def test_all_keys_of_a_step_fit_into_80_columns(wizard: MakeApp) -> None:
    app = wizard(engine=Strict(at_cloudflare(nothing_of("clients"))))
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot)
        while "No SRV" not in footer(app):
            await pilot.press("s")
            await pilot.pause()
        await settle(pilot, lambda: {"Import", "Back"} <= {*footer(app)})
        assert app.screen.query_one(KeyFooter).virtual_size.width <= 80


async def test_the_recognised_provider_covers_nothing_of_the_card(wizard: MakeApp) -> None:
    app = wizard(SETUP, Answers(at_cloudflare(no_mx)))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press("ctrl+g")
        await settle(pilot, lambda: "at Cloudflare" in text(app, "#looked"))
        assert not app._notifications
        assert "p chooses another panel" in text(app, "#looked")


async def test_what_goes_into_the_boxes_stands_in_one_column(wizard: MakeApp) -> None:
    app = wizard(SETUP, Answers(at_cloudflare(no_mx)))
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot)
        await settle(pilot, lambda: "Mail server" in text(app, "#step"))
        lines = text(app, "#step").splitlines()
        starts = {"  Where ": "in the", "  Type ": "MX", "▸ Mail server ": "mail.", "  TTL ": "1 h"}
        columns = [line.index(v) for k, v in starts.items() for line in lines if line.startswith(k)]
        assert columns == [14] * 4


async def test_the_line_for_a_crontab_can_be_copied_whole(wizard: MakeApp, tmp_path: Path) -> None:
    app = wizard(BEGUN, Answers())
    app.plan_path = tmp_path / "plan.toml"
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.report.all_good)
        await pilot.press("ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await settle(pilot, lambda: "x shows it in one piece" in text(app, "#step"))
        assert "the mailboxes for reports exist" in text(app, "#step")
        line = text(app, "#step").partition("gets worse:\n")[2].partition("\nc copies")[0]
        assert all(part.startswith("  ") for part in line.splitlines())
        await offers(app, pilot, "Panel", "Check", "Crontab line", "Help", "Leave")
        await pilot.press("c")
        await settle(pilot, lambda: app.clipboard == cron_line(tmp_path / "plan.toml"))
        await settle(pilot, lambda: "the line for a crontab" in text(app, "#looked"))
        await pilot.press("x")
        await settle(pilot, lambda: isinstance(app.screen, RawScreen))
        assert cron_line(app.plan_path) in app.screen.query_one(RawText).text


async def test_before_the_end_there_is_no_line_for_a_crontab(
    wizard: MakeApp, tmp_path: Path
) -> None:
    app = wizard(BEGUN, Answers(no_mx))
    app.plan_path = tmp_path / "plan.toml"
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.report.all_asked)
        await pilot.press("ctrl+g")
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        await settle(pilot, lambda: text(app, "#step").startswith("Add the MX"))
        assert "Crontab line" not in footer(app)
        await pilot.press("c")
        await settle(pilot, lambda: NO_CRON in text(app, "#looked"))
        assert not app.clipboard


async def test_since_when_a_key_is_published_is_kept(wizard: MakeApp, saved: list[Setup]) -> None:
    keys = (replace(KEYS[0], since=None),)
    app = wizard(replace(SETUP, domains=(replace(SETUP.domains[0], dkim=keys),)), Answers())
    async with app.run_test() as pilot:
        await settle(pilot, lambda: bool(saved) and app.report.all_good)
    assert [key.since for key in saved[-1].domains[0].dkim] == [date.today()]


@pytest.mark.parametrize(("days", "is_old"), [(365, False), (366, True)])
async def test_the_end_says_which_keys_are_published_for_over_a_year(
    days: int, is_old: bool
) -> None:
    played = Played(clock=NOON + timedelta(days=days))
    first, *others = played.setup.domains
    (key,) = first.dkim
    seen = replace(first, dkim=(replace(key, since=NOON.date()),))
    played.setup = replace(played.setup, domains=(seen, *others))
    await played.look(GOOD_WORLD)
    told = " ".join(end_lines(played.state, played.setup, played.report, played.clock))
    for end in (played.text, told):
        old = "DKIM keys seen for over a year: dkim of example.org since 2026-11-23. Replace"
        assert (old in end) == is_old


def with_google(record: Record) -> Answer:
    text = txt_rdata("v=spf1 mx a include:_spf.google.com -all")
    return published(replace(record, rdata=text) if record.topic == "spf" else record)


async def test_the_spf_record_without_the_old_provider_can_be_copied(wizard: MakeApp) -> None:
    until = int((datetime.now() + timedelta(days=1)).timestamp())
    move = Move("example.org", ("aspmx.l.google.com",), 3600, until, is_over=True)
    app = wizard(replace(SETUP, guide=GuidePlace(moves=(move,))), Answers(with_google))
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot)
        told = " ".join(text(app, "#step").split())
        assert "TXT example.org. It is then v=spf1 mx a -all" in told
        assert "v copies what is left of the SPF record of example.org." in told
        await settle(pilot, lambda: "Value" in footer(app))
        await pilot.press("v")
        await settle(pilot, lambda: app.clipboard == "v=spf1 mx a -all")


async def test_it_is_copied_as_the_form_of_the_panel_takes_it(wizard: MakeApp) -> None:
    until = int((datetime.now() + timedelta(days=1)).timestamp())
    move = Move("example.org", ("aspmx.l.google.com",), 3600, until, is_over=True)
    server = replace(SETUP.server, panel="hetzner")
    setup = replace(SETUP, server=server, guide=GuidePlace(moves=(move,)))
    app = wizard(setup, Answers(with_google))
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot)
        await pilot.press("v")
        await settle(pilot, lambda: app.clipboard == '"v=spf1 mx a -all"')


async def test_at_the_end_all_can_be_asked_anew_and_what_came_of_it_is_said(
    wizard: MakeApp,
) -> None:
    engine = Answers()
    app = wizard(BEGUN, engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot)
        await offers(app, pilot, "Panel", "Check", "Help", "Leave")
        await pilot.press("r")
        await settle(pilot, lambda: ": nothing has changed." in text(app, "#looked"))
        assert engine.checks[-1][1], "from a cache"
        engine.answering = no_mx
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: "now of example.org MX, bücher" in text(app, "#looked"))
        assert text(app, "#step").startswith("Add the MX record of example.org.")


async def test_what_nobody_answered_is_not_said_to_be_as_before(wizard: MakeApp) -> None:
    app = wizard(BEGUN, Answers(silent))
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot)
        await pilot.press("ctrl+r")
        await settle(pilot, lambda: "but not everything could be" in text(app, "#looked"))


async def test_the_old_include_is_told_of_until_it_has_gone(wizard: MakeApp) -> None:
    until = int((datetime.now() + timedelta(days=1)).timestamp())
    move = Move("example.org", ("aspmx.l.google.com",), 3600, until, is_over=True)
    engine = Answers(with_google)
    app = wizard(replace(SETUP, guide=GuidePlace(moves=(move,))), engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await guided(app, pilot, pauses=lambda: repeat(0.05))
        assert "delete include:_spf.google.com" in " ".join(text(app, "#step").split())
        engine.answering = published
        await settle(pilot, lambda: "include:" not in text(app, "#step"))
