"""What is read of a message is what dnspython reads of it."""

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rdataclass
import pytest
from dns.rdatatype import RdataType
from hypothesis import example, given
from hypothesis import strategies as st

from mailcow_dns_tui.lookup.message import Section, read_message
from tests.lookup.raw_server import reply_to

QUERY = dns.message.make_query("www.example.org", "A", use_edns=0).to_wire()
Records = dict[tuple[str, str], tuple[int, frozenset[str]]]


def wire_of(*records: str) -> bytes:
    message = reply_to(QUERY, *records)
    message.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS, "bogus")])
    return message.to_wire()


CHAIN = wire_of(
    "www.example.org. 300 IN CNAME mail.example.org.",
    "mail.example.org. 300 IN A 192.0.2.10",
    "mail.example.org. 200 IN A 192.0.2.11",
)
OTHERS = wire_of(
    "example.org. 300 IN MX 10 mail.example.org.",
    "example.org. 300 IN SOA ns.example.org. admin.example.org. 1 2 3 4 5",
    'www.example.org. 300 IN TXT "v=spf1" "-all"',
    "www.example.org. 300 CH A example.org. 1",
)


def theirs(section: list[dns.rrset.RRset]) -> Records:
    return {
        (str(each.name), each.rdtype.name): (each.ttl, frozenset(map(str, each)))
        for each in section
        if each.rdclass == dns.rdataclass.IN and len(each)
    }


def ours(section: Section) -> Records:
    return {
        (str(each.name), RdataType.to_text(each.rdtype)): (each.ttl, frozenset(map(str, each)))
        for each in section
    }


@given(
    st.sampled_from([CHAIN, OTHERS]),
    st.lists(st.tuples(st.integers(4, 200), st.integers(0, 255)), max_size=4),
)
@example(CHAIN, [])
@example(OTHERS, [])
def test_it_reads_what_dnspython_reads(wire: bytes, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(wire)
    for at, byte in changes:
        changed[at % len(wire)] = byte
    read = bytes(changed)
    try:
        message = dns.message.from_wire(read, ignore_trailing=True, continue_on_error=True)
    except (dns.exception.DNSException, ValueError):
        return
    if message.errors or message.opcode() != dns.opcode.QUERY:
        return
    told = read_message(read)
    assert told.flags == message.flags
    assert told.rcode == message.rcode()
    assert [each.name for each in told.question] == [each.name for each in message.question]
    assert ours(told.answer) == theirs(message.answer)
    assert ours(told.authority) == theirs(message.authority)
    assert told.options == tuple(message.options)


@pytest.mark.parametrize("host", ["mail.example.org.", "mail.example.net."])
def test_a_pointer_to_the_beginning_of_a_page_is_followed_in_its_own_message(host: str) -> None:
    """Its last octet is that of a name which is written out (RFC 1035 4.1.4)."""
    pad = f'www.example.org. 300 IN TXT "{"x" * 210}"'
    wire = wire_of(pad, f"{host} 300 IN A 192.0.2.10", f"www.example.org. 300 IN CNAME {host}")
    assert b"\0\2\xc1\0" in wire
    assert ours(read_message(wire).answer) == theirs(dns.message.from_wire(wire).answer)


def test_of_two_cnames_the_last_one_counts() -> None:
    twice = wire_of("www.example.org. 300 IN CNAME a.", "www.example.org. 300 IN CNAME b.")
    message = dns.message.from_wire(twice)
    assert ours(read_message(twice).answer) == theirs(message.answer)


def test_name_servers_that_turn_the_records_round_have_the_same_ones() -> None:
    records = [f'example.org. 300 IN TXT "{text}"' for text in ("v=spf1 mx -all", "v=spf1 a", "x")]
    turned = [*records[1:], *records[:1]]
    one, other = (read_message(wire_of(*each)).answer for each in (records, turned))
    assert [each.rdatas for each in one] == [each.rdatas for each in other]


@pytest.mark.parametrize("length", [0, 11, 20, len(CHAIN) - 1])
def test_a_message_that_ends_too_early_is_refused(length: int) -> None:
    with pytest.raises(dns.exception.DNSException):
        read_message(CHAIN[:length])
