"""From another machine the certificate counts; on loopback it does not."""

import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailcow_dns_tui.mailcow.api import Api, read_domains
from mailcow_dns_tui.mailcow.known import KnownDomain, KnownDomains
from mailcow_dns_tui.mailcow.secret import Secret
from tests.certificates import HOUR, Authority, strict_by_default
from tests.mailcow.api_rows import domain
from tests.mailcow.api_server import HOST, LOOPBACK, ApiServer, api_server

READ = KnownDomains("mailcow's API", (KnownDomain("example.org", dkim=()),))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("trusted"))


@pytest.fixture(autouse=True)
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Lets the system's resolver give the mail host a loopback address, or fail with a number."""
    real = socket.getaddrinfo

    def use(failure: int | None) -> None:
        def getaddrinfo(host: Any, *args: Any, **more: Any) -> Any:
            if host not in {HOST, HOST.encode()}:
                return real(host, *args, **more)
            if failure is not None:
                raise socket.gaierror(failure, "of a test")
            return real(LOOPBACK, *args, **more)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return use


async def read_from(context: ssl.SSLContext, address: str = "") -> tuple[KnownDomains, ApiServer]:
    with api_server(ApiServer([domain("example.org")]), context) as server:
        said = await read_domains(Api(server.url, Secret(server.key), address))
    return said, server


async def test_a_certificate_of_a_trusted_authority(
    authority: Authority, resolve: Callable[[int | None], None]
) -> None:
    resolve(None)
    said, _ = await read_from(authority.context(HOST))
    assert said == READ


async def test_a_private_authority_whose_certificate_lacks_key_usage(
    authority: Authority,
    resolve: Callable[[int | None], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolve(None)
    strict_by_default(monkeypatch)
    said, _ = await read_from(authority.context(HOST))
    assert said == READ


@pytest.mark.parametrize(
    ("host", "expires", "expected"),
    [
        ("www.example.org", HOUR, "the certificate is for another name. Give the name that"),
        (HOST, -HOUR, "the certificate has expired, or is not valid yet. Renew mailcow's"),
    ],
)
async def test_certificates_that_are_not_valid(
    authority: Authority,
    resolve: Callable[[int | None], None],
    host: str,
    expires: timedelta,
    expected: str,
) -> None:
    resolve(None)
    said, server = await read_from(authority.context(host, expires))
    assert said.domains is None
    assert expected in said.troubles[0]
    assert server.requests == []


async def test_a_certificate_of_an_authority_that_nobody_knows(
    tmp_path: Path, resolve: Callable[[int | None], None]
) -> None:
    resolve(None)
    said, server = await read_from(Authority.make(tmp_path).context(HOST))
    assert said.domains is None
    assert "not from a trusted authority. Start this program on the mail host" in said.troubles[0]
    assert server.requests == []


async def test_any_certificate_on_loopback(tmp_path: Path) -> None:
    said, _ = await read_from(Authority.make(tmp_path).context("mailcow.invalid"), LOOPBACK)
    assert said == READ


async def test_a_trust_store_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nothing.pem"))
    said, server = await read_from(authority.context(HOST))
    assert said.domains is None
    assert "trusted certificates could not be read. Correct SSL_CERT_FILE" in said.troubles[0]
    assert server.requests == []
    said, _ = await read_from(authority.context(HOST), LOOPBACK)
    assert said == READ


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (socket.EAI_NONAME, "the name has no address. Correct the name"),
        (socket.EAI_NODATA, "the name has no address. Correct the name"),
        (socket.EAI_AGAIN, "the address could not be looked up. Try again when"),
    ],
)
async def test_a_name_that_is_not_resolved(
    resolve: Callable[[int | None], None], failure: int, expected: str
) -> None:
    resolve(failure)
    said = await read_domains(Api(f"https://{HOST}", Secret("K")))
    assert said.domains is None
    assert expected in said.troubles[0]


async def test_no_proxy_is_asked(
    authority: Authority,
    resolve: Callable[[int | None], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolve(None)
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://nowhere")
    said, _ = await read_from(authority.context(HOST))
    assert said == READ
