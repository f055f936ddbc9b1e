"""Keys, pastes and clicks, each obeyed before the next one is looked at."""

import asyncio
from collections import deque
from contextlib import suppress

from textual.app import App
from textual.events import Event, InputEvent, MouseMove, Paste
from textual.message_pump import MessagePump

LONGEST_REST = 15.0
"""Seconds: a widget that is stuck must not keep the key that quits."""


class InOrderApp(App[None]):
    """An app that is done with a key, whatever it has set going, before it takes the next one.

    Textual gives a key to the widget with the focus, and takes the next key before that one has
    come back to the app, which then runs its binding: of what is typed ahead over a slow line, the
    part that is meant for the next field, or for the window that a key opens, would land here.
    """

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._ahead: deque[InputEvent | Paste] = deque()
        self._give_up = 0.0

    async def on_event(self, event: Event) -> None:
        if not isinstance(event, InputEvent | Paste):
            await super().on_event(event)
        elif not event.is_forwarded:
            self._ahead.append(event)
            if len(self._ahead) == 1:
                self._take_next()
        elif self.is_running:
            # At the end, what comes back from a widget finds no screen any more.
            await super().on_event(event)

    def _take_next(self) -> None:
        self._give_up = asyncio.get_running_loop().time() + LONGEST_REST
        self.call_later(self._obey)

    async def _obey(self) -> None:
        if not await self._is_at_rest():
            # What the widgets have told the app waits in its queue, and comes first.
            self.call_later(self._obey)
            return
        event = self._ahead.popleft()
        if self.is_running:
            await super().on_event(event)
        if self._ahead:
            self._take_next()

    async def _is_at_rest(self) -> bool:
        """Whether all that is shown has done what it was asked for, and told the app of it."""
        if isinstance(self._ahead[0], MouseMove):
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._give_up):
                await self._until_widgets_rest()
                return self.message_queue_size == 0
        return True

    async def _until_widgets_rest(self) -> None:
        """One may have handed on to the next what it was told last."""
        await _done(self.focused or self.screen)
        await _done(self.screen)
        while busy := [
            w for w in self.screen.walk_children(with_self=True) if w.message_queue_size
        ]:
            await asyncio.gather(*map(_done, busy))


async def _done(pump: MessagePump) -> None:
    """Wait until a widget has worked off what is in its queue now."""
    done = asyncio.Event()
    if pump.call_later(done.set):
        await done.wait()
