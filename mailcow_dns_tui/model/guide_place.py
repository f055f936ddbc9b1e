"""How far the user has come in the guide, as the plan keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailcow_dns_tui.codec import stored


@dataclass(frozen=True)
class Move:
    """A mail domain whose mail goes, or went, to other servers.

    Attributes:
        domain: its name, as people read it.
        hosts: those of its old MX.
        ttl: of that MX while it is there, in seconds.
        until: when the last cache has dropped it, in seconds since 1970; before the move, the end
            of a longer TTL that it had; 0 for none.
        is_over: whether all of its name servers lead to this server by now.
    """

    domain: str = ""
    hosts: tuple[str, ...] = ()
    ttl: int = 0
    until: int = 0
    is_over: bool = field(default=False, metadata=stored(key="over"))

    def until_with(self, ttl: int, now: int) -> int:
        """`until`, where the old MX is seen to have such a TTL."""
        was_longer = not self.is_over and self.ttl > ttl
        return max(self.until, now + self.ttl) if was_longer else self.until


@dataclass(frozen=True)
class GuidePlace:
    """Where the user is in the guide; kept, so that a lost connection loses nothing.

    Attributes:
        is_open: whether the guide was on the screen.
        step: the mark of the step that it showed (`GuideStep.mark`); empty for none.
        skipped: the marks of the steps that were put off, in that order.
        left: the addresses that the hostname had before; SPF may still have them at the end.
        saved: the marks of the steps that the user has saved, and no name server showed yet.
        copied: how many boxes of the step were copied.
        done: how many steps were done, while some are left.
        moves: of the domains whose mail comes from other servers.
    """

    is_open: bool = field(default=False, metadata=stored(key="open"))
    step: str = ""
    skipped: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()
    copied: int = 0
    done: int = 0
    moves: tuple[Move, ...] = ()


BEGINNING = GuidePlace()
