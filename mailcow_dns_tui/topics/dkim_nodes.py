"""The names between a domain and its DKIM keys, which exist without records of their own."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Dns, Lookup, Source
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.topics.judgement import Verdict, finding_about
from mailcow_dns_tui.topics.words import listed, server


async def denied_nodes(apex: Name, owners: Iterable[Name], dns: Dns) -> Sequence[Finding]:
    """What name servers deny, with keys below it: for resolvers the keys do not exist then.

    RFC 8020 says that nothing is below a name that does not exist, and resolvers that ask label
    by label (RFC 9156) come to the upper name first.
    """
    asked = await asyncio.gather(*(dns.ask_servers(owner, RdataType.TXT) for owner in owners))
    keys = [lookup for lookup in asked if lookup.found]
    nodes = dict.fromkeys(node for key in keys for node in _between(key.name, apex))
    lookups = await asyncio.gather(*(dns.ask_servers(node, RdataType.TXT) for node in nodes))
    found = (_finding(apex, lookup, _deniers(lookup, keys)) for lookup in lookups)
    return [finding for finding in found if finding is not None]


def _between(owner: Name, apex: Name) -> Iterator[Name]:
    node = owner.parent()
    while len(node) > len(apex):
        yield node
        node = node.parent()


def _deniers(lookup: Lookup, keys: Sequence[Lookup]) -> list[Source]:
    """Who says that the name does not exist, and has a key below it."""
    below = (key for key in keys if key.name.is_subdomain(lookup.name))
    having = {answer.source for key in below for answer in key.answers if answer.found}
    heard = (answer for answer in lookup.heard if answer.nxdomain and not answer.aliases)
    return [answer.source for answer in heard if answer.source in having]


def _finding(apex: Name, lookup: Lookup, deniers: list[Source]) -> Finding | None:
    if not deniers:
        return None
    name = unicode_form(lookup.name)
    who = listed(list(map(server, deniers)))
    message = (
        f"{name} has a key below it, but does not exist for {who}: "
        "some resolvers then find no key (RFC 8020)."
    )
    fix = f"Add a TXT record with any text at {name}, and tell the DNS provider of the fault."
    verdict = Verdict(Status.WARNING, "denied-name", message, fix)
    return finding_about("dkim", lookup, verdict, apex)
