"""MTA-STS policies as an HTTPS server of the test's own serves them, in a whole check."""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from dns.name import Name

from mailcow_dns_tui.cli.report import Checked, exit_code
from mailcow_dns_tui.lookup.policy_fetch import HttpsFetcher
from mailcow_dns_tui.model.policy_page import LARGEST_POLICY, PolicyPage
from tests.certificates import HOUR, Authority
from tests.conftest import NAME_SERVER_ADDRESSES, need
from tests.https_server import LOOPBACK, http, serving
from tests.mail_server import Postfix, listening
from tests.real.stage import FIRST, NS1, SECOND, SETUP, Stage, Told, one, own_zone, registry, told
from tests.real.test_port_25 import OnLoopback
from tests.servers import free_port

NS2 = "ns2.example.net."
HOST = "mta-sts.example.org"
(DOMAIN,) = SETUP.domains
WITH_POLICY = replace(SETUP, domains=(replace(DOMAIN, mta_sts_id="20261123000000"),))
ZONE = own_zone(WITH_POLICY)
GOOD = b"version: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\nmx: mail.example.org\r\n"
OTHER_MX = GOOD.replace(b"mail.", b"other.")
TOO_BIG = GOOD + b"x: " + b"x" * LARGEST_POLICY
ELSEWHERE = http(b"", "301 Moved", "Location: https://www.example.org/")


class Routed:
    """Goes to a port of this machine, wherever the policy host's address leads."""

    def __init__(self, port: int) -> None:
        self._fetcher = HttpsFetcher(port)

    async def fetch(self, domain: Name, addresses: Sequence[str]) -> PolicyPage:
        assert addresses == ["192.0.2.10"]
        return await self._fetcher.fetch(domain, [LOOPBACK])


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    need("nsd")
    need("unbound")
    port = free_port(NAME_SERVER_ADDRESSES)
    with closing(Stage(tmp_path_factory.mktemp("stage"), port)) as stage:
        stage.set_up({FIRST: ZONE, SECOND: ZONE}, registry(NS1, NS2))
        yield stage


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("trusted"))


@pytest.fixture(autouse=True)
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))


async def checked_with(stage: Stage, response: bytes, context: ssl.SSLContext | None) -> Checked:
    async with serving(response, context) as server:
        return await replace(stage, fetcher=Routed(server.port)).check(WITH_POLICY)


async def test_a_good_policy_is_silent(stage: Stage, authority: Authority) -> None:
    checked = await checked_with(stage, http(GOOD), authority.context(HOST))
    assert told(checked) == []
    assert exit_code(checked.outcome) == 0


@pytest.mark.parametrize(
    ("response", "code", "words"),
    [
        (ELSEWHERE, "policy-not-served", "redirects"),
        (http(b"", "404 Not Found"), "policy-not-served", "404"),
        (http(TOO_BIG), "policy-not-served", "larger than 64 KiB"),
        (http(GOOD, kind="text/html"), "policy-content-type", "text/html"),
        (http(OTHER_MX), "policy-without-mx", "mail.example.org"),
        (http(GOOD.replace(b"STSv1", b"STSv2")), "policy-not-valid", "STSv2"),
    ],
    ids=["redirect", "404", "too big", "HTML", "another MX", "version"],
)
async def test_policies_with_a_fault(
    stage: Stage, authority: Authority, response: bytes, code: str, words: str
) -> None:
    checked = await checked_with(stage, response, authority.context(HOST))
    assert ("mta-sts", code) in {(topic, found) for topic, found, _ in told(checked)}
    assert {topic for topic, _, _ in told(checked)} == {"mta-sts"}
    assert words in one(checked, "mta-sts", code).message


@pytest.mark.parametrize(
    ("host", "expires", "words"),
    [(HOST, -HOUR, "has expired"), ("www.example.org", HOUR, "another name")],
)
async def test_certificates_with_a_fault(
    stage: Stage, authority: Authority, host: str, expires: timedelta, words: str
) -> None:
    checked = await checked_with(stage, http(GOOD), authority.context(host, expires))
    assert [each[:2] for each in told(checked)] == [("mta-sts", "policy-certificate")]
    assert words in one(checked, "mta-sts", "policy-certificate").message


async def test_a_certificate_of_an_unknown_authority(
    stage: Stage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = Authority.make(tmp_path_factory.mktemp("stranger"))
    checked = await checked_with(stage, http(GOOD), stranger.context(HOST))
    assert [each[:2] for each in told(checked)] == [("mta-sts", "policy-certificate")]


@pytest.mark.parametrize(
    ("expires", "expected"),
    [(HOUR, []), (-HOUR, [("mta-sts", "mail-certificate", "error")])],
    ids=["valid", "expired"],
)
async def test_the_mail_servers_own_certificate(
    stage: Stage, authority: Authority, expires: timedelta, expected: Told
) -> None:
    mail = Postfix(authority.context("mail.example.org", expires))
    async with listening(mail.serve) as port:
        connecting = replace(stage, presenter=OnLoopback(port))
        checked = await checked_with(connecting, http(GOOD), authority.context(HOST))
    assert told(checked) == expected
    assert exit_code(checked.outcome) == bool(expected)


async def test_nobody_serves_it(stage: Stage) -> None:
    checked = await replace(stage, fetcher=Routed(free_port())).check(WITH_POLICY)
    assert [each[:2] for each in told(checked)] == [("mta-sts", "policy-not-served")]
