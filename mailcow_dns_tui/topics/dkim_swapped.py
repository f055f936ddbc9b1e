"""Planned DKIM keys that were published at the name of another."""

from collections.abc import Iterator
from dataclasses import replace

from dns.name import Name

from mailcow_dns_tui.model.dkim_key import read_key
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.txt import safe
from mailcow_dns_tui.topics.dkim_record import KeyRecord


def telling_whose(finding: Finding, setup: Setup) -> Finding:
    """The finding; where the plan has the foreign key for another name, with that name."""
    if finding.code != "other-key":
        return finding
    published = {KeyRecord(text).key for text in finding.found} - {""}
    keys = (pair for domain in setup.domains for pair in _keys(domain, finding.domain))
    whose = next((name for name, key in keys if key in published), None)
    if whose is None:
        return finding
    name = unicode_form(finding.name)
    return replace(finding, message=f"{name} has the key that the plan has for {whose}.")


def _keys(domain: Domain, besides: Name | None) -> Iterator[tuple[str, str]]:
    """Selector or domain, as it tells the two apart, and the `p=` value of each key."""
    if domain.apex is None:
        return
    for dkim in domain.dkim:
        selector = f"the selector {safe(dkim.selector.strip())}"
        name = selector if domain.apex == besides else unicode_form(domain.apex)
        yield name, dict(read_key(dkim.key)).get("p", "")
