"""Asking an `ApiServer` on loopback."""

from mailcow_dns_tui.mailcow.api import Api, read_domains
from mailcow_dns_tui.mailcow.known import KnownDomains
from mailcow_dns_tui.mailcow.secret import Secret
from tests.mailcow.api_rows import domain
from tests.mailcow.api_server import LOOPBACK, ApiServer, Reply, api_server


def api_of(server: ApiServer, timeout: float = 10.0) -> Api:
    return Api(server.url, Secret(server.key), LOOPBACK, timeout)


async def trouble_of(api: Api) -> str:
    """The one sentence that is told where nothing could be read."""
    said = await read_domains(api)
    assert said.source == "mailcow's API"
    assert said.domains is None
    (trouble,) = said.troubles
    assert trouble.isprintable()
    return trouble


async def trouble_with(reply: Reply, timeout: float = 10.0) -> str:
    """Where the first request gets this reply, and no second one may follow."""
    with api_server(ApiServer([domain("example.org")], before=reply)) as server:
        trouble = await trouble_of(api_of(server, timeout))
    assert server.paths == ["domain/all"]
    return trouble.replace(server.url, "URL")


async def read(server: ApiServer) -> KnownDomains:
    """What is read while the server runs."""
    with api_server(server):
        return await read_domains(api_of(server))
