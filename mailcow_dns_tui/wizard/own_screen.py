"""What all screens of the wizard have in common: each is left once, and what comes late is lost."""

from collections.abc import Callable
from typing import Any, TypeVar

from textual.await_complete import AwaitComplete
from textual.events import Event, Mount
from textual.screen import Screen

from mailcow_dns_tui.wizard.fitted import Fitted

R = TypeVar("R")


class OwnScreen(Fitted, Screen[R]):
    """A screen that may meet a second key that leaves it, and answers to nobody any more.

    Textual leaves whatever screen is on top at each call of `dismiss`, and ends the workers of a
    screen only after its widgets are gone. As a base it comes second: Textual styles a screen as
    it does the first of its bases.
    """

    @property
    def was_left(self) -> bool:
        """Whether it is neither shown nor covered by another one; at the end all are left."""
        return not self.app.is_running or self not in self.app.screen_stack

    @property
    def is_alive(self) -> bool:
        """Whether it has all its widgets."""
        return self.is_mounted and not self.was_left

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """Leave this screen, if it is the one that the user looks at, and end its workers."""
        if not self.is_active:
            return AwaitComplete()
        self.workers.cancel_node(self)
        return super().dismiss(result)

    def call_after_refresh(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Call it if the screen is still there then: another one may be drawn next."""

        def call() -> Any:
            return None if self.was_left else callback(*args, **kwargs)

        return super().call_after_refresh(call)

    async def on_event(self, event: Event) -> None:
        """A screen that was left before it had all its widgets begins nothing with them."""
        if not isinstance(event, Mount) or not self.was_left:
            await super().on_event(event)
