"""Programs that hang, never stop writing, or are not wanted any more."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mailcow_dns_tui.mailcow.containers import read_domains
from mailcow_dns_tui.mailcow.known import KnownDomain
from tests.mailcow.container_servers import DATABASE, MailcowContainers
from tests.mailcow.container_troubles import access_to, only_trouble
from tests.servers import wait_until


def runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_a_redis_that_hangs(containers: MailcowContainers) -> None:
    containers.add_domain("example.org")
    access = replace(containers.access, timeout=4)
    with stopped(containers.servers.redis_pid):
        read = await read_domains(access)
        assert read.domains == (KnownDomain("example.org", dkim=None, mta_sts_id=""),)
        assert len(read.troubles) == 1
        assert "mailcow's Redis gave no answer within 4 seconds" in read.troubles[0]
        # Docker's command was killed; what it had started in the container ends by itself.
        await asyncio.to_thread(wait_until, lambda: not clients_of(containers))


def clients_of(containers: MailcowContainers) -> list[str]:
    """The command lines of clients that are still at Redis."""
    socket = f"{containers.servers.folder}/redis.sock"
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if socket in words:
            found.append(" ".join(words))
    return found


async def test_a_docker_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    script = f"sleep 1000 & echo $! > {tmp_path}/pid; wait"
    sentence = await only_trouble(access_to(tmp_path, script, timeout=1))
    assert "Docker gave no answer within 1 seconds" in sentence
    pid = int((tmp_path / "pid").read_text())
    await asyncio.to_thread(wait_until, lambda: not runs(pid))


async def test_giving_up_kills_it(tmp_path: Path) -> None:
    access = access_to(
        tmp_path, f"echo $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid\nexec sleep 1000"
    )
    task = asyncio.create_task(read_domains(access))
    await asyncio.to_thread(wait_until, (tmp_path / "pid").exists)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not runs(int((tmp_path / "pid").read_text()))


async def test_endless_output_is_cut_off(tmp_path: Path) -> None:
    assert "more than there can be" in await only_trouble(access_to(tmp_path, "cat /dev/zero"))
    sentence = await only_trouble(access_to(tmp_path, "cat /dev/zero >&2"))
    assert "more than there can be" in sentence


async def test_endless_output_in_a_container_is_cut_off(containers: MailcowContainers) -> None:
    containers.client(DATABASE, "mariadb", "exec cat /dev/zero")
    assert "more than there can be" in await only_trouble(containers.access)


async def test_nothing_is_written_to_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await only_trouble(access_to(tmp_path, "echo out; echo err >&2; exit 1"))
    assert capfd.readouterr() == ("", "")
