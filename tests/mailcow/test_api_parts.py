"""What is kept where mailcow's API tells a part only."""

import pytest

from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY
from mailcow_dns_tui.mailcow.api import read_domains
from mailcow_dns_tui.mailcow.known import KnownDomain
from mailcow_dns_tui.model.setup import DkimKey
from tests.mailcow.api_asking import api_of, read
from tests.mailcow.api_rows import dkim, domain
from tests.mailcow.api_server import SILENCE, ApiServer, Reply, api_server, error, of_json

ORG = domain("example.org")
ORG_KEY = (DkimKey("dkim", EXAMPLE_ORG_KEY),)


@pytest.mark.parametrize(
    "row",
    [
        dkim(EXAMPLE_ORG_KEY[:-20]),
        dkim(EXAMPLE_ORG_KEY, selector="a b"),
        dkim(EXAMPLE_ORG_KEY, selector="a\x1b[2J"),
        dkim(EXAMPLE_ORG_KEY, selector=""),
        dkim(EXAMPLE_ORG_KEY) | {"dkim_selector": False},
        dkim(EXAMPLE_ORG_KEY) | {"pubkey": None},
        dkim("p=; x=1"),
        dkim("A" * 100_000),
        {"dkim_selector": "dkim"},
        {"surprise": []},
        [],
        None,
        "v=DKIM1",
    ],
)
async def test_a_key_that_cannot_be_used_is_not_told_to_be_none(row: object) -> None:
    server = ApiServer([ORG], instead={"dkim/example.org": of_json(row)})
    said = await read(server)
    assert said.domains == (KnownDomain("example.org", dkim=None),)
    (trouble,) = said.troubles
    assert trouble.startswith("The DKIM key of example.org could not be read: ")
    assert "\x1b" not in trouble


async def test_keys_that_fail_do_not_take_the_others_along() -> None:
    names = ["example.org", "example.net", "example.com"]
    server = ApiServer(
        list(map(domain, names)),
        dkim=dict.fromkeys(names, dkim(EXAMPLE_ORG_KEY)),
        instead={f"dkim/{name}": Reply(b"oops", 500) for name in names[1:]},
    )
    said = await read(server)
    assert [each.dkim for each in said.domains or ()] == [ORG_KEY, None, None]
    (trouble,) = said.troubles
    what = "The DKIM keys of 2 domains, the first example.net, could not be read: "
    assert trouble.startswith(f"{what}the server fails with HTTP 500. See whether")


async def test_a_mailcow_that_knows_no_alias_domains() -> None:
    instead = {"alias-domain/all": error("route not found", 404)}
    said = await read(ApiServer([ORG], instead=instead))
    assert said.domains == (KnownDomain("example.org", dkim=()),)
    assert said.troubles == (
        "This mailcow's API can't tell alias domains: add yours here, if you have any.",
    )


async def test_alias_domains_that_cannot_be_read() -> None:
    said = await read(ApiServer([ORG], instead={"alias-domain/all": Reply(b"", 502)}))
    assert said.domains == (KnownDomain("example.org", dkim=()),)
    (trouble,) = said.troubles
    assert trouble.startswith("The alias domains could not be read: the server fails with HTTP 502")


async def test_hundreds_of_domains_over_few_connections() -> None:
    names = [f"d{number}.example" for number in range(300)]
    server = ApiServer(list(map(domain, names)), dkim={names[299]: dkim(EXAMPLE_ORG_KEY)})
    said = await read(server)
    assert [each.name for each in said.domains or ()] == names
    assert [each.dkim for each in said.domains or ()] == [()] * 299 + [ORG_KEY]
    assert server.most_connections <= 8


async def test_twenty_thousand_domains_are_listed() -> None:
    names = [f"d{number}.example" for number in range(20_000)]
    # With all that mailcow says of a domain, which nobody reads.
    rows = [domain(name, description="x" * 600) for name in names]
    listing = {"domain/all": of_json(rows), "alias-domain/all": of_json({}), "*": SILENCE}
    with api_server(ApiServer(instead=listing)) as server:
        said = await read_domains(api_of(server, timeout=6.0))
    assert [each.name for each in said.domains or ()] == names
    assert any("keys of 20000 domains, the first d0.example," in each for each in said.troubles)
    assert len(server.requests) < 20
