"""Real name servers and resolvers on loopback addresses, for tests."""

import base64
import getpass
import itertools
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.zone

from mailcow_dns_tui.lookup.question import Endpoint

START_SECONDS = 10.0
OWN_PORTS = range(21000, 32768)
"""Between those that Unbound asks from and those of net.ipv4.ip_local_port_range."""

BIND_CONF = """
options {{
  directory "{directory}";
  listen-on port {port} {{ {address}; }};
  listen-on-v6 {{ none; }};
  pid-file none;
  session-keyfile none;
  recursion no;
  notify no;
  dnssec-validation no;
}};
controls {{ }};
include "{directory}/key";
"""
BIND_ZONE = """
zone "{apex}" {{
  type primary;
  file "{file}";
  allow-update {{ {updaters}; }};
  allow-transfer {{ key "{key}"; }};
  {more}
}};
"""

NSD_CONF = """
server:
  ip-address: {address}
  port: {port}
  username: {user}
  chroot: ""
  zonesdir: "{directory}"
  xfrdir: "{directory}"
  database: ""
  pidfile: "{directory}/nsd.pid"
  xfrdfile: "{directory}/xfrd.state"
  zonelistfile: "{directory}/zone.list"
  logfile: "{directory}/nsd.log"
  server-count: 1
  rrl-ratelimit: 0
  rrl-size: 1
  xfrd-tcp-max: 1
  xfrd-tcp-pipeline: 1
remote-control:
  control-enable: no
"""
"""It fetches no zones and limits nobody: what it would prepare for that takes half of its start."""

UNBOUND_CONF = """
server:
  interface: {address}
  port: {port}
  username: ""
  chroot: ""
  directory: "{directory}"
  pidfile: ""
  use-syslog: no
  logfile: "{directory}/unbound.log"
  log-queries: yes
  log-time-ascii: no
  do-daemonize: no
  num-threads: 1
  outgoing-port-avoid: "0-65535"
  outgoing-port-permit: "20000-20999"
  module-config: "{modules}"
  do-not-query-localhost: no
  root-hints: ""
  ede: yes
remote-control:
  control-enable: no
"""
"""Its few ports are mixed at once at its start; 60,000 would take most of that."""


POWERDNS_CONF = """
launch=gsqlite3
gsqlite3-database={directory}/pdns.sqlite3
gsqlite3-pragma-synchronous=0
local-address={address}
local-port={port}
allow-axfr-ips=127.0.0.0/8
primary=yes
api=yes
api-key={key}
webserver=yes
webserver-address={address}
webserver-port={api_port}
socket-dir={directory}
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
version-string=anonymous
"""
POWERDNS_SCHEMA = Path("/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql")


def serve_anew(directory: Path, endpoint: Endpoint, apex: str, text: str) -> None:
    """Let an NSD that runs in the folder read a zone anew; its text has a serial of its own."""
    name = dns.name.from_text(apex)
    serial = dns.zone.from_text(text, name).get_soa().serial
    conf = (directory / "nsd.conf").read_text()
    file = conf.partition(f'name: "{apex}"')[2].split('"')[1]
    (directory / file).write_text(text)
    # It reads what has another time; of files it may know whole seconds only.
    os.utime(directory / file, (serial, serial))
    os.kill(int((directory / "nsd.pid").read_text()), signal.SIGHUP)
    wait_until(lambda: _serial(endpoint, name) == serial)


def _serial(endpoint: Endpoint, apex: dns.name.Name) -> int | None:
    """Of the zone, as it is served; None where there was no answer."""
    query = dns.message.make_query(apex, "SOA")
    try:
        answer = dns.query.udp(query, endpoint.address, 1.0, endpoint.port)
    except (OSError, dns.exception.Timeout):
        return None
    return next((rdata.serial for rrset in answer.answer for rdata in rrset), None)


def zone_text(*records: str, apex: str, servers: Sequence[str], serial: int = 1) -> str:
    """A zone file: SOA and NS for the name servers, then the records, all with a TTL of 300.

    An absence is remembered for 60 seconds.
    """
    soa = f"@ SOA {servers[0]} hostmaster.invalid. {serial} 3600 600 86400 60"
    head = [f"$ORIGIN {apex.rstrip('.')}.", "$TTL 300", soa, *(f"@ NS {ns}" for ns in servers)]
    return "\n".join((*head, *records)) + "\n"


def _own_ports() -> Iterator[int]:
    """Ports that the kernel gives nobody by itself, round and round.

    What it gives to whoever asks a server may be taken before the test's own server has it. Each
    process begins elsewhere, so that those at work at once have others.
    """
    span = len(OWN_PORTS)
    return (OWN_PORTS[number % span] for number in itertools.count(os.getpid() * 499 % span))


_ports = _own_ports()


def free_port(addresses: Sequence[str] = ("127.0.0.1",)) -> int:
    """A port that nothing listens on, over UDP and TCP, at all the addresses."""
    for port in itertools.islice(_ports, len(OWN_PORTS)):
        if all(_is_free(address, port) for address in addresses):
            return port
    raise RuntimeError("no free port")


def _is_free(address: str, port: int) -> bool:
    try:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind((address, port))
    except OSError:
        return False
    return True


@contextmanager
def run_nsd(directory: Path, endpoint: Endpoint, zones: Mapping[str, str | None]) -> Iterator[None]:
    """An NSD that serves the zones: the text of a zone file by apex; None: one that is missing."""
    directory.mkdir(parents=True, exist_ok=True)
    conf = NSD_CONF.format(
        address=endpoint.address,
        port=endpoint.port,
        directory=directory,
        user=getpass.getuser(),
    )
    for index, (apex, text) in enumerate(zones.items()):
        path = directory / f"{index}.zone"
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text)
        conf += f'zone:\n  name: "{apex}"\n  zonefile: "{index}.zone"\n'
    (directory / "nsd.conf").write_text(conf)
    command = ["nsd", "-d", "-c", str(directory / "nsd.conf")]
    with _running(command, endpoint, directory / "nsd.log"):
        yield


@dataclass(frozen=True)
class Bind:
    """A running name server that takes updates and transfers with its key.

    Attributes:
        key_file: as nsupdate reads it.
        secret: base64.
    """

    endpoint: Endpoint
    key_name: str
    secret: str
    key_file: Path


@contextmanager
def run_bind(
    directory: Path,
    endpoint: Endpoint,
    zones: Mapping[str, str],
    fixed: Mapping[str, str],
    more: str = "",
) -> Iterator[Bind]:
    """A BIND that serves the zones, and takes updates of those that are not fixed.

    It listens only on an address that an interface has: of loopback 127.0.0.1.

    Args:
        zones: the text of a zone file by apex.
        fixed: the same; such as signed ones, which it would sign anew.
        more: statements about the first of the zones, such as how it is signed.
    """
    directory.mkdir(parents=True, exist_ok=True)
    secret = base64.b64encode(os.urandom(32)).decode()
    bind = Bind(endpoint, "mailcow", secret, directory / "key")
    bind.key_file.write_text(
        f'key "{bind.key_name}" {{ algorithm hmac-sha256; secret "{secret}"; }};\n'
    )
    conf = BIND_CONF.format(directory=directory, address=endpoint.address, port=endpoint.port)
    for index, (apex, text) in enumerate({**zones, **fixed}.items()):
        file = f"{index}.zone"
        (directory / file).write_text(text)
        updaters = "none" if apex in fixed else f'key "{bind.key_name}"'
        told = "" if index else more
        conf += BIND_ZONE.format(
            apex=apex, file=file, updaters=updaters, key=bind.key_name, more=told
        )
    (directory / "named.conf").write_text(conf)
    log = directory / "named.log"
    command = ["named", "-f", "-4", "-n", "1", "-L", str(log), "-c", str(directory / "named.conf")]
    with _running(command, endpoint, log):
        yield bind


@dataclass(frozen=True)
class PowerDns:
    """A running PowerDNS that gives its zones to whoever asks, and is changed by its API."""

    endpoint: Endpoint
    api_port: int
    api_key: str


@contextmanager
def run_powerdns(
    directory: Path, endpoint: Endpoint, zones: Mapping[str, str]
) -> Iterator[PowerDns]:
    """A PowerDNS with a database of its own; the text of a zone file by apex."""
    directory.mkdir(parents=True, exist_ok=True)
    running = PowerDns(endpoint, free_port([endpoint.address]), os.urandom(16).hex())
    conf = POWERDNS_CONF.format(
        directory=directory,
        address=endpoint.address,
        port=endpoint.port,
        api_port=running.api_port,
        key=running.api_key,
    )
    (directory / "pdns.conf").write_text(conf)
    with closing(sqlite3.connect(directory / "pdns.sqlite3")) as database:
        database.executescript(POWERDNS_SCHEMA.read_text())
    for apex, text in zones.items():
        (directory / f"{apex}.zone").write_text(text)
        load = ["load-zone", apex, str(directory / f"{apex}.zone")]
        subprocess.run(
            ["pdnsutil", f"--config-dir={directory}", *load], check=True, capture_output=True
        )
    command = ["pdns_server", f"--config-dir={directory}", "--daemon=no", "--guardian=no"]
    with _running(command, endpoint, directory / "pdns.log"):
        yield running


@dataclass(frozen=True)
class Https:
    """Where an Unbound answers over HTTPS, too, at the path /dns-query.

    Attributes:
        pem: its certificate and key.
    """

    port: int
    pem: Path

    def conf(self, address: str) -> str:
        return (
            f"  interface: {address}@{self.port}\n  https-port: {self.port}\n"
            f'  tls-service-key: "{self.pem}"\n  tls-service-pem: "{self.pem}"\n'
        )


@dataclass(frozen=True)
class Unbound:
    """A running resolver."""

    endpoint: Endpoint
    log: Path

    def asked(self) -> list[tuple[str, str]]:
        """Every question that clients asked so far: name and type, in order."""
        lines = (line.split() for line in self.log.read_text().splitlines())
        # [seconds] unbound[pid:thread] info: 127.0.0.1 example.org. A IN
        return [
            (words[4], words[5])
            for words in lines
            if words[2:3] == ["info:"] and words[6:] == ["IN"]
        ]


@contextmanager
def run_unbound(
    directory: Path,
    endpoint: Endpoint,
    stubs: Mapping[str, Sequence[Endpoint]],
    trust_anchors: Sequence[str] = (),
    https: Https | None = None,
    longest_ttl: int | None = None,
) -> Iterator[Unbound]:
    """An Unbound that knows the name servers of each zone in `stubs`, and no others.

    It validates below its trust anchors: DS records as in a zone file. What it remembers, and that
    there is nothing, it remembers for `longest_ttl` seconds at most.
    """
    directory.mkdir(parents=True, exist_ok=True)
    conf = UNBOUND_CONF.format(
        address=endpoint.address,
        port=endpoint.port,
        directory=directory,
        modules="validator iterator" if trust_anchors else "iterator",
    )
    if longest_ttl is not None:
        limits = f"  cache-max-ttl: {longest_ttl}\n  cache-max-negative-ttl: {longest_ttl}\n"
        conf = conf.replace("remote-control:", limits + "remote-control:")
    if https is not None:
        conf = conf.replace("remote-control:", https.conf(endpoint.address) + "remote-control:")
    anchors = "".join(f'  trust-anchor: "{anchor}"\n' for anchor in trust_anchors)
    conf = conf.replace("remote-control:", anchors + "remote-control:")
    served = "".join(f'  local-zone: "{apex}" transparent\n' for apex in stubs)
    # Nothing but loopback is ever asked.
    plain = served if "." in stubs else f'{served}  local-zone: "." refuse\n'
    conf = conf.replace("remote-control:", plain + "remote-control:")
    for apex, servers in stubs.items():
        conf += f'stub-zone:\n  name: "{apex}"\n'
        conf += "".join(f"  stub-addr: {s.address}@{s.port}\n" for s in servers)
    (directory / "unbound.conf").write_text(conf)
    command = ["unbound", "-d", "-c", str(directory / "unbound.conf")]
    log = directory / "unbound.log"
    with _running(command, endpoint, log):
        yield Unbound(endpoint, log)


@contextmanager
def _running(command: Sequence[str], endpoint: Endpoint, log: Path) -> Iterator[None]:
    process = subprocess.Popen(
        [program_path(command[0]) or command[0], *command[1:]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # NSD reads all authorities at its start, and trusts nobody here.
        env={**os.environ, "SSL_CERT_FILE": os.devnull},
    )
    try:
        wait_until(lambda: process.poll() is not None or answers(endpoint))
        if process.poll() is not None:
            text = log.read_text() if log.exists() else ""
            raise RuntimeError(f"{command[0]} did not start: {text}")
        yield
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def program_path(program: str) -> str | None:
    """Where a server is installed; Debian's lie where only root's PATH leads."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def answers(endpoint: Endpoint, patience: float = 0.2) -> bool:
    """Whether anything that speaks DNS listens there."""
    query = dns.message.make_query("start.invalid.", "TXT")
    # Connected, so that a port where nobody listens yet is known at once.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(patience)
        try:
            asking.connect((endpoint.address, endpoint.port))
            asking.send(query.to_wire())
            return bool(asking.recv(512))
        except OSError:
            return False


def wait_until(condition: Callable[[], bool]) -> None:
    """Raises TimeoutError where it does not come true."""
    end = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)
