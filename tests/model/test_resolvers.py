"""Which public resolvers may be asked."""

import pytest

from mailcow_dns_tui.lookup.propagation import addresses_of
from mailcow_dns_tui.lookup.question import DohEndpoint, Endpoint
from mailcow_dns_tui.model.propagation import Vantage
from mailcow_dns_tui.model.resolvers import BUILT_IN, PublicChoice, PublicResolver

QUAD9 = next(each for each in BUILT_IN if each.operator == "Quad9")


def test_those_that_are_built_in_are_of_several_operators_and_can_be_asked_over_https() -> None:
    assert len({each.operator for each in BUILT_IN}) == len(BUILT_IN) >= 4
    for each in BUILT_IN:
        udp, https = addresses_of(Vantage.public(each))
        assert isinstance(udp, Endpoint)
        assert isinstance(https, DohEndpoint)


@pytest.mark.parametrize(
    ("listed", "resolvers"),
    [
        ((), BUILT_IN),
        (("9.9.9.9",), (QUAD9,)),
        ((QUAD9.url,), (PublicResolver("Quad9", "Switzerland", "", QUAD9.url),)),
        (("192.0.2.5:5353",), (PublicResolver(address="192.0.2.5:5353"),)),
        (("https://d.example/q",), (PublicResolver(url="https://d.example/q"),)),
        ((" 9.9.9.9 ", "9.9.9.9", "9.9.", ""), (QUAD9,)),
    ],
)
def test_the_users_own_list(listed: tuple[str, ...], resolvers: tuple[PublicResolver, ...]) -> None:
    assert PublicChoice(listed=listed).resolvers == resolvers
    assert PublicChoice(asked=False, listed=listed).resolvers == ()


def test_leave_is_given_for_those_that_were_named() -> None:
    built_in = PublicChoice()
    assert not built_in.is_covered_by([])
    assert PublicChoice(listed=("192.0.2.5",)).is_covered_by([])
    assert built_in.is_covered_by(built_in.resolvers)
    assert not built_in.is_covered_by(built_in.resolvers[1:])
