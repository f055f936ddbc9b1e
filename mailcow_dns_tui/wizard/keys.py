"""Keys that do not arrive as they were pressed."""

from textual.events import Key

ALT_DIGITS = {"¡": "alt+1", "™": "alt+2", "£": "alt+3", "¢": "alt+4", "∞": "alt+5"}


def as_pressed(event: Key) -> Key:
    """The key that was pressed.

    Textual takes Alt and a digit for what the Option key types on a Mac, unless the terminal
    speaks Kitty's keyboard protocol: a field would get the sign.
    """
    key = ALT_DIGITS.get(event.character or "")
    return Key(key, None) if key else event
