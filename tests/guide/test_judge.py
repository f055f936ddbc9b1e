"""What mail servers make of a published state, where a simple model could be too strict."""

from tests.guide.judge import judge
from tests.guide.states import FACTS, GOOD_WORLD, HOST, OLD_KEY
from tests.guide.test_order import ORG, spf

PINNED = f"_25._tcp.{HOST}"
ANSWERS = "example.org: answers arrive"


def test_tlsa_of_usages_that_mail_servers_leave_out_keeps_nobody_away() -> None:
    for usage, delivers in ((0, 1), (1, 1), (2, 0), (3, 0)):
        world = GOOD_WORLD.having(PINNED, "TLSA", f"{usage} 1 1 {OLD_KEY}")
        assert judge(world, FACTS)["example.org: DANE senders deliver"] == delivers


def test_receivers_pass_over_a_modifier_that_nobody_knows() -> None:
    world = spf(GOOD_WORLD, "v=spf1 include=_spf.example.net mx -all")
    assert judge(world, FACTS)["example.org: SPF of 1.2.3.4"] == 3
    broken = spf(GOOD_WORLD, "v=spf1 ip4:8.8.8.8,8.8.4.4 mx -all")
    assert judge(broken, FACTS)["example.org: SPF of 1.2.3.4"] == 2


def test_what_a_host_behind_this_one_keeps_for_it_is_not_answered() -> None:
    backed = GOOD_WORLD.having(ORG, "MX", f"10 {HOST}.", "20 backup.example.net.")
    dead = backed.without(HOST, "A").without(HOST, "AAAA")
    before = GOOD_WORLD.having(ORG, "MX", "5 backup.example.net.", f"10 {HOST}.")
    assert [judge(world, FACTS)[ANSWERS] for world in (backed, dead, before)] == [1, 0, 1]
    assert judge(dead, FACTS)["example.org: plain senders deliver"] == 1
