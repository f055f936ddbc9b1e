"""What is typed: kept, previewed, validated."""

import pytest
from textual import events
from textual.widgets import Input, Tab, TextArea

from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.wizard import state as knowing_app
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from mailcow_dns_tui.wizard.steps.step import Step
from mailcow_dns_tui.wizard.terminal import Terminal, TerminalInput
from mailcow_dns_tui.wizard.widgets.preview import Preview
from mailcow_dns_tui.wizard.widgets.status_bar import StepBar
from tests.wizard.conftest import SETUP, MakeApp, at_rest, main_screen, settle
from tests.wizard.engines import Answers


async def test_a_plan_is_typed_with_the_keyboard_alone(wizard: MakeApp, saved: list[Setup]) -> None:
    app = wizard(Setup())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"mail.example.org", "enter", *"192.0.2.10", "enter")
        await pilot.press("ctrl+n", *"example.org", "enter", *"example.com")
        await settle(pilot, lambda: len(app.setup.domains) == 2)
    assert app.setup.server.hostname == "mail.example.org"
    assert app.setup.server.ipv4 == "192.0.2.10"
    assert [domain.name for domain in app.setup.domains] == ["example.org", "example.com"]
    assert saved[-1] == app.setup


async def test_every_keystroke_is_saved_and_previewed(wizard: MakeApp, saved: list[Setup]) -> None:
    app = wizard()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("alt+1")
        for count, key in enumerate("x.net", start=1):
            await pilot.press("end", key)
            await settle(pilot, lambda: saved != [] and saved[-1] == app.setup)
            assert app.setup.server.hostname == "mail.example.org" + "x.net"[:count]
        zone = "\n".join(line.text for line in app.screen.query_one(Preview).lines)
        assert "mail.example.orgx.net." in zone


async def test_it_is_saved_while_keys_come_without_a_pause(
    wizard: MakeApp, saved: list[Setup], monkeypatch: pytest.MonkeyPatch
) -> None:
    # No two keys are as far from each other, however busy the machine.
    monkeypatch.setattr(knowing_app, "PAUSE_BEFORE_SAVING", 2.0)
    app = wizard(Setup())
    async with app.run_test() as pilot:
        for _ in range(400):
            await pilot.press("a")
            if saved:
                break
        assert saved


async def test_what_changed_last_is_marked(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot, lambda: any(app.screen.query_one(Preview).lines))
        await pilot.press("alt+1", "tab", "end", "1")
        await settle(pilot, lambda: ("A", "192.0.2.101") in _marked(app.screen.query_one(Preview)))
        types = {type_text for type_text, _ in _marked(app.screen.query_one(Preview))}
    assert "MX" not in types


def _marked(preview: Preview) -> set[tuple[str, str]]:
    """Type and value of each record whose line is marked."""
    records = (line.record for line in preview.lines if preview.is_marked(line))
    return {(record.type_text, record.value) for record in records if record is not None}


async def test_who_comes_back_to_a_field_goes_on_at_its_end(wizard: MakeApp) -> None:
    app = wizard(Setup())
    async with app.run_test() as pilot:
        for key in ("m", "a", "i", "l", "enter", "shift+tab"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await settle(pilot, lambda: app.setup.server.hostname == "mail")
        await pilot.press("x")
        await settle(pilot, lambda: app.setup.server.hostname == "mailx")


async def test_what_is_typed_takes_the_place_of_a_number_and_goes_behind_words(
    wizard: MakeApp,
) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("alt+1", "down", "down", "down", *"300")
        await settle(pilot, lambda: app.setup.server.ttl == 300)
        await pilot.press("alt+3", *" ptr")
        await settle(pilot, lambda: app.setup.spf.mechanisms == ("mx", "a", "ptr"))


async def test_that_a_paste_of_several_lines_is_cut_is_said(wizard: MakeApp) -> None:
    app = wizard(Setup())
    async with app.run_test() as pilot:
        app.post_message(events.Paste("mail.example.org\n192.0.2.10\n"))
        await settle(pilot, lambda: app.setup.server.hostname == "mail.example.org")
        said = [notice.message for notice in app._notifications]
        assert said == ["This takes one line: only the first was pasted."]
        app.clear_notifications()
        app.post_message(events.Paste(".test\n"))
        await settle(pilot, lambda: app.setup.server.hostname == "mail.example.org.test")
        assert not app._notifications


async def test_a_pasted_list_of_domains_is_kept_whole(wizard: MakeApp) -> None:
    app = wizard(Setup())
    async with app.run_test() as pilot:
        await pilot.press("alt+2")
        names = app.screen.query_one("#names", TextArea)
        names.insert("example.org\nexample.com, bücher.example\n\nexample.net\n")
        await settle(pilot, lambda: len(app.setup.domains) == 4)
    listed = [domain.name for domain in app.setup.domains]
    assert listed == ["example.org", "example.com", "bücher.example", "example.net"]


async def test_a_sign_stays_in_its_field_and_alt_with_a_digit_leaves_it(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await pilot.press("alt+2")
        for message in TerminalInput().read("£¢\x1b3".encode()):
            app.post_message(message)
        await settle(pilot, lambda: app.screen.query_one(StepBar).active == Step.POLICY.id)
    assert app.setup.domains[0].name == f"£¢{SETUP.domains[0].name}"


async def test_a_domain_that_is_renamed_keeps_its_answers(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await pilot.press("alt+2")
        await pilot.press("end", "x")
        await settle(pilot, lambda: app.setup.domains[0].name == "example.orgx")
    assert app.setup.domains[0].dkim == SETUP.domains[0].dkim


async def test_a_domain_that_comes_back_has_its_answers_again(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await pilot.press("alt+2")
        names = app.screen.query_one("#names", TextArea)
        names.text = "bücher.example"
        await settle(pilot, lambda: len(app.setup.domains) == 1)
        names.text = "bücher.example\nexample.org"
        await settle(pilot, lambda: len(app.setup.domains) == 2)
    assert set(app.setup.domains) == set(SETUP.domains)


async def test_the_questions_follow_the_cursor_in_the_list(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await pilot.press("alt+2", "down")
        await settle(pilot, lambda: "bücher.example" in _text(app, "#domain"))
        await pilot.press("tab", "end", "2")
        await settle(pilot, lambda: app.setup.domains[1].dkim[0].selector == "dkim2")
        assert "xn--bcher-kva.example" in _text(app, "#domain")
    assert app.setup.domains[0] == SETUP.domains[0]


async def test_an_error_is_told_when_the_field_is_left_and_blocks_nothing(
    wizard: MakeApp,
) -> None:
    app = wizard(Setup())
    async with app.run_test() as pilot:
        await pilot.press("tab", *"192.0.2.")
        await settle(pilot, lambda: app.setup.server.ipv4 == "192.0.2.")
        assert "An IPv4 address is wanted" not in _notes(app)
        await pilot.press("tab")
        await settle(pilot, lambda: "An IPv4 address is wanted" in _notes(app))
        await pilot.press("alt+4")
        await settle(pilot, lambda: main_screen(app).step is Step.SERVICES)
        await pilot.press("escape", "escape", "escape")
        await settle(pilot, lambda: main_screen(app).step is Step.SERVER)
        assert app.screen.query(Input)[1].value == "192.0.2."


async def test_the_next_start_goes_on_where_something_is_to_do(wizard: MakeApp) -> None:
    half = Setup(server=SETUP.server)
    for setup, step in ((Setup(), Step.SERVER), (half, Step.DOMAINS), (SETUP, Step.RECORDS)):
        app = wizard(setup)
        async with app.run_test():
            assert main_screen(app).step is step


async def test_a_plan_that_can_t_be_saved_is_told(wizard: MakeApp) -> None:
    def full(setup: Setup) -> None:
        raise OSError(28, "No space left on device")

    app = WizardApp(Setup(), engine=Answers(), save=full, terminal=Terminal({}))
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("m", "a")
        await settle(pilot, lambda: len(app.screen.query("Toast")) == 1)
        assert "No space left on device" in _text(app, "Toast")
    assert app.setup == Setup(server=Server(hostname="ma"))


async def test_domains_in_one_line_each_have_their_own_questions(wizard: MakeApp) -> None:
    app = wizard(Setup(domains=(Domain("a.example"), Domain("b.example"))))
    async with app.run_test() as pilot:
        await pilot.press("alt+2", "down", "tab", "tab", *"AAAA")
        await settle(pilot, lambda: bool(app.setup.domains[1].dkim))
    assert app.setup.domains[0].dkim == ()


def _text(app: WizardApp, selector: str) -> str:
    return str(app.screen.query_one(selector).render())


def _notes(app: WizardApp) -> str:
    return "\n".join(str(note.render()) for note in app.screen.query(".note"))


async def test_keys_work_in_the_order_they_were_pressed(wizard: MakeApp) -> None:
    app = wizard(Setup(server=Server(ipv6="2001:db8::10")))
    async with app.run_test() as pilot:
        await pilot.press("tab", "tab", "end")
        for _ in range(12):
            app.post_message(events.Key("backspace", None))
        for char in "fe80::1":
            app.post_message(events.Key(char, char))
        await settle(pilot, lambda: app.setup.server.ipv6.endswith("80::1"))
    assert app.setup.server.ipv6 == "fe80::1"


async def test_what_is_typed_ahead_for_two_domains_stays_with_each(wizard: MakeApp) -> None:
    app = wizard(Setup(domains=(Domain("a.example"), Domain("b.example"))))
    back = ("shift+tab", "shift+tab")
    async with app.run_test() as pilot:
        await pilot.press("alt+2", "tab", "tab", *"AAAA", *back, "down", "tab", "tab", *"BBBB")
        await settle(pilot, lambda: all(domain.dkim for domain in app.setup.domains))
        await settle(pilot, lambda: app.setup.domains[1].dkim[0].key == "BBBB")
    assert app.setup.domains[0].dkim[0].key == "AAAA"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@pytest.mark.parametrize("times", [1, 2, 3])
async def test_whatever_the_preview_did_the_records_have_the_focus(
    wizard: MakeApp, size: tuple[int, int], times: int
) -> None:
    app = wizard()
    async with app.run_test(size=size) as pilot:
        await pilot.press(*["ctrl+o"] * times, "alt+5")
        await settle(pilot, lambda: app.report.all_good and isinstance(app.focused, RecordList))


async def test_late_news_of_a_tab_does_not_lead_back_to_it(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test() as pilot:
        await pilot.press("alt+3", "alt+4")
        await settle(pilot, lambda: main_screen(app).step is Step.SERVICES)
        bar = main_screen(app).query_one(StepBar)
        bar.post_message(bar.TabActivated(bar, bar.query_one("#policy", Tab)))
        await pilot.pause()
        assert main_screen(app).step is Step.SERVICES


async def test_a_step_opens_at_its_top_however_far_it_was_read_before(wizard: MakeApp) -> None:
    app = wizard()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("alt+2")
        form = app.screen.query_one("#step-domains")
        await pilot.press(*["tab"] * 7)
        await settle(pilot, lambda: form.scroll_y > 0)
        await pilot.press("alt+1", "alt+2")
        await at_rest(app, pilot)
        assert form.scroll_y == 0
