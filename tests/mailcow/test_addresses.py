"""The mail host's addresses, and where they come from."""

import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import dns.name
import dns.rdata
import pytest
from dns.name import Name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from mailcow_dns_tui.mailcow.addresses import Addresses, find_addresses, source_address
from mailcow_dns_tui.mailcow.conf import Conf
from mailcow_dns_tui.model.answer import Answer, Failure, Lookup, Source
from mailcow_dns_tui.model.suggestion import Suggestion
from tests.mailcow.confs import conf_of

HOST = "mail.example.org"
RESOLVER = Source("resolver", "127.0.0.1")
OWN = "this machine's address"

Ask = Callable[[Name, RdataType], Awaitable[Lookup]]


def resolving(**texts: str) -> Ask:
    """A DNS that has these addresses for every name, by type."""

    async def ask(name: Name, rdtype: RdataType) -> Lookup:
        assert name == dns.name.from_text(HOST)
        found = texts.get(rdtype.name, "").split()
        rdatas = tuple(dns.rdata.from_text("IN", rdtype, text) for text in found)
        return Lookup(name, rdtype, (Answer(RESOLVER, Rcode(0), rdatas),))

    return ask


async def failing(name: Name, rdtype: RdataType) -> Lookup:
    return Lookup(name, rdtype, (Answer(RESOLVER, failure=Failure.TIMEOUT),))


@dataclass
class Routes:
    """The addresses of a machine, by version of IP."""

    ipv4: str = ""
    ipv6: str = ""

    def __call__(self, version: int) -> str:
        return self.ipv4 if version == 4 else self.ipv6


async def found(hostname: str, ask: Ask, routes: Routes, conf: Conf | None = None) -> Addresses:
    return await find_addresses(ask, hostname, conf, routes)


def pairs(addresses: tuple[Suggestion, ...]) -> list[tuple[object, str]]:
    return [(each.value, each.source) for each in addresses]


async def test_the_best_source_comes_first() -> None:
    conf = conf_of("SNAT_TO_SOURCE=192.0.2.2", "SMTP_PORT=192.0.2.3:25", "HTTP_BIND=192.0.2.4")
    dns_has = resolving(A="192.0.2.6 192.0.2.7", AAAA="2001:db8::6")
    addresses = await found(HOST, dns_has, Routes("192.0.2.5", "2001:db8::5"), conf)
    assert pairs(addresses.ipv4) == [
        ("192.0.2.2", "SNAT_TO_SOURCE"),
        ("192.0.2.3", "SMTP_PORT"),
        ("192.0.2.4", "HTTP_BIND"),
        ("192.0.2.5", OWN),
        ("192.0.2.6", "DNS"),
        ("192.0.2.7", "DNS"),
    ]
    assert pairs(addresses.ipv6) == [
        ("2001:db8::5", OWN),
        ("2001:db8::6", "DNS"),
    ]
    assert addresses.notes == ()


async def test_an_address_is_named_once() -> None:
    dns_has = resolving(A="192.0.2.5")
    addresses = await found(HOST, dns_has, Routes("192.0.2.5"))
    assert pairs(addresses.ipv4) == [("192.0.2.5", OWN)]


@pytest.mark.parametrize(
    ("own", "kind"), [("10.0.0.5", "private"), ("100.64.0.5", "CGNAT"), ("192.168.1.5", "private")]
)
async def test_behind_nat(own: str, kind: str) -> None:
    addresses = await found(HOST, resolving(), Routes(own, "fd00::5"))
    assert (addresses.ipv4, addresses.ipv6) == ((), ())
    (note,) = addresses.notes
    assert note.key == "server.ipv4"
    assert own in note.sentence
    assert kind in note.sentence


async def test_behind_nat_what_dns_has_is_to_be_compared() -> None:
    addresses = await found(HOST, resolving(A="192.0.2.6"), Routes("10.0.0.5"))
    assert pairs(addresses.ipv4) == [("192.0.2.6", "DNS")]
    (note,) = addresses.notes
    assert "192.0.2.6" in note.sentence


async def test_behind_nat_a_better_source_needs_no_note() -> None:
    conf = conf_of("SNAT_TO_SOURCE=192.0.2.2")
    addresses = await found(HOST, resolving(A="192.0.2.6"), Routes("10.0.0.5"), conf)
    assert addresses.notes == ()


async def test_without_ipv6_in_mailcow_no_address_of_it_counts() -> None:
    conf = conf_of("ENABLE_IPV6=false", "SNAT6_TO_SOURCE=2001:db8::2")
    dns_has = resolving(AAAA="2001:db8::6")
    routes = Routes("192.0.2.5", "2001:db8::5")
    assert (await found(HOST, dns_has, routes, conf)).ipv6 == ()


async def test_dns_that_fails_is_not_taken_for_one_that_has_nothing() -> None:
    addresses = await found(HOST, failing, Routes())
    assert [note.key for note in addresses.notes] == ["server.ipv4", "server.ipv6"]
    assert "no answer in time" in addresses.notes[0].sentence
    # Nobody needs to know where there is something better.
    assert (await found(HOST, failing, Routes("192.0.2.5", "2001:db8::5"))).notes == ()


async def test_private_addresses_in_dns_are_no_proposals() -> None:
    dns_has = resolving(A="10.0.0.5 127.0.0.1", AAAA="fe80::1 ::1")
    addresses = await found(HOST, dns_has, Routes())
    assert (addresses.ipv4, addresses.ipv6) == ((), ())


async def test_an_unfinished_hostname_is_not_asked_for() -> None:
    for hostname in ("", "mail", "not a name"):
        assert await found(hostname, failing, Routes()) == Addresses()


@pytest.mark.parametrize("version", [4, 6])
def test_the_source_address_is_this_machines_own(version: int) -> None:
    address = source_address(version)
    if address:
        family = socket.AF_INET if version == 4 else socket.AF_INET6
        with socket.socket(family, socket.SOCK_DGRAM) as udp:
            udp.bind((address, 0))
