"""Each way in which the containers can't be read: a sentence, and never an exception."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from mailcow_dns_tui.mailcow.containers import ContainerAccess, read_domains
from mailcow_dns_tui.mailcow.known import KnownDomain
from mailcow_dns_tui.mailcow.secret import Secret
from tests.mailcow.container_servers import DATABASE, REDIS, MailcowContainers
from tests.mailcow.container_troubles import access_to, answering, only_trouble

API = "use mailcow's API"


async def test_without_docker(tmp_path: Path) -> None:
    access = ContainerAccess(tmp_path, docker=str(tmp_path / "none"))
    assert "Docker was not found on this machine" in await only_trouble(access)


async def test_a_docker_that_may_not_be_run(tmp_path: Path) -> None:
    access = access_to(tmp_path, "exit 0")
    (tmp_path / "docker").chmod(0o600)
    assert "as root" in await only_trouble(access)


async def test_a_docker_that_is_no_program(tmp_path: Path) -> None:
    access = access_to(tmp_path, "exit 0")
    (tmp_path / "docker").write_bytes(b"\x7fELF")
    assert "see whether docker ps works" in await only_trouble(access)


FORBIDDEN = "permission denied while trying to connect to the docker API at unix:///docker.sock"
OFF = "Cannot connect to the Docker daemon at unix:///docker.sock. Is the docker daemon running?"
OFF_NOW = (
    "failed to connect to the docker API at unix:///docker.sock; check if the daemon is running"
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (FORBIDDEN, "as root"),
        (OFF, "Docker is not running: start it"),
        (OFF_NOW, "Docker is not running: start it"),
        ("\033[2Junheard \033]52;c;eA==\a of", r"It said: \x1b[2Junheard \x1b]52;c;eA==\x07 of"),
        ("", "exit code 1"),
    ],
)
async def test_what_docker_refuses(tmp_path: Path, said: str, expected: str) -> None:
    (tmp_path / "said").write_text(said)
    access = access_to(tmp_path, f"cat {tmp_path}/said >&2; exit 1")
    assert expected in await only_trouble(access)


async def test_long_complaints_are_cut(tmp_path: Path) -> None:
    access = access_to(tmp_path, "head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 1")
    assert len(await only_trouble(access)) < 400


async def test_no_container_runs(containers: MailcowContainers) -> None:
    containers.stop(DATABASE)
    containers.stop(REDIS)
    assert await only_trouble(containers.access) == (
        f"mailcow is not running: start it in {containers.folder} with docker compose up -d."
    )


async def test_the_database_does_not_run(containers: MailcowContainers) -> None:
    containers.stop(DATABASE)
    assert "mailcow's database is not running" in await only_trouble(containers.access)


async def test_a_container_that_has_gone_meanwhile(containers: MailcowContainers) -> None:
    number = containers.container(DATABASE).name
    stand_in = f'exec {containers.programs}/docker "$@"'
    script = f'[ "$1" = exec ] && {stand_in}\necho {number} {DATABASE}'
    containers.stop(DATABASE)
    read = await read_domains(access_to(containers.folder, script))
    assert read.domains is None
    assert "It said: Error response from daemon: No such container" in read.troubles[0]


async def test_a_wrong_password_of_the_database(containers: MailcowContainers) -> None:
    access = replace(containers.access, db_password=Secret("wrong"))
    assert "refuses DBUSER or DBPASS of mailcow.conf" in await only_trouble(access)


async def test_a_database_of_another_name(containers: MailcowContainers) -> None:
    access = replace(containers.access, db_name="other")
    assert API in await only_trouble(access)


async def test_a_missing_table(containers: MailcowContainers) -> None:
    containers.servers.sql("DROP TABLE alias_domain;")
    sentence = await only_trouble(containers.access)
    assert "Table 'mailcow.alias_domain' doesn't exist" in sentence
    assert API in sentence


async def test_a_database_that_is_still_starting(containers: MailcowContainers) -> None:
    nowhere = f"mariadb --no-defaults --socket={containers.folder}/none"
    path = f"PATH={os.environ['PATH']}"
    containers.client(DATABASE, "mariadb", f'{path} exec {nowhere} "$@"')
    assert "try again in a minute" in await only_trouble(containers.access)


async def test_a_container_without_the_client(containers: MailcowContainers) -> None:
    for name in ("mariadb", "mysql"):
        (containers.container(DATABASE) / "bin" / name).unlink()
    assert API in await only_trouble(containers.access)


@pytest.mark.parametrize(
    "answer",
    [
        "hello",
        "[]",
        '{"table": ["domain"]}',
        '{"table": "domain", "name": "example.org"}',
        '{"table": "domain", "name": "example.org"',
        "[" * 200_000,
        "\udcff",
    ],
)
async def test_a_database_that_talks_nonsense(tmp_path: Path, answer: str) -> None:
    assert "can't be understood" in await only_trouble(answering(tmp_path, answer))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('"example.org"', "can't be understood"),
        ('"example.org","dk', "can't be understood"),
        ('"example.org" "dkim"', "can't be understood"),
        ("hello", "can't be understood"),
        ('ERROR,"LOADING Redis is loading the dataset in memory"', "try again in a minute"),
        ('ERROR,"NOPERM no permissions \\x1b[0m"', 'It said: ERROR,"NOPERM no permissions'),
    ],
)
async def test_a_redis_that_talks_nonsense(tmp_path: Path, answer: str, expected: str) -> None:
    row = '{"table": "domain", "name": "example.org", "active": "1", "backup_mx": 0, '
    read = await read_domains(answering(tmp_path, row + '"relay_host": "0"}\n', answer))
    assert read.domains == (KnownDomain("example.org", dkim=None, mta_sts_id=""),)
    assert len(read.troubles) == 1
    assert expected in read.troubles[0]


@pytest.mark.parametrize("password", ["wrong", ""])
async def test_a_wrong_password_of_redis(containers: MailcowContainers, password: str) -> None:
    containers.add_domain("example.org")
    read = await read_domains(replace(containers.access, redis_password=Secret(password)))
    assert read.domains == (KnownDomain("example.org", dkim=None, mta_sts_id=""),)
    assert read.troubles == (
        "mailcow's Redis refuses REDISPASS of mailcow.conf: use mailcow's API.",
    )


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
async def test_what_no_program_can_be_given(containers: MailcowContainers, text: str) -> None:
    named = replace(containers.access, project=text)
    assert "mend it there" in await only_trouble(named)
    secret = replace(containers.access, db_password=Secret(text))
    assert "mend it there" in await only_trouble(secret)
