"""What is read over sockets and by other programs."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from mailcow_dns_tui.lookup.smtp import MailServer, Presenter
from mailcow_dns_tui.mailcow.addresses import AddressSearch, Asked
from mailcow_dns_tui.mailcow.api import PATIENCE as API_PATIENCE
from mailcow_dns_tui.mailcow.api import Api, read_domains
from mailcow_dns_tui.mailcow.certificate import (
    NoCertificate,
    Why,
    certificate_from,
    certificate_in,
)
from mailcow_dns_tui.mailcow.conf import Conf
from mailcow_dns_tui.mailcow.conf_knowledge import (
    from_addresses,
    from_certificate,
    from_outside,
)
from mailcow_dns_tui.mailcow.containers import TIMEOUT as DOCKER_TIMEOUT
from mailcow_dns_tui.mailcow.containers import ContainerAccess
from mailcow_dns_tui.mailcow.containers import read_domains as read_containers
from mailcow_dns_tui.mailcow.knowledge import Knowledge, from_domains
from mailcow_dns_tui.mailcow.known import KnownDomains
from mailcow_dns_tui.mailcow.outside import ask_outside
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.mailcow.sourced_address import VERSIONS
from mailcow_dns_tui.model.names import parse_name

if TYPE_CHECKING:
    from mailcow_dns_tui.mailcow.addresses import Ask
    from mailcow_dns_tui.mailcow.learning import Ground

NO_WAY = (
    "The domains were not read: mailcow.conf has no API key, and only root may ask mailcow's "
    "containers. Start this with sudo, or type a key in the wizard (F2)."
)
LOOPBACK = "127.0.0.1"


class Readers:
    """Reads the slower sources, each bounded in time; every failure is a sentence.

    Args:
        ask: DNS, for the hostname's own records.
        mail_server: shows its certificate.
        is_root: whether Docker may be asked.
        api_patience: seconds for all answers of the API.
        docker_timeout: seconds for each answer of a container.
    """

    def __init__(
        self,
        ask: Ask,
        mail_server: Presenter | None = None,
        *,
        is_root: bool | None = None,
        api_patience: float = API_PATIENCE,
        docker_timeout: float = DOCKER_TIMEOUT,
    ) -> None:
        self._ask = ask
        self._mail_server = mail_server or MailServer()
        self._is_root = os.geteuid() == 0 if is_root is None else is_root
        self._api_patience = api_patience
        self._docker_timeout = docker_timeout

    async def domains(self, ground: Ground) -> Knowledge:
        """By the API where there is a key, else from the containers."""
        api = _api(ground)
        if api is None:
            return from_domains(await self._from_containers(ground))
        said = await read_domains(replace(api, patience=self._api_patience))
        if said.domains is not None or ground.access.url or not self._is_root:
            return from_domains(said)
        boxes = await self._from_containers(ground)
        return from_domains(boxes) + Knowledge(troubles=said.troubles)

    async def _from_containers(self, ground: Ground) -> KnownDomains:
        if ground.folder is None or ground.conf is None or not self._is_root:
            return KnownDomains("", None, (NO_WAY,))
        conf = ground.conf
        return await read_containers(
            ContainerAccess(
                ground.folder,
                conf.project,
                conf.db_user,
                conf.db_name,
                conf.db_password,
                conf.redis_password,
                timeout=self._docker_timeout,
            )
        )

    async def addresses(self, ground: Ground) -> Knowledge:
        search = AddressSearch(self._ask, on_mail_host=True)
        return from_addresses(await search.find(Asked(ground.hostname, conf=ground.conf)))

    async def certificate(self, ground: Ground) -> Knowledge:
        """From mailcow's own file; where that may not be read, from the server itself."""
        if ground.folder is None:
            return Knowledge()
        found = await asyncio.to_thread(certificate_in, ground.folder, ground.hostname)
        if isinstance(found, NoCertificate) and found.why is Why.NO_FILE:
            host = parse_name(ground.hostname)
            shown = await self._mail_server.present(host, [_smtp_address(ground.conf)])
            if shown.failure is None:
                read = certificate_from(shown.chain[0], ground.hostname, shown.source)
                # Why the file could not be read is what the user can change.
                found = found if isinstance(read, NoCertificate) else read
        return from_certificate(found)

    async def outside(self) -> Knowledge:
        """The public addresses as others see them; asked only where the user agreed."""
        import httpx2

        async with httpx2.AsyncClient(trust_env=False) as client:
            found = await asyncio.gather(*(ask_outside(client, version) for version in VERSIONS))
        return from_outside(found)


def _api(ground: Ground) -> Api | None:
    """With the key that was typed, else with one from mailcow.conf; None without any."""
    access, conf = ground.access, ground.conf
    if access.url:
        return Api(access.url, access.key)
    key = _key(conf) if conf else None
    if conf is None or not key or not conf.hostname:
        return None
    address = str(conf.https.address or LOOPBACK)
    return Api(f"https://{conf.hostname}:{conf.https.port}", key, address)


def _key(conf: Conf) -> Secret:
    return conf.api_key_read_only or conf.api_key


def _smtp_address(conf: Conf | None) -> str:
    bound = conf.ports["smtp"].address if conf else None
    return LOOPBACK if bound is None or bound.is_unspecified else str(bound)
