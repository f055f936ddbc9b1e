"""What the network says is never handed on as a terminal would obey it."""

from dataclasses import replace

import pytest
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Lookup, Source
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.topics.registry import plan
from tests.memory_dns import Fault, MemoryDns, World, Wrapped, good_zone
from tests.topics.setups import FULL, findings

EVIL_TEXT = r"\027[2J\027]0;owned\007\r\n\000\226\128\174"
"""Escape sequences, control characters and U+202E, as a zone file writes them."""
EVIL_LABEL = r"\027[31m\010\226\128\174[bold]"
EVIL_NAME = f"{EVIL_LABEL}.example.net."
PREFIXES = (
    "",
    "v=spf1 ",
    "v=DKIM1; p=",
    "v=DMARC1; p=",
    "v=STSv1; id=",
    "v=TLSRPTv1; rua=",
    "path=",
)
RDATAS = {
    "TXT": [f'"{EVIL_TEXT}"'],
    "CNAME": [EVIL_NAME],
    "MX": [f"10 {EVIL_NAME}"],
    "PTR": [EVIL_NAME],
    "SRV": [f"0 1 993 {EVIL_NAME}"],
    "CAA": [f'0 issue "{EVIL_TEXT}"'],
    "TLSA": [f"3 1 1 {'1b' * 32}"],
}


def assert_safe(found: list[Finding]) -> None:
    for finding in found:
        for text in (finding.message, finding.fix, *finding.found, *finding.expected):
            assert text.isprintable(), finding


def hostile(prefix: str) -> World:
    """The good world with every value that is not an address replaced."""
    world = good_zone(FULL)
    for record in plan(FULL):
        rdatas = RDATAS.get(record.type_text, [record.rdata.to_text()])
        if record.type_text == "TXT":
            rdatas = [f'"{prefix}{EVIL_TEXT}"']
        world = world.having(record.owner, record.type_text, *rdatas)
    return world


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_control_characters_in_published_data_are_escaped(prefix: str) -> None:
    assert_safe(await findings(FULL, MemoryDns(hostile(prefix))))


class EvilServers(Wrapped):
    """A DNS whose servers have names that a terminal might obey."""

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        lookup = await super().ask(name, rdtype)
        resolver = _renamed(lookup.resolver) if lookup.resolver else None
        return replace(lookup, answers=tuple(map(_renamed, lookup.answers)), resolver=resolver)


def _renamed(answer: Answer) -> Answer:
    return replace(answer, source=Source(f"\x1b[2J{answer.source.name}\u202e", "\r\n"))


@pytest.mark.parametrize("server", [None, "ns2.example.net.", "resolver"])
async def test_control_characters_in_the_names_of_servers_are_escaped(server: str | None) -> None:
    good = good_zone(FULL)
    nothing = World((), {}).with_zone("example.org.").with_zone("example.com.")
    failing = MemoryDns(good, faults=(Fault(".", server=server),))
    for memory in (failing, MemoryDns(good, {server: nothing} if server else {})):
        assert_safe(await findings(FULL, EvilServers(memory)))
