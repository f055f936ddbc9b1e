"""Extended DNS Errors (RFC 8914): why a server fails, in words."""

import dns.edns
import dns.flags
import dns.message
import dns.name
import pytest
from dns.edns import EDECode, EDEOption
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from mailcow_dns_tui.lookup.cache import QueryCache
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.model.answer import Answer, Failure, answer_text
from mailcow_dns_tui.topics.phrases import reasons
from tests.lookup.raw_server import Behaviour, raw_server, reply_to

NAME = dns.name.from_text("mail.example.org")


def failing(*errors: EDEOption, rcode: Rcode = Rcode.SERVFAIL) -> Behaviour:
    def answer(query: bytes) -> list[bytes]:
        reply = reply_to(query)
        reply.flags |= dns.flags.RA
        reply.set_rcode(rcode)
        reply.use_edns(options=list(errors))
        return [reply.to_wire()]

    return answer


async def asked(behaviour: Behaviour) -> Answer:
    with raw_server(behaviour) as server:
        async with Network([server.endpoint]) as network:
            lookup = await network.lookups([], QueryCache()).ask(NAME, RdataType.A)
    (answer,) = lookup.answers
    return answer


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (EDEOption(EDECode.SIGNATURE_EXPIRED), "signature expired"),
        (EDEOption(EDECode.DNSSEC_BOGUS), "DNSSEC validation failed"),
        (EDEOption(EDECode.NO_REACHABLE_AUTHORITY, "at 192.0.2.1"), "authority - at 192.0.2.1"),
        (EDEOption(EDECode.OTHER, "come back later"), "(SERVFAIL): come back later"),
        (EDEOption(EDECode.make(4711)), "error 4711"),
        (EDEOption(EDECode.OTHER), "(SERVFAIL)"),
    ],
)
async def test_the_cause_is_told(error: EDEOption, words: str) -> None:
    answer = await asked(failing(error))
    assert answer.failure is Failure.SERVFAIL
    assert answer_text(answer).endswith(words)
    assert reasons((answer,)).endswith(words)


async def test_several_causes() -> None:
    errors = EDEOption(EDECode.BLOCKED), EDEOption(EDECode.FILTERED), EDEOption(EDECode.BLOCKED)
    answer = await asked(failing(*errors, rcode=Rcode.REFUSED))
    assert answer.reason == "refused to answer: blocked; filtered"


async def test_without_a_cause() -> None:
    assert (await asked(failing())).reason == "answered with a failure (SERVFAIL)"


async def test_a_servers_words_are_shown_and_not_obeyed_and_not_without_end() -> None:
    answer = await asked(failing(EDEOption(EDECode.OTHER, "\x1b[31m" + "x" * 900)))
    for text in (answer_text(answer), reasons((answer,))):
        assert "\x1b" not in text
        assert "\\x1b[31mxxx" in text
        assert len(text) < 250


async def test_a_cause_that_is_no_text_is_passed_over() -> None:
    option = dns.edns.GenericOption(dns.edns.OptionType.EDE, b"\x00\x06\xff\xfe")

    def answer(query: bytes) -> list[bytes]:
        reply = reply_to(query)
        reply.set_rcode(Rcode.SERVFAIL)
        if dns.message.from_wire(query).edns >= 0:
            reply.use_edns(options=[option])
        return [reply.to_wire()]

    assert (await asked(answer)).failure is Failure.SERVFAIL
