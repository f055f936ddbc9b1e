"""mailcow.conf: the folder that it lies in, and what it says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from mailcow_dns_tui.mailcow.env_file import NOTHING, ConfValues, EnvFile, parse_env
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.mailcow.source_error import SourceError, read_small
from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.names import Address, unroutable

LOOPBACK = {4: "127.0.0.1", 6: "::1"}
PUBLISHED = re.compile(r"(?:(?P<address>\[[^\[\]]*\]|[^:\[\]]*):)?(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class Binding:
    """A port of the machine.

    Attributes:
        address: the only one that the port is open at; None: at all of the machine's.
    """

    port: int
    address: Address | None = None

    @property
    def is_local(self) -> bool:
        """Whether nobody outside of the machine, or of its cable, can reach it."""
        address = self.address
        return address is not None and (address.is_loopback or address.is_link_local)

    @property
    def private_kind(self) -> str:
        """`a private address`, where the internet reaches the port by a router's help at best."""
        if self.address is None or self.address.is_unspecified or self.is_local:
            return ""
        return unroutable(self.address)

    @property
    def public_address(self) -> Address | None:
        """The address that it is bound to, where that is public."""
        return None if self.address is None or unroutable(self.address) else self.address

    @property
    def own_address(self) -> str:
        """Where this machine itself reaches the port."""
        if self.address is None:
            return LOOPBACK[4]
        return LOOPBACK[self.address.version] if self.address.is_unspecified else str(self.address)

    def excludes(self, version: int) -> bool:
        """Whether nothing can come in over this version of IP.

        Docker opens an unbound port over both; one with an address only at that address.
        """
        return self.address is not None and self.address.version != version


def read_port(text: str) -> int | None:
    """A port alone, as HTTP_PORT wants it; None for what is no port."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or validators.port(int(text)):
        return None
    return int(text)


def read_binding(text: str) -> Binding | None:
    """`143`, `192.0.2.10:143` or `[2001:db8::10]:143`; None for what docker-compose refuses."""
    match = PUBLISHED.fullmatch(text)
    port = read_port(match["port"]) if match else None
    if match is None or port is None:
        return None
    address = read_address(match["address"]) if match["address"] else None
    return None if match["address"] and address is None else Binding(port, address)


def read_address(text: str) -> Address | None:
    """An address, in brackets or without; None for everything else."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return None if address.version == 4 and bare != text else address


PORT_KEYS = {
    "smtp": ("SMTP_PORT", 25),
    "smtps": ("SMTPS_PORT", 465),
    "submission": ("SUBMISSION_PORT", 587),
    "imap": ("IMAP_PORT", 143),
    "imaps": ("IMAPS_PORT", 993),
    "pop3": ("POP_PORT", 110),
    "pop3s": ("POPS_PORT", 995),
    "sieve": ("SIEVE_PORT", 4190),
}
"""By service: the key of mailcow.conf, and the port without it."""

DEFAULT_PORTS = MappingProxyType({name: Binding(port) for name, (_, port) in PORT_KEYS.items()})
DEFAULT_HTTP, DEFAULT_HTTPS = Binding(80), Binding(443)
DEFAULT_SQL = Binding(13306, IPv4Address(LOOPBACK[4]))
DEFAULT_REDIS = Binding(7654, IPv4Address(LOOPBACK[4]))
TRUE = frozenset({"true", "yes", "y", "on", "1"})
FALSE = frozenset({"false", "no", "n", "off", "0"})
NONE = "n"
"""What mailcow's compose file puts in the place of an address that is not given."""
NO_KEY = "invalid"
"""What it puts in the place of an API key that is not given."""
API_KEY_CHARACTERS = r"[A-Za-z0-9-]+"


@dataclass(frozen=True)
class Conf:
    """The keys of mailcow.conf that answers depend on, with mailcow's own defaults.

    Attributes:
        hostname: MAILCOW_HOSTNAME; empty where it is missing or no host name.
        ports: by service: smtp, smtps, submission, imap, imaps, pop3, pop3s, sieve.
        http: HTTP_PORT at HTTP_BIND.
        https: HTTPS_PORT at HTTPS_BIND.
        sql: SQL_PORT, where Docker publishes the database.
        redis: REDIS_PORT, the same of Redis.
        enable_ipv6: ENABLE_IPV6, which docker-compose reads; before 2025-09 not DISABLE_IPv6.
        snat_ipv4: SNAT_TO_SOURCE, from which mail leaves; None where Docker chooses.
        snat_ipv6: the same, of SNAT6_TO_SOURCE.
        additional_san: names for the certificate; `imap.*` stands for one below each mail domain.
        autodiscover_san: whether autodiscover.*, autoconfig.* and mta-sts.* get certificates.
        directory_url: of another certificate authority, without credentials; else empty.
        api_key: for reading and writing; empty where mailcow does not take it over.
        api_key_read_only: the same, for reading.
        ipv4_network: of the containers, less the last number; its .254 is mailcow's resolver.
        project: the name of docker-compose's project.
        troubles: a sentence for each line and value that is passed over.
    """

    hostname: str = ""
    ports: Mapping[str, Binding] = field(default_factory=lambda: DEFAULT_PORTS)
    http: Binding = DEFAULT_HTTP
    https: Binding = DEFAULT_HTTPS
    sql: Binding = DEFAULT_SQL
    redis: Binding = DEFAULT_REDIS
    enable_ipv6: bool = True
    skip_sogo: bool = False
    snat_ipv4: Address | None = None
    snat_ipv6: Address | None = None
    additional_san: tuple[str, ...] = ()
    autodiscover_san: bool = True
    only_mailcow_hostname: bool = False
    skip_lets_encrypt: bool = False
    acme_dns_challenge: bool = False
    directory_url: str = ""
    api_key: Secret = NOTHING
    api_key_read_only: Secret = NOTHING
    db_user: str = "mailcow"
    db_name: str = "mailcow"
    db_password: Secret = NOTHING
    redis_password: Secret = NOTHING
    ipv4_network: str = "172.22.1"
    project: str = "mailcowdockerized"
    troubles: tuple[str, ...] = ()


def read_conf(env: EnvFile) -> Conf:
    """Check each value; one that is wrong gives a sentence, and mailcow's default."""
    values = ConfValues(env)
    return Conf(
        hostname=_hostname(values),
        ports={name: _bound(values, key, Binding(n)) for name, (key, n) in PORT_KEYS.items()},
        http=_web(values, "HTTP", DEFAULT_HTTP),
        https=_web(values, "HTTPS", DEFAULT_HTTPS),
        sql=_bound(values, "SQL_PORT", DEFAULT_SQL),
        redis=_bound(values, "REDIS_PORT", DEFAULT_REDIS),
        enable_ipv6=_ipv6(values),
        skip_sogo=values.flag("SKIP_SOGO", default=False),
        snat_ipv4=_snat(values, "SNAT_TO_SOURCE", IPv4Address),
        snat_ipv6=_snat(values, "SNAT6_TO_SOURCE", IPv6Address),
        additional_san=_names(values),
        autodiscover_san=values.flag("AUTODISCOVER_SAN", default=True),
        only_mailcow_hostname=values.flag("ONLY_MAILCOW_HOSTNAME", default=False),
        skip_lets_encrypt=values.flag("SKIP_LETS_ENCRYPT", default=False),
        acme_dns_challenge=values.flag("ACME_DNS_CHALLENGE", default=False),
        directory_url=values.read("DIRECTORY_URL", _url, "", "a URL, as in https://ca.example/dir"),
        api_key=_api_key(values, "API_KEY"),
        api_key_read_only=_api_key(values, "API_KEY_READ_ONLY"),
        db_user=_identifier(values, "DBUSER"),
        db_name=_identifier(values, "DBNAME"),
        db_password=values.secret("DBPASS"),
        redis_password=values.secret("REDISPASS"),
        ipv4_network=values.read("IPV4_NETWORK", _network, "172.22.1", "as in 172.22.1"),
        project=values.matching(
            "COMPOSE_PROJECT_NAME",
            "[a-z0-9][a-z0-9_-]*",
            "mailcowdockerized",
            "of lower-case letters and digits",
        ),
        troubles=tuple(values.troubles),
    )


def _hostname(values: ConfValues) -> str:
    def rule(text: str) -> str | None:
        return None if validators.host_name(text) else text

    if not values.has("MAILCOW_HOSTNAME"):
        values.troubles.append("mailcow.conf has no MAILCOW_HOSTNAME.")
    return values.read("MAILCOW_HOSTNAME", rule, "", "a full name, as in mail.example.org")


def _network(text: str) -> str | None:
    try:
        return str(IPv4Address(f"{text}.0")).removesuffix(".0")
    except ValueError:
        return None


def _bound(values: ConfValues, key: str, default: Binding) -> Binding:
    expected = f"a port, as in {default.port} or 192.0.2.10:{default.port}"
    return values.read(key, read_binding, default, expected)


def _web(values: ConfValues, prefix: str, default: Binding) -> Binding:
    expected = f"a port alone, as in {default.port}; the address belongs in {prefix}_BIND"
    port = values.read(f"{prefix}_PORT", read_port, default.port, expected)
    address: Address | None = None
    address = values.read(f"{prefix}_BIND", read_address, address, "an address, as in 192.0.2.10")
    return Binding(port, address)


def _ipv6(values: ConfValues) -> bool:
    def rule(text: str) -> bool | None:
        word = text.lower()
        return word in TRUE if word in TRUE | FALSE else None

    if not values.has("ENABLE_IPV6"):
        return not values.flag("DISABLE_IPv6", default=False)
    return values.read("ENABLE_IPV6", rule, default=True, expected="true or false")


def _snat(
    values: ConfValues, key: str, kind: type[IPv4Address] | type[IPv6Address]
) -> Address | None:
    def rule(text: str) -> Address | None:
        address = read_address(text)
        return address if isinstance(address, kind) else None

    if values.secret(key).reveal() == NONE:
        return None
    example = "192.0.2.10" if kind is IPv4Address else "2001:db8::10"
    nothing: Address | None = None
    return values.read(key, rule, nothing, f"an address, as in {example}")


def _list(values: ConfValues, key: str) -> tuple[str, ...]:
    parts = (part.strip() for part in values.secret(key).reveal().split(","))
    return tuple(part for part in parts if part and part != NO_KEY)


def _names(values: ConfValues) -> tuple[str, ...]:
    def rule(_: str) -> tuple[str, ...] | None:
        names = _list(values, "ADDITIONAL_SAN")
        return names if all(map(_is_san, names)) else None

    expected = "names with commas between them, as in imap.*,srv1.example.net"
    return values.read("ADDITIONAL_SAN", rule, (), expected)


def _is_san(text: str) -> bool:
    """A host name, `x.*`, or with the DNS challenge `*.example.org`."""
    if text.endswith(".*"):
        text = f"{text[:-2]}.example.org"
    return validators.host_name(text.removeprefix("*.")) is None


def _url(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or not host.isascii():
        return None
    bracketed = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{bracketed}{f':{port}' if port else ''}{parts.path}"


def _api_key(values: ConfValues, key: str) -> Secret:
    """The key, where mailcow takes it over: only together with API_ALLOW_FROM."""
    text = values.matching(key, API_KEY_CHARACTERS, NO_KEY, "of letters, digits and hyphens")
    if text == NO_KEY:
        return NOTHING
    if not _list(values, "API_ALLOW_FROM"):
        sentence = f"{key} in mailcow.conf has no effect without API_ALLOW_FROM beside it."
        values.troubles.append(sentence)
        return NOTHING
    return Secret(text)


def _identifier(values: ConfValues, key: str) -> str:
    expected = "a name of letters, digits and _"
    return values.matching(key, r"[A-Za-z0-9_][A-Za-z0-9_.$-]{0,79}", "mailcow", expected)


USUAL_PLACES = (Path("/opt/mailcow-dockerized"),)
CONF = "mailcow.conf"
LARGEST_CONF = 256 * 1024


def find_folder(given: Path | None = None, places: Sequence[Path] = USUAL_PLACES) -> Path | None:
    """The given folder, else the first of the usual places that is there.

    Who gives mailcow.conf itself means the folder that it is in.
    """
    if given is not None:
        given = given.expanduser() if str(given).startswith("~/") else given
        return given.parent if given.name == CONF and not _is_folder(given) else given
    return next(filter(_is_folder, places), None)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # of a folder above it that may not be entered
        return False


def conf_in(folder: Path) -> Conf | SourceError:
    """What the folder's mailcow.conf says."""
    path = folder / CONF
    absent = f"There is no mailcow.conf in {folder}; --mailcow names its own folder."
    content = read_small(path, LARGEST_CONF, absent)
    if isinstance(content, SourceError):
        return content
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return SourceError(f"{path} is not a text in UTF-8; save it as one.")
    return read_conf(parse_env(text))
