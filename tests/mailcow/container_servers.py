"""mailcow's MariaDB and Redis as real servers on private sockets, behind a Docker stand-in."""

import getpass
import hashlib
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailcow_dns_tui.mailcow.containers import ContainerAccess
from mailcow_dns_tui.mailcow.secret import Secret
from tests.servers import program_path, wait_until

DB_PASSWORD = "of-the-database-7f3a"
REDIS_PASSWORD = "of-redis-91bc"
PROJECT = "mailcowdockerized"
DATABASE = "mysql-mailcow"
REDIS = "redis-mailcow"
STAND_IN = Path(__file__).with_name("docker_stand_in.py")

MARIADB_OPTIONS = (
    "--skip-networking",
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=24M",
    "--innodb-log-file-size=4M",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
)
REDIS_CONF = """
port 0
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
class ContainerServers:
    """A running MariaDB and Redis, for all tests of a run.

    Attributes:
        redis_pid: so that a test can stop it.
    """

    folder: Path
    redis_pid: int

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
def run_container_servers(folder: Path) -> Iterator[ContainerServers]:
    """Start both servers, with their data in the folder."""
    data = folder / "mariadb"
    user = f"--user={getpass.getuser()}"
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", user]
    install += ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
    subprocess.run(install, check=True, capture_output=True)
    (folder / "redis.conf").write_text(REDIS_CONF.format(folder=folder, password=REDIS_PASSWORD))
    mariadb = ["mariadbd", "--no-defaults", f"--datadir={data}", user, *MARIADB_OPTIONS]
    mariadb += [f"--socket={folder}/mariadb.sock", f"--pid-file={folder}/mariadb.pid"]
    redis = ["redis-server", str(folder / "redis.conf")]
    with (
        _running(mariadb, folder / "mariadb.sock"),
        _running(redis, folder / "redis.sock") as redis_pid,
    ):
        yield ContainerServers(folder, redis_pid)


@contextmanager
def _running(command: Sequence[str], listening: Path) -> Iterator[int]:
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


def _accepts(listening: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        return client.connect_ex(str(listening)) == 0


@dataclass(frozen=True)
class MailcowContainers:
    """What one test has: empty tables, and a folder with a `docker` that leads to the servers.

    Attributes:
        programs: to be put before PATH.
    """

    servers: ContainerServers
    folder: Path

    @property
    def programs(self) -> Path:
        return self.folder / "bin"

    @property
    def access(self) -> ContainerAccess:
        return ContainerAccess(
            self.folder,
            db_password=Secret(DB_PASSWORD),
            redis_password=Secret(REDIS_PASSWORD),
            timeout=30,
        )

    def container(self, service: str, project: str = PROJECT) -> Path:
        """The folder of a container; what lies in its `bin` are all its programs."""
        number = hashlib.sha256(f"{project} {service}".encode()).hexdigest()
        return self.folder / "containers" / number[:12]

    def start(self, service: str, project: str = PROJECT) -> Path:
        """Make a container that runs and offers no service yet."""
        container = self.container(service, project)
        (container / "bin").mkdir(parents=True)
        labels = {"com.docker.compose.project": project, "com.docker.compose.service": service}
        (container / "labels.json").write_text(json.dumps(labels))
        for program in ("sh", "timeout", "sleep", "cat"):
            (container / "bin" / program).symlink_to(shutil.which(program) or program)
        return container

    def stop(self, service: str) -> None:
        shutil.rmtree(self.container(service))

    def client(self, service: str, name: str, script: str) -> None:
        """Put a program into a container: a line of shell."""
        write_program(self.container(service) / "bin" / name, script)

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


def write_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)


def mailcow_containers(servers: ContainerServers, folder: Path) -> MailcowContainers:
    """mailcow's two containers, running, with nothing in them yet."""
    servers.reset()
    containers = MailcowContainers(servers, folder)
    containers.programs.mkdir(parents=True)
    command = [sys.executable, "-IS", str(STAND_IN), str(folder / "containers")]
    write_program(containers.programs / "docker", f'exec {shlex.join(command)} "$@"')
    containers.start(DATABASE)
    containers.start(REDIS)
    mariadb = f"exec {shutil.which('mariadb')} --no-defaults --socket={servers.folder}/mariadb.sock"
    for name in ("mariadb", "mysql"):
        containers.client(DATABASE, name, f'{mariadb} "$@"')
    redis = f"exec {shutil.which('redis-cli')} -s {servers.folder}/redis.sock"
    containers.client(REDIS, "redis-cli", f'{redis} "$@"')
    return containers
