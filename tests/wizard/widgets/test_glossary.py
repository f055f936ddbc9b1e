"""Words that not everybody knows are explained where they stand."""

import pytest
from textual.pilot import Pilot

from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.screens.record_detail import explained
from mailcow_dns_tui.wizard.screens.record_list import RecordList
from mailcow_dns_tui.wizard.widgets.text_view import TextView
from tests.wizard.conftest import MakeApp, main_screen, settle
from tests.wizard.engines import Answers, absent
from tests.wizard.screens.test_mailcow import until_shown

SETUP = Setup(
    server=Server("mail.example.org", "192.0.2.10", spki_sha256="ab" * 32),
    domains=(Domain("example.org", mta_sts_id="20261123000000"),),
)


def words(*texts: str) -> list[str]:
    return [line.content.plain.split()[0] for line in explained(texts)]


def test_only_what_is_said_is_explained_and_each_word_once() -> None:
    assert words("senders with DANE need DNSSEC", "TLSA, TLSA") == ["DANE", "TLSA", "DNSSEC"]
    assert words("The zone has no SOA record.") == ["SOA"]
    assert words("v=TLSAx CAAs: MTA-STSx") == []
    assert words("Gmail delays or refuses its mail (4.7.23, 5.7.25).") == ["4.7.23,"]
    assert words("Gmail refuses mail that passes neither SPF nor DKIM (5.7.26).") == ["5.7.26"]
    assert words("At 15.7.26 or 5.7.261") == []


async def on_row(app: WizardApp, pilot: Pilot[None], name: str) -> None:
    await settle(pilot, lambda: app.report.all_asked)
    await pilot.press("alt+5")
    rows = main_screen(app).query_one(RecordList)
    await settle(pilot, lambda: bool(rows.count))
    rows.highlighted = next(i for i, line in enumerate(rows.lines) if f" {name} " in line)


async def test_a_record_says_what_its_type_is(wizard: MakeApp) -> None:
    app = wizard(SETUP, engine=Answers(absent))
    async with app.run_test(size=(120, 60)) as pilot:
        await on_row(app, pilot, "_25._tcp.mail")
        detail = main_screen(app).query_one("#detail", TextView)
        told = "F2 reads it from mailcow's certificate"
        await settle(pilot, lambda: told in " ".join(str(detail.render()).split()))


@pytest.mark.parametrize(
    ("step", "field", "told"),
    [
        ("alt+1", 5, "openssl x509 -noout -pubkey"),
        ("alt+2", 4, "deliver over checked TLS only"),
    ],
    ids=["TLSA", "MTA-STS"],
)
async def test_whoever_is_asked_for_it_is_told_what_it_is_and_where_it_is_from(
    wizard: MakeApp, step: str, field: int, told: str
) -> None:
    app = wizard(SETUP, engine=Answers(absent))
    async with app.run_test(size=(99, 45)) as pilot:
        await pilot.press(step, *["tab"] * field)
        await until_shown(app, pilot, told)
