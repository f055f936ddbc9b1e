"""What a step is called: a reader without knowledge of DNS is to see what it is about."""

import pytest

from mailcow_dns_tui.guide.titles import title
from mailcow_dns_tui.model.answer import Security
from tests.guide.looking import steps_left
from tests.guide.states import GOOD_WORLD
from tests.memory_dns import NS2, Fault, MemoryDns


@pytest.mark.parametrize(
    ("memory", "called"),
    [
        (
            MemoryDns(GOOD_WORLD, faults=(Fault("example.org.", server=NS2),)),
            "name servers of example.org",
        ),
        (
            MemoryDns(GOOD_WORLD, securities={"example.org": Security.BOGUS}),
            "DNSSEC of example.org",
        ),
    ],
    ids=["dead server", "signatures that are not valid"],
)
async def test_what_is_wrong_with_a_zone_is_called_by_its_purpose(
    memory: MemoryDns, called: str
) -> None:
    titles = [title(step) for step in await steps_left(GOOD_WORLD, memory=memory)]
    assert called in titles, titles
    assert not [each for each in titles if each.startswith("SOA ")]
