"""A key that mailcow's API refuses is tried once."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.mailcow.api import read_domains
from mailcow_dns_tui.mailcow.api_client import RefusedKeys
from mailcow_dns_tui.mailcow.secret import Secret
from tests.mailcow.api_asking import api_of, trouble_of, trouble_with
from tests.mailcow.api_rows import domain
from tests.mailcow.api_server import ApiServer, api_server, error

ORG = domain("example.org")
MANY = [domain(f"d{number}.example") for number in range(50)]


async def test_a_wrong_key_is_tried_once() -> None:
    with api_server(ApiServer(MANY)) as server:
        api = replace(api_of(server), key=Secret(server.key[::-1]))
        first = await trouble_of(api)
        assert "the API key is wrong or not active. Copy an active one in mailcow" in first
        assert "this key is not tried again" in first
        again = await trouble_of(api)
        assert "mailcow refused this API key before. Nothing was sent" in again
        # The same key for the same server, typed in another way.
        spaced = replace(api, key=Secret(f"{server.key[::-1]} "), url=f"{server.url}/admin")
        assert await trouble_of(spaced) == again
        assert server.paths == ["domain/all"]
        # Another key is another try.
        said = await read_domains(api_of(server))
    assert said.domains is not None
    assert len(said.domains) == 50


async def test_an_address_that_may_not_use_the_key() -> None:
    with api_server(ApiServer(MANY, allows_caller=False)) as server:
        trouble = await trouble_of(api_of(server))
        assert "allows the API key, but not from 127.0.0.1. Allow that address in mail" in trouble
        await read_domains(api_of(server))
    assert server.paths == ["domain/all"]


async def test_what_a_refusal_calls_an_address_is_shown_only_if_it_is_one() -> None:
    trouble = await trouble_with(error("api access denied for ip \x1b[2J", 401))
    assert "allows the API key, but not from this machine's address. Allow" in trouble


async def test_a_key_that_is_refused_on_the_way_is_not_sent_again() -> None:
    refusal = error("authentication failed", 401)
    with api_server(ApiServer(MANY, instead={"alias-domain/all": refusal})) as server:
        said = await read_domains(api_of(server))
    assert [each.dkim for each in said.domains or ()] == [None] * 50
    assert len(said.troubles) == 2
    assert all("the API key is wrong or not active" in trouble for trouble in said.troubles)
    assert server.paths == ["domain/all", "alias-domain/all"]


async def test_a_key_that_is_refused_between_keys_stops_the_rest() -> None:
    server = ApiServer(MANY, instead={"dkim/d0.example": error("no", 403)})
    with api_server(server):
        said = await read_domains(api_of(server))
    # Those that were on their way with it can't be called back.
    assert len(server.paths) <= 2 + 2 * 8
    assert [each.dkim for each in said.domains or ()].count(None) >= 50 - 2 * 8


async def test_what_was_refused_is_known_to_whom_it_is_told() -> None:
    with api_server(ApiServer([ORG])) as server:
        api = replace(api_of(server), key=Secret(server.key[::-1]))
        for _ in range(2):
            said = await read_domains(api, RefusedKeys())
            assert "wrong or not active" in said.troubles[0]
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("", "An API key is missing"),
        (" \n", "An API key is missing"),
        ("K\r\nX-Evil: 1", "This is no API key of mailcow"),
        ("ключ", "This is no API key of mailcow"),
        ("K" * 256, "This is no API key of mailcow"),
    ],
)
async def test_what_is_no_key_costs_no_try(key: str, expected: str) -> None:
    with api_server(ApiServer([ORG])) as server:
        trouble = await trouble_of(replace(api_of(server), key=Secret(key)))
    assert trouble.startswith(expected)
    assert server.requests == []
