"""Faults that NSD refuses to serve, put into its answers on the way."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import dns.message
import dns.query
import dns.rcode
import dns.rrset
import pytest
from dns.message import Message
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.question import Endpoint
from tests.battery.case import SETUP, Published, Variant
from tests.battery.places import Place
from tests.battery.serving import Placed, serving
from tests.battery.test_battery import in_words, told
from tests.conftest import need
from tests.lookup.raw_server import raw_server
from tests.servers import run_nsd

DMARC = "_dmarc.c000.example."
NODE = "_domainkey.c000.example."

Change = Callable[[str, RdataType, Message], None]
"""What becomes of an answer, by the name and the type that were asked for."""


def nothing(name: str, rdtype: RdataType, answer: Message) -> None:
    """Passes all on."""


def deny(name: str, rdtype: RdataType, answer: Message) -> None:
    """As a server that knows no empty non-terminals."""
    if name == NODE:
        answer.set_rcode(dns.rcode.NXDOMAIN)


def hide(name: str, rdtype: RdataType, answer: Message) -> None:
    """As a panel that lets a CNAME be added beside what is there."""
    if name == DMARC and rdtype == RdataType.TXT:
        alias = dns.rrset.from_text(name, 300, "IN", "CNAME", "www.c000.example.")
        answer.answer.insert(0, alias)


@contextmanager
def changing(
    folder: Path, endpoint: Endpoint, files: Mapping[str, str], change: Change
) -> Iterator[None]:
    """A name server that has its answers from an NSD behind it."""
    number = int(endpoint.address.rpartition(".")[2]) + 2
    behind = Endpoint(f"127.0.0.{number}", endpoint.port)

    def answer(packet: bytes) -> list[bytes]:
        query = dns.message.from_wire(packet)
        reply = dns.query.udp(query, behind.address, port=behind.port, timeout=5)
        question = query.question[0]
        change(question.name.to_text(), question.rdtype, reply)
        return [reply.to_wire()]

    with ExitStack() as stack:
        stack.enter_context(run_nsd(folder, behind, files))
        stack.enter_context(raw_server(answer, endpoint.address, endpoint.port))
        yield


def stand_beside(name: str, rdtype: RdataType, answer: Message) -> None:
    """The same, by a server that gives each question its own record."""
    if name == DMARC and rdtype != RdataType.TXT:
        alias = dns.rrset.from_text(name, 300, "IN", "CNAME", "www.c000.example.")
        answer.answer, answer.authority = [alias], []


CASES = {
    "the empty non-terminal `_domainkey`": (deny, {"dkim denied-name warning"}),
    "a CNAME beside other records": (hide, {"dmarc cname-in-the-way warning"}),
    "a CNAME that only other questions find": (stand_beside, {"dmarc cname-in-the-way warning"}),
    "neither": (nothing, set[str]()),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_a_name_server_says(case: str, tmp_path: Path) -> None:
    need("nsd")
    need("unbound")
    change, expected = CASES[case]
    placed = Placed(Variant(Published(), SETUP, frozenset(expected)), Place(0))

    def start(
        folder: Path, endpoint: Endpoint, files: Mapping[str, str]
    ) -> AbstractContextManager[None]:
        return changing(folder, endpoint, files, change)

    with serving(tmp_path, [placed], start) as served:
        # What a resolver has come to know by another question stands in the way from then on.
        at = served.resolver
        dns.query.udp(dns.message.make_query(DMARC, "A"), at.address, 5.0, at.port)
        found = await served.judge(placed)
    assert told(found) == expected, in_words(found)
