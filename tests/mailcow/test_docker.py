"""The addresses of mailcow's containers, as Docker has them, and each way in which it has none."""

import asyncio
import json
import socket
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mailcow_dns_tui.mailcow.conf import Conf
from mailcow_dns_tui.mailcow.databases import read_domains
from mailcow_dns_tui.mailcow.docker import Docker
from mailcow_dns_tui.mailcow.server import LocalServer
from mailcow_dns_tui.mailcow.source_error import SourceError
from tests.mailcow.database_servers import ENOUGH, MailcowDatabases
from tests.mailcow.docker_engine import DATABASE, REDIS, DockerEngine

FOLDER = Path("/opt/mailcow-dockerized")


async def found(timeout: float = ENOUGH, conf: Conf | None = None) -> Sequence[str]:
    """The addresses of the database and of Redis, or why there is none."""
    databases = await Docker(timeout=timeout).databases(conf or Conf(), FOLDER)
    return [_address(each) for each in (databases.database, databases.redis)]


def _address(server: LocalServer | SourceError) -> str:
    if isinstance(server, LocalServer):
        return f"{server.address}:{server.port}"
    assert server.sentence.isprintable()
    assert len(server.sentence) < 400
    return server.sentence


async def only_sentence(timeout: float = ENOUGH) -> str:
    """The one where nothing is found."""
    (sentence,) = set(await found(timeout))
    return sentence


async def test_the_containers_are_read_at_their_own_addresses(
    docker: DockerEngine, databases: MailcowDatabases
) -> None:
    databases.add_domain("example.org")
    docker.start(DATABASE, databases.servers.address)
    docker.start(REDIS, databases.servers.address)
    conf = replace(databases.conf, sql=Conf().sql, redis=Conf().redis)
    read = await read_domains(await Docker(timeout=ENOUGH).databases(conf, FOLDER), conf)
    assert read.source == "mailcow's containers"
    assert read.domains is not None
    assert [domain.name for domain in read.domains] == ["example.org"]
    assert read.is_whole


async def test_another_project_is_left_alone(docker: DockerEngine) -> None:
    for service in (DATABASE, REDIS):
        docker.start(service, "192.0.2.1", "other")
        docker.start(service, "192.0.2.2")
    assert await found() == ["192.0.2.2:3306", "192.0.2.2:6379"]
    other = Conf(project="other")
    assert await found(conf=other) == ["192.0.2.1:3306", "192.0.2.1:6379"]


async def test_a_container_that_somebody_started_beside_the_service_is_not_asked(
    docker: DockerEngine,
) -> None:
    for address in ("192.0.2.1", "192.0.2.2"):
        docker.start(DATABASE, address)
        docker.start(REDIS, address)
    assert await found() == ["192.0.2.1:3306", "192.0.2.1:6379"]


async def test_what_does_not_run_is_told(docker: DockerEngine) -> None:
    docker.start(DATABASE, "192.0.2.1")
    docker.start(REDIS, "")
    assert await found() == [
        "192.0.2.1:3306",
        f"mailcow's Redis is not running: start it in {FOLDER} with docker compose up -d.",
    ]


async def test_without_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    assert "Docker was not found here either" in await only_sentence()


async def test_a_docker_that_does_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "docker.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))
    assert "Docker is not running: start it" in await only_sentence()


async def test_a_docker_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "docker.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        assert "Docker gave no answer within 0.3 seconds" in await only_sentence(0.3)


async def test_something_else_at_the_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "docker.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2p1\r\n")
        writer.close()

    async with await asyncio.start_unix_server(serve, path):
        sentence = await only_sentence()
    assert f"could not be asked at {path}: see whether docker ps works" in sentence


async def test_what_docker_refuses(docker: DockerEngine) -> None:
    docker.status, docker.instead = 500, b'{"message": "no \x1b[2Jdaemon"}\n'
    assert r'It said: {"message": "no \x1b[2Jdaemon"}' in await only_sentence()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello",
        b"{}",
        b"[" * 200_000,
        b"\xff",
        b"x" * 17 * 1024 * 1024,
    ],
    ids=["nothing", "text", "object", "deep", "no UTF-8", "huge"],
)
async def test_a_docker_that_talks_nonsense(docker: DockerEngine, answer: bytes) -> None:
    docker.instead = answer
    assert "can't be understood" in await only_sentence()


LABELS = {"com.docker.compose.service": DATABASE}


@pytest.mark.parametrize(
    "container",
    [
        {},
        [],
        {"Labels": LABELS},
        {"Labels": LABELS, "NetworkSettings": {"Networks": {"x": {}}}},
        {"Labels": LABELS, "NetworkSettings": {"Networks": {"x": {"IPAddress": 7}}}},
        {"Labels": LABELS, "NetworkSettings": {"Networks": {"x": {"IPAddress": "x"}}}},
        {"Labels": {"com.docker.compose.service": 7}, "NetworkSettings": {"Networks": {}}},
    ],
)
async def test_a_container_without_an_address_does_not_run(
    docker: DockerEngine, container: object
) -> None:
    docker.instead = json.dumps([container]).encode()
    assert (await found())[0].startswith("mailcow's database is not running")
