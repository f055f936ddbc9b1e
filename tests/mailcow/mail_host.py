"""A machine laid out as a mailcow host: the folder, mailcow.conf, the certificate."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY
from tests.certificates import Authority
from tests.mailcow.api_rows import dkim, domain
from tests.mailcow.api_server import HOST, ApiServer, api_server
from tests.mailcow.confs import AS_GENERATED
from tests.mailcow.database_servers import DB_PASSWORD, REDIS_PASSWORD

CONF = f"{AS_GENERATED}SNAT_TO_SOURCE=192.0.2.10\nSNAT6_TO_SOURCE=2001:db8::10\n".replace(
    "DbPass1", DB_PASSWORD
).replace("RedisPass1", REDIS_PASSWORD)
SECRETS = (DB_PASSWORD, REDIS_PASSWORD, "DbRoot1")


def lay_out(folder: Path, *lines: str) -> Path:
    """mailcow's folder; the lines come last in mailcow.conf, and count."""
    (folder / "data/assets/ssl").mkdir(parents=True)
    (folder / "mailcow.conf").write_text(CONF + "\n".join(lines) + "\n")
    certificates = folder.parent / "authority"
    certificates.mkdir(exist_ok=True)
    Authority.make(certificates).context(HOST)
    certificate = (certificates / f"{HOST}.pem").read_text().partition("-----BEGIN PRIVATE")[0]
    (folder / "data/assets/ssl/cert.pem").write_text(certificate)
    return folder


def with_api(api: ApiServer) -> tuple[str, ...]:
    """The lines by which mailcow.conf leads to a running API."""
    return (f"HTTPS_PORT={api.port}", f"API_KEY_READ_ONLY={api.key}", "API_ALLOW_FROM=127.0.0.1")


@contextmanager
def serving_api(*names: str) -> Iterator[ApiServer]:
    """An API that has these domains, each with a key."""
    keys = {name: dkim(EXAMPLE_ORG_KEY) for name in names}
    with api_server(ApiServer(domains=[domain(name) for name in names], dkim=keys)) as running:
        yield running


def seen_secrets(api: ApiServer, text: str) -> list[str]:
    """Those that a text has and must not have."""
    return [secret for secret in (*SECRETS, api.key) if secret in text]
