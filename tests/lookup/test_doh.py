"""Resolvers over HTTPS, with a certificate of a private authority."""

import gzip
import ssl
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import dns.message
import dns.name
import pytest
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import DohEndpoint
from mailcow_dns_tui.model.answer import Answer, Failure
from mailcow_dns_tui.model.bounds import LARGEST_ANSWER
from tests.certificates import Authority, certificate_of_address, strict_by_default
from tests.lookup.raw_server import reply_to
from tests.servers import free_port

NAME = dns.name.from_text("host.example.net")
RECORD = "host.example.net. 300 IN A 192.0.2.20"
DNS_MESSAGE = "application/dns-message"
MIB = 1024 * 1024

Respond = Callable[[bytes], tuple[int, str, bytes]]
"""From the query to status, content type and content."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_of_address(tmp_path_factory.mktemp("certificate"), "127.0.0.1")


@contextmanager
def https_server(
    certificate: Path,
    respond: Respond,
    encoding: str = "",
    repeat: int = 1,
    sent: list[int] | None = None,
) -> Iterator[DohEndpoint]:
    """Answers over HTTPS.

    Args:
        encoding: what the content is said to be packed with.
        repeat: how often the content is sent as one.
        sent: octets of each content that was taken.
    """
    taken = [] if sent is None else sent

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            status, kind, body = respond(content)
            if self.headers["content-type"] != DNS_MESSAGE or self.path != "/dns-query":
                status = 400
            self.send_response(status)
            self.send_header("content-type", kind)
            if encoding:
                self.send_header("content-encoding", encoding)
            self.send_header("content-length", str(len(body) * repeat))
            self.end_headers()
            with suppress(OSError):
                for _ in range(repeat):
                    self.wfile.write(body)
                    taken.append(len(body))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = False
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield DohEndpoint(f"https://127.0.0.1:{server.server_port}/dns-query")
        finally:
            server.shutdown()
            thread.join()


StartHttps = Callable[..., AbstractContextManager[DohEndpoint]]


@pytest.fixture
def https(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> StartHttps:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return partial(https_server, certificate)


async def answer_of(resolver: DohEndpoint) -> Answer:
    async with Network([resolver]) as network:
        lookup = await network.lookups([], QueryCache()).ask(NAME, RdataType.A)
    return lookup.answers[0]


def good(query: bytes) -> tuple[int, str, bytes]:
    return 200, DNS_MESSAGE, reply_to(query, RECORD).to_wire()


async def test_a_good_answer(https: StartHttps) -> None:
    ids: list[int] = []

    def respond(query: bytes) -> tuple[int, str, bytes]:
        ids.append(dns.message.from_wire(query).id)
        return good(query)

    with https(respond) as resolver:
        answer = await answer_of(resolver)
    assert [rdata.to_text() for rdata in answer.rdatas] == ["192.0.2.20"]
    assert str(answer.source) == f"resolver {resolver.url}"
    # RFC 8484 4.1
    assert ids == [0]


@pytest.mark.parametrize(
    ("status", "kind", "content", "failure"),
    [
        (503, DNS_MESSAGE, b"", Failure.ERROR),
        (200, "text/html", b"<p>Log in", Failure.GARBLED),
        (200, DNS_MESSAGE, b"\x00\x00", Failure.GARBLED),
        (200, DNS_MESSAGE, bytes(LARGEST_ANSWER + 1), Failure.EXCESSIVE),
    ],
)
async def test_bad_answers(
    https: StartHttps, status: int, kind: str, content: bytes, failure: Failure
) -> None:
    with https(lambda query: (status, kind, content)) as resolver:
        assert (await answer_of(resolver)).failure is failure


async def test_an_endless_answer_is_not_read_to_its_end(https: StartHttps) -> None:
    sent: list[int] = []
    with https(lambda query: (200, DNS_MESSAGE, bytes(MIB)), repeat=64, sent=sent) as resolver:
        assert (await answer_of(resolver)).failure is Failure.EXCESSIVE
    # The rest is what lay in buffers on the way.
    assert sum(sent) < 16 * MIB


async def test_a_packed_answer_is_not_unpacked(https: StartHttps) -> None:
    packed = gzip.compress(bytes(12 * MIB))
    assert len(packed) < LARGEST_ANSWER
    with https(lambda query: (200, DNS_MESSAGE, packed), encoding="gzip") as resolver:
        async with Network([resolver]) as network:
            run = network.lookups([], QueryCache())
            await run.ask(dns.name.from_text("first.example.net"), RdataType.A)
            tracemalloc.start()
            lookup = await run.ask(NAME, RdataType.A)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
    assert lookup.answers[0].failure is Failure.GARBLED
    assert most < MIB


async def test_a_private_authority_whose_certificate_lacks_key_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict_by_default(monkeypatch)
    authority = Authority.make(tmp_path)
    authority.context("localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    with https_server(tmp_path / "localhost.pem", good) as resolver:
        by_name = DohEndpoint(resolver.url.replace("127.0.0.1", "localhost"))
        assert (await answer_of(by_name)).failure is None


async def test_a_certificate_that_nobody_trusts(certificate: Path) -> None:
    with https_server(certificate, good) as resolver:
        assert (await answer_of(resolver)).failure is Failure.UNTRUSTED


async def test_nobody_listens() -> None:
    nobody = DohEndpoint(f"https://127.0.0.1:{free_port()}/")
    assert (await answer_of(nobody)).failure is Failure.UNREACHABLE
