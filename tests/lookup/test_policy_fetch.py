"""MTA-STS policies from HTTPS servers on loopback, with certificates of a private authority."""

import asyncio
import gzip
import ssl
import tracemalloc
from datetime import timedelta
from pathlib import Path

import dns.message
import dns.name
import dns.rcode
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup import policy_fetch
from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.policy_fetch import HttpsFetcher
from mailcow_dns_tui.model.policy_page import LARGEST_POLICY, FetchFailure, PolicyPage
from tests.certificates import HOUR, Authority, strict_by_default
from tests.https_server import DOMAIN, LOOPBACK, http, serving
from tests.lookup.raw_server import Behaviour, raw_server, reply_to
from tests.servers import free_port

HOST = "mta-sts.example.org"
POLICY = b"version: STSv1\nmode: enforce\nmax_age: 604800\nmx: mail.example.org\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("trusted"))


@pytest.fixture(autouse=True)
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))


async def fetched(response: bytes, context: ssl.SSLContext | None) -> PolicyPage:
    async with serving(response, context) as server:
        return await server.fetch()


async def test_a_policy_as_mailcow_serves_it(authority: Authority) -> None:
    async with serving(http(POLICY), authority.context(HOST)) as server:
        assert await server.fetch() == PolicyPage(200, "text/plain", POLICY)
    (request,) = server.requests
    head, *headers = request.split("\r\n")
    assert head == "GET /.well-known/mta-sts.txt HTTP/1.1"
    assert f"host: {HOST}" in map(str.lower, headers)


@pytest.mark.parametrize(
    ("host", "expires", "failure"),
    [
        ("www.example.org", HOUR, FetchFailure.WRONG_NAME),
        (LOOPBACK, HOUR, FetchFailure.WRONG_NAME),
        (HOST, -HOUR, FetchFailure.EXPIRED),
    ],
)
async def test_certificates_that_are_not_valid(
    authority: Authority, host: str, expires: timedelta, failure: FetchFailure
) -> None:
    page = await fetched(http(POLICY), authority.context(host, expires))
    assert page == PolicyPage(failure=failure)


async def test_a_certificate_that_is_not_valid_yet(authority: Authority) -> None:
    page = await fetched(http(POLICY), authority.context(HOST, 2 * HOUR, begins=HOUR))
    assert page == PolicyPage(failure=FetchFailure.EXPIRED)


async def test_a_certificate_for_all_names_below_the_domain(authority: Authority) -> None:
    page = await fetched(http(POLICY), authority.context("*.example.org"))
    assert page.body == POLICY


async def test_a_private_authority_whose_certificate_lacks_key_usage(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict_by_default(monkeypatch)
    page = await fetched(http(POLICY), authority.context(HOST))
    assert page.body == POLICY


async def test_a_certificate_that_is_trusted_itself(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = authority.context(HOST)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.folder / f"{HOST}.pem"))
    page = await fetched(http(POLICY), context)
    assert page.body == POLICY


async def test_a_certificate_of_an_authority_that_nobody_knows(tmp_path: Path) -> None:
    stranger = Authority.make(tmp_path)
    page = await fetched(http(POLICY), stranger.context(HOST))
    assert page == PolicyPage(failure=FetchFailure.UNTRUSTED)


async def test_a_trust_store_that_is_not_there(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nothing.pem"))
    page = await fetched(http(POLICY), authority.context(HOST))
    assert page == PolicyPage(failure=FetchFailure.NO_TRUST_STORE)


async def test_no_redirect_is_followed(authority: Authority) -> None:
    to = "https://mail.example.org/policy"
    response = http(POLICY, "301 Moved Permanently", f"Location: {to}")
    page = await fetched(response, authority.context(HOST))
    assert page == PolicyPage(301, "text/plain", failure=FetchFailure.REDIRECT, detail=to)


async def test_what_is_no_policy_is_not_read(authority: Authority) -> None:
    page = await fetched(http(POLICY, "404 Not Found"), authority.context(HOST))
    assert page == PolicyPage(404, "text/plain")


async def test_the_content_type_is_handed_on(authority: Authority) -> None:
    page = await fetched(http(POLICY, kind="text/html; charset=x"), authority.context(HOST))
    assert page == PolicyPage(200, "text/html; charset=x", POLICY)


@pytest.mark.parametrize("size", [LARGEST_POLICY, LARGEST_POLICY + 1, 100 * 1024])
async def test_at_most_64_kib(authority: Authority, size: int) -> None:
    page = await fetched(http(b"x" * size), authority.context(HOST))
    too_large = page.failure is FetchFailure.TOO_LARGE
    assert too_large is (size > LARGEST_POLICY)
    assert len(page.body) == (0 if too_large else size)


@pytest.mark.parametrize("response", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"SSH-2.0-x\r\n\r\n"])
async def test_a_server_that_breaks_off(authority: Authority, response: bytes) -> None:
    page = await fetched(response, authority.context(HOST))
    assert page == PolicyPage(failure=FetchFailure.BROKEN_OFF)


async def test_a_body_that_is_cut(authority: Authority) -> None:
    page = await fetched(http(POLICY)[:-5], authority.context(HOST))
    assert page == PolicyPage(failure=FetchFailure.BROKEN_OFF)


async def test_a_server_without_tls() -> None:
    async with serving(http(POLICY), None) as server:
        page = await server.fetch()
    assert page == PolicyPage(failure=FetchFailure.NO_TLS)


async def test_nobody_listens() -> None:
    fetcher = HttpsFetcher(free_port())
    page = await fetcher.fetch(DOMAIN, [LOOPBACK])
    assert page == PolicyPage(failure=FetchFailure.REFUSED)


async def test_an_address_without_a_way_does_not_hide_the_next(authority: Authority) -> None:
    async with serving(http(POLICY), authority.context(HOST)) as server:
        page = await server.fetch("255.255.255.255", LOOPBACK)
    assert page.body == POLICY


async def streamed(
    monkeypatch: pytest.MonkeyPatch, context: ssl.SSLContext, head: bytes, again: bytes
) -> tuple[PolicyPage, float]:
    """The page of a server that sends something over and over, and the MiB that reading it took."""
    monkeypatch.setattr(policy_fetch, "TIMEOUT", 1.0)
    async with serving(head, context, again) as server:
        await server.fetch()
        tracemalloc.start()
        page = await server.fetch()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return page, most / 1024 / 1024


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n"
ZEROS = gzip.compress(bytes(1024 * 1024))
ENDLESS = {
    "the page": (CHUNKED + b"\r\n", b"400\r\n" + b"x" * 1024 + b"\r\n", FetchFailure.TOO_LARGE),
    "a packed page": (
        CHUNKED + b"Content-Encoding: gzip\r\n\r\n",
        b"%x\r\n%s\r\n" % (len(ZEROS), ZEROS),
        FetchFailure.TOO_LARGE,
    ),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: %s\r\n" % (b"x" * 4096), FetchFailure.BROKEN_OFF),
}


@pytest.mark.parametrize(("head", "again", "failure"), ENDLESS.values(), ids=ENDLESS)
async def test_what_has_no_end_is_not_read_to_it(
    monkeypatch: pytest.MonkeyPatch,
    authority: Authority,
    head: bytes,
    again: bytes,
    failure: FetchFailure,
) -> None:
    page, most = await streamed(monkeypatch, authority.context(HOST), head, again)
    assert page.failure is failure
    assert most < 4


async def test_a_server_that_sends_on_slowly_is_given_up(
    monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    monkeypatch.setattr(policy_fetch, "TIMEOUT", 0.5)
    async with serving(CHUNKED + b"\r\n", authority.context(HOST), b"1\r\nx\r\n", 0.05) as server:
        page = await server.fetch()
    assert page == PolicyPage(failure=FetchFailure.TIMEOUT)


def resolving(*addresses: str) -> Behaviour:
    """A resolver that gives the policy host these IPv4 addresses and no other."""

    def answer(query: bytes) -> list[bytes]:
        is_ipv4 = dns.message.from_wire(query).question[0].rdtype == RdataType.A
        records = [f"{HOST}. 300 IN A {address}" for address in addresses if is_ipv4]
        return [reply_to(query, *records).to_wire()]

    return answer


async def in_a_run(port: int, behaviour: Behaviour, time_limit: float = 20.0) -> list[PolicyPage]:
    """The page as each of several askers of one run gets it, and one of a later run."""
    with raw_server(behaviour) as resolver:
        async with Network([resolver.endpoint], fetcher=HttpsFetcher(port)) as network:
            memory = QueryCache()
            run = network.lookups([], memory, time_limit)
            pages = await asyncio.gather(*(run.fetch_policy(DOMAIN) for _ in range(3)))
            return [*pages, await network.lookups([], memory, time_limit).fetch_policy(DOMAIN)]


async def test_a_run_fetches_once_from_the_address_that_it_looked_up(authority: Authority) -> None:
    async with serving(http(POLICY), authority.context(HOST)) as server:
        pages = await in_a_run(server.port, resolving(LOOPBACK))
    assert pages == [PolicyPage(200, "text/plain", POLICY)] * 4
    assert len(server.requests) == 1


async def test_no_address_and_none_that_is_known() -> None:
    (page, *_) = await in_a_run(free_port(), resolving())
    assert page == PolicyPage(failure=FetchFailure.NO_ADDRESS)

    def failing(query: bytes) -> list[bytes]:
        reply = reply_to(query)
        reply.set_rcode(dns.rcode.SERVFAIL)
        return [reply.to_wire()]

    (page, *_) = await in_a_run(free_port(), failing)
    assert page == PolicyPage(failure=FetchFailure.NOT_LOOKED_UP)


async def test_a_server_that_hangs_costs_no_more_than_the_time_limit(authority: Authority) -> None:
    async with serving(None, authority.context(HOST)) as server:
        pages = await in_a_run(server.port, resolving(LOOPBACK), time_limit=0.5)
    assert pages == [PolicyPage(failure=FetchFailure.TIMEOUT)] * 4
    # The first run has given up, so that the second one begins anew.
    assert len(server.requests) == 2
