"""The domains that mailcow has and the plan has not."""

from collections.abc import Sequence

from textual.content import Content

from mailcow_dns_tui.mailcow.knowledge import is_served
from mailcow_dns_tui.mailcow.known import KnownDomain
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.wizard.status import status_content
from mailcow_dns_tui.wizard.told import Told

MOST_NAMES = 6


def to_be_added(told: Told, setup: Setup) -> tuple[KnownDomain, ...]:
    return tuple(filter(is_served, told.mailcow.missing_from(setup)))


def also_in_mailcow(told: Told, setup: Setup) -> Content | None:
    """Their names, and how they come into the list; None where there are none."""
    missing = told.mailcow.missing_from(setup)
    if not missing:
        return None
    names = ", ".join(map(_name, missing[:MOST_NAMES]))
    more = f" and {len(missing) - MOST_NAMES} more" if len(missing) > MOST_NAMES else ""
    added = to_be_added(told, setup)
    return status_content(Status.INFO, f"mailcow also has {names}{more}. {_how(added, missing)}")


def _how(added: Sequence[KnownDomain], missing: Sequence[KnownDomain]) -> str:
    if not added:
        return "Type a name to add it."
    which = "them" if len(added) == len(missing) else f"the {len(added)} that it serves"
    return f"Ctrl+T in the list adds {safe(added[0].name) if len(added) == 1 else which}."


def _name(known: KnownDomain) -> str:
    if not known.active:
        return f"{safe(known.name)} (switched off)"
    return f"{safe(known.name)} (backup MX)" if known.backup_mx else safe(known.name)
