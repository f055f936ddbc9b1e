"""Keeps setups for the next start, apart from the keys."""

from collections.abc import Callable
from threading import Lock

from mailcow_dns_tui.model.setup import Setup

Save = Callable[[Setup], None]
"""Keeps a setup for the next start; raises OSError where it can't."""


class Saver:
    """Saves the newest setup, whoever asks for it first; never an older one after it."""

    def __init__(self, save: Save) -> None:
        self._save = save
        self._newest: Setup | None = None
        self._saved: Setup | None = None
        self._lock = Lock()

    def note(self, setup: Setup) -> None:
        """Remember what is to be saved."""
        self._newest = setup

    def save(self) -> None:
        """Save what was noted last, unless it was already; may run in any thread.

        Raises:
            OSError: where it can't be saved; the next call tries again.
        """
        with self._lock:
            newest = self._newest
            if newest is not None and newest is not self._saved:
                self._save(newest)
                self._saved = newest
