"""What the wizard needs of the world to show who sees a record."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup

if TYPE_CHECKING:
    from mailcow_dns_tui.model.seen import Sight, Viewer


class Onlooker(Protocol):
    """Asks whoever may see a record."""

    @property
    def is_example(self) -> bool:
        """Whether nothing outside this machine may be asked, since nothing of it is real."""
        ...

    def now(self) -> datetime:
        """The time that sights are dated by, in this machine's zone."""
        ...

    async def around(self) -> Sequence[Viewer]:
        """The resolvers of this machine, mailcow's own among them where it runs here."""
        ...

    def look(
        self, setup: Setup, record: Record, caches: Sequence[Viewer], *, anyway: bool
    ) -> AsyncGenerator[Sight, None]:
        """What each sees, as it answers; who is being asked comes first, without an answer.

        Args:
            setup: the one that wants the record.
            record: what is looked for.
            caches: resolvers, beside the name servers.
            anyway: ask them also where a name server lacks the record.
        """
        ...


class Blind:
    """Sees nothing."""

    is_example = True

    def now(self) -> datetime:
        return datetime.now().astimezone()

    async def around(self) -> Sequence[Viewer]:
        return ()

    async def look(
        self, setup: Setup, record: Record, caches: Sequence[Viewer], *, anyway: bool
    ) -> AsyncGenerator[Sight, None]:
        nothing: tuple[Sight, ...] = ()
        for sight in nothing:
            yield sight
