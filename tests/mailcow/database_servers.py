"""mailcow's MariaDB and Redis as real servers on a loopback address."""

import getpass
import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from mailcow_dns_tui.mailcow.conf import Binding, Conf
from mailcow_dns_tui.mailcow.databases import published, read_domains
from mailcow_dns_tui.mailcow.known import KnownDomains
from mailcow_dns_tui.mailcow.secret import Secret
from tests.servers import program_path, wait_until

DB_PASSWORD = "of-the-database-7f3a"
REDIS_PASSWORD = "of-redis-91bc"
SQL_PORT, REDIS_PORT = 3306, 6379
"""Those in mailcow's containers."""
ENOUGH = 60.0
"""Seconds for a server that answers, on a machine that others use."""

MARIADB_OPTIONS = (
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=24M",
    "--innodb-log-file-size=4M",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
)
REDIS_CONF = """
bind {address}
port {port}
unixsocket {folder}/redis.sock
dir {folder}
logfile {folder}/redis.log
save ""
slowlog-log-slower-than 0
requirepass {password}
"""
# The columns that are read, as mailcow makes them.
TABLES = f"""
SET GLOBAL general_log = 0;
DROP DATABASE IF EXISTS mailcow;
CREATE DATABASE mailcow CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS mailcow@'%';
SET PASSWORD FOR mailcow@'%' = PASSWORD('{DB_PASSWORD}');
GRANT ALL ON mailcow.* TO mailcow@'%';
USE mailcow;
CREATE TABLE domain (
  domain VARCHAR(255) NOT NULL PRIMARY KEY,
  relayhost VARCHAR(255) NOT NULL DEFAULT '0',
  backupmx TINYINT(1) NOT NULL DEFAULT '0',
  active TINYINT(1) NOT NULL DEFAULT '1');
CREATE TABLE alias_domain (
  alias_domain VARCHAR(255) NOT NULL PRIMARY KEY,
  target_domain VARCHAR(255) NOT NULL,
  active TINYINT(1) NOT NULL DEFAULT '1');
CREATE TABLE relayhosts (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  hostname VARCHAR(255) NOT NULL,
  active TINYINT(1) NOT NULL DEFAULT '1');
CREATE TABLE mta_sts (
  id BIGINT NOT NULL,
  domain VARCHAR(255) NOT NULL PRIMARY KEY,
  active TINYINT(1) NOT NULL DEFAULT '1');
"""


@dataclass(frozen=True)
class DatabaseServers:
    """A running MariaDB and Redis, for all tests of a run.

    Attributes:
        address: of both, and of nobody else.
        pids: so that a test can stop them.
    """

    folder: Path
    address: str
    pids: tuple[int, int]

    def sql(self, statements: str) -> str:
        """Run statements on mailcow's tables, as the database's root."""
        command = ["mariadb", "--no-defaults", f"--socket={self.folder}/mariadb.sock"]
        command += ["--user=root", "--batch", "--skip-column-names"]
        return _answer(
            command, f"CREATE DATABASE IF NOT EXISTS mailcow; USE mailcow;\n{statements}"
        )

    def redis(self, *arguments: str) -> str:
        command = ["redis-cli", "-s", f"{self.folder}/redis.sock", *arguments]
        return _answer(command, environ={"REDISCLI_AUTH": REDIS_PASSWORD})

    def reset(self) -> None:
        """Make the tables anew and empty Redis."""
        self.sql(TABLES)
        self.redis("CONFIG", "SET", "requirepass", REDIS_PASSWORD)
        self.redis("FLUSHALL")
        self.redis("SLOWLOG", "RESET")


def _answer(command: Sequence[str], data: str = "", environ: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        input=data,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@contextmanager
def run_database_servers(folder: Path) -> Iterator[DatabaseServers]:
    """Start both servers, with their data in the folder."""
    address = f"127.{64 + os.getpid() // 65536 % 64}.{os.getpid() // 256 % 256}.{os.getpid() % 256}"
    data = folder / "mariadb"
    user = f"--user={getpass.getuser()}"
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", user]
    install += ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
    # Each MariaDB that starts removes what it takes for another's leftovers from the usual one.
    environ = {**os.environ, "TMPDIR": str(folder)}
    subprocess.run(install, check=True, capture_output=True, env=environ)
    conf = REDIS_CONF.format(
        folder=folder, password=REDIS_PASSWORD, address=address, port=REDIS_PORT
    )
    (folder / "redis.conf").write_text(conf)
    mariadb = ["mariadbd", "--no-defaults", f"--datadir={data}", user, *MARIADB_OPTIONS]
    mariadb += [f"--bind-address={address}", f"--port={SQL_PORT}", f"--tmpdir={folder}"]
    mariadb += [f"--socket={folder}/mariadb.sock", f"--pid-file={folder}/mariadb.pid"]
    redis = ["redis-server", str(folder / "redis.conf")]
    with (
        _running(mariadb, (address, SQL_PORT)) as mariadb_pid,
        _running(redis, (address, REDIS_PORT)) as redis_pid,
    ):
        yield DatabaseServers(folder, address, (mariadb_pid, redis_pid))


@contextmanager
def _running(command: Sequence[str], listening: tuple[str, int]) -> Iterator[int]:
    process = subprocess.Popen(
        [program_path(command[0]) or command[0], *command[1:]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: process.poll() is not None or _accepts(listening))
        if process.poll() is not None:
            raise RuntimeError(f"{command[0]} did not start")
        yield process.pid
    finally:
        process.kill()
        process.wait()


def _accepts(listening: tuple[str, int]) -> bool:
    with socket.socket() as client:
        return client.connect_ex(listening) == 0


@dataclass(frozen=True)
class MailcowDatabases:
    """What one test has: empty tables, and no keys."""

    servers: DatabaseServers

    @property
    def conf(self) -> Conf:
        address = IPv4Address(self.servers.address)
        return Conf(
            db_password=Secret(DB_PASSWORD),
            redis_password=Secret(REDIS_PASSWORD),
            sql=Binding(SQL_PORT, address),
            redis=Binding(REDIS_PORT, address),
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """Those by which mailcow.conf leads to the servers."""
        address = self.servers.address
        return (f"SQL_PORT={address}:{SQL_PORT}", f"REDIS_PORT={address}:{REDIS_PORT}")

    async def read(
        self, timeout: float = ENOUGH, *, redis_timeout: float = ENOUGH, **changes: Any
    ) -> KnownDomains:
        """What is read at the ports, with other values of mailcow.conf."""
        conf = replace(self.conf, **changes)
        where = replace(published(conf, timeout), redis=published(conf, redis_timeout).redis)
        return await read_domains(where, conf)

    def add_domain(
        self, name: str, *, active: int = 1, backup_mx: int = 0, relay_host: str = "0"
    ) -> None:
        values = f"{quoted(name)}, {quoted(relay_host)}, {backup_mx}, {active}"
        self.servers.sql(f"INSERT INTO domain VALUES ({values});")

    def add_alias(self, name: str, target: str, *, active: int = 1) -> None:
        values = f"{quoted(name)}, {quoted(target)}, {active}"
        self.servers.sql(f"INSERT INTO alias_domain VALUES ({values});")

    def add_policy(self, domain: str, number: int, *, active: int = 1) -> None:
        self.servers.sql(f"INSERT INTO mta_sts VALUES ({number}, {quoted(domain)}, {active});")

    def add_key(self, domain: str, selector: str, key: str) -> None:
        """A key as mailcow stores it, with its private half."""
        self.servers.redis("HSET", "DKIM_PUB_KEYS", domain, key)
        self.servers.redis("HSET", "DKIM_SELECTORS", domain, selector)
        self.servers.redis("HSET", "DKIM_PRIV_KEYS", f"{selector}.{domain}", "private")


def quoted(text: str) -> str:
    """A text as SQL has it, whatever is in it."""
    return f"CONVERT(0x{text.encode().hex()} USING utf8mb4)" if text else "''"
