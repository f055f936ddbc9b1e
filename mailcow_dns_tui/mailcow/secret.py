"""What a source is asked with: secrets, and what the user lets the program do."""

from __future__ import annotations

from dataclasses import dataclass, field


class Secret:
    """A password or key; neither `str` nor `repr` shows it, so no traceback and no log does."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for the one who has to send it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> str:
        raise TypeError("a secret can't be pickled")


@dataclass(frozen=True)
class Access:
    """How mailcow's API is reached, and whether strangers may be asked.

    Attributes:
        url: of mailcow's web interface; empty: known from mailcow.conf, or not to be asked.
        key: typed for this run; it is kept nowhere.
        outside: a service on the internet may be asked for this machine's public address.
    """

    url: str = ""
    key: Secret = field(default_factory=lambda: Secret(""))
    outside: bool = False

    def widened(self, more: Access) -> Access:
        """What is granted by both; another URL comes with a key of its own, and replaces both."""
        api = more if more.url else self
        return Access(api.url, api.key, self.outside or more.outside)
