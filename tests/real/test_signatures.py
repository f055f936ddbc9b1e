"""Signed zones, good and bad, and the TLSA record that needs a good one."""

from dataclasses import replace
from datetime import timedelta

import dns.name
import dns.zone
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.cli.report import exit_code
from mailcow_dns_tui.demo.example import SPKI_SHA256
from mailcow_dns_tui.model.finding import Status
from tests.real.stage import FIRST, NS1, SETUP, Stage, one, own_zone, registry, told
from tests.signing import Signer

WITH_TLSA = replace(SETUP, server=replace(SETUP.server, spki_sha256=SPKI_SHA256))
TLSA = "_25._tcp.mail.example.org. TLSA"
GOOD = own_zone(servers=[NS1])
PINNED = own_zone(WITH_TLSA, servers=[NS1])
WEEK = timedelta(days=7)


def serve(stage: Stage, text: str, *anchors: str) -> None:
    stage.set_up({FIRST: text}, registry(NS1), resolver_asks=[FIRST], anchors=anchors)


async def test_a_secure_zone_is_silent(stage: Stage) -> None:
    signer = Signer("example.org.")
    serve(stage, signer.signed(PINNED), signer.ds)
    checked = await stage.check(WITH_TLSA)
    assert told(checked) == []
    assert one(checked, "dnssec", "secure").status is Status.OK
    assert one(checked, "tlsa", "as-wanted").status is Status.OK


async def test_an_insecure_zone_is_silent_without_tlsa(stage: Stage) -> None:
    serve(stage, GOOD)
    checked = await stage.check()
    assert told(checked) == []
    assert one(checked, "dnssec", "insecure").status is Status.OK


async def test_tlsa_in_an_insecure_zone(stage: Stage) -> None:
    serve(stage, PINNED)
    checked = await stage.check(WITH_TLSA)
    assert told(checked) == [("tlsa", "no-effect", "warning")]
    serve(stage, GOOD)
    checked = await stage.check(WITH_TLSA)
    assert told(checked) == [("tlsa", "missing", "info")]
    assert "DNSSEC" in one(checked, "tlsa", "missing").fix


async def test_tlsa_missing_in_a_secure_zone(stage: Stage) -> None:
    signer = Signer("example.org.")
    serve(stage, signer.signed(GOOD), signer.ds)
    checked = await stage.check(WITH_TLSA)
    assert told(checked) == [("tlsa", "missing", "info")]
    assert "DNSSEC" not in one(checked, "tlsa", "missing").fix


@pytest.mark.parametrize(
    ("valid_for", "same_key"),
    [(timedelta(days=-5), True), (WEEK, False)],
    ids=["expired signatures", "a DS of another key"],
)
async def test_a_bogus_zone(stage: Stage, valid_for: timedelta, same_key: bool) -> None:
    signer = Signer("example.org.")
    trusted = signer if same_key else Signer("example.org.")
    serve(stage, signer.signed(PINNED, valid_for), trusted.ds)
    checked = await stage.check(WITH_TLSA)
    assert one(checked, "dnssec", "bogus").status is Status.ERROR
    assert {code for _, code, _ in told(checked)} == {"bogus", "resolver-fails"}
    assert {f.status for f in checked.findings if f.code == "resolver-fails"} == {Status.UNKNOWN}
    # The name servers are asked and judged all the same.
    mx = one(checked, "mx", "resolver-fails")
    assert [answer.source.name for answer in mx.lookup.answered] == [NS1]
    assert mx.found == mx.expected
    assert "can't get it (DNSSEC validation failed)" in mx.message
    assert exit_code(checked.outcome) == 1


async def test_what_is_wrong_in_a_bogus_zone_is_still_seen(stage: Stage) -> None:
    signer = Signer("example.org.")
    text = own_zone(servers=[NS1], without=["example.org. MX"])
    serve(stage, signer.signed(text, timedelta(days=-5)), signer.ds)
    checked = await stage.check()
    assert one(checked, "mx", "missing").status is Status.ERROR
    assert one(checked, "dnssec", "bogus").status is Status.ERROR
    assert one(checked, "delegation", "all-answer").status is Status.OK


def expired(text: str, signer: Signer, name: str, rdtype: str) -> str:
    """The signed zone, of which the signature of one RRset is over, and the others are not."""
    zone, old = (
        dns.zone.from_text(signer.signed(text, until), "example.org.", relativize=False)
        for until in (WEEK, timedelta(days=-5))
    )
    owner = dns.name.from_text(name)
    zone.replace_rdataset(owner, old.find_rdataset(owner, RdataType.RRSIG, RdataType[rdtype]))
    return str(zone.to_text(relativize=False))


@pytest.mark.parametrize(
    ("name", "rdtype", "topic", "status"),
    [
        ("example.org.", "MX", "mx", Status.ERROR),
        ("dkim._domainkey.example.org.", "TXT", "dkim", Status.ERROR),
        ("_25._tcp.mail.example.org.", "TLSA", "tlsa", Status.ERROR),
        ("_imaps._tcp.example.org.", "SRV", "clients", Status.WARNING),
    ],
)
async def test_one_signature_that_is_over(
    stage: Stage, name: str, rdtype: str, topic: str, status: Status
) -> None:
    """Many signers let each signature run out at a time of its own."""
    signer = Signer("example.org.")
    serve(stage, expired(PINNED, signer, name, rdtype), signer.ds)
    found = one(await stage.check(WITH_TLSA), topic, "resolver-fails")
    assert found.status is status
    assert "signature is wrong (signature expired)" in found.message
    assert "signed anew" in found.fix
