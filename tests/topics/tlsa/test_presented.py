"""TLSA records beside the certificates that port 25 really presents."""

import hashlib
from dataclasses import replace

import dns.name
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate

from mailcow_dns_tui.demo.example import SPKI_SHA256
from mailcow_dns_tui.model.answer import Security
from mailcow_dns_tui.model.certificate import NotPresented, Presented
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.registry import check_topic
from tests.guide.looking import steps_left
from tests.mail_certificates import HOST, Issued, issued
from tests.memory_dns import MemoryDns, good_zone
from tests.topics.setups import FULL, SMALL, findings

OWNER, NEW = "_25._tcp.mail.example.org.", "_25._tcp.mx.example.org."
SOURCE = "port 25 of 192.0.2.10"
ROOT = issued(common_name="A Root")
AUTHORITY = issued(common_name="R10", issuer=ROOT)
SERVER = issued(HOST, issuer=AUTHORITY)
STRANGER = issued(HOST)
SHOWN = Presented(SOURCE, (SERVER.der, AUTHORITY.der))
PLANNED = replace(FULL, server=replace(FULL.server, spki_sha256=SERVER.spki_sha256))
GOOD = good_zone(PLANNED)
OLD = f"3 1 1 {SPKI_SHA256}"


def key_of(one: Issued) -> bytes:
    return one.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def tlsa(usage: int, selector: int, mtype: int, one: Issued) -> str:
    selected = key_of(one) if selector else one.der
    digest = {1: hashlib.sha256, 2: hashlib.sha512}.get(mtype)
    return f"{usage} {selector} {mtype} {(digest(selected).digest() if digest else selected).hex()}"


OURS = tlsa(3, 1, 1, SERVER)


async def judged(
    *rdatas: str, setup: Setup = PLANNED, presented: Presented | None = SHOWN
) -> Finding:
    """What is said first of the records at the mail host."""
    world = GOOD.having(OWNER, "TLSA", *rdatas) if rdatas else GOOD.without(OWNER, "TLSA")
    return await first(MemoryDns(world, presented=presented), setup)


async def first(memory: MemoryDns, setup: Setup) -> Finding:
    found = await check_topic(setup, memory, "tlsa", None)
    return next(each for each in found if each.name.to_text() == OWNER)


def form(value: object) -> str | None:
    """The fields before the data, which is another one in each process."""
    return value[: len("3 1 1")] if isinstance(value, str) else None


@pytest.mark.parametrize("rdata", [OURS, tlsa(3, 1, 2, SERVER), tlsa(3, 1, 0, SERVER)], ids=form)
async def test_the_key_that_is_presented(rdata: str) -> None:
    for rdatas in ((rdata,), (tlsa(3, 1, 1, STRANGER), rdata), (tlsa(2, 1, 1, STRANGER), rdata)):
        found = await judged(*rdatas)
        code = "as-wanted" if rdata == OURS else "works-differently"
        assert (found.code, found.status in {Status.OK, Status.INFO}) == (code, True)


async def test_when_what_is_presented_runs_out() -> None:
    ends = load_der_x509_certificate(SERVER.der).not_valid_after_utc
    assert (await judged(OURS)).not_after == ends
    assert (await judged(OURS, presented=None)).not_after is None


@pytest.mark.parametrize("mtype", [0, 1, 2])
@pytest.mark.parametrize("plan", [PLANNED, FULL], ids=["the plan's", "not the plan's"])
async def test_the_certificate_itself_breaks_at_its_renewal(mtype: int, plan: Setup) -> None:
    found = await judged(tlsa(3, 0, mtype, SERVER), setup=plan)
    code = "pins-certificate" if plan is PLANNED else "key-not-in-plan"
    assert (found.code, found.status) == (code, Status.WARNING)
    assert f"the certificate that {SOURCE} shows" in found.message
    assert "stop delivering when it is renewed" in found.message


@pytest.mark.parametrize("mtype", [0, 1, 2])
@pytest.mark.parametrize("selector", [0, 1])
async def test_an_authority_of_what_is_presented(selector: int, mtype: int) -> None:
    found = await judged(tlsa(2, selector, mtype, AUTHORITY))
    assert (found.code, found.status) == ("pins-authority", Status.WARNING)
    assert "when a renewal brings another" in found.message


@pytest.mark.parametrize(
    "rdata",
    [
        *(tlsa(3, selector, mtype, STRANGER) for selector in (0, 1) for mtype in (0, 1, 2)),
        *(tlsa(2, selector, mtype, STRANGER) for selector in (0, 1) for mtype in (0, 1, 2)),
        tlsa(3, 1, 1, AUTHORITY),
        tlsa(2, 1, 1, SERVER),  # an authority stands above the server's own (RFC 7671 5.2)
        tlsa(2, 1, 1, ROOT),  # it is not presented, so that nobody can compare it
        tlsa(2, 0, 1, ROOT),
    ],
    ids=form,
)
async def test_what_is_not_presented_stops_mail(rdata: str) -> None:
    found = await judged(rdata)
    assert (found.code, found.status) == ("other-key", Status.ERROR)
    assert f"another key than {SOURCE} has" in found.message


async def test_a_weaker_digest_is_skipped_beside_a_stronger_one() -> None:
    wrong = tlsa(3, 1, 2, STRANGER)
    found = await judged(wrong, OURS)
    assert (found.code, found.status) == ("other-key", Status.ERROR)
    assert f"One of the 2 TLSA records of {OWNER.rstrip('.')} holds another key" in found.message
    assert found.fix.startswith("Delete the records that begin with 3 1 2 ")
    assert (await judged(wrong, OURS, setup=FULL)).fix == found.fix
    for harmless in (tlsa(3, 1, 2, SERVER), tlsa(3, 0, 2, STRANGER), tlsa(3, 1, 0, STRANGER)):
        assert (await judged(harmless, OURS)).status is Status.OK
    assert (await judged(wrong, tlsa(3, 1, 0, SERVER))).status is Status.INFO


@pytest.mark.parametrize(
    ("beside", "presented", "code"),
    [
        ([], SHOWN, "other-key"),
        ([], None, "other-form"),
        ([tlsa(3, 0, 1, SERVER)], SHOWN, "pins-certificate"),
    ],
    ids=["wrong", "not to be compared", "wrong, beside the certificate"],
)
async def test_the_guide_takes_the_stronger_digest_away(
    beside: list[str], presented: Presented | None, code: str
) -> None:
    """The wanted one is there, so that to add it would be no way out."""
    wrong = tlsa(3, 1, 2, STRANGER)
    memory = MemoryDns(GOOD.having(OWNER, "TLSA", wrong, OURS, *beside), presented=presented)
    (step,) = await steps_left(memory.world, PLANNED, memory)
    assert step.finding.code == code
    assert "for them senders skip the wanted one" in step.finding.fix
    assert (step.act, [each.value for each in step.removals]) == (Act.REMOVE, [wrong])
    assert any("only if the mail certificate" in said for said in step.warnings) is (
        presented is None
    )
    left = MemoryDns(GOOD.having(OWNER, "TLSA", OURS, *beside), presented=presented)
    assert await steps_left(left.world, PLANNED, left) == ()


@pytest.mark.parametrize("setup", [PLANNED, FULL, SMALL], ids=["planned", "outdated", "unplanned"])
@pytest.mark.parametrize("presented", [SHOWN, None])
async def test_what_is_not_usable_stops_no_mail(setup: Setup, presented: Presented | None) -> None:
    memory = MemoryDns(
        good_zone(setup).having(OWNER, "TLSA", tlsa(1, 1, 1, SERVER)), presented=presented
    )
    found = await first(memory, setup)
    assert found.status is Status.WARNING
    assert "is of a kind that mail servers ignore" in found.message
    assert "deliver" not in found.message


async def test_a_root_need_not_be_presented_where_the_record_holds_it_whole() -> None:
    for selector in (0, 1):
        assert (await judged(tlsa(2, selector, 0, ROOT))).code == "pins-authority"


async def test_an_authority_vouches_only_for_a_current_certificate() -> None:
    own = issued(HOST, issuer=AUTHORITY, days=-1)
    shown = Presented(SOURCE, (own.der, AUTHORITY.der))
    found = await judged(tlsa(2, 1, 1, AUTHORITY), presented=shown)
    assert (found.status, found.code) == (Status.ERROR, "key-not-in-plan")
    # Its key alone needs neither (RFC 7672 3.1.1).
    assert (await judged(tlsa(3, 1, 1, own), presented=shown)).status is Status.INFO


async def test_a_certificate_for_another_name_may_be_of_somebody_on_the_way() -> None:
    own = issued("relay.provider.example", issuer=AUTHORITY)
    shown = Presented(SOURCE, (own.der, AUTHORITY.der))
    found = await judged(OURS, presented=shown)
    assert (found.status, found.code) == (Status.OK, "as-wanted")
    assert "Port 25 of 192.0.2.10 shows a certificate that is not for" in found.message
    found = await judged(tlsa(2, 1, 1, AUTHORITY), presented=shown)
    assert (found.status, found.code) == (Status.UNKNOWN, "pins-authority")
    # A key that matches needs no name (RFC 7672 3.1.1).
    found = await judged(tlsa(3, 1, 1, own), presented=shown)
    assert (found.status, found.code) == (Status.INFO, "works-differently")


async def test_a_chain_that_does_not_hold_together() -> None:
    shown = Presented(SOURCE, (STRANGER.der, AUTHORITY.der))
    assert (await judged(tlsa(2, 1, 1, AUTHORITY), presented=shown)).status is Status.ERROR


async def test_an_old_key_in_plan_and_dns_stops_mail() -> None:
    found = await judged(OLD, setup=FULL)
    assert (found.status, found.code) == (Status.ERROR, "key-not-in-plan")
    assert found.message == (
        f"Neither the TLSA record of {OWNER.rstrip('.')} nor the plan has the key that {SOURCE} "
        "shows: senders with DANE deliver nothing."
    )
    assert found.fix == f"Enter the new one in the plan (step 1, TLSA): {SERVER.spki_sha256}."


async def test_an_old_key_in_the_plan_alone() -> None:
    found = await judged(OURS, setup=FULL)
    assert (found.status, found.code) == (Status.INFO, "works-differently")
    assert SERVER.spki_sha256 in found.fix


async def test_an_old_key_in_the_plan_is_not_to_be_published() -> None:
    found = await judged(setup=FULL)
    assert (found.status, found.code) == (Status.WARNING, "key-not-in-plan")
    assert "do not publish it" in found.message
    assert (await judged()).code == "missing"


@pytest.mark.parametrize("failure", NotPresented)
async def test_what_can_not_be_reached_is_compared_with_the_plan(failure: NotPresented) -> None:
    shown = Presented(SOURCE, failure=failure)
    for rdata, code in ((OLD, "as-wanted"), (OURS, "other-key"), (tlsa(3, 0, 1, SERVER), None)):
        found = await judged(rdata, setup=FULL, presented=shown)
        assert found.code == (code or "pins-certificate")
        assert found.message.endswith(shown.sentence)
        assert (await judged(rdata, setup=FULL, presented=None)).status is found.status


async def test_a_certificate_that_can_not_be_read_is_none() -> None:
    shown = Presented(SOURCE, (b"no certificate",))
    assert (await judged(OLD, setup=FULL, presented=shown)).code == "as-wanted"


@pytest.mark.parametrize(
    ("rdata", "expected"),
    [
        (OURS, None),
        (tlsa(3, 1, 1, STRANGER), ("error", "other-key")),
        (tlsa(3, 0, 1, SERVER), ("warning", "pins-certificate")),
    ],
    ids=form,
)
async def test_a_record_that_nobody_planned(rdata: str, expected: tuple[str, str] | None) -> None:
    world = good_zone(SMALL).having(OWNER, "TLSA", rdata)
    found = [
        f for f in await findings(SMALL, MemoryDns(world, presented=SHOWN)) if f.topic == "tlsa"
    ]
    assert [(f.status.word, f.code) for f in found] == ([expected] if expected else [])
    assert all(f"Add {OURS} beside it" in f.fix for f in found)


async def test_of_several_that_nobody_planned_none_is_the_servers() -> None:
    stale = (tlsa(2, 1, 1, STRANGER), tlsa(3, 0, 1, STRANGER), tlsa(3, 1, 2, STRANGER), OLD)
    world = good_zone(SMALL).having(OWNER, "TLSA", *stale)
    (found,) = [
        f for f in await findings(SMALL, MemoryDns(world, presented=SHOWN)) if f.topic == "tlsa"
    ]
    assert found.message == (
        f"None of the 4 TLSA records of {OWNER.rstrip('.')} holds the key that {SOURCE} has: "
        "senders with DANE do not deliver to a server whose key is in none of them."
    )
    assert f"Add {OURS} beside them" in found.fix
    assert found.fix.endswith(", or delete them.")
    (found,) = [f for f in await findings(SMALL, MemoryDns(world)) if f.topic == "tlsa"]
    assert found.message.startswith(f"{OWNER.rstrip('.')} has 4 TLSA records, and the plan has no")
    assert found.fix.endswith(", or delete them.")


async def test_a_wrong_key_that_nobody_looks_at_takes_no_connection() -> None:
    insecure = {"example.org.": Security.INSECURE}
    for setup in (PLANNED, SMALL):
        memory = MemoryDns(GOOD, securities=insecure, presented=SHOWN)
        await check_topic(setup, memory, "tlsa", None)
        assert not memory.connected


async def test_without_an_address_in_the_plan_nobody_is_said_to_be_out_of_reach() -> None:
    nowhere = replace(PLANNED, server=replace(PLANNED.server, ipv4="", ipv6=""))
    memory = MemoryDns(GOOD, presented=Presented(SOURCE, failure=NotPresented.NO_CONNECTION))
    found = await first(memory, nowhere)
    assert found.code == "as-wanted"
    assert "reached" not in found.message
    assert not memory.connected


async def test_one_connection_to_the_planned_addresses() -> None:
    memory = MemoryDns(GOOD, presented=SHOWN)
    await check_topic(PLANNED, memory, "tlsa", None)
    assert memory.connected == [(dns.name.from_text(HOST), ("1.2.3.4", "2001:db8::10"))]
