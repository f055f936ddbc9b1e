"""Name servers, asked for what they themselves serve."""

from dns.name import Name

from mailcow_dns_tui.lookup.delegation import NameServer
from mailcow_dns_tui.lookup.memory import Memory
from mailcow_dns_tui.lookup.question import Question
from mailcow_dns_tui.lookup.reading import Said, read_name_server
from mailcow_dns_tui.lookup.reply import Heard
from mailcow_dns_tui.lookup.transport import Transport

PATIENCE = 2.8


class Authority:
    """Asks name servers without recursion, each question once."""

    def __init__(self, transport: Transport, memory: Memory) -> None:
        self._transport = transport
        self._memory = memory

    async def ask(self, server: NameServer, zone: Name, question: Question) -> Said:
        """Ask one server of a zone."""
        key = (server, zone, question)
        return await self._memory.said.get(key, lambda: self._ask(server, zone, question))

    async def _ask(self, server: NameServer, zone: Name, question: Question) -> Said:
        reply = await self._transport.ask(
            server.endpoint, question, recurse=False, patience=PATIENCE
        )
        return read_name_server(Heard(server.source, reply), question, zone)
