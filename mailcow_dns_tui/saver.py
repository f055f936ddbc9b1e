"""Keeps setups for the next start, apart from the keys."""

import errno
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Lock, Thread

from mailcow_dns_tui.model.setup import Setup

Save = Callable[[Setup], None]
"""Keeps a setup for the next start; raises OSError where it can't."""
PATIENCE = 3.0
"""Seconds; writing to a file system that hangs may never end."""
TOO_SLOW = "its file does not answer"


def unsaved_sentence(error: OSError) -> str:
    """Why the plan could not be saved."""
    return f"The plan can't be saved: {error.strerror or error}."


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
            OSError: where it can't be saved, or takes too long and goes on without the caller; the
                next call tries again.
        """
        if self._newest is self._saved:
            return
        if not self._lock.acquire(timeout=PATIENCE):
            raise TimeoutError(errno.ETIMEDOUT, TOO_SLOW)
        ended: Future[None] = Future()
        # One that hangs must not keep the process from its end, as a worker's thread would.
        Thread(target=self._save_newest, args=[ended], daemon=True).start()
        if not wait([ended], PATIENCE).done:
            raise TimeoutError(errno.ETIMEDOUT, TOO_SLOW)
        ended.result()

    def _save_newest(self, ended: Future[None]) -> None:
        newest = self._newest
        try:
            if newest is not None and newest is not self._saved:
                self._save(newest)
                self._saved = newest
        except BaseException as error:  # noqa: BLE001 - raised where the result is waited for
            ended.set_exception(error)
        else:
            ended.set_result(None)
        finally:
            self._lock.release()
