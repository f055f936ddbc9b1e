"""The mail server's certificate, which a policy in enforce makes senders look at."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.certificate import NotPresented, Presented
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Setup
from tests.guide.looking import steps_left
from tests.mail_certificates import HOST, Issued, issued
from tests.memory_dns import MemoryDns, World, policy_page
from tests.topics.mta_sts.test_mta_sts import DOMAIN, GOOD
from tests.topics.setups import FULL, SMALL, findings

SOURCE = "port 25 of 1.2.3.4"
WITHOUT_TLSA = GOOD.without("_25._tcp.mail.example.org.", "TLSA")
OLD_HOST = WITHOUT_TLSA.having(DOMAIN, "MX", "10 mx.example.org.")
AT_BOTH = policy_page(mx=f"{HOST}\nmx: mx.example.org")
PLANNED = replace(FULL, server=replace(FULL.server, spki_sha256=""))


def shown(one: Issued, *, trusted: bool | None = True) -> Presented:
    return Presented(SOURCE, (one.der,), trusted=trusted)


SERVER = issued(HOST)
EXPIRED = issued(HOST, days=-1)
OF_ANOTHER_NAME = issued("www.example.org")


async def found(
    presented: Presented | None, world: World = GOOD, setup: Setup = PLANNED
) -> list[Finding]:
    memory = MemoryDns(world, presented=presented)
    return [f for f in await findings(setup, memory) if f.code == "mail-certificate"]


@pytest.mark.parametrize("setup", [PLANNED, SMALL], ids=["planned", "unplanned"])
@pytest.mark.parametrize(
    ("presented", "status", "words"),
    [
        (shown(EXPIRED, trusted=False), "error", "has expired"),
        (shown(EXPIRED, trusted=None), "error", "has expired"),
        (shown(SERVER, trusted=False), "error", "not from a trusted authority"),
        (shown(OF_ANOTHER_NAME), "unknown", "certificate that is not for mail.example.org"),
    ],
    ids=["expired", "expired, from a file", "self-signed", "of another name"],
)
async def test_mail_does_not_arrive_without_a_valid_one(
    setup: Setup, presented: Presented, status: str, words: str
) -> None:
    (finding,) = await found(presented, setup=setup)
    assert (finding.topic, finding.status.word) == ("mta-sts", status)
    assert words in finding.message
    assert "senders that heed the policy of example.org do not deliver" in finding.message
    assert "mail.example.org" in finding.fix


@pytest.mark.parametrize(
    "presented",
    [
        shown(SERVER),
        shown(SERVER, trusted=None),
        Presented(SOURCE, failure=NotPresented.SILENT),
        None,
    ],
    ids=["valid", "from a file", "not reached", "nobody is connected to"],
)
async def test_a_valid_one_or_none_that_could_be_seen_is_silent(
    presented: Presented | None,
) -> None:
    assert await found(presented) == []


@pytest.mark.parametrize(
    "world",
    [
        WITHOUT_TLSA.serving(DOMAIN, policy_page("testing", mx=HOST)),
        WITHOUT_TLSA.serving(DOMAIN, policy_page("none", mx=HOST)),
        WITHOUT_TLSA.without("_mta-sts.example.org.", "TXT"),
        OLD_HOST.serving(DOMAIN, AT_BOTH),
    ],
    ids=["in testing", "none", "not announced", "mail goes to another host"],
)
async def test_nobody_looks_at_it_where_no_policy_is_heeded_for_the_host(world: World) -> None:
    memory = MemoryDns(world, presented=shown(EXPIRED, trusted=False))
    assert [f for f in await findings(SMALL, memory) if f.code == "mail-certificate"] == []
    assert memory.connected == []


async def test_the_guide_leads_to_the_server() -> None:
    memory = MemoryDns(GOOD, presented=shown(EXPIRED, trusted=False))
    steps = await steps_left(GOOD, PLANNED, memory=memory)
    (step,) = [each for each in steps if each.finding.code == "mail-certificate"]
    assert (step.act, step.where, step.is_open) == (Act.OUTSIDE, "on the mail server", True)
    assert step.what.startswith("Renew the certificate of mail.example.org")


async def test_who_announces_a_policy_in_enforce_is_told_what_it_asks_of_the_server() -> None:
    world = GOOD.without("_mta-sts.example.org.", "TXT")
    for mode, is_told in (("enforce", True), ("testing", False)):
        steps = await steps_left(world.serving(DOMAIN, policy_page(mode, mx=HOST)), PLANNED)
        (step,) = [each for each in steps if each.finding.topic == "mta-sts"]
        assert step.act is Act.PUBLISH
        assert ("shows a valid certificate" in step.note) is is_told
