"""Nobody gets to see the API key or a private DKIM key."""

import io
import logging

import pytest
from rich.console import Console
from rich.traceback import Traceback

from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY
from mailcow_dns_tui.mailcow import known
from mailcow_dns_tui.mailcow.api import Api, read_domains
from mailcow_dns_tui.mailcow.api_client import RefusedKeys
from mailcow_dns_tui.mailcow.secret import Secret
from tests.mailcow.api_rows import dkim, domain
from tests.mailcow.api_server import HTML, LOOPBACK, ApiServer, Reply, api_server, error, of_json

KEY = "A1B2C3-D4E5F6-A1B2C3-D4E5F6-A1B2C3"
PRIVATE = "UFJJVkFURUtFWU9GRVhBTVBMRQ"


def mailcow(before: Reply | None = None, **instead: Reply) -> ApiServer:
    keys = {"example.org": dkim(EXAMPLE_ORG_KEY, private=PRIVATE)}
    replies = {path.replace("_", "/"): reply for path, reply in instead.items()}
    return ApiServer([domain("example.org")], dkim=keys, key=KEY, before=before, instead=replies)


def api_of(server: ApiServer) -> Api:
    return Api(server.url, Secret(KEY), LOOPBACK, timeout=10.0)


@pytest.mark.parametrize(
    "server",
    [
        mailcow(),
        mailcow(HTML),
        mailcow(error(f"authentication failed for {KEY}", 401)),
        mailcow(error(KEY, 500)),
        mailcow(of_json([domain("example.net"), domain(KEY), domain(f"{KEY} {KEY}")])),
        mailcow(Reply(KEY.encode())),
        mailcow(Reply(b"[]", cut=True)),
        mailcow(**{"dkim_example.org": Reply(f"broken {PRIVATE}".encode())}),
        mailcow(**{"dkim_example.org": of_json(dkim("damaged", private=PRIVATE))}),
        mailcow(**{"dkim_example.org": of_json(dkim(PRIVATE, private=PRIVATE))}),
    ],
)
async def test_nothing_is_told_or_logged(
    server: ApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with api_server(server):
        api = api_of(server)
        said = await read_domains(api, RefusedKeys())
    assert server.requests[0].headers["x-api-key"] == KEY
    assert "GET https://" in caplog.text
    for text in (repr(said), repr(api), str(api), caplog.text):
        assert KEY not in text
        assert PRIVATE not in text


async def test_a_redirect_that_repeats_the_key_is_told_without_it() -> None:
    redirect = Reply(status=302, headers=(("Location", f"https://example.net/?key={KEY}"),))
    with api_server(mailcow(redirect)) as server:
        said = await read_domains(api_of(server))
    assert "redirects to https://example.net/?key=…." in said.troubles[0]


async def test_a_traceback_with_all_local_variables_has_neither(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_: str) -> str | None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(known, "key_problem", broken)
    out = io.StringIO()
    with api_server(mailcow()) as server:
        with pytest.raises(RuntimeError, match="a fault of ours") as caught:
            await read_domains(api_of(server))
        # Without this function's own frame, which has the server's key.
        ours = caught.tb.tb_next
        shown = Traceback.from_exception(
            RuntimeError, caught.value, ours, show_locals=True, locals_max_string=10**9
        )
        Console(file=out, width=400).print(shown)
    assert "locals" in out.getvalue()
    assert "dkim_keys" in out.getvalue()
    assert KEY not in out.getvalue()
    assert PRIVATE not in out.getvalue()
