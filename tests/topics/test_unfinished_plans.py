"""A plan that lacks an answer, or has a wrong one, is looked at as far as it goes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest

from mailcow_dns_tui.model.finding import Mute
from mailcow_dns_tui.model.setup import Dmarc, Service, Spf, TlsReports
from mailcow_dns_tui.model.step import GuidePlace, Move
from mailcow_dns_tui.topics.existing import existing
from tests.guide.looking import Remembering, steps_left
from tests.memory_dns import World, good_zone
from tests.topics.setups import FULL

OWN = replace(FULL.domains[0], spf=Spf(), dmarc=Dmarc(fo="1"), tls_reports=TlsReports())
WHOLE = replace(
    FULL,
    domains=(OWN, *FULL.domains[1:]),
    mutes=(Mute("spf", "not-allowed", "error", "example.org", "TXT", "It is so.", "It is."),),
    guide=GuidePlace(
        step="a", skipped=("b",), left=("8.8.8.8",), moves=(Move("example.org", ("a",)),)
    ),
)
WRONG: Mapping[type, Sequence[Any]] = {
    str: ("", " ", "+all", "all", "ptr", "a b", ".", "a..b", "ip4:", "999", "\udc80"),
    int: (-1, 0, 2**31),
}


def spoilt(value: Any) -> Iterator[Any]:
    """The same with one of its texts, numbers or lists empty or wrong."""
    if isinstance(value, Service):
        yield from (replace(value, port=port) for port in WRONG[int])
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            for other in spoilt(getattr(value, field.name)):
                yield replace(value, **{field.name: other})
    elif isinstance(value, tuple):
        yield from [()] * bool(value)
        for place, item in enumerate(value):
            yield from ((*value[:place], other, *value[place + 1 :]) for other in spoilt(item))
    elif not isinstance(value, bool | Enum):
        yield from (other for other in WRONG.get(type(value), ()) if other != value)


def world(spf: str) -> World:
    """Mail goes elsewhere, as for somebody who moves here; nothing is as planned."""
    found = good_zone(FULL)
    for zone in FULL.apexes:
        found = found.having(zone, "MX", "10 mx.example.net.").having(zone, "TXT", f'"{spf}"')
        found = found.having(
            f"_dmarc.{zone.to_text()}", "TXT", '"v=DMARC1; p=none; rua=mailto:a@example.org"'
        )
    return found.having("mail.example.org.", "A", "8.8.8.8")


SPF = ["v=spf1 ip4:8.8.8.8 -all", "v=spf1 a:mail.example.org +all", "v=spf1 mx: ip4:8.8.8.8"]


@pytest.mark.parametrize("spf", SPF)
async def test_what_is_published_is_looked_at_whatever_else_is_unfinished(spf: str) -> None:
    memory = Remembering(world(spf))
    for setup in spoilt(WHOLE):
        await existing(setup, memory)


@pytest.mark.parametrize("wrong", [0, 1, 2])
async def test_the_guide_has_steps_whatever_else_is_unfinished(wrong: int) -> None:
    memory = Remembering(world(SPF[wrong]))
    for setup in list(spoilt(WHOLE))[wrong::30]:
        await steps_left(memory.world, setup, memory)
