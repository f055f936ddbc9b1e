"""Databases that hang, or are not wanted any more: whoever asks ends, and so does the question."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pymysql
import pytest

from mailcow_dns_tui.mailcow.conf import Conf
from mailcow_dns_tui.mailcow.databases import published, read_domains
from mailcow_dns_tui.mailcow.known import KnownDomain
from tests.mailcow.database_servers import ENOUGH, MailcowDatabases
from tests.mailcow.wrong_servers import greeting, saying
from tests.servers import wait_until


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def no_thread_hangs() -> None:
    """Waits for all of them, as the program does at its end."""
    await asyncio.wait_for(asyncio.get_running_loop().shutdown_default_executor(), ENOUGH)


async def test_a_redis_that_hangs(databases: MailcowDatabases) -> None:
    databases.add_domain("example.org")
    with stopped(databases.servers.pids[1]):
        read = await databases.read(redis_timeout=0.5)
        await no_thread_hangs()
    assert read.domains == (KnownDomain("example.org", dkim=None, mta_sts_id=""),)
    (sentence,) = read.troubles
    assert "mailcow's Redis gave no answer within 0.5 seconds" in sentence


async def test_a_database_that_hangs(databases: MailcowDatabases) -> None:
    with stopped(databases.servers.pids[0]):
        read = await databases.read(0.5)
        await no_thread_hangs()
    (sentence,) = read.troubles
    assert "mailcow's database gave no answer within 0.5 seconds" in sentence


async def test_a_table_that_is_locked(databases: MailcowDatabases) -> None:
    socket = f"{databases.servers.folder}/mariadb.sock"
    with (
        pymysql.connect(unix_socket=socket, user="root", database="mailcow") as root,
        root.cursor() as cursor,
    ):
        cursor.execute("LOCK TABLES domain WRITE")
        read = await databases.read(1)
        assert "gave no answer within 1 seconds" in read.troubles[0]
        # The server gives up the question by itself.
        theirs = "SELECT id FROM information_schema.processlist WHERE user = 'mailcow'"
        await asyncio.to_thread(wait_until, lambda: not cursor.execute(theirs))


@pytest.mark.parametrize("said", [(), (greeting(b"mysql_native_password"), b"")])
async def test_giving_up_ends_the_question(said: tuple[bytes, ...]) -> None:
    hanging = asyncio.Semaphore(0)
    async with saying(*said, hanging=hanging) as silent:
        conf = Conf(sql=silent, redis=silent)
        reading = asyncio.create_task(read_domains(published(conf, ENOUGH), conf))
        for _ in range(2):
            await asyncio.wait_for(hanging.acquire(), ENOUGH)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await no_thread_hangs()
