"""mailcow's servers on this machine, asked through libraries that wait: within time and size."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeVar

from mailcow_dns_tui.lookup.https import in_url
from mailcow_dns_tui.mailcow.addresses import begin_of_route
from mailcow_dns_tui.mailcow.source_error import SourceError, Why
from mailcow_dns_tui.model.text import brief

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from mailcow_dns_tui.mailcow.secret import Secret

T = TypeVar("T")

TIMEOUT = 5.0
LIMIT_BYTES = 16 * 1024 * 1024
"""Of all that a server sends: ten thousand domains with long keys need less."""
LONGEST = 200
COULD_NOT = "could not be read; try it again, or use mailcow's API"


class TooMuchError(Exception):
    """More than LIMIT_BYTES came from a server."""


class LimitedSocket(socket.socket):
    """A socket from which no more than LIMIT_BYTES can be read.

    Raises:
        TooMuchError: when more comes.
    """

    _left = LIMIT_BYTES

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """As of any socket."""
        data = super().recv(bufsize, flags)
        self._count(len(data))
        return data

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        """As of any socket."""
        size = super().recv_into(buffer, nbytes, flags)
        self._count(size)
        return size

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooMuchError


@dataclass(frozen=True)
class LocalServer:
    """One of mailcow's servers, and where it is asked.

    Attributes:
        what: as a sentence begins: `mailcow's database`.
        setting: the key of mailcow.conf that has the port; empty for a container's own address.
        timeout: seconds for everything.
    """

    what: str
    address: str
    port: int
    setting: str = ""
    timeout: float = TIMEOUT

    async def ask(
        self, read: Callable[[LimitedSocket], T], why: Callable[[Exception], SourceError]
    ) -> T | SourceError:
        """What is read, in a thread, from a connection, which ends with it.

        When it takes too long, or the caller is cancelled, the connection is shut down, so that
        the thread ends as well. A port of mailcow.conf is asked on this machine only, whatever the
        file says: Redis gets its password as it is. Of what `read` raises, `why` tells.
        """
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        if self.setting and not _is_own(self.address):
            return self._elsewhere
        try:
            with LimitedSocket(family, socket.SOCK_STREAM) as connection:
                async with asyncio.timeout(self.timeout):
                    await self._connect(connection)
                    return await _in_thread(
                        connection, lambda: self._outcome(connection, read, why)
                    )
        except TimeoutError:
            return self._slow
        except OSError:
            return self._absent

    async def _connect(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        where = (self.address, self.port)
        await asyncio.get_running_loop().sock_connect(connection, where)
        connection.setblocking(True)

    def _outcome(
        self,
        connection: LimitedSocket,
        read: Callable[[LimitedSocket], T],
        why: Callable[[Exception], SourceError],
    ) -> T | SourceError:
        try:
            return read(connection)
        except TooMuchError:
            size = LIMIT_BYTES // 1024**2
            return SourceError(f"{self.what} sent more than {size} MiB: use mailcow's API instead.")
        except Exception as error:  # noqa: BLE001 - at what is no answer libraries raise anything
            return why(error)

    @property
    def _where(self) -> str:
        return f"{in_url(self.address)}:{self.port}"

    @property
    def _meant(self) -> str:
        return f", where {self.setting} of mailcow.conf has {self.what}" if self.setting else ""

    @property
    def _absent(self) -> SourceError:
        sentence = f"Nothing answers at {self._where}{self._meant}: see whether mailcow runs."
        return SourceError(sentence, Why.NO_SERVER)

    @property
    def _elsewhere(self) -> SourceError:
        sentence = (
            f"This machine does not have {self._where}{self._meant}: start this on the mail host."
        )
        return SourceError(sentence, Why.NO_SERVER)

    @property
    def _slow(self) -> SourceError:
        right = f", and whether {self.setting} in mailcow.conf is right" if self.setting else ""
        return SourceError(
            f"{self.what} gave no answer within {self.timeout:g} seconds at {self._where}: see "
            f"with docker ps whether all containers are well{right}."
        )

    @property
    def not_it(self) -> SourceError:
        """What to say where something else listens."""
        fix = f"correct {self.setting} in mailcow.conf" if self.setting else "use mailcow's API"
        return SourceError(f"What answers at {self._where} is not {self.what}: {fix}.")

    @property
    def not_ready(self) -> SourceError:
        """What to say of a server that does not serve yet."""
        return SourceError(f"{self.what} is not ready yet: try again in a minute.")

    @property
    def broken_off(self) -> SourceError:
        """What to say of a connection that has ended too early."""
        return SourceError(
            f"{self.what} at {self._where} broke the connection off: try again in a minute, since "
            "it may be starting."
        )

    def refused(self, keys: str) -> SourceError:
        """What to say where these keys of mailcow.conf don't open it."""
        return SourceError(f"{self.what} refuses {keys} of mailcow.conf: use mailcow's API.")

    def failed(self, message: str, secret: Secret, why: str = COULD_NOT) -> SourceError:
        """What to say where the server's own words must tell; the secret is blotted out."""
        said = message.replace(secret.reveal(), "...") if secret else message
        return SourceError(f"{self.what} {why}. It said: {said_briefly(said)}")


def said_briefly(message: str) -> str:
    """Somebody else's words on one line, safe for a terminal."""
    return brief(" ".join(message.split()), LONGEST)


def _is_own(address: str) -> bool:
    """Whether it is one of this machine's: the way to such a one begins there.

    Where services move between machines, a socket may be bound to the addresses of all of them.
    """
    if ip_address(address).is_loopback:
        return True
    begin = begin_of_route(address)
    return bool(begin) and ip_address(begin) == ip_address(address)


async def _in_thread(connection: socket.socket, work: Callable[[], T]) -> T:
    thread = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(thread)
    finally:
        with suppress(OSError):  # it is closed already
            connection.shutdown(socket.SHUT_RDWR)
        await asyncio.wait((thread,))
