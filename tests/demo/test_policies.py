"""The policies of the example, which are there without any network."""

import dns.name

from mailcow_dns_tui.demo import DemoPolicies, demo_setup
from mailcow_dns_tui.model.policy_page import FetchFailure
from mailcow_dns_tui.topics.mta_sts.policy import page_verdicts

HOST = dns.name.from_text("mail.example.org")


async def test_each_domain_of_the_plan_has_a_good_one() -> None:
    for apex in demo_setup().apexes:
        page = await DemoPolicies().fetch(apex, ["192.0.2.10"])
        assert not page_verdicts(apex, page, HOST, [HOST])


async def test_nobody_else_has_one() -> None:
    page = await DemoPolicies().fetch(dns.name.from_text("example.com"), ["192.0.2.10"])
    assert page.failure is FetchFailure.NO_ADDRESS
