"""Answers by their place in the plan file: `server.ipv4`, `services.imap`, `domains[0].dkim`."""

import re
from dataclasses import replace
from typing import Any

from mailcow_dns_tui.model.setup import Domain, Setup

OF_DOMAIN = re.compile(r"domains\[(\d+)\]\.(\w+)")


def answer_at(setup: Setup, key: str) -> Any:
    """The answer as the setup holds it.

    Raises:
        IndexError: for a domain that the setup has not.
    """
    in_domain = OF_DOMAIN.fullmatch(key)
    if in_domain:
        return getattr(setup.domains[int(in_domain[1])], in_domain[2])
    table, _, name = key.partition(".")
    if table == "services" and name != "dav_path":
        return setup.services.of(name)
    holder = getattr(setup, table)
    return getattr(holder, name) if name else holder


def with_answer(setup: Setup, key: str, value: Any) -> Setup:
    """The setup with another answer at this place; the same one where it has no such place."""
    in_domain = OF_DOMAIN.fullmatch(key)
    if in_domain:
        return _with_domain(setup, int(in_domain[1]), {in_domain[2]: value})
    table, _, name = key.partition(".")
    if table == "services" and name != "dav_path":
        return replace(setup, services=setup.services.with_service(value))
    changed = replace(getattr(setup, table), **{name: value}) if name else value
    return replace(setup, **{table: changed})


def _with_domain(setup: Setup, index: int, answers: dict[str, Any]) -> Setup:
    domains: list[Domain] = list(setup.domains)
    if index < len(domains):
        domains[index] = replace(domains[index], **answers)
    return replace(setup, domains=tuple(domains))
