"""The passwords: on no command line, and in nothing that is shown."""

import asyncio
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mailcow_dns_tui.mailcow.containers import read_domains
from mailcow_dns_tui.mailcow.secret import Secret
from tests.mailcow.container_servers import (
    DATABASE,
    DB_PASSWORD,
    REDIS,
    REDIS_PASSWORD,
    MailcowContainers,
)
from tests.servers import wait_until

PASSWORDS = (DB_PASSWORD, REDIS_PASSWORD)


def command_lines() -> list[str]:
    """Of every process of this machine."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().decode(errors="replace"))
        except OSError:  # it has ended
            continue
    return lines


def hold(client: Path) -> None:
    """Let a client wait before it does its work, until it is released."""
    wait = f": > {client}.waits; while [ ! -e {client}.go ]; do sleep 0.01; done"
    client.write_text(client.read_text().replace("exec", f"{wait}\nexec", 1))


def watch(clients: Sequence[Path]) -> list[str]:
    """The command lines of all processes while the clients wait; releases them."""
    for client in clients:
        wait_until(Path(f"{client}.waits").exists)
    lines = command_lines()
    for client in clients:
        Path(f"{client}.go").touch()
    return lines


async def test_no_command_line_has_a_password(containers: MailcowContainers) -> None:
    containers.add_domain("example.org")
    clients = [
        containers.container(DATABASE) / "bin" / "mariadb",
        containers.container(REDIS) / "bin" / "redis-cli",
    ]
    for client in clients:
        hold(client)
    read, lines = await asyncio.gather(
        read_domains(containers.access), asyncio.to_thread(watch, clients)
    )
    # The clients did get the passwords, and `docker exec` was among the processes.
    assert read.domains is not None
    assert read.domains[0].dkim == ()
    for client in clients:
        assert any("exec" in line and client.parents[1].name in line for line in lines)
    assert [line for line in lines for password in PASSWORDS if password in line] == []


async def test_no_complaint_shows_a_password(containers: MailcowContainers) -> None:
    complain = 'echo "ERROR 1064 at $MYSQL_PWD$REDISCLI_AUTH: no" >&2; exit 1'
    containers.client(DATABASE, "mariadb", complain)
    containers.client(REDIS, "redis-cli", complain)
    read = await read_domains(containers.access)
    assert len(read.troubles) == 2
    for sentence in read.troubles:
        assert "It said: ERROR 1064 at ...: no" in sentence


async def test_no_repr_shows_a_password(containers: MailcowContainers) -> None:
    shown = repr(containers.access) + str(containers.access)
    assert not any(password in shown for password in PASSWORDS)


@pytest.mark.parametrize("broken", ["\ud800", "\0"])
async def test_a_password_that_cannot_be_used_is_not_told(
    containers: MailcowContainers, broken: str
) -> None:
    access = replace(containers.access, db_password=Secret(DB_PASSWORD + broken))
    assert DB_PASSWORD not in repr(await read_domains(access))


async def test_no_traceback_with_variables_shows_a_password(containers: MailcowContainers) -> None:
    client = containers.container(DATABASE) / "bin" / "mariadb"
    hold(client)
    task = asyncio.create_task(read_domains(containers.access))
    await asyncio.to_thread(wait_until, Path(f"{client}.waits").exists)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    await asyncio.to_thread(Path(f"{client}.go").touch)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    text = "".join(told.format())
    assert "read_domains" in text
    assert not any(password in text for password in PASSWORDS)
