"""Which provider serves a zone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mailcow_dns_tui.panels.load import profiles
from mailcow_dns_tui.panels.profile import Profile

if TYPE_CHECKING:
    from dns.name import Name


def recognise(name_servers: Iterable[Name]) -> Profile | None:
    """The provider of all these name servers, told by the longest suffix.

    None where there is none, where one is not known and where they are of several providers: which
    of two panels is the one to paste into can't be told from outside.
    """
    found = [_provider(name_server, profiles()) for name_server in name_servers]
    if not found or any(provider is not found[0] for provider in found):
        return None
    return found[0]


def _provider(name_server: Name, known: Sequence[Profile]) -> Profile | None:
    text = name_server.to_text(omit_final_dot=True).lower()
    matches = [
        (suffix.count("."), profile)
        for profile in known
        for suffix in profile.name_servers
        if _ends_in(text, suffix)
    ]
    return max(matches, key=lambda match: match[0])[1] if matches else None


def _ends_in(name: str, suffix: str) -> bool:
    """Whether the name's last labels match those of the suffix, one by one."""
    labels, wanted = name.split("."), suffix.split(".")
    last = labels[-len(wanted) :]
    return len(last) == len(wanted) and all(map(fnmatchcase, last, wanted))
