"""Servers that don't answer, so that hundreds of questions need not wait for each of them."""

from dataclasses import dataclass, replace

from mailcow_dns_tui.lookup.server import ResolverAddress

QUESTIONS = 3
SECONDS = 5.0


@dataclass(frozen=True)
class _Server:
    """Times are in seconds, of one clock."""

    heard_at: float = 0.0
    unanswered: int = 0
    gave_up_at: float = 0.0


class Silence:
    """Counts the questions to each server since whose asking nothing at all was heard from it.

    After three, each of them sent several times, the server is not asked for five seconds: what
    would be asked then counts as unanswered too. Any answer ends it.
    """

    def __init__(self) -> None:
        self._servers: dict[ResolverAddress, _Server] = {}

    def lasts(self, server: ResolverAddress, now: float) -> bool:
        seen = self._servers.get(server, _Server())
        return seen.unanswered >= QUESTIONS and now < seen.gave_up_at + SECONDS

    def unanswered(self, server: ResolverAddress, asked_at: float, now: float) -> None:
        seen = self._servers.get(server, _Server())
        if seen.heard_at < asked_at:
            count = seen.unanswered + 1
            self._servers[server] = replace(seen, unanswered=count, gave_up_at=now)

    def answered(self, server: ResolverAddress, now: float) -> None:
        self._servers[server] = _Server(heard_at=now)
