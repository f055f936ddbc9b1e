"""Keys: each obeyed before the next one is looked at; and those in the last line of a screen."""

import asyncio
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.events import Event, InputEvent, MouseMove, Paste
from textual.message_pump import MessagePump
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

LAST_KEYS = 3
"""Of those in the last line: how to get help, and how to get out."""
LONGEST_REST = 15.0
"""Seconds: a widget that is stuck must not keep the key that quits."""


class KeyOrderApp(App[None]):
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
        """Put a key, a paste or a click at the end of the line; everything else goes on at once."""
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
                return not _has_work(self)
        return True

    async def _until_widgets_rest(self) -> None:
        """One may have handed on to the next what it was told last."""
        await _done(self.focused or self.screen)
        await _done(self.screen)
        while busy := [w for w in self.screen.walk_children(with_self=True) if _has_work(w)]:
            await asyncio.gather(*map(_done, busy))


def _has_work(pump: MessagePump) -> bool:
    """Whether a message waits there; one is taken out of the queue before its turn comes."""
    return pump.message_queue_size > 0 or pump._pending_message is not None


async def _done(pump: MessagePump) -> None:
    """Wait until a widget has worked off what is in its queue now."""
    done = asyncio.Event()
    if pump.call_later(done.set):
        await done.wait()


class KeyFooter(Footer):
    """Made anew only where it has other keys to show; Textual's is at every change of the focus."""

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)
        self._shown: Sequence[tuple[Binding, bool, str]] = ()

    def _keys(self) -> Sequence[tuple[Binding, bool, str]]:
        active = self.screen.active_bindings.values()
        return [(binding, on, tip) for _, binding, on, tip in active if binding.show]

    def compose(self) -> ComposeResult:
        if self._bindings_ready:
            self._shown = self._keys()
        keys = list(super().compose())
        for key in keys:
            # Bound to the footer, it would get the class once it is styled, and be styled again.
            key.add_class("-compact", update=False)
        self._fit(keys)
        yield from keys

    def on_resize(self) -> None:
        self._fit(self.children)

    def _fit(self, widgets: Iterable[Widget]) -> None:
        """Leave out, from the right, what has no room before the last keys."""
        keys = [key for key in widgets if isinstance(key, FooterKey)]
        kept = list(keys)
        while sum(map(_width, kept)) > self.app.size.width + 1 and len(kept) > LAST_KEYS:
            del kept[-LAST_KEYS - 1]
        for key in keys:
            key.display = key in kept

    async def recompose(self) -> None:
        """Nothing where the keys are the same."""
        if self.is_attached and self._keys() != self._shown:
            await super().recompose()
            # Textual lets go of what was bound to this, and is gone, only when it is set.
            self.mutate_reactive(Footer.compact)


def _width(key: FooterKey) -> int:
    """`^n Next `; behind the last one the blank may be missing."""
    return cell_len(f"{key.key_display} {key.description} ")


def without_in_footer(
    bindings: Mapping[str, ActiveBinding], idle: Collection[str]
) -> dict[str, ActiveBinding]:
    """The keys of a screen, those of some actions left out of the footer; they work all the same.

    Args:
        bindings: as of `Screen.active_bindings`.
        idle: the actions.
    """
    hidden = {
        key: each._replace(binding=replace(each.binding, show=False))
        for key, each in bindings.items()
        if each.binding.action in idle
    }
    return {**bindings, **hidden}
