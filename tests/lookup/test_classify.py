"""What a name server's reply counts as."""

import dns.flags
import dns.message
import dns.name
import dns.rrset
from dns.message import Message
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.classify import (
    Alias,
    Outcome,
    Referral,
    read_name_server,
    with_end_of_alias,
)
from mailcow_dns_tui.lookup.question import Question, query_wire
from mailcow_dns_tui.lookup.response import Reply, Response, read_reply
from mailcow_dns_tui.model.answer import Answer, Failure, Lookup, Source
from tests.lookup.raw_server import raw_record, reply_to

ZONE = dns.name.from_text("example.org")
QUESTION = Question(dns.name.from_text("a.example.org"), RdataType.A)
QUERY = query_wire(QUESTION, 0, recurse=False, edns=False)
RECORD = "a.example.org. 300 IN A 192.0.2.10"


def said(message: Message) -> Outcome:
    reply = read_reply(message.to_wire(), QUESTION)
    assert isinstance(reply, Reply)
    return read_name_server(Response(Source("ns", ""), reply), QUESTION, ZONE)


def received(record: str) -> Message:
    return dns.message.from_wire(reply_to(QUERY, record).to_wire())


def failure(message: Message) -> Failure | None:
    judged = said(message)
    assert isinstance(judged, Answer)
    return judged.failure


def not_authoritative(*records: str, ns_of: str = "") -> Message:
    message = reply_to(QUERY, *records)
    message.flags &= ~dns.flags.AA
    if ns_of:
        message.authority = [dns.rrset.from_text(ns_of, 300, "IN", "NS", "ns.example.net.")]
    return message


def test_an_answer_from_somebody_s_cache_is_not_the_zone_s() -> None:
    assert failure(not_authoritative(RECORD)) is Failure.LAME
    assert failure(not_authoritative()) is Failure.LAME


def test_only_a_referral_downwards_leads_on() -> None:
    for up in (".", "org.", "example.org."):
        assert failure(not_authoritative(ns_of=up)) is Failure.LAME
    assert failure(not_authoritative(ns_of="b.example.org.")) is Failure.LAME
    assert isinstance(said(not_authoritative(ns_of="a.example.org.")), Referral)


def test_errors_are_no_absence() -> None:
    expected = {
        Rcode.SERVFAIL: Failure.SERVFAIL,
        Rcode.REFUSED: Failure.REFUSED,
        Rcode.NOTAUTH: Failure.LAME,
        Rcode.NOTIMP: Failure.ERROR,
    }
    for rcode, why in expected.items():
        message = reply_to(QUERY)
        message.set_rcode(rcode)
        assert failure(message) is why


def test_an_alias_that_can_not_be_parsed_is_no_absence() -> None:
    reply = read_reply(raw_record(QUERY, [(RdataType.CNAME, b"\xc0")]), QUESTION)
    assert isinstance(reply, Reply)
    judged = read_name_server(Response(Source("ns", ""), reply), QUESTION, ZONE)
    assert isinstance(judged, Answer)
    assert judged.failure is Failure.GARBLED


def test_an_alias_is_kept_as_long_as_its_own_ttl_says() -> None:
    leads_out = said(received("a.example.org. 86400 IN CNAME old.example.net."))
    assert isinstance(leads_out, Alias)
    there = Answer(
        Source("ns", ""),
        rdatas=tuple(dns.rrset.from_text_list("old.example.net.", 3600, "IN", "A", ["192.0.2.1"])),
        ttl=3600,
    )
    leads_to = Lookup(QUESTION.name, QUESTION.rdtype, (there,))
    (end,) = with_end_of_alias(leads_out.answer, leads_to)
    assert (end.ttl, end.cache_ttl) == (3600, 86400)
    stays = said(received("a.example.org. 60 IN CNAME b.example.org."))
    assert isinstance(stays, Alias)
    assert (stays.answer.ttl, stays.answer.cache_ttl) == (60, 60)
