"""What octoDNS can't read, in a zone of a real BIND: it is told to the byte, and stays so."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import dns.message
import dns.query
import dns.tsigkeyring
import dns.update
import pytest

from mailcow_dns_tui.publish.changes import Change, Contents, ZoneRRset
from tests.publish.test_real_servers import ADDRESS, Served, serve_bind
from tests.publish.zones import change, key, read, records, rrset, transfer

SPF = rrset("@", "TXT", '"v=spf1 mx -all"')


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts a BIND with example.org: `serve("www A 192.0.2.1")`."""
    with ExitStack() as stack:
        yield lambda *lines: serve_bind(stack, tmp_path, lines)


def with_spf(contents: Contents) -> ZoneRRset:
    old = contents.get(key("@", "TXT"))
    return replace(old, rdatas=(*old.rdatas, *SPF.rdatas)) if old else SPF


ODD_TEXTS = (
    r'"\"site=1\""',
    r'"\"a\" \"b\""',
    '"a" "b"',
    '"a" "" "b"',
    '""',
    r'"a\\b"',
    r'"a\\;b"',
    r'"a\009b"',
    r'"caf\233"',
    r'"caf\195\169"',
    '"  a"',
    "'a'",
)


def test_odd_texts_stay_to_the_byte_while_one_comes_and_goes(
    serve: Callable[..., Served],
) -> None:
    served = serve(*(f"@ TXT {text}" for text in ODD_TEXTS))
    before, zone = transfer(served.endpoint, served.tsig), served.at_provider()
    contents = read(zone.read())
    assert records([contents[key("@", "TXT")]]) <= before
    there = change(contents, with_spf(contents))
    assert zone.apply([there]) is None
    assert transfer(served.endpoint, served.tsig) == before + records([SPF])
    assert zone.apply([Change(there.after, there.before)]) is None
    assert transfer(served.endpoint, served.tsig) == before
    slower = replace(contents[key("@", "TXT")], ttl=60)
    assert zone.apply([change(contents, slower)]) is None
    old = records([contents[key("@", "TXT")]])
    assert transfer(served.endpoint, served.tsig) == before - old + records([slower])


ODD_LINES = (
    "xn--ls8h A 192.0.2.1",
    "xn--zzzzzzz9 CNAME www",
    r"f\195\188 TXT x",
    r"\255 TXT x",
    r"a\032b TXT x",
    r"a\.b TXT x",
    "sub MX 10 xn--ls8h.example.net.",
    "l LOC 52 0 0 N 4 0 0 E 0m",
    r'foo TXT "caf\233"',
    'h HINFO "a" "b"',
    "r RP a b",
    "c CDS 0 0 0 00",
    'u URI 10 1 "https://example.org/"',
    "t TYPE65400 \\# 4 01020304",
)


def test_odd_names_and_types_are_read_and_stay(serve: Callable[..., Served]) -> None:
    served = serve(*ODD_LINES)
    before, zone = transfer(served.endpoint, served.tsig), served.at_provider()
    contents = read(zone.read())
    assert records([*contents.values()]) == before
    ours = [SPF, rrset("foo", "A", "192.0.2.1")]
    assert zone.apply([change(contents, each) for each in ours]) is None
    assert transfer(served.endpoint, served.tsig) == before + records(ours)


@pytest.mark.parametrize("line", ['autoconfig HINFO "a" "b"', "autoconfig RP a b"])
def test_no_cname_is_put_beside_a_type_that_octodns_does_not_know(
    serve: Callable[..., Served], line: str
) -> None:
    served = serve(line)
    zone = served.at_provider()
    trouble = zone.apply([change(read(zone.read()), rrset("autoconfig", "CNAME", "mail"))])
    assert trouble is not None
    assert "autoconfig.example.org CNAME can't stand beside other records" in trouble.text


OTHER = rrset("@", "TXT", '"site=2"')


def gone(old: ZoneRRset) -> None:
    return None


def faster(old: ZoneRRset) -> ZoneRRset:
    return replace(old, ttl=60)


def merged(old: ZoneRRset) -> ZoneRRset:
    return replace(old, rdatas=(*old.rdatas, *SPF.rdatas))


@pytest.mark.parametrize("becomes", [gone, faster, merged])
def test_what_another_writes_between_the_reading_and_the_change_stays(
    serve: Callable[..., Served],
    monkeypatch: pytest.MonkeyPatch,
    becomes: Callable[[ZoneRRset], ZoneRRset | None],
) -> None:
    served = serve('@ TXT "site=1"')
    before, zone = transfer(served.endpoint, served.tsig), served.at_provider()
    contents = read(zone.read())
    old = contents[key("@", "TXT")]
    after = becomes(old)
    send = dns.query.tcp

    def sent(update: dns.message.Message, *more: object, **named: object) -> dns.message.Message:
        assert served.tsig is not None
        keyring = dns.tsigkeyring.from_text(dict([served.tsig]))
        other = dns.update.UpdateMessage("example.org.", keyring=keyring)
        other.add("example.org.", 300, OTHER.rdatas[0])
        send(other, ADDRESS, port=served.endpoint.port)
        return partial(send, update)(*more, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(dns.query, "tcp", sent)
        assert zone.apply([Change(old, after)]) is None
    # An RRset has one TTL, whoever wrote it last.
    other = replace(OTHER, ttl=after.ttl) if after else OTHER
    left = before - records([old]) + records([other, *filter(None, [after])])
    assert transfer(served.endpoint, served.tsig) == left
