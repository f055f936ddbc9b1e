"""Keys of mailcow's API, each tried once."""

import hashlib
import re

from mailcow_dns_tui.mailcow.secret import Secret

LONGEST = 255


def api_key_problem(key: Secret) -> str | None:
    """Why a key can't be mailcow's, as a sentence; it costs no try."""
    text = key.reveal().strip()
    if not text:
        return "An API key is missing; a read-only one is enough."
    if len(text) > LONGEST or not re.fullmatch(r"[A-Za-z0-9-]+", text):
        return "This is no API key of mailcow: they have letters, digits and hyphens only."
    return None


class RefusedKeys:
    """The keys that a server refused.

    mailcow counts each wrong try, and bans the address that it came from after a few: the same
    key must not be sent to the same host again.
    """

    def __init__(self) -> None:
        self._digests: set[bytes] = set()

    def add(self, host: str, key: Secret) -> None:
        self._digests.add(_digest(host, key))

    def has(self, host: str, key: Secret) -> bool:
        return _digest(host, key) in self._digests


def _digest(host: str, key: Secret) -> bytes:
    return hashlib.sha256(f"{host} {key.reveal().strip()}".encode()).digest()
