"""What mailcow knows, in the wizard: taken where nothing was answered, shown where it differs."""

from collections.abc import AsyncGenerator
from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Input

from mailcow_dns_tui.mailcow.known import KnownDomain, KnownDomains, SourceResult, from_domains
from mailcow_dns_tui.mailcow.secret import Access
from mailcow_dns_tui.model.setup import DkimKey, Domain, Offer, Server, Service, Setup, Spf
from mailcow_dns_tui.model.suggestion import PublishedAnswers, Remark, Suggestion
from mailcow_dns_tui.topics.host.topic import without_ipv6
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.messages import AccessGranted, Edited
from mailcow_dns_tui.wizard.widgets.field import Field
from tests.wizard.conftest import KEY, SETUP, MakeApp, main_screen, settle
from tests.wizard.engines import Answers

CONF = "mailcow.conf"
HOST = SourceResult(
    (CONF,),
    (
        Suggestion("server.hostname", "mail.example.org", CONF),
        Suggestion("server.ipv4", "192.0.2.10", CONF),
        Suggestion("services.pop3", Service("pop3", 110, Offer.NOT_PROVIDED), CONF),
        Suggestion("server.caa", "letsencrypt.org", CONF, offered=True),
    ),
)
KEYS = (DkimKey("dkim", KEY),)
DOMAINS = from_domains(
    KnownDomains(
        "mailcow's API",
        (
            KnownDomain("example.org", dkim=KEYS, mta_sts_id="20261123000000"),
            KnownDomain("example.net", dkim=(), alias_of="example.org"),
            KnownDomain("old.example", active=False, dkim=KEYS),
            KnownDomain("far.example", backup_mx=True, dkim=KEYS),
        ),
    )
)


class Says(Answers):
    """mailcow's sources say one thing after the other."""

    def __init__(self, *said: SourceResult) -> None:
        super().__init__()
        self.said = said
        self.granted: list[Access] = []

    async def read_mailcow(
        self, setup: Setup, access: Access
    ) -> AsyncGenerator[SourceResult, None]:
        self.granted.append(access)
        for knowledge in self.said:
            yield knowledge


def shown(app: WizardApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def until_shown(app: WizardApp, pilot: Pilot[None], text: str) -> None:
    await settle(pilot, lambda: text in " ".join(shown(app).split()))


async def test_a_first_start_takes_what_mailcow_knows(wizard: MakeApp, saved: list[Setup]) -> None:
    app = wizard(Setup(), engine=Says(HOST, HOST + DOMAINS))
    async with app.run_test(size=(99, 40)) as pilot:
        await settle(pilot, lambda: bool(app.setup.domains))
        await until_shown(app, pilot, "Read from mailcow: mailcow.conf, mailcow's API.")
        assert app.setup.server == Server("mail.example.org", "192.0.2.10")
        assert app.setup.services.of("pop3").offer is Offer.NOT_PROVIDED
        assert tuple(each.only_plan for each in app.setup.domains) == (
            Domain("example.org", dkim=KEYS, mta_sts_id="20261123000000", dmarc_first=True),
            Domain("example.net", alias_of="example.org", dmarc_first=True),
        )
        await settle(pilot, lambda: saved[-1:] == [app.setup])


async def test_what_is_typed_takes_the_place_of_what_was_filled_in_before_the_first_key(
    wizard: MakeApp,
) -> None:
    app = wizard(Setup(), engine=Says(HOST))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: app.setup.server.hostname == "mail.example.org")
        await pilot.press(*"mx.test")
        await settle(pilot, lambda: app.setup.server.hostname == "mx.test")


async def test_enter_alone_leads_to_the_records(wizard: MakeApp) -> None:
    known = HOST + replace(DOMAINS, domains=(DOMAINS.domains or ())[:1])
    app = wizard(Setup(), engine=Says(known))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: not app.problems)
        for _ in range(80):
            if main_screen(app).step.id == "records":
                break
            await pilot.press("enter")
        assert main_screen(app).step.id == "records"
        told = Domain("example.org", dkim=KEYS, mta_sts_id="20261123000000", dmarc_first=True)
        # Since when its p=none and its key are published may be known by now.
        assert [each.only_plan for each in app.setup.domains] == [told]


async def test_each_answer_tells_where_it_is_from(wizard: MakeApp) -> None:
    setup = replace(SETUP, server=replace(SETUP.server, ttl=300))
    app = wizard(setup, engine=Says(HOST))
    async with app.run_test(size=(99, 40)) as pilot:
        await pilot.press("alt+1", "down", "down")
        await until_shown(app, pilot, f"MAILCOW_HOSTNAME in mailcow.conf. · {CONF}")
        await until_shown(app, pilot, f"published as wanted. · {CONF}")
        await until_shown(app, pilot, "300 while you try things. · typed")


def footer(app: WizardApp) -> str:
    return " ".join(str(key.render()).strip() for key in app.screen.query("FooterKey"))


async def test_a_saved_answer_is_kept_and_the_difference_is_shown(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    setup = replace(SETUP, server=replace(SETUP.server, ipv4="198.51.100.7"))
    app = wizard(setup, engine=Says(HOST))
    async with app.run_test(size=(99, 40)) as pilot:
        told = "Other answers were found: see 1 Server and 4 Services."
        await settle(pilot, lambda: [n.message for n in app._notifications] == [told])
        await pilot.press("alt+1")
        await until_shown(app, pilot, "mailcow.conf has 192.0.2.10. Ctrl+T takes it.")
        assert app.setup == setup
        assert not saved
        await pilot.press("down", "ctrl+t")
        await settle(pilot, lambda: app.setup.server.ipv4 == "192.0.2.10")
        assert "mailcow.conf has 192.0.2.10" not in shown(app)


async def test_the_key_leads_from_anywhere_in_the_step_to_what_is_offered(wizard: MakeApp) -> None:
    setup = replace(SETUP, server=replace(SETUP.server, ipv4="198.51.100.7"))
    app = wizard(setup, engine=Says(HOST))
    async with app.run_test(size=(99, 40)) as pilot:
        await pilot.press("alt+1")
        await until_shown(app, pilot, "mailcow.conf has 192.0.2.10. Ctrl+T takes it.")
        await settle(pilot, lambda: "^t Take" in footer(app))
        await pilot.press("ctrl+t")
        assert app.setup.server.ipv4 == "198.51.100.7", "it is seen before it is taken"
        await pilot.press("ctrl+t")
        await settle(pilot, lambda: app.setup.server.ipv4 == "192.0.2.10")
        await pilot.press("alt+3")
        await settle(pilot, lambda: "^q Quit" in footer(app) and "Take" not in footer(app))


async def test_what_is_read_shows_in_a_field_in_which_nothing_was_typed(wizard: MakeApp) -> None:
    app = wizard(Setup(), engine=Says(HOST))
    async with app.run_test(size=(99, 40)) as pilot:
        field = app.focused
        assert isinstance(field, Input)
        await settle(pilot, lambda: field.value == "mail.example.org")
        assert field.has_focus
        await pilot.press("end", "x")
        await settle(pilot, lambda: app.setup.server.hostname == "mail.example.orgx")


async def test_what_is_only_offered_is_taken_by_the_user_alone(wizard: MakeApp) -> None:
    app = wizard(Setup(), engine=Says(HOST))
    async with app.run_test(size=(99, 40)) as pilot:
        await until_shown(app, pilot, "mailcow.conf has letsencrypt.org. Ctrl+T takes it.")
        assert not app.setup.server.caa


async def test_what_the_user_takes_out_stays_out(wizard: MakeApp) -> None:
    app = wizard(Setup(), engine=Says(HOST))
    async with app.run_test(size=(99, 40)) as pilot:
        await settle(pilot, lambda: bool(app.setup.server.ipv4))
        await pilot.press("down", "end", *["backspace"] * 10)
        await settle(pilot, lambda: not app.setup.server.ipv4)
        app.post_message(AccessGranted(Access()))
        await pilot.pause(0.1)
        assert app.setup.server.ipv4 == ""
        await until_shown(app, pilot, "mailcow.conf has 192.0.2.10. Ctrl+T takes it.")


async def test_a_service_that_mailcow_has_otherwise(wizard: MakeApp) -> None:
    app = wizard(SETUP, engine=Says(HOST))
    async with app.run_test(size=(99, 40)) as pilot:
        await pilot.press("alt+4", "down", "down", "down", "down")
        await until_shown(app, pilot, "off: mailcow.conf")
        await pilot.press("ctrl+t")
        await settle(pilot, lambda: app.setup.services.of("pop3").offer is Offer.NOT_PROVIDED)


async def test_domains_added_in_mailcow_later_are_offered(wizard: MakeApp) -> None:
    app = wizard(SETUP, engine=Says(HOST + DOMAINS))
    async with app.run_test(size=(99, 40)) as pilot:
        await pilot.press("alt+2")
        await until_shown(
            app,
            pilot,
            "mailcow also has example.net, old.example (switched off), far.example (backup MX). "
            "Ctrl+T in the list adds example.net.",
        )
        await pilot.press("ctrl+t")
        await settle(pilot, lambda: len(app.setup.domains) == 3)
        assert app.setup.domains[2].name == "example.net"
        await until_shown(app, pilot, "mailcow also has old.example (switched off)")


async def test_an_alias_without_a_key_is_told_to_send_unsigned(wizard: MakeApp) -> None:
    setup = replace(SETUP, domains=(Domain("example.net", alias_of="example.org"),))
    app = wizard(setup, engine=Says(DOMAINS))
    async with app.run_test(size=(99, 40)) as pilot:
        await pilot.press("alt+2")
        await until_shown(app, pilot, "This alias has no DKIM key of its own")


async def test_what_could_not_be_read_is_said(wizard: MakeApp) -> None:
    trouble = "mailcow.conf can't be read: start the wizard as root."
    app = wizard(Setup(), engine=Says(SourceResult(troubles=(trouble,))))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(app, pilot, f"? {trouble}")


async def test_a_typed_key_is_used_once_and_shown_nowhere(
    wizard: MakeApp, saved: list[Setup]
) -> None:
    engine = Says(HOST)
    app = wizard(SETUP, engine=engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: bool(engine.granted))
        await pilot.press("f2")
        await pilot.pause()
        app.screen.query_one("#key", Input).focus()
        await pilot.press(*"S3CRET-KEY")
        assert "S3CRET" not in shown(app)
        await pilot.press("enter")
        await settle(pilot, lambda: len(engine.granted) == 2)
        assert engine.granted[1].url == "https://mail.example.org"
        assert engine.granted[1].key.reveal() == "S3CRET-KEY"
        assert app.screen.query_one("#key", Input).value == ""
        assert "S3CRET" not in repr((app.setup, engine.granted, saved))


async def test_a_merged_spf_record_is_offered_for_what_is_published(wizard: MakeApp) -> None:
    merged = Spf(("mx", "a", "include:_spf.example.net"))
    apex = SETUP.domains[0].apex
    engine = Answers()
    engine.there = PublishedAnswers((Suggestion("spf", merged, "DNS", apex, offered=True),))
    app = wizard(engine=engine)
    async with app.run_test(size=(99, 50)) as pilot:
        await pilot.press("alt+2")
        await until_shown(
            app, pilot, "DNS has mx a include:_spf.example.net -all. Ctrl+T takes it."
        )
        while label_of(app) != "SPF":
            await pilot.press("tab")
        await pilot.press("ctrl+t")
        await settle(pilot, lambda: app.setup.domains[0].spf == merged)
        assert app.setup.domains[1].spf is None


async def test_what_caa_records_are_there_decides_what_is_offered(wizard: MakeApp) -> None:
    stays = 'example.org has CAA 0 issue "digicert.com", which stays'
    engine = Says(HOST)
    offer = Suggestion("server.caa", "", "DNS", offered=True, sentence=f"{stays}: plan none here.")
    engine.there = PublishedAnswers((offer,), (Remark("server.caa", f"{stays}."),))
    app = wizard(SETUP, engine=engine)
    async with app.run_test(size=(99, 40)) as pilot:
        await pilot.press("alt+1")
        await until_shown(app, pilot, f"{stays}.")
        assert "has letsencrypt.org" not in shown(app)
        while label_of(app) != "CAA":
            await pilot.press("tab")
        await until_shown(app, pilot, f"{stays}.")
        await pilot.press(*"letsencrypt.org")
        await until_shown(app, pilot, f"{stays}: plan none here. Ctrl+T takes it.")
        await pilot.press("ctrl+t")
        await settle(pilot, lambda: not app.setup.server.caa)
        assert app.setup.server == SETUP.server


def label_of(app: WizardApp) -> str:
    """The label of the field with the focus."""
    ancestors = app.focused.ancestors if app.focused else ()
    fields = [each for each in ancestors if isinstance(each, Field)]
    return fields[0].question.label if fields else ""


async def test_what_is_brought_back_leaves_what_was_read_since(wizard: MakeApp) -> None:
    engine = Says()
    app = wizard(replace(SETUP, domains=(Domain("example.org"),)), engine)
    async with app.run_test() as pilot:
        await settle(pilot, lambda: bool(engine.granted))
        app.post_message(Edited(without_ipv6, "the IPv6 address"))
        await settle(pilot, lambda: not app.setup.server.ipv6)
        engine.said = (DOMAINS,)
        app.post_message(AccessGranted(Access()))
        await settle(pilot, lambda: app.setup.domains[0].only_plan.dkim == KEYS)
        app.action_undo()
        assert app.setup.server == SETUP.server
        assert app.setup.domains[0].only_plan.dkim == KEYS
