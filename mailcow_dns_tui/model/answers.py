"""Answers by their place in the plan file: `server.ipv4`, `services.imap`, `domains[0].dkim`."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailcow_dns_tui.model.setup import Setup

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
    return with_answers(setup, {key: value})


def with_answers(setup: Setup, answers: Mapping[str, Any]) -> Setup:
    """The same with several, by their places; thousands of domains are gone through once."""
    of_domains: dict[int, dict[str, Any]] = {}
    for key, value in answers.items():
        in_domain = OF_DOMAIN.fullmatch(key)
        if in_domain:
            of_domains.setdefault(int(in_domain[1]), {})[in_domain[2]] = value
        else:
            setup = _with_common(setup, key, value)
    if not of_domains:
        return setup
    domains = (
        replace(domain, **of_domains[index]) if index in of_domains else domain
        for index, domain in enumerate(setup.domains)
    )
    return replace(setup, domains=tuple(domains))


def _with_common(setup: Setup, key: str, value: Any) -> Setup:
    table, _, name = key.partition(".")
    if table == "services" and name != "dav_path":
        return replace(setup, services=setup.services.with_service(value))
    changed = replace(getattr(setup, table), **{name: value}) if name else value
    return replace(setup, **{table: changed})
