"""Whether a screen is still there for what comes late."""

from typing import Any

from textual.screen import Screen


def is_open(screen: Screen[Any]) -> bool:
    """Whether it is shown, or covered by another; one that was left has no widgets any more."""
    return screen in screen.app.screen_stack
