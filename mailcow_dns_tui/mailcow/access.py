"""What the user lets the program do in order to learn more."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailcow_dns_tui.mailcow.secret import Secret


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
        """What is granted by both; an address comes with its own key, and takes the place."""
        api = more if more.url else self
        return Access(api.url, api.key, self.outside or more.outside)
