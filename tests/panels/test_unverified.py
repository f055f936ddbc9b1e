"""What the user is told of a form that nobody has tried."""

import pytest

from mailcow_dns_tui.panels.load import profiles
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.render import render
from mailcow_dns_tui.panels.sheet import unverified_claims
from tests.panels.plans import full_plan
from tests.panels.test_render import profile


def test_what_is_not_verified_is_named_once() -> None:
    said = unverified_claims(("name.form", "name.apex.MX", "target.dot.MX"), profile("hetzner"))
    assert said == (
        "Not verified for Hetzner: how it wants names and whether a target ends in a dot. "
        "Compare what it shows after saving."
    )
    assert unverified_claims((), profile("hetzner")) == ""


@pytest.mark.parametrize("one", profiles(), ids=lambda one: one.id)
def test_every_claim_has_its_words(one: Profile) -> None:
    for record in full_plan():
        unverified = render(record, one).unverified
        assert bool(unverified_claims(unverified, one)) == (bool(unverified) and one.id != "any")
