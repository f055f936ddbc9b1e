"""The MTA-STS policies of the example, without a server."""

from collections.abc import Sequence

from dns.name import Name

from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage

POLICY = b"""\
version: STSv1
mode: enforce
max_age: 604800
mx: mail.example.org
"""
DOMAINS = frozenset({"example.org.", "xn--bcher-kva.example."})


class DemoPolicies:
    """Has the page that mailcow serves for each domain; asks nobody."""

    async def fetch(self, domain: Name, addresses: Sequence[str]) -> PolicyPage:
        if domain.to_text() in DOMAINS and addresses:
            return PolicyPage(200, "text/plain; charset=UTF-8", POLICY)
        return PolicyPage(failure=FetchFailure.NO_ADDRESS)
