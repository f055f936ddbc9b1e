"""A whole check where answers are forged, doubled or cut, or a resolver lies."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rrset
import pytest
from dns.message import Message
from dns.rdatatype import RdataType

from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.cli.commands import examine
from mailcow_dns_tui.cli.report import Checked, exit_code
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.model.finding import Status
from tests.certificates import certificate_of_address
from tests.lookup import hostile
from tests.lookup.hostile import hostile_server
from tests.lookup.raw_server import Behaviour, raw_server, reply_to
from tests.lookup.test_doh import https_server
from tests.real.stage import (
    FIRST,
    NS1,
    NS2,
    SECOND,
    SETUP,
    ZONE,
    Stage,
    one,
    own_zone,
    registry,
    told,
)
from tests.real.test_bad_network import behind, checked_over
from tests.real.test_delegations import passing_on
from tests.relay import Fate, late
from tests.signing import PROBES

GOOD = own_zone()
ABOVE = registry(NS1, NS2)
APEX = dns.name.from_text(ZONE)
ANOTHER = "192.0.2.66"


@pytest.fixture
def served(stage: Stage) -> Stage:
    stage.set_up({FIRST: GOOD, SECOND: GOOD}, ABOVE)
    return stage


def wrong_id(packet: bytes) -> bytes:
    return bytes((packet[0] ^ 1,)) + packet[1:]


def of_another(packet: bytes) -> bytes:
    return hostile.another_question(dns.message.from_wire(packet))


def each(*made: Callable[[bytes], bytes]) -> Fate:
    """These arrive in place of each packet, one after the other."""
    return lambda packet: [(0.0, make(packet)) for make in made]


def as_it_is(packet: bytes) -> bytes:
    return packet


BESIDE = {
    "twice": each(as_it_is, as_it_is),
    "a wrong id first": each(wrong_id, as_it_is),
    "another question's first": each(of_another, as_it_is),
}


@pytest.mark.parametrize("answers", BESIDE.values(), ids=BESIDE)
async def test_what_comes_beside_the_answer_is_passed_over(served: Stage, answers: Fate) -> None:
    with behind(served, answers) as network:
        assert told(await checked_over(network)) == []


IN_PLACE = {
    "too late": late(2.0),
    "a wrong id": each(wrong_id),
    "another question's": each(of_another),
    "no DNS": each(lambda packet: packet[:2] + bytes(40)),
    "cut for ever": each(hostile.cut),
}


@pytest.mark.parametrize("answers", IN_PLACE.values(), ids=IN_PLACE)
async def test_what_comes_in_place_of_all_answers_says_nothing(
    served: Stage, answers: Fate
) -> None:
    with behind(served, answers) as network:
        all_unknown(await checked_over(network, "--timeout", "1.5"))


async def test_what_comes_from_another_address_says_nothing(served: Stage) -> None:
    with behind(served, each(as_it_is), elsewhere="127.0.0.99") as network:
        all_unknown(await checked_over(network, "--timeout", "1.5"))


def all_unknown(checked: Checked) -> None:
    assert {finding.status for finding in checked.findings} == {Status.UNKNOWN}, told(checked)
    assert exit_code(checked.outcome) == 3


async def checked_by(stage: Stage, behaviour: Behaviour, *options: str) -> Checked:
    """With a resolver like this; the name servers answer as they are."""
    with raw_server(behaviour) as resolver:
        network = Network([resolver.endpoint], stage.port, probes=PROBES, fetcher=stage.fetcher)
        return await examine(SETUP, None, network, parse(["check", *options]))


def denying(query: bytes) -> list[bytes]:
    reply = reply_to(query)
    reply.set_rcode(dns.rcode.NXDOMAIN)
    return [reply.to_wire()]


def denying_by_root(query: bytes) -> list[bytes]:
    reply = resolved(query)
    reply.set_rcode(dns.rcode.NXDOMAIN)
    soa = "a.root-servers.net. nstld.verisign-grs.com. 1 1800 900 604800 86400"
    reply.authority = [dns.rrset.from_text(".", 60, "IN", "SOA", soa)]
    return [reply.to_wire()]


def resolved(query: bytes, *records: str) -> Message:
    """As a resolver replies."""
    reply = reply_to(query, *records)
    reply.flags = (reply.flags & ~dns.flags.AA) | dns.flags.RA
    return reply


def leading_to_itself(query: bytes) -> list[bytes]:
    """As a portal that wants a login first."""
    (asked,) = dns.message.from_wire(query).question
    records = [f"{asked.name} 60 IN A {ANOTHER}"] if asked.rdtype == RdataType.A else []
    return [reply_to(query, *records).to_wire()]


def nothing_but_itself(query: bytes) -> list[bytes]:
    (asked,) = dns.message.from_wire(query).question
    return [resolved(query, f"{asked.name} 60 IN A {ANOTHER}").to_wire()]


LIES = {
    "nothing exists": denying,
    "nothing exists, by the root": denying_by_root,
    "all is its own address": leading_to_itself,
    "an address to any question": nothing_but_itself,
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_resolver_that_lies_makes_nothing_missing(served: Stage, lie: Behaviour) -> None:
    all_unknown(await checked_by(served, lie))


@pytest.mark.parametrize("is_trusted", [False, True], ids=["certificate", "HTML"])
async def test_over_https_what_is_no_resolver_says_nothing(
    served: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    certificate = certificate_of_address(tmp_path, "127.0.0.1")
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with https_server(certificate, lambda query: (200, "text/html", b"<p>Log in")) as resolver:
        network = Network([resolver], served.port, probes=PROBES, fetcher=served.fetcher)
        checked = await checked_over(network)
    all_unknown(checked)
    reason = "not valid DNS" if is_trusted else "its certificate is not valid"
    assert reason in one(checked, "mx", "could-not-ask").message


async def test_a_resolver_that_strips_dnssec_proves_nothing(served: Stage) -> None:
    checked = await checked_by(served, passing_on(served.resolver, AD=False))
    assert told(checked) == [("dnssec", "cannot-validate", "info")]
    assert exit_code(checked.outcome) == 0


async def test_a_delegation_to_nowhere_makes_nothing_missing(stage: Stage) -> None:
    """Of a part of the zone."""
    zone = own_zone(without=["dkim._domainkey"], adding=["_domainkey NS nowhere.example.net."])
    stage.set_up({FIRST: zone, SECOND: zone}, ABOVE)
    checked = await stage.check()
    assert told(checked) == [("dkim", "could-not-ask", "unknown")]


async def test_a_zone_with_thousands_of_records(stage: Stage) -> None:
    zone = own_zone(adding=[f"host{number} A 198.51.100.9" for number in range(5000)])
    stage.set_up({FIRST: zone, SECOND: zone}, ABOVE)
    assert told(await stage.check()) == []


def referring_on(query: Message) -> bytes | None:
    """Each name below the apex is said to be a zone of its own, on the same server."""
    (asked,) = query.question
    if len(asked.name) <= len(APEX):
        return None
    reply = dns.message.make_response(query)
    reply.authority = [dns.rrset.from_text(asked.name, 300, "IN", "NS", NS1)]
    return reply.to_wire()


async def test_referrals_without_end_make_nothing_missing(stage: Stage) -> None:
    stage.set_up({FIRST: GOOD}, ABOVE, resolver_asks=[FIRST])
    stage.stop(FIRST)
    with ExitStack() as stack:
        for address in (FIRST, SECOND):
            at = Endpoint(address, stage.port)
            stack.enter_context(hostile_server(at, [GOOD], referring_on))
        checked = await stage.check()
    below = [f for f in checked.findings if f.record and f.record.owner != APEX]
    assert {f.status for f in below if f.topic != "ptr"} == {Status.UNKNOWN}, told(checked)
