"""The passwords are in nothing that is shown."""

import asyncio
import traceback

import pytest

from mailcow_dns_tui.mailcow.databases import published, read_domains
from mailcow_dns_tui.mailcow.secret import Secret
from tests.mailcow.database_servers import (
    DB_PASSWORD,
    ENOUGH,
    REDIS_PASSWORD,
    MailcowDatabases,
)
from tests.mailcow.wrong_servers import greeting, saying

PASSWORDS = (DB_PASSWORD, REDIS_PASSWORD)


async def test_no_repr_shows_a_password(databases: MailcowDatabases) -> None:
    databases.add_domain("example.org")
    conf = databases.conf
    shown = f"{conf!r} {published(conf)!r} {await read_domains(published(conf), conf)!r}"
    assert not any(password in shown for password in PASSWORDS)


async def test_no_traceback_with_variables_shows_a_password(databases: MailcowDatabases) -> None:
    hanging = asyncio.Semaphore(0)
    async with saying(greeting(b"mysql_native_password"), b"", hanging=hanging) as silent:
        task = asyncio.create_task(databases.read(sql=silent, redis=silent))
        for _ in range(2):
            await asyncio.wait_for(hanging.acquire(), ENOUGH)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    text = "".join(told.format())
    assert "read_domains" in text
    assert not any(password in text for password in PASSWORDS)


async def test_the_database_logs_no_password(databases: MailcowDatabases) -> None:
    databases.servers.sql("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log;")
    databases.servers.sql("SET GLOBAL general_log = 1;")
    await databases.read(db_password=Secret("another-password"))
    await databases.read()
    log = databases.servers.sql("SELECT user_host, argument FROM mysql.general_log;")
    assert "FROM domain" in log
    assert "another-password" not in log
    assert DB_PASSWORD not in log
