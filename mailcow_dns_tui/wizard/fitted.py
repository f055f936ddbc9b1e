"""Screens that keep up with a terminal whose size changes faster than they can be laid out."""

from textual.events import Event, Resize
from textual.message_pump import MessagePump


class Fitted(MessagePump):
    """What a screen is besides: laid out for the size that its terminal has, and for no other.

    A layout for another size than the last has the screen told that size once more. Of two sizes
    on their way each would call the other back, without end, and no key would be served any more.
    """

    async def on_event(self, event: Event) -> None:
        if not isinstance(event, Resize) or event.size == self.app.size:
            await super().on_event(event)
