"""The domains in mailcow's database, and the DKIM selectors and public keys in its Redis.

Private keys are never asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from mailcow_dns_tui.mailcow.conf import Conf
from mailcow_dns_tui.mailcow.joined import Database, DkimHashes, Joined
from mailcow_dns_tui.mailcow.known import KnownDomain, KnownDomains
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.mailcow.server import TIMEOUT, LimitedSocket, LocalServer
from mailcow_dns_tui.mailcow.source_error import SourceError, Why

if TYPE_CHECKING:
    from pymysql.cursors import Cursor
    from redis.connection import Connection

DATABASE = "mailcow's database"
REDIS = "mailcow's Redis"


@dataclass(frozen=True)
class Databases:
    """Where mailcow's two databases are asked.

    Attributes:
        source: as it is shown beside an answer.
        database: why it can't be asked, or the MariaDB.
        redis: the same of the Redis.
    """

    source: str
    database: LocalServer | SourceError
    redis: LocalServer | SourceError


def published(conf: Conf, timeout: float = TIMEOUT) -> Databases:
    """At the ports of this machine that mailcow.conf names."""
    sql, redis = conf.sql, conf.redis
    return Databases(
        "mailcow's databases",
        LocalServer(DATABASE, sql.own_address, sql.port, "SQL_PORT", timeout),
        LocalServer(REDIS, redis.own_address, redis.port, "REDIS_PORT", timeout),
    )


async def read_domains(databases: Databases, conf: Conf) -> KnownDomains:
    """Read the domains, alias domains, DKIM keys and MTA-STS ids, and change nothing.

    Whatever fails is a sentence; without Redis the domains have no word on their keys, without the
    database there are none.
    """
    async with asyncio.TaskGroup() as group:
        database = group.create_task(_database(databases.database, conf))
        dkim = group.create_task(_dkim(databases.redis, conf.redis_password))
    return _known(databases.source, database.result(), dkim.result())


def _known(
    source: str, database: Database | SourceError, dkim: DkimHashes | SourceError
) -> KnownDomains:
    if isinstance(database, SourceError):
        return _without(database, KnownDomains(source, None))
    joined = Joined(database, None if isinstance(dkim, SourceError) else dkim)
    known = KnownDomains(source, joined.domains(), tuple(joined.troubles()))
    if isinstance(dkim, SourceError):
        return _without(dkim, replace(known, has_keys=False))
    return known


def _without(error: SourceError, known: KnownDomains) -> KnownDomains:
    if error.why is Why.NO_SERVER:
        return replace(known, absent=(error.sentence,))
    return replace(known, troubles=(error.sentence, *known.troubles))


READ_ONLY = (
    "SET SESSION lock_wait_timeout = 5, max_statement_time = 5",
    "SET SESSION TRANSACTION READ ONLY",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT",
)
# Of the relay hosts, mailcow uses the active ones.
DOMAINS = """
SELECT domain, active, backupmx, EXISTS (SELECT 1 FROM relayhosts
    WHERE relayhosts.id = domain.relayhost AND relayhosts.active = 1)
  FROM domain ORDER BY domain
"""
ALIASES = "SELECT alias_domain, target_domain, active FROM alias_domain ORDER BY alias_domain"
POLICIES = "SELECT domain, id FROM mta_sts WHERE active = 1 ORDER BY domain"

REFUSED = frozenset({1044, 1045, 1698})
"""Numbers of MariaDB's errors, from 2000 on of the client's: no access to the schema, or at all."""
NO_SUCH_COLUMN, NO_SUCH_TABLE = 1054, 1146
BROKEN_OFF = frozenset({2003, 2006, 2013})
NO_SUCH_PLUGIN = 2059
LOWEST_OF_SERVER = 1000
OTHER_TABLES = "lacks a table or column that is read: update mailcow, or use its API"


async def _database(server: LocalServer | SourceError, conf: Conf) -> Database | SourceError:
    if isinstance(server, SourceError):
        return server
    return await server.ask(partial(_tables, conf), partial(_of_sql, server, conf.db_password))


def _tables(conf: Conf, connection: LimitedSocket) -> Database:
    import pymysql

    # Every value comes as bytes, since some may be no UTF-8.
    with pymysql.Connection(
        user=conf.db_user,
        password=conf.db_password.reveal().encode(errors="replace"),
        database=conf.db_name,
        charset="utf8mb4",
        use_unicode=False,
        conv={},
        autocommit=None,
        ssl_disabled=True,
        auth_plugin_map=dict.fromkeys(TELLING, _Refusing),
        defer_connect=True,
    ) as session:
        session.connect(connection)
        with session.cursor() as cursor:
            return _read_tables(cursor)


TELLING = (
    "caching_sha2_password",
    "dialog",
    "mysql_clear_password",
    "mysql_old_password",
    "sha256_password",
)
"""Ways to log in by which a server, whoever runs it, can learn the password."""


class _Refusing:
    """Takes the place of a way to log in."""

    def __init__(self, connection: object) -> None:
        pass

    def authenticate(self, packet: object) -> None:
        from pymysql.err import OperationalError

        raise OperationalError(NO_SUCH_PLUGIN)


def _read_tables(cursor: Cursor) -> Database:
    for statement in READ_ONLY:
        cursor.execute(statement)
    domains = [
        KnownDomain(name, active == "1", backup_mx == "1", relay_host == "1")
        for name, active, backup_mx, relay_host in _rows(cursor, DOMAINS)
    ]
    aliases = [
        KnownDomain(name, active == "1", alias_of=target)
        for name, target, active in _rows(cursor, ALIASES)
    ]
    policies = {name.lower(): number for name, number in _policies(cursor)}
    return Database(domains, aliases, policies)


def _policies(cursor: Cursor) -> Sequence[Sequence[str]]:
    """None in a mailcow before 2025-09, which has no table of them."""
    from pymysql.err import ProgrammingError

    try:
        return _rows(cursor, POLICIES)
    except ProgrammingError as error:
        if error.args[0] == NO_SUCH_TABLE:
            return ()
        raise


def _rows(cursor: Cursor, query: str) -> Sequence[Sequence[str]]:
    cursor.execute(query)
    return [tuple(map(_text, row)) for row in cursor.fetchall()]


def _text(value: bytes | None) -> str:
    """A value of any type as text; NULL is empty."""
    return "" if value is None else value.decode(errors="backslashreplace")


def _of_sql(server: LocalServer, password: Secret, error: Exception) -> SourceError:
    from pymysql.err import MySQLError

    number, message = (*error.args, 0, "")[:2] if isinstance(error, MySQLError) else (0, "")
    if number in REFUSED:
        return server.refused("DBUSER or DBPASS")
    if number in BROKEN_OFF:
        return server.broken_off
    if number == NO_SUCH_PLUGIN:
        return SourceError(
            f"{server.what} wants the password itself, which was not sent: use mailcow's API."
        )
    if not isinstance(number, int) or number < LOWEST_OF_SERVER:
        return server.not_it
    if number in {NO_SUCH_COLUMN, NO_SUCH_TABLE}:
        return server.failed(str(message), password, OTHER_TABLES)
    return server.failed(str(message), password)


SELECTORS = "DKIM_SELECTORS"
PUBLIC_KEYS = "DKIM_PUB_KEYS"


async def _dkim(server: LocalServer | SourceError, password: Secret) -> DkimHashes | SourceError:
    """Both hashes; the password is empty in mailcow before 2024-12."""
    if isinstance(server, SourceError):
        return server
    return await server.ask(partial(_hashes, password), partial(_of_redis, server, password))


def _hashes(password: Secret, connection: LimitedSocket) -> DkimHashes:
    from redis.connection import Connection

    class Connected(Connection):
        # redis-py has no public way to hand it a connection that stands.
        def _connect(self) -> LimitedSocket:
            return connection

    kind: type[Connection] = Connected
    session = kind(
        password=password.reveal().encode(errors="replace"), protocol=2, driver_info=None
    )
    session.connect()
    return DkimHashes(_hash(session, SELECTORS), _hash(session, PUBLIC_KEYS))


def _hash(session: Connection, key: str) -> Mapping[str, str]:
    session.send_command("HGETALL", key)
    texts = [_text(value) for value in session.read_response()]
    return dict(zip(texts[::2], texts[1::2], strict=True))


def _of_redis(server: LocalServer, password: Secret, error: Exception) -> SourceError:
    from redis import exceptions

    match error:
        case exceptions.AuthenticationError():
            return server.refused("REDISPASS")
        case exceptions.BusyLoadingError():
            return server.not_ready
        case exceptions.ConnectionError():
            return server.broken_off
        case exceptions.ResponseError():
            return server.failed(str(error), password)
    return server.not_it
