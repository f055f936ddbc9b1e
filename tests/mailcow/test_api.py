"""What is read from a mailcow's API that answers."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.demo.example import BUECHER_KEY, EXAMPLE_ORG_KEY
from mailcow_dns_tui.mailcow.api import read_domains
from mailcow_dns_tui.mailcow.known import KnownDomain, KnownDomains
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.dkim_key import dkim_record_text, read_key
from mailcow_dns_tui.model.setup import DkimKey
from tests.mailcow.api_asking import api_of, read
from tests.mailcow.api_rows import Row, alias, dkim, domain
from tests.mailcow.api_server import ApiServer, api_server

ORG = domain("example.org")
ORG_KEY = (DkimKey("dkim", EXAMPLE_ORG_KEY),)


async def test_domains_and_aliases_with_their_keys() -> None:
    server = ApiServer(
        [ORG, domain("xn--bcher-kva.example")],
        [alias("example.net", "example.org"), alias("example.com", "xn--bcher-kva.example")],
        {
            "example.org": dkim(EXAMPLE_ORG_KEY),
            "xn--bcher-kva.example": dkim(BUECHER_KEY, "s2025"),
            "example.net": dkim(BUECHER_KEY),
        },
    )
    assert await read(server) == KnownDomains(
        "mailcow's API",
        (
            KnownDomain("example.org", dkim=ORG_KEY),
            KnownDomain("xn--bcher-kva.example", dkim=(DkimKey("s2025", BUECHER_KEY),)),
            KnownDomain(
                "example.net", alias_of="example.org", dkim=(DkimKey("dkim", BUECHER_KEY),)
            ),
            KnownDomain("example.com", alias_of="xn--bcher-kva.example", dkim=()),
        ),
    )


async def test_only_get_the_key_and_nothing_of_a_session_are_sent() -> None:
    server = ApiServer([ORG], [alias("example.net", "example.org")])
    await read(server)
    assert server.paths[:2] == ["domain/all", "alias-domain/all"]
    assert sorted(server.paths[2:]) == ["dkim/example.net", "dkim/example.org"]
    for request in server.requests:
        assert request.method == "GET"
        assert request.headers["x-api-key"] == server.key
        assert request.headers["host"] == f"mail.example.org:{server.port}"
        assert "cookie" not in request.headers


async def test_the_key_may_have_blanks_around_it() -> None:
    with api_server(ApiServer([ORG])) as server:
        said = await read_domains(replace(api_of(server), key=Secret(f" {server.key}\n")))
    assert said.domains == (KnownDomain("example.org", dkim=()),)


async def test_a_mailcow_without_domains() -> None:
    assert await read(ApiServer()) == KnownDomains("mailcow's API", ())


async def test_the_record_that_is_made_of_a_key_is_mailcows() -> None:
    said = await read(ApiServer([ORG], dkim={"example.org": dkim(EXAMPLE_ORG_KEY)}))
    assert said.domains is not None
    assert said.domains[0].dkim is not None
    (key,) = said.domains[0].dkim
    record = dkim_record_text(read_key(key.key))
    assert record == f"v=DKIM1; k=rsa; t=s; s=email; p={EXAMPLE_ORG_KEY}"


@pytest.mark.parametrize(
    ("row", "known"),
    [
        (domain("example.org", active=0, active_int=0), KnownDomain("example.org", active=False)),
        (
            domain("example.org", active="0", active_int="0"),
            KnownDomain("example.org", active=False),
        ),
        (
            domain("example.org", active="✘", active_int="0"),
            KnownDomain("example.org", active=False),
        ),
        (domain("example.org", active=None, active_int=None), KnownDomain("example.org")),
        (domain("example.org", active="1", active_int="1"), KnownDomain("example.org")),
        (
            domain("example.org", backupmx=1, backupmx_int=1),
            KnownDomain("example.org", backup_mx=True),
        ),
        (domain("example.org", backupmx_int="1"), KnownDomain("example.org", backup_mx=True)),
        (domain("example.org", relayhost="3"), KnownDomain("example.org", relay_host=True)),
        (domain("example.org", relayhost=3), KnownDomain("example.org", relay_host=True)),
        (domain("example.org", relayhost=0), KnownDomain("example.org")),
        (domain("example.org", relayhost=None), KnownDomain("example.org")),
        (domain("example.org", relayhost=""), KnownDomain("example.org")),
        ({"domain_name": "example.org"}, KnownDomain("example.org")),
        ({"domain_name": "example.org", "active": False}, KnownDomain("example.org", active=False)),
        (domain("Bücher.example"), KnownDomain("xn--bcher-kva.example")),
    ],
)
async def test_forms_of_a_domain(row: Row, known: KnownDomain) -> None:
    said = await read(ApiServer([row]))
    assert said == KnownDomains("mailcow's API", (replace(known, dkim=()),))


IN_ORG = KnownDomain("example.net", alias_of="example.org", dkim=())


@pytest.mark.parametrize(
    ("row", "known"),
    [
        ({"active": 0, "active_int": 0}, replace(IN_ORG, active=False)),
        ({"active": "0", "active_int": "0"}, replace(IN_ORG, active=False)),
        ({"parent_is_backupmx": "1"}, replace(IN_ORG, backup_mx=True)),
        ({"parent_is_backupmx": None}, IN_ORG),
    ],
)
async def test_forms_of_an_alias(row: Row, known: KnownDomain) -> None:
    said = await read(ApiServer([ORG], [alias("example.net", "example.org", **row)]))
    assert said.domains is not None
    assert said.domains[1] == known


async def test_mail_of_an_alias_leaves_as_that_of_its_target() -> None:
    server = ApiServer(
        [domain("example.org", relayhost="1")], [alias("example.net", "example.org")]
    )
    said = await read(server)
    assert [each.relay_host for each in said.domains or ()] == [True, True]


async def test_a_domain_is_asked_for_by_the_name_that_mailcow_has() -> None:
    server = ApiServer([domain("bücher.example")], dkim={"bücher.example": dkim(BUECHER_KEY)})
    said = await read(server)
    known = KnownDomain("xn--bcher-kva.example", dkim=(DkimKey("dkim", BUECHER_KEY),))
    assert said.domains == (known,)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../delete/domain", "../../delete/domain"),
        ("example.org/../all", "example.org/../all"),
        ("example.org?x=1#y", "example.org?x=1#y"),
        ("example.org%2fall", "example.org%2fall"),
        ("exam\x1b[2Jple.org", "exam\\x1b[2Jple.org"),
        ("exa\u202emple.org\n", "exa\\u202emple.org"),
        ("all", "all"),
        ("192.0.2.1", "192.0.2.1"),
        ("\ud800.example", "\\ud800.example"),
        ("a" * 500 + ".example", "a" * 60 + "…"),
    ],
)
async def test_names_that_no_domain_has(name: str, shown: str) -> None:
    server = ApiServer([domain(name), ORG], [alias(name, "example.org")])
    said = await read(server)
    assert said.domains == (KnownDomain("example.org", dkim=()),)
    assert len(said.troubles) == 2
    assert all(f"“{shown}”" in trouble for trouble in said.troubles)
    assert server.paths == ["domain/all", "alias-domain/all", "dkim/example.org"]


async def test_an_alias_without_a_target_is_no_domain_of_its_own() -> None:
    said = await read(ApiServer([ORG], [alias("example.net", ""), alias("example.com", "a b")]))
    assert said.domains == (KnownDomain("example.org", dkim=()),)
    (trouble,) = said.troubles
    assert "2 domains, the first “example.net”" in trouble


async def test_a_name_that_is_there_twice() -> None:
    server = ApiServer([ORG, domain("EXAMPLE.ORG")], [alias("example.org", "example.org")])
    assert (await read(server)).domains == (KnownDomain("example.org", dkim=()),)
