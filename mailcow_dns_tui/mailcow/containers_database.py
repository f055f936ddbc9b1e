"""The domains in mailcow's database, as its tables have them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailcow_dns_tui.mailcow.containers_docker import Docker, Trouble, failed
from mailcow_dns_tui.mailcow.containers_process import Output
from mailcow_dns_tui.mailcow.secret import Secret

WHAT = "mailcow's database"
# One JSON object a line, so that no value can be taken for the end of a column or row. Of the
# relay hosts, mailcow uses the active ones. Last comes the table that older versions don't have.
SQL = b"""
SET SESSION lock_wait_timeout = 10, max_statement_time = 10;
START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY;
SELECT JSON_OBJECT('table', 'domain', 'name', domain, 'active', active, 'backup_mx', backupmx,
    'relay_host', IF(EXISTS (SELECT 1 FROM relayhosts
      WHERE relayhosts.id = domain.relayhost AND relayhosts.active = 1), 1, 0))
  FROM domain ORDER BY domain;
SELECT JSON_OBJECT('table', 'alias_domain', 'name', alias_domain, 'target', target_domain,
    'active', active)
  FROM alias_domain ORDER BY alias_domain;
SELECT JSON_OBJECT('table', 'mta_sts', 'name', domain, 'id', CAST(id AS CHAR))
  FROM mta_sts WHERE active = 1 ORDER BY domain;
"""
# The image has the client under its new name, its old name, or both.
CLIENT = 'exec "$(command -v mariadb || command -v mysql)" "$@"'
OPTIONS = ("--batch", "--raw", "--skip-column-names", "--default-character-set=utf8mb4")
REFUSED = {1044, 1045, 1698}
NOT_READY = {2002, 2003, 2013}
NO_SUCH_TABLE = 1146


@dataclass(frozen=True)
class DomainRow:
    name: str
    active: bool
    backup_mx: bool
    relay_host: bool


@dataclass(frozen=True)
class AliasRow:
    name: str
    target: str
    active: bool


@dataclass(frozen=True)
class Database:
    """What the tables say.

    Attributes:
        policies: the ids of the active MTA-STS policies, by domain.
    """

    domains: tuple[DomainRow, ...]
    aliases: tuple[AliasRow, ...]
    policies: Mapping[str, str]


async def read_database(
    docker: Docker, container: str, *, user: str, name: str, password: Secret
) -> Database | Trouble:
    """Ask for the domains, alias domains and MTA-STS policies, in one read-only transaction."""
    command = ("sh", "-c", CLIENT, "sh", *OPTIONS, f"--user={user}", f"--database={name}")
    secrets = {"MYSQL_PWD": password} if password else {}
    output = await docker.execute(container, command, WHAT, data=SQL, secrets=secrets)
    if isinstance(output, Trouble):
        return output
    trouble = _trouble(output, secrets)
    return trouble or _database(output.stdout)


def _trouble(output: Output, secrets: Mapping[str, Secret]) -> Trouble | None:
    if not output.code:
        return None
    error = re.search(rb"^ERROR (\d+)\b.*", output.stderr, re.MULTILINE)
    number = int(error[1][:9]) if error else 0
    if error and number == NO_SUCH_TABLE and b"mta_sts'" in error[0]:
        return None
    if number in REFUSED:
        return Trouble(f"{WHAT} refuses DBUSER or DBPASS of mailcow.conf: use mailcow's API.")
    if number in NOT_READY:
        return Trouble(f"{WHAT} takes no connections yet: try again in a minute.")
    return failed(WHAT, output, secrets, error[0] if error else b"")


def _database(stdout: bytes) -> Database | Trouble:
    try:
        rows = list(_rows(stdout.decode()))
    except (ValueError, RecursionError):
        return Trouble(f"{WHAT} answered what can't be understood: use mailcow's API instead.")
    domains = [row for row in rows if row["table"] == "domain"]
    aliases = [row for row in rows if row["table"] == "alias_domain"]
    policies = [row for row in rows if row["table"] == "mta_sts"]
    return Database(
        tuple(map(_domain, domains)),
        tuple(AliasRow(row["name"], row["target"], row["active"] == "1") for row in aliases),
        {row["name"].lower(): row["id"] for row in policies},
    )


COLUMNS = {
    "domain": {"table", "name", "active", "backup_mx", "relay_host"},
    "alias_domain": {"table", "name", "target", "active"},
    "mta_sts": {"table", "name", "id"},
}


def _rows(text: str) -> Iterator[Mapping[str, str]]:
    """Each row with all its values as text, whatever their types; NULL is empty.

    Raises:
        ValueError: where a line is no row of these tables.
    """
    for line in filter(None, text.split("\n")):
        row = json.loads(line)
        if not isinstance(row, dict) or row.keys() != COLUMNS.get(str(row.get("table"))):
            raise ValueError
        yield {key: "" if value is None else str(value) for key, value in row.items()}


def _domain(row: Mapping[str, str]) -> DomainRow:
    active, backup_mx, relay_host = (
        row[key] == "1" for key in ("active", "backup_mx", "relay_host")
    )
    return DomainRow(row["name"], active, backup_mx, relay_host)
