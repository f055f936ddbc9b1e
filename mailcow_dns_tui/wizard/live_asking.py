"""The network of the checks, and who may rely on what it has answered."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from dns.name import Name

from mailcow_dns_tui.lookup.everywhere import Everywhere
from mailcow_dns_tui.lookup.memory import Memory
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.session import Lookups

LASTS = 60.0
"""Seconds: while the user types, what was answered a moment ago is not asked again."""


class Asking:
    """Remembers for the next one what a check or a look was told; all others ask for themselves."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._memory = Memory()
        self._looks = 0

    def check(self, zones: Iterable[Name], *, anew: bool) -> Lookups:
        """For a whole check."""
        # Before a look has ended, what is remembered may be older than what it will tell.
        if anew or self._looks:
            self._memory = Memory()
        self._memory.forget(LASTS)
        return self.after_check(zones)

    def after_check(self, zones: Iterable[Name]) -> Lookups:
        """With all that the check has heard, however long it took."""
        return self.network.lookups(zones, self._memory)

    @contextmanager
    def look(self, zones: Iterable[Name]) -> Iterator[Lookups]:
        """To ask something anew that is old then for the next check as well."""
        memory = Memory()
        self._looks += 1
        try:
            yield self.network.lookups(zones, memory)
        finally:
            self._looks -= 1
            self._memory.take(memory)

    def aside(self, zones: Iterable[Name]) -> Lookups:
        """To ask something anew that no check is about."""
        return self.network.lookups(zones, Memory())

    def everywhere(self, zones: Iterable[Name]) -> Everywhere:
        self._memory.forget(LASTS)
        return self.network.everywhere(zones, self._memory)
