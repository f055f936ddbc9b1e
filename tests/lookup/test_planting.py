"""No absence is ever planted in a resolver's cache."""

import dns.name
from dns.rdatatype import RdataType

from tests.lookup.conftest import Asker, World

MISSING = ["missing.example.org", "_dmarc.example.org", "x.child.example.org", "gone.example.org"]


async def test_a_resolver_is_never_asked_for_what_no_name_server_has(
    world: World, asker: Asker
) -> None:
    before = len(world.resolver.asked())
    run = asker.run("example.org")
    for name in MISSING:
        lookup = await run.ask(dns.name.from_text(name), RdataType.TXT)
        assert lookup.absent
    assert await run.ask(dns.name.from_text("mail.example.org"), RdataType.A)
    asked = {name for name, _ in world.resolver.asked()[before:]}
    servers = {"ns.org.", "ns1.example.net.", "ns2.example.net."}
    assert asked == {"org.", "example.org.", "mail.example.org.", *servers}


async def test_nor_where_only_some_name_servers_have_it(world: World, asker: Asker) -> None:
    lookup = await asker.ask("new.stale.org", zones="stale.org")
    assert lookup.found
    assert lookup.failed == ()
    assert lookup.resolver is None
    assert ("new.stale.org.", "A") not in world.resolver.asked()
