"""Each way in which the databases can't be read: a sentence, and never an exception."""

import random
import subprocess
import sys
from ipaddress import ip_address

import pytest

from mailcow_dns_tui.mailcow.conf import Binding, Conf
from mailcow_dns_tui.mailcow.databases import published, read_domains
from mailcow_dns_tui.mailcow.known import KnownDomain, KnownDomains
from mailcow_dns_tui.mailcow.secret import Secret
from tests.mailcow.database_servers import (
    DB_PASSWORD,
    ENOUGH,
    REDIS_PASSWORD,
    REDIS_PORT,
    SQL_PORT,
    MailcowDatabases,
)
from tests.mailcow.wrong_servers import greeting, other_way, packet, relaying, saying
from tests.servers import free_port

API = "use mailcow's API"


async def trouble_at(sql: Binding, timeout: float = ENOUGH) -> str:
    """The one sentence where the database should be; there is no Redis."""
    conf = Conf(
        sql=sql,
        redis=Binding(free_port(), ip_address("127.0.0.1")),
        db_password=Secret(DB_PASSWORD),
    )
    return only_sentence(await read_domains(published(conf, timeout), conf))


def only_sentence(read: KnownDomains) -> str:
    """The one where nothing could be read."""
    assert read.domains is None
    (sentence,) = (*read.troubles, *read.absent)
    assert sentence.isprintable()
    assert len(sentence) < 400
    return sentence


async def of_redis(databases: MailcowDatabases, redis: Binding, timeout: float = ENOUGH) -> str:
    """The one sentence where Redis should be; the database answers."""
    databases.add_domain("example.org")
    read = await databases.read(redis_timeout=timeout, redis=redis)
    assert read.domains == (KnownDomain("example.org", dkim=None, mta_sts_id=""),)
    assert not read.is_whole
    (sentence,) = (*read.troubles, *read.absent)
    assert sentence.isprintable()
    return sentence


async def test_a_wrong_password_of_the_database(databases: MailcowDatabases) -> None:
    read = await databases.read(db_password=Secret("wrong"))
    assert only_sentence(read) == (
        f"mailcow's database refuses DBUSER or DBPASS of mailcow.conf: {API}."
    )


@pytest.mark.parametrize("password", ["", "a\0b", "\ud800", "ü" * 300])
async def test_a_strange_password_is_refused_like_any(
    databases: MailcowDatabases, password: str
) -> None:
    sentence = only_sentence(await databases.read(db_password=Secret(password)))
    assert "refuses DBUSER or DBPASS" in sentence


@pytest.mark.parametrize("password", ["wrong", "", "a\0b", "\ud800"])
async def test_a_wrong_password_of_redis(databases: MailcowDatabases, password: str) -> None:
    databases.add_domain("example.org")
    read = await databases.read(redis_password=Secret(password))
    assert read.domains == (KnownDomain("example.org", dkim=None, mta_sts_id=""),)
    assert read.troubles == (f"mailcow's Redis refuses REDISPASS of mailcow.conf: {API}.",)


async def test_a_database_of_another_name(databases: MailcowDatabases) -> None:
    assert "refuses DBUSER" in only_sentence(await databases.read(db_name="other"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DROP TABLE alias_domain", "Table 'mailcow.alias_domain' doesn't exist"),
        ("DROP TABLE relayhosts", "Table 'mailcow.relayhosts' doesn't exist"),
        ("ALTER TABLE domain DROP backupmx", "Unknown column 'backupmx'"),
        ("ALTER TABLE mta_sts DROP active", "Unknown column 'active'"),
    ],
)
async def test_an_older_mailcow_without_a_table_or_column(
    databases: MailcowDatabases, change: str, said: str
) -> None:
    databases.servers.sql(f"{change};")
    sentence = only_sentence(await databases.read())
    assert (
        "lacks a table or column that is read: update mailcow, or use its API. It said: "
        in sentence
    )
    assert said in sentence


async def test_a_database_that_says_why(databases: MailcowDatabases) -> None:
    databases.servers.sql("ALTER USER mailcow@'%' ACCOUNT LOCK;")
    try:
        read = await databases.read()
    finally:
        databases.servers.sql("ALTER USER mailcow@'%' ACCOUNT UNLOCK;")
    assert only_sentence(read) == (
        f"mailcow's database could not be read; try it again, or {API}. It said: Access denied, "
        "this account is locked"
    )


async def test_keys_of_redis_that_are_forbidden(databases: MailcowDatabases) -> None:
    databases.servers.redis("ACL", "SETUSER", "default", "-hgetall")
    databases.add_domain("example.org")
    try:
        read = await databases.read()
    finally:
        databases.servers.redis("ACL", "SETUSER", "default", "+hgetall")
    assert "has no permissions to run the 'hgetall' command" in read.troubles[0]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_nobody_listens(address: str) -> None:
    port = free_port()
    at = f"[::1]:{port}" if ":" in address else f"127.0.0.1:{port}"
    assert await trouble_at(Binding(port, ip_address(address))) == (
        f"Nothing answers at {at}, where SQL_PORT of mailcow.conf has mailcow's database: see "
        "whether mailcow runs."
    )


@pytest.mark.parametrize(
    ("address", "shown"), [("192.0.2.1", "192.0.2.1:3306"), ("2001:db8::1", "[2001:db8::1]:3306")]
)
async def test_no_other_machine_is_asked(address: str, shown: str) -> None:
    assert await trouble_at(Binding(3306, ip_address(address))) == (
        f"This machine does not have {shown}, where SQL_PORT of mailcow.conf has mailcow's "
        "database: start this on the mail host."
    )


MOVING_SERVICES = """
echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind
exec "$0" -c "$1"
"""
ASK = f"""
import asyncio
from ipaddress import ip_address
from {__name__} import trouble_at
from mailcow_dns_tui.mailcow.conf import Binding

print(asyncio.run(trouble_at(Binding(3306, ip_address("192.0.2.1")))))
"""


def test_no_other_machine_is_asked_where_any_address_can_be_bound() -> None:
    command = ["unshare", "--map-root-user", "--net", "sh", "-c", MOVING_SERVICES]
    told = subprocess.check_output([*command, sys.executable, ASK], text=True)
    assert "This machine does not have 192.0.2.1:3306" in told


async def test_a_server_that_says_nothing(databases: MailcowDatabases) -> None:
    async with saying() as silent:
        sentence = await trouble_at(silent, 0.3)
        assert f"gave no answer within 0.3 seconds at 127.0.0.1:{silent.port}" in sentence
        assert "whether SQL_PORT in mailcow.conf is right" in sentence
        sentence = await of_redis(databases, silent, 0.3)
        assert "mailcow's Redis gave no answer within 0.3 seconds" in sentence
        assert "whether REDIS_PORT in mailcow.conf is right" in sentence


async def test_a_server_that_says_one_byte_now_and_then() -> None:
    hello = greeting(b"mysql_native_password")
    async with saying(*(hello[place : place + 1] for place in range(len(hello)))) as slow:
        assert "gave no answer within" in await trouble_at(slow, 0.3)


async def test_a_server_that_hangs_up(databases: MailcowDatabases) -> None:
    async with saying(hang=False) as closing:
        at = f"at 127.0.0.1:{closing.port} broke the connection off"
        assert f"mailcow's database {at}: try again in a minute" in await trouble_at(closing)
        assert f"mailcow's Redis {at}" in await of_redis(databases, closing)


HTTP = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>"


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.2p1\r\n" + b"x" * 99,
        b"220 mail.example.org ESMTP\r\n",
        HTTP,
        packet(0, b""),
        packet(0, b"\x0a"),
        packet(0, b"\x09nothing else\0"),
        packet(0, b"\xff"),
        packet(0, b"\xff\x01\x00#"),
        packet(0, b"\xfe" * 40),
    ],
)
async def test_another_server_in_place_of_the_database(said: bytes) -> None:
    async with saying(said, hang=False) as other:
        sentence = await trouble_at(other)
    assert sentence.startswith(("What answers at", "mailcow's database at 127.0.0.1"))
    assert "not mailcow's database: correct SQL_PORT" in sentence or "broke the" in sentence


@pytest.mark.parametrize(
    "said",
    [
        HTTP,
        b"220 mail.example.org ESMTP\r\n",
        b"\r\n",
        b"+OK\r\n*1\r\n$1\r\nx\r\n",
        b"+OK\r\n+OK\r\n",
        b"+OK\r\n:1\r\n",
        b"+OK\r\n$-1\r\n",
        b"+OK\r\n*2\r\n:1\r\n:2\r\n",
        b"+OK\r\n*-7\r\n*x\r\n",
        b"+OK\r\n$-9\r\n",
        b"+OK\r\n" + b"*1\r\n" * 9000,
        b"+OK\r\n*2\r\n$1\r\na\r\n*0\r\n",
    ],
)
async def test_another_server_in_place_of_redis(databases: MailcowDatabases, said: bytes) -> None:
    async with saying(b"", said, hang=False) as other:
        sentence = await of_redis(databases, other)
    assert "not mailcow's Redis: correct REDIS_PORT" in sentence or "broke the" in sentence


async def test_the_web_server_in_place_of_the_databases(databases: MailcowDatabases) -> None:
    async with saying(b"", HTTP, hang=False) as web:
        assert "gave no answer within" in await trouble_at(web, 0.3)
        sentence = await of_redis(databases, web)
    assert sentence == (
        f"What answers at 127.0.0.1:{web.port} is not mailcow's Redis: correct REDIS_PORT in "
        "mailcow.conf."
    )


async def test_a_redis_that_is_loading(databases: MailcowDatabases) -> None:
    loading = b"-LOADING Redis is loading the dataset in memory\r\n"
    async with saying(b"", loading) as starting:
        sentence = await of_redis(databases, starting)
    assert sentence == "mailcow's Redis is not ready yet: try again in a minute."


async def test_endless_answers_are_cut_off(databases: MailcowDatabases) -> None:
    async with saying(packet(0, b"x" * 0xFFFFFF), forever=True) as endless:
        assert "sent more than 16 MiB" in await trouble_at(endless)
    async with saying(b"", b"$99999999999\r\n", forever=True) as endless:
        assert "sent more than 16 MiB" in await of_redis(databases, endless)


async def test_more_rows_than_there_can_be(databases: MailcowDatabases) -> None:
    databases.servers.sql(
        "ALTER TABLE domain DROP PRIMARY KEY, MODIFY domain LONGTEXT;"
        f"INSERT INTO domain SELECT REPEAT('x', {6 * 1024**2}), '0', 0, 1 FROM seq_1_to_3;"
    )
    assert "sent more than 16 MiB: use mailcow's API" in only_sentence(await databases.read())


@pytest.mark.parametrize(
    "plugin",
    [
        b"mysql_clear_password",
        b"mysql_old_password",
        b"sha256_password",
        b"caching_sha2_password",
        b"dialog",
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
async def test_no_server_gets_the_password_itself(plugin: bytes, at_once: bool) -> None:
    first = plugin if at_once else b"mysql_native_password"
    more = packet(2, b"\x01\x04") if at_once else other_way(plugin)
    async with saying(greeting(first), more, packet(4, b"\x01\x04"), hang=False) as rogue:
        sentence = await trouble_at(rogue)
    assert "wants the password itself, which was not sent" in sentence


async def test_what_a_server_says_shows_no_password(databases: MailcowDatabases) -> None:
    said = f"\x1b[2Jno {DB_PASSWORD}{REDIS_PASSWORD}".encode()
    async with saying(packet(0, b"\xff\x51\x04#HY000" + said), hang=False) as telling:
        sentence = await trouble_at(telling)
    assert sentence.endswith(f"It said: \\x1b[2Jno ...{REDIS_PASSWORD}")
    async with saying(b"", b"-ERR " + said + b"\r\n", hang=False) as telling:
        sentence = await of_redis(databases, telling)
    assert sentence.endswith(f"It said: \\x1b[2Jno {DB_PASSWORD}...")


@pytest.mark.parametrize("port", [SQL_PORT, REDIS_PORT])
async def test_no_altered_byte_is_an_exception(databases: MailcowDatabases, port: int) -> None:
    databases.add_domain("example.org")
    databases.add_key("example.org", "dkim", "A" * 40)
    chance = random.Random(port)
    key = "sql" if port == SQL_PORT else "redis"
    for _ in range(60):
        altered, value = chance.randrange(400), chance.randrange(256)

        def alter(place: int, data: bytes, altered: int = altered, value: int = value) -> bytes:
            bytes_ = bytearray(data)
            if 0 <= altered - place < len(data):
                bytes_[altered - place] = value
            return bytes(bytes_)

        async with relaying(databases.servers.address, port, alter) as binding:
            read = await databases.read(1, redis_timeout=1, **{key: binding})
        for sentence in (*read.troubles, *read.absent):
            assert sentence.isprintable()
