"""Access to containers by a `docker` that is a line of shell, and what comes of it."""

import os
from pathlib import Path

from mailcow_dns_tui.mailcow.containers import ContainerAccess, read_domains
from tests.mailcow.container_servers import DATABASE, REDIS, write_program


def access_to(folder: Path, script: str, timeout: float = 30) -> ContainerAccess:
    """Access by a `docker` that is a line of shell."""
    write_program(folder / "docker", script)
    return ContainerAccess(folder, docker=str(folder / "docker"), timeout=timeout)


def answering(folder: Path, database: str, redis: str = "\n") -> ContainerAccess:
    """Access by a `docker` with two containers, whose clients print these texts."""
    (folder / "database").write_bytes(os.fsencode(database))
    (folder / "redis").write_text(redis)
    lines = (
        f'[ "$1" = ps ] && {{ echo "aaaaaaaaaaaa {DATABASE}"; echo "bbbbbbbbbbbb {REDIS}"; }}',
        f'case "$*" in *redis-cli*) cat {folder}/redis;; *--batch*) cat {folder}/database;; esac',
    )
    return access_to(folder, "\n".join(lines))


async def only_trouble(access: ContainerAccess) -> str:
    """The one sentence, where nothing could be read."""
    read = await read_domains(access)
    assert read.domains is None
    assert len(read.troubles) == 1
    assert read.troubles[0].isprintable()
    return read.troubles[0]
