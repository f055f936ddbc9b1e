"""Every source of a mail host in every state that it should not be in, and what is said then."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from tests.mailcow.api_server import ENDLESS, HTML, SILENCE, ApiServer, Reply, error
from tests.mailcow.container_servers import write_program
from tests.mailcow.mail_host import lay_out, serving_api, with_api
from tests.mailcow.other_user import NOBODY

MIB = 1024 * 1024
LOOPBACK = "127.0.0.1"


@dataclass
class Host:
    """A mail host whose API answers, and which has no Docker.

    Attributes:
        programs: all of PATH.
        smtp_port: where the mail server would listen; 0: any.
        dns_is_dead: the only state that is not on the host.
    """

    folder: Path
    programs: Path
    api: ApiServer
    smtp_port: int = 0
    dns_is_dead: bool = False
    sockets: list[socket.socket] = field(default_factory=list)

    @property
    def conf(self) -> Path:
        return self.folder / "mailcow.conf"

    @property
    def certificate(self) -> Path:
        return self.folder / "data/assets/ssl/cert.pem"

    def add_lines(self, *lines: str) -> None:
        self.conf.write_text(self.conf.read_text() + "".join(f"{line}\n" for line in lines))

    def docker(self, script: str) -> None:
        """Let Docker be a line of shell, and the only way to the domains."""
        self.add_lines("API_KEY_READ_ONLY=")
        write_program(self.programs / "docker", script)

    def answer(self, reply: Reply) -> None:
        self.api.before = reply

    def let_smtp_hang(self) -> None:
        self.certificate.unlink()
        listening = socket.create_server((LOOPBACK, self.smtp_port))
        self.smtp_port = listening.getsockname()[1]
        self.sockets.append(listening)

    def kill_dns(self) -> None:
        """Nobody but DNS could tell the address."""
        self.add_lines("SNAT_TO_SOURCE=", "SNAT6_TO_SOURCE=")
        self.dns_is_dead = True


def close_to_us(path: Path) -> None:
    """As mailcow.conf is to others; a process of root has to be started `without_privilege`."""
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
    path.chmod(0o600 if os.geteuid() == 0 else 0)


def without_privilege() -> tuple[str, ...]:
    """What to start a command with, so that root may read no more than its own files."""
    capabilities = "-dac_override,-dac_read_search"
    command = ("setpriv", "--bounding-set", capabilities, "--inh-caps", capabilities)
    return command if os.geteuid() == 0 else ()


@dataclass(frozen=True)
class State:
    """Attributes: said: on the screen of the sources, or its beginning."""

    make: Callable[[Host], object]
    said: str


STATES: Mapping[str, State] = MappingProxyType(
    {
        "mailcow.conf missing": State(lambda h: h.conf.unlink(), "There is no mailcow.conf in"),
        "mailcow.conf unreadable": State(
            lambda h: close_to_us(h.conf), "may not be read by this user"
        ),
        "mailcow.conf of 50 MB": State(
            lambda h: h.conf.write_bytes(b"#" * 50 * MIB), "is too large to be what it should be"
        ),
        "mailcow.conf of rubbish": State(
            lambda h: h.conf.write_bytes(bytes(range(256)) * 99), "is not a text in UTF-8"
        ),
        "API hanging": State(lambda h: h.answer(SILENCE), "no answer in time"),
        "API of 50 MB": State(lambda h: h.answer(ENDLESS), "larger than 32 MiB"),
        "API of HTML": State(lambda h: h.answer(HTML), "a web page in place of data"),
        "API refusing": State(
            lambda h: h.answer(error("authentication failed", 401)),
            "the API key is wrong or not active",
        ),
        "API redirecting": State(
            lambda h: h.answer(Reply(status=302, headers=(("Location", "https://192.0.2.1/"),))),
            "the server redirects to",
        ),
        "Docker missing": State(
            lambda h: h.add_lines("API_KEY_READ_ONLY="), "Docker was not found"
        ),
        "Docker hanging": State(
            lambda h: h.docker("exec /bin/sleep 1000"), "Docker gave no answer"
        ),
        "Docker failing": State(lambda h: h.docker("echo no daemon >&2; exit 1"), "no daemon"),
        "certificate missing": State(lambda h: h.certificate.unlink(), "cert.pem is not there"),
        "certificate of rubbish": State(
            lambda h: h.certificate.write_bytes(b"\x00\xff" * 99), "has no certificate in PEM"
        ),
        "STARTTLS hanging": State(Host.let_smtp_hang, "cert.pem is not there"),
        "DNS dead": State(Host.kill_dns, "could not be looked up"),
    }
)


@contextmanager
def mail_host(folder: Path, smtp_port: int = 0) -> Iterator[Host]:
    """A mail host with nothing wrong yet."""
    with serving_api("example.org") as api:
        programs = folder / "bin"
        programs.mkdir(parents=True)
        host = Host(lay_out(folder / "host", *with_api(api)), programs, api, smtp_port)
        try:
            yield host
        finally:
            for each in host.sockets:
                each.close()
