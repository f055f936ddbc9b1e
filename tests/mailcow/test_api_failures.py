"""mailcow's API where it refuses, breaks, or is something else: what is told, who is asked."""

import asyncio
import socket
from dataclasses import replace

import pytest

from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY
from mailcow_dns_tui.mailcow.api import Api, read_domains
from mailcow_dns_tui.mailcow.known import KnownDomain
from mailcow_dns_tui.mailcow.secret import Secret
from tests.mailcow.api_asking import api_of, trouble_of, trouble_with
from tests.mailcow.api_rows import alias, dkim, domain
from tests.mailcow.api_server import (
    ENDLESS,
    HTML,
    LOOPBACK,
    MIB,
    SILENCE,
    ApiServer,
    Reply,
    api_server,
    error,
    of_json,
)
from tests.servers import free_port

ORG = domain("example.org")
MANY = [domain(f"d{number}.example") for number in range(50)]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (HTML, "web page in place of data. See whether the address is mailcow's own"),
        (replace(HTML, status=502), "the server fails with HTTP 502. See whether all"),
        (error("route not found", 404), "knows no such API (“route not found”). See whether"),
        (error("only GET method is allowed", 405), "HTTP 405 (“only GET method is allowed”). See"),
        (error("access_denied", 200), "HTTP 200 (“access_denied”). See whether"),
        (error("\x1b[2J" + "x" * 500, 500), "HTTP 500 (“\\x1b[2Jxxx"),
        (error("forbidden", 403), "access is refused (HTTP 403: “forbidden”). See what the key"),
        (Reply(b"<html>", 403), "access is refused (HTTP 403). See what the key"),
        (Reply(b"", 429), "HTTP 429. See whether"),
        (Reply(b""), "not as mailcow's API gives it. See whether"),
        (Reply(b"[" * 200_000), "not as mailcow's API gives it. See whether"),
        (Reply(b"\xff\xfe\xfd"), "not as mailcow's API gives it. See whether"),
        (Reply(b"[" + b"9" * 10_000 + b"]"), "not as mailcow's API gives it. See whether"),
        (of_json(None), "not as mailcow's API gives it. See whether"),
        (of_json("ok"), "not as mailcow's API gives it. See whether"),
        (of_json([1, 2]), "not as mailcow's API gives it. See whether"),
        (of_json([[]]), "not as mailcow's API gives it. See whether"),
        (of_json([{"type": "danger", "msg": "x"}]), "not as mailcow's API gives it. See whether"),
        (of_json({"domain_name": "example.org"}), "not as mailcow's API gives it. See whether"),
        (Reply(b"[]", cut=True), "the server broke off the connection. See whether"),
        (replace(HTML, headers=(("Content-Encoding", "gzip"),)), "web page in place of data"),
    ],
)
async def test_answers_that_are_none(reply: Reply, expected: str) -> None:
    trouble = await trouble_with(reply)
    assert trouble.startswith("mailcow's domains at URL could not be read: ")
    assert expected in trouble
    assert len(trouble) < 400


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (
            "https://cow.example.net/login",
            "The key was not sent there: give https://cow.example.net as the address if it is",
        ),
        ("/login", "redirects to /login. A proxy or a login in front of mailcow has to pass /api/"),
        ("http://cow.example.net/", "redirects to http://cow.example.net/. A proxy or a login"),
        ("https://", "redirects to https://. A proxy or a login"),
        ("https://\x1b[2J/", "redirects to https://\\x1b[2J/. A proxy or a login"),
    ],
)
async def test_redirects_are_told_and_not_followed(location: str, expected: str) -> None:
    trouble = await trouble_with(Reply(status=302, headers=(("Location", location),)))
    assert expected in trouble


async def test_no_redirect_to_another_server_takes_the_key_along() -> None:
    with api_server(ApiServer([ORG])) as elsewhere, api_server(ApiServer([ORG])) as server:
        to = f"https://{LOOPBACK}:{elsewhere.port}/api/v1/get/domain/all"
        server.before = Reply(status=301, headers=(("Location", to),))
        trouble = await trouble_of(api_of(server))
    assert f"give https://{LOOPBACK}:{elsewhere.port} as the address" in trouble
    assert elsewhere.requests == []


async def test_a_body_without_end_is_not_read_to_its_end() -> None:
    with api_server(ApiServer([ORG], before=ENDLESS)) as server:
        trouble = await trouble_of(api_of(server))
    assert "the answer is larger than 32 MiB. See" in trouble
    assert server.sent < 50 * MIB


@pytest.mark.parametrize(
    "reply", [SILENCE, Reply(b"[]", hangs=True), Reply(b"{}", 401, hangs=True)]
)
async def test_a_server_that_hangs(reply: Reply) -> None:
    trouble = await trouble_with(reply, timeout=0.3)
    assert "no answer in time. Try again; where it stays silent" in trouble


async def test_a_server_that_hangs_before_tls() -> None:
    with socket.create_server((LOOPBACK, 0)) as listening:
        port = listening.getsockname()[1]
        trouble = await trouble_of(
            Api(f"https://mail.example.org:{port}", Secret("K"), LOOPBACK, timeout=0.3)
        )
    assert "no answer in time" in trouble


async def test_a_server_that_hangs_later_leaves_what_was_read() -> None:
    instead = {"alias-domain/all": SILENCE}
    with api_server(ApiServer(MANY, instead=instead)) as server:
        said = await read_domains(api_of(server, timeout=1.0))
    assert [each.dkim for each in said.domains or ()] == [None] * 50
    aliases, keys = said.troubles
    assert aliases.startswith("The alias domains could not be read: no answer in time")
    assert keys.startswith("The DKIM keys of 50 domains, the first d0.example, could not be read")
    assert server.paths == ["domain/all", "alias-domain/all"]


async def test_one_key_that_hangs_leaves_the_others() -> None:
    keys = {"example.org": dkim(EXAMPLE_ORG_KEY)}
    instead = {"dkim/example.net": SILENCE}
    server = ApiServer([ORG, domain("example.net")], dkim=keys, instead=instead)
    with api_server(server):
        said = await read_domains(api_of(server, timeout=1.0))
    assert [bool(each.dkim) for each in said.domains or ()] == [True, False]
    (trouble,) = said.troubles
    assert trouble.startswith("The DKIM key of example.net could not be read: no answer")


async def test_nobody_listens() -> None:
    port = free_port()
    trouble = await trouble_of(Api(f"https://mail.example.org:{port}", Secret("K"), LOOPBACK))
    assert f"the server refuses connections to port {port}. See whether mailcow is run" in trouble


async def test_a_server_that_speaks_no_tls() -> None:
    def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, LOOPBACK, 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        trouble = await trouble_of(Api(f"https://mail.example.org:{port}", Secret("K"), LOOPBACK))
    assert "the server does not speak TLS. Give the port of mailcow that speaks HTTPS" in trouble


@pytest.mark.parametrize("address", ["mail", "127.0.0.1:443", "fe80::1%eth0", "[::1]", "\x1b[2J"])
async def test_an_address_to_connect_to_that_is_none(address: str) -> None:
    trouble = await trouble_of(Api("mail.example.org", Secret("K"), address))
    assert trouble.startswith("An IP address to connect to is wanted, not “")


async def test_a_url_that_is_none() -> None:
    trouble = await trouble_of(Api("http://mail.example.org", Secret("K")))
    assert trouble.startswith("Begin with https://")


async def test_a_server_that_was_told_to_be_bound_to_every_address_is_asked_here() -> None:
    with api_server(ApiServer([ORG], [alias("example.net", "example.org")])) as server:
        said = await read_domains(replace(api_of(server), address="0.0.0.0"))
    assert said.domains == (
        KnownDomain("example.org", dkim=()),
        KnownDomain("example.net", alias_of="example.org", dkim=()),
    )
