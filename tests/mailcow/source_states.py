"""Every source of a mail host in every state that it should not be in, and what is said then."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from tests.mailcow.api_server import ENDLESS, HTML, SILENCE, ApiServer, Reply, error
from tests.mailcow.docker_engine import docker_engine
from tests.mailcow.mail_host import lay_out, serving_api, with_api
from tests.mailcow.other_user import NOBODY
from tests.servers import free_port

MIB = 1024 * 1024
LOOPBACK = "127.0.0.1"


@dataclass
class Host:
    """A mail host whose API answers, and which has no Docker and publishes no database.

    Attributes:
        docker: the path of Docker's socket.
        smtp_port: where the mail server would listen; 0: any.
        dns_is_dead: the only state that is not on the host.
    """

    folder: Path
    docker: Path
    api: ApiServer
    smtp_port: int = 0
    dns_is_dead: bool = False
    stack: ExitStack = field(default_factory=ExitStack)

    @property
    def conf(self) -> Path:
        return self.folder / "mailcow.conf"

    @property
    def certificate(self) -> Path:
        return self.folder / "data/assets/ssl/cert.pem"

    def add_lines(self, *lines: str) -> None:
        self.conf.write_text(self.conf.read_text() + "".join(f"{line}\n" for line in lines))

    @property
    def environ(self) -> dict[str, str]:
        """What leads to this host's Docker."""
        return {"DOCKER_HOST": f"unix://{self.docker}"}

    def remove_key(self) -> None:
        """Let Docker be the only way to the domains."""
        self.add_lines("API_KEY_READ_ONLY=")

    def let_docker_hang(self) -> None:
        self.remove_key()
        listening = self.stack.enter_context(socket.socket(socket.AF_UNIX))
        listening.bind(str(self.docker))
        listening.listen()

    def let_docker_fail(self) -> None:
        self.remove_key()
        engine = self.stack.enter_context(docker_engine(self.docker))
        engine.status, engine.instead = 500, b"no daemon"

    def answer(self, reply: Reply) -> None:
        self.api.before = reply

    def let_smtp_hang(self) -> None:
        self.certificate.unlink()
        self.smtp_port = self._silent(self.smtp_port)

    def let_database_hang(self) -> None:
        self.add_lines(f"SQL_PORT={self._silent()}")

    def _silent(self, port: int = 0) -> int:
        """The port of a server that accepts and says nothing."""
        listening = self.stack.enter_context(socket.create_server((LOOPBACK, port)))
        return int(listening.getsockname()[1])

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
        "database hanging": State(Host.let_database_hang, "mailcow's database gave no answer"),
        "database not published": State(Host.remove_key, "Nothing answers at 127.0.0.1:"),
        "Docker missing": State(Host.remove_key, "Docker was not found"),
        "Docker hanging": State(Host.let_docker_hang, "Docker gave no answer"),
        "Docker failing": State(Host.let_docker_fail, "no daemon"),
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
    with serving_api("example.org") as api, ExitStack() as stack:
        closed = (f"SQL_PORT={free_port()}", f"REDIS_PORT={free_port()}")
        conf = lay_out(folder / "host", *with_api(api), *closed)
        yield Host(conf, folder / "docker.sock", api, smtp_port, stack=stack)
