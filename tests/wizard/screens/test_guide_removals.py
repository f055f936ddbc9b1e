"""In which order a step has what goes and what comes: what works stays until it is replaced."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.guide.boxes import FormProgress, plain_text
from mailcow_dns_tui.model.setup import Spf
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.panels.load import generic
from mailcow_dns_tui.wizard.screens.guide_card import card
from tests.guide.looking import steps_left
from tests.guide.states import GOOD_WORLD, HOST, SETUP
from tests.guide.test_old_provider import WITH_GOOGLE
from tests.guide.test_order import ORG, about, spf
from tests.guide.test_web_site import SHOP, hosted
from tests.memory_dns import World

REPORTS = "_smtp._tls.example.org"
REPORT_RECORD = '"v=TLSRPTv1; rua=mailto:mailauth-reports@example.org"'
STRAY = GOOD_WORLD.without(REPORTS, "TXT").having("_tls._smtp.example.org", "TXT", REPORT_RECORD)


async def shown(world: World, owner: str, rdtype: str) -> tuple[GuideStep, str]:
    """As on the screen, up to the end of the form."""
    step = about(await steps_left(world), owner, rdtype)
    form = FormProgress.of(step, generic())
    return step, "\n".join(line.content.plain for line in card(step, form).lines(80, 40))


@pytest.mark.parametrize(
    ("world", "owner", "rdtype", "changed"),
    [
        (GOOD_WORLD.having(HOST, "A", "9.9.9.9"), HOST, "A", f"{HOST} A 9.9.9.9"),
        (
            GOOD_WORLD.having(ORG, "MX", "10 old.example.net."),
            ORG,
            "MX",
            "example.org MX 10 old.example.net.",
        ),
        (spf(GOOD_WORLD, "v=spf1 -all"), ORG, "TXT", "example.org TXT v=spf1 -all"),
    ],
    ids=["address", "MX", "SPF"],
)
async def test_what_is_there_is_changed_in_its_place(
    world: World, owner: str, rdtype: str, changed: str
) -> None:
    _, text = await shown(world, owner, rdtype)
    assert f"Change     {changed}" in text
    assert "TTL        leave it as it is" in text
    assert "Delete     " not in text


async def test_what_stands_elsewhere_goes_after_the_record_is_there() -> None:
    step, text = await shown(STRAY, REPORTS, "TXT")
    form, told, gone = text.partition("When that is saved, and not before:")
    assert "Value" in form
    assert told
    assert "Delete     _tls._smtp.example.org TXT" in gone
    *form_lines, last = plain_text(step, FormProgress.of(step, generic()))
    assert any(line.startswith("Value: ") for line in form_lines)
    assert last.startswith("Delete: _tls._smtp.example.org TXT")


async def test_of_several_one_is_changed_and_the_others_go_then() -> None:
    _, text = await shown(spf(GOOD_WORLD, "v=spf1 ip4:8.8.8.8 -all", "v=spf1 mx -all"), ORG, "TXT")
    form, _, gone = text.partition("When that is saved, and not before:")
    assert "Change     example.org TXT v=spf1 ip4:8.8.8.8 -all" in form
    assert "Delete     example.org TXT v=spf1 mx -all" in gone


async def test_only_a_cname_goes_first_and_the_reason_is_said() -> None:
    _, text = await shown(hosted(), SHOP, "MX")
    first, _, form = text.partition("Type  ")
    told, reason, gone = first.partition("Nothing can stand beside a CNAME")
    assert reason
    assert "Delete     sub.example.org CNAME web.example.net." in gone
    assert "Delete     " not in told + form


async def test_what_only_goes_is_told_without_a_form() -> None:
    world = GOOD_WORLD.having(HOST, "A", "1.2.3.4", "9.9.9.9")
    _, text = await shown(world, HOST, "A")
    assert f"Delete     {HOST} A 9.9.9.9" in text
    assert "beside a CNAME" not in text


async def test_an_spf_record_that_is_not_the_plans_says_why() -> None:
    world = spf(WITH_GOOGLE, "v=spf1 include:_spf.google.com ~all", "v=spf1 mx -all")
    _, text = await shown(world, ORG, "TXT")
    assert (
        "It is not the plan's v=spf1 mx a -all: include:_spf.google.com is published and stays; "
        "this server is named by its addresses, which need no lookup; its end stays ~all, which "
        "refuses no more than now."
    ) in " ".join(text.split())
    setup = replace(SETUP, spf=Spf(("mx", "ip4:8.8.8.8")))
    only_ours = spf(GOOD_WORLD, "v=spf1 ip4:8.8.8.8 -all", "v=spf1 mx -all")
    step = about(await steps_left(only_ours, setup), ORG, "TXT")
    assert step.record == step.wanted
    assert not step.note
