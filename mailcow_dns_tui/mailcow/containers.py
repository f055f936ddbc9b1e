"""What mailcow's own containers know of the domains, where no API key is at hand."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailcow_dns_tui.mailcow.containers_database import Database, read_database
from mailcow_dns_tui.mailcow.containers_docker import Docker, Trouble
from mailcow_dns_tui.mailcow.containers_join import Joined
from mailcow_dns_tui.mailcow.containers_redis import DkimHashes, read_dkim
from mailcow_dns_tui.mailcow.containers_text import LONGEST
from mailcow_dns_tui.mailcow.known import KnownDomains
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.txt import brief

SOURCE = "mailcow's containers"
DATABASE = "mysql-mailcow"
REDIS = "redis-mailcow"

TIMEOUT = 10.0


@dataclass(frozen=True)
class ContainerAccess:
    """What it takes to ask mailcow's containers; all but the last two from mailcow.conf.

    Attributes:
        folder: where mailcow.conf and docker-compose.yml lie.
        redis_password: empty in versions of mailcow that have none.
        docker: Docker's command.
        timeout: the seconds that each of its answers may take; three are waited for, two at most
            one after the other.
    """

    folder: Path
    project: str = "mailcowdockerized"
    db_user: str = "mailcow"
    db_name: str = "mailcow"
    db_password: Secret = field(default_factory=lambda: Secret(""))
    redis_password: Secret = field(default_factory=lambda: Secret(""))
    docker: str = "docker"
    timeout: float = TIMEOUT


async def read_domains(access: ContainerAccess) -> KnownDomains:
    """Read the domains, alias domains, DKIM keys and MTA-STS ids, and change nothing.

    Whatever fails is a sentence among the troubles; without Redis the domains have no word on
    their keys, without the database there are none.
    """
    docker = Docker(access.docker, access.timeout)
    containers = await docker.containers(access.project)
    if isinstance(containers, Trouble):
        return KnownDomains(SOURCE, None, (containers.sentence,))
    if not containers.keys() & {DATABASE, REDIS}:
        return KnownDomains(SOURCE, None, (_start("mailcow", access),))
    async with asyncio.TaskGroup() as group:
        database = group.create_task(_database(docker, containers, access))
        dkim = group.create_task(_dkim(docker, containers, access))
    return _known(database.result(), dkim.result())


async def _database(
    docker: Docker, containers: Mapping[str, str], access: ContainerAccess
) -> Database | Trouble:
    if DATABASE not in containers:
        return Trouble(_start("mailcow's database", access))
    return await read_database(
        docker,
        containers[DATABASE],
        user=access.db_user,
        name=access.db_name,
        password=access.db_password,
    )


async def _dkim(
    docker: Docker, containers: Mapping[str, str], access: ContainerAccess
) -> DkimHashes | Trouble:
    if REDIS not in containers:
        return Trouble(_start("mailcow's Redis", access))
    return await read_dkim(docker, containers[REDIS], access.redis_password)


def _start(what: str, access: ContainerAccess) -> str:
    folder = brief(str(access.folder), LONGEST)
    return f"{what} is not running: start it in {folder} with docker compose up -d."


def _known(database: Database | Trouble, dkim: DkimHashes | Trouble) -> KnownDomains:
    sentences = [part.sentence for part in (database, dkim) if isinstance(part, Trouble)]
    if isinstance(database, Trouble):
        return KnownDomains(SOURCE, None, tuple(sentences))
    joined = Joined(database, None if isinstance(dkim, Trouble) else dkim)
    domains = joined.domains()
    return KnownDomains(SOURCE, domains, (*sentences, *joined.troubles()))
