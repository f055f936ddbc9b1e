"""TLSA records beside what a mail server on loopback presents, and beside what OpenSSL says."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import dns.name
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from dns.name import Name
from dns.rdtypes.ANY.TLSA import TLSA

from mailcow_dns_tui.cli import commands
from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.lookup.smtp import MailServer, Presenter
from mailcow_dns_tui.mailcow.certificate import ServerOrFile
from mailcow_dns_tui.model.certificate import NotPresented, Presented
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.plan_file import write_plan
from mailcow_dns_tui.topics import rdatas
from mailcow_dns_tui.topics.tlsa.match import Pin, pins, presented_chain
from tests.conftest import need
from tests.mail_certificates import HOST, Issued, issued
from tests.mail_server import LOOPBACK, Postfix, context_of, listening
from tests.real.stage import FIRST, NS1, SETUP, Stage, one, own_zone, registry, told
from tests.servers import free_port
from tests.signing import PROBES, Signer

ROOT = issued(common_name="A Root")
AUTHORITY = issued(common_name="R10", issuer=ROOT)
STRANGER = issued(HOST)
SERVERS = {
    "good": issued(HOST, issuer=AUTHORITY),
    "of another name": issued("other.example", issuer=AUTHORITY),
    "expired": issued(HOST, issuer=AUTHORITY, days=-1),
    "not of that authority": STRANGER,
}


def rdata(usage: int, selector: int, mtype: int, pinned: Issued) -> TLSA:
    key = pinned.key.public_key()
    whole = (
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if selector
        else pinned.der
    )
    hashed = (whole, hashlib.sha256(whole).digest(), hashlib.sha512(whole).digest())
    return rdatas.tlsa(usage, selector, mtype, hashed[mtype])


async def openssl_delivers(port: int, record: TLSA) -> bool:
    """Whether a client that has this one record would go on; it prints what it thinks."""
    client = await asyncio.create_subprocess_exec(
        *("openssl", "s_client", "-brief", "-starttls", "smtp", "-connect", f"{LOOPBACK}:{port}"),
        *("-dane_tlsa_domain", HOST, "-dane_tlsa_rrdata", record.to_text()),
        *("-dane_ee_no_namechecks", "-verify_return_error"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await client.communicate()
    assert b"erif" in said, said
    return b"Verification: OK" in said


@pytest.mark.parametrize("kind", SERVERS)
async def test_openssl_judges_alike(tmp_path: Path, kind: str) -> None:
    need("openssl")
    server = SERVERS[kind]
    context = context_of(server, tmp_path, AUTHORITY)
    records = [
        rdata(usage, selector, mtype, pinned)
        for usage in (2, 3)
        for selector in (0, 1)
        for mtype in (0, 1, 2)
        for pinned in (server, AUTHORITY, ROOT)
    ]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Postfix(context).serve(reader, writer)

    async with listening(serve) as port:
        presented = await MailServer(port).present(dns.name.from_text(HOST), [LOOPBACK])
        delivers = [await openssl_delivers(port, record) for record in records]
    chain = presented_chain(presented, dns.name.from_text(HOST))
    assert chain is not None
    ours = [pins([record], chain).isdisjoint({Pin.OTHER_KEY, Pin.UNUSABLE}) for record in records]
    assert dict(zip(records, ours, strict=True)) == dict(zip(records, delivers, strict=True))
    assert any(delivers)


class OnLoopback:
    """The server of every host, wherever its address is said to be."""

    def __init__(self, port: int) -> None:
        self._server = MailServer(port)
        self.wanted: list[Name | None] = []

    async def present(self, host: Name | None, addresses: Sequence[str]) -> Presented:
        self.wanted.append(host)
        return await self._server.present(host, [LOOPBACK])


def with_key(key: str) -> Setup:
    return replace(SETUP, server=replace(SETUP.server, spki_sha256=key))


def pinned(stage: Stage, key: str) -> None:
    """Serve a signed zone in which the mail host has this key."""
    signer = Signer("example.org.")
    text = own_zone(with_key(key), servers=[NS1])
    stage.set_up(
        {FIRST: signer.signed(text)}, registry(NS1), resolver_asks=[FIRST], anchors=[signer.ds]
    )


async def test_a_certificate_that_was_renewed_with_another_key(
    stage: Stage, tmp_path: Path
) -> None:
    old, new = STRANGER.spki_sha256, SERVERS["good"].spki_sha256
    server = Postfix(context_of(SERVERS["good"], tmp_path, AUTHORITY))
    pinned(stage, old)
    assert told(await stage.check(with_key(old))) == []
    async with listening(server.serve) as port:
        stage.presenter = OnLoopback(port)
        checked = await stage.check(with_key(old))
        found = one(checked, "tlsa", "key-not-in-plan")
        assert found.status is Status.ERROR
        assert new in found.fix
        assert stage.presenter.wanted == [dns.name.from_text(HOST)]
        pinned(stage, new)
        assert told(await stage.check(with_key(new))) == []


async def test_the_file_where_the_server_can_not_be_reached(stage: Stage, tmp_path: Path) -> None:
    old, new = STRANGER.spki_sha256, SERVERS["good"].spki_sha256
    pinned(stage, old)
    unreached = OnLoopback(free_port())
    stage.presenter = unreached
    assert told(await stage.check(with_key(old))) == []
    SERVERS["good"].in_folder(tmp_path)
    stage.presenter = ServerOrFile(unreached, tmp_path)
    found = one(await stage.check(with_key(old)), "tlsa", "key-not-in-plan")
    assert found.message.endswith("the key that cert.pem shows: senders with DANE deliver nothing.")
    assert new in found.fix
    issued("other.example").in_folder(tmp_path)
    presented = await stage.presenter.present(dns.name.from_text(HOST), [LOOPBACK])
    assert presented.failure is NotPresented.NO_CONNECTION


@pytest.mark.parametrize("words", [[], ["--no-connect"]], ids=" ".join)
@pytest.mark.parametrize("command", [["check"], ["export", "--format", "markdown", "--checked"]])
def test_nobody_is_connected_to_where_the_user_says_so(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: Sequence[str],
    words: Sequence[str],
) -> None:
    old, plan = SERVERS["good"].spki_sha256, stage.folder / "plan.toml"
    setup = with_key(STRANGER.spki_sha256)
    write_plan(replace(setup, server=replace(setup.server, ipv4=LOOPBACK)), plan)
    pinned(stage, old)

    def network(resolvers: Sequence[Endpoint], presenter: Presenter | None) -> Network:
        given = ([stage.resolver], stage.port)
        return Network(*given, probes=PROBES, fetcher=stage.fetcher, presenter=presenter)

    monkeypatch.setattr("mailcow_dns_tui.lookup.network.Network", network)
    commands.run(parse([*command, str(plan), *words]))
    said = " ".join(capsys.readouterr().out.split())
    assert "another key than the plan has" in said
    assert (f"Port 25 of {LOOPBACK}" in said) is (not words)
