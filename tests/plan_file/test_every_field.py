"""Each field of each class of a setup is kept, whoever adds one."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

from mailcow_dns_tui.model.setup import Domain, PanelId, Service, Setup
from mailcow_dns_tui.plan_file import read_draft, write_plan

NOT_KEPT = {(Domain, "dmarc_first"), (Service, "key")}
"""What follows from all else, and what is a service's own name."""
DAY = date(2026, 11, 23)


def others(kind: Any, value: Any) -> Iterator[tuple[str, Any]]:
    """Values of a type that each differ from one in one field of it or of a part, with its place.

    Of a type that has no fields: some other value.
    """
    parts = get_args(kind)
    if kind == PanelId:
        yield "", "hetzner"
    elif get_origin(kind) is Annotated:
        yield from others(parts[0], value)
    elif get_origin(kind) is tuple:
        yield from in_list(parts[0], value)
    elif type(None) in parts:
        yield from new(parts[0])
    elif is_dataclass(kind):
        yield from in_fields(kind, value)
    elif issubclass(kind, Enum):
        yield from ((f"={each.name}", each) for each in kind if each is not value)
    elif kind is bool:
        yield "", not value
    else:
        yield "", {str: f"{value}x", int: 5, date: DAY}[kind]


def in_fields(kind: Any, value: Any) -> Iterator[tuple[str, Any]]:
    types = get_type_hints(kind, include_extras=True)
    for field in fields(kind):
        if (kind, field.name) not in NOT_KEPT:
            for place, other in others(types[field.name], getattr(value, field.name)):
                yield f".{field.name}{place}", replace(value, **{field.name: other})


def in_list(kind: Any, values: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """With one that is new, without any, and with each of them in another way."""
    if kind is not Service:
        yield from ((f"[new]{place}", (*values, other)) for place, other in new(kind))
        if values:
            yield "[none]", ()
    for index, value in enumerate(values):
        for place, other in others(kind, value):
            yield f"[{index}]{place}", (*values[:index], other, *values[index + 1 :])


def new(kind: Any) -> Iterator[tuple[str, Any]]:
    first = DAY if kind is date else kind()
    yield "", first
    yield from others(kind, first)


CHANGED = dict(others(Setup, Setup()))


@pytest.mark.parametrize("place", CHANGED)
def test_each_field_comes_back_as_it_was(place: str, tmp_path: Path) -> None:
    setup, path = CHANGED[place], tmp_path / "plan.toml"
    assert setup != Setup()
    write_plan(setup, path)
    assert read_draft(path) == setup


def test_every_class_is_walked() -> None:
    for place in (
        ".server.ttl",
        ".services.offers[3].port",
        ".domains[new].dkim[new].selector",
        ".domains[new].dmarc.reporting_days",
        ".domains[new].dmarc_since",
        ".public.asked",
        ".mutes[new].found[new]",
        ".guide.is_open",
    ):
        assert place in CHANGED
    assert len(CHANGED) > 100


def test_what_follows_from_all_else_is_not_kept(tmp_path: Path) -> None:
    write_plan(Setup(domains=(Domain("example.org", dmarc_first=True),)), tmp_path / "plan.toml")
    assert read_draft(tmp_path / "plan.toml").domains == (Domain("example.org"),)
