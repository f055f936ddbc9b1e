"""The part of SMTP that leads to TLS, on a socket that nothing reads ahead of us."""

import asyncio
import re
import socket
from dataclasses import dataclass

LONGEST_LINE = 2048
"""RFC 5321 4.5.3.1.5 allows 512; some servers say more."""
MOST_LINES = 100
LINE = re.compile(rb"([2-5][0-9]{2})([ -])?(.*)", re.DOTALL)


@dataclass(frozen=True)
class SmtpReply:
    """A whole reply; code 0 where what came is none."""

    code: int
    lines: tuple[str, ...] = ()


NO_REPLY = SmtpReply(0)


class SmtpTalk:
    """Says one thing at a time, and reads the reply in bounds."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._buffer = b""

    @property
    def unread(self) -> bool:
        """Whether the server has said more than its reply."""
        return bool(self._buffer)

    async def say(self, command: str) -> SmtpReply:
        """Send a command, and read the reply to it."""
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self._socket, f"{command}\r\n".encode())
        return await self.reply()

    async def reply(self) -> SmtpReply:
        """The next reply: lines of one code, of which the last has no hyphen (RFC 5321 4.2.1)."""
        texts: list[str] = []
        first = b""
        for _ in range(MOST_LINES):
            match = LINE.fullmatch(await self._line())
            if match is None or (first and match[1] != first):
                return NO_REPLY
            first = match[1]
            texts.append(match[3].decode("ascii", "replace").strip())
            if match[2] != b"-":
                return SmtpReply(int(first), tuple(texts))
        return NO_REPLY

    async def _line(self) -> bytes:
        """A line without its end; an empty one in the place of one that is too long.

        Raises:
            ConnectionResetError: where the server has hung up.
        """
        loop = asyncio.get_running_loop()
        while b"\n" not in self._buffer:
            if len(self._buffer) > LONGEST_LINE:
                return b""
            piece = await loop.sock_recv(self._socket, LONGEST_LINE)
            if not piece:
                raise ConnectionResetError
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r") if len(line) <= LONGEST_LINE else b""
