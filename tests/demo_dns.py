"""The embedded DNS of the demo, running, and questions to it."""

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
from dns.message import Message
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.demo import DemoDns

BUECHER = "xn--bcher-kva.example."
SILENCE = 0.2


async def ask(demo: DemoDns, server: str, question: Message, *, tcp: bool = False) -> Message:
    query = dns.asyncquery.tcp if tcp else dns.asyncquery.udp
    return await query(question, server, timeout=5, port=demo.port)


def question(name: str | Name, rdtype: str | RdataType, *, recurse: bool = False) -> Message:
    flags = dns.flags.RD if recurse else 0
    return dns.message.make_query(name, rdtype, flags=flags, use_edns=0, payload=1232)


def rdatas(response: Message, rdtype: RdataType) -> list[Rdata]:
    return [rdata for rrset in response.answer if rrset.rdtype == rdtype for rdata in rrset]


def is_negative(response: Message, zone: str) -> bool:
    soas = [rrset.name for rrset in response.authority if rrset.rdtype == RdataType.SOA]
    return not response.answer and soas == [dns.name.from_text(zone)]
