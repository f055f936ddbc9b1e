"""The domains as mailcow's own containers have them."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.mailcow.containers import read_domains
from mailcow_dns_tui.mailcow.known import KnownDomain, KnownDomains
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.setup import DkimKey
from tests.mailcow.container_servers import DATABASE, REDIS, MailcowContainers, write_program

KEY = demo_setup().domains[0].dkim[0].key
SOURCE = "mailcow's containers"


async def known(containers: MailcowContainers) -> dict[str, KnownDomain]:
    """The domains by name, where nothing went wrong."""
    read = await read_domains(containers.access)
    assert read.troubles == ()
    assert read.domains is not None
    return {domain.name: domain for domain in read.domains}


async def test_reads_all_that_mailcow_knows(containers: MailcowContainers) -> None:
    containers.add_domain("example.org")
    containers.add_domain("backup.example", active=0, backup_mx=1)
    containers.add_alias("example.net", "example.org")
    containers.add_policy("example.org", 20250913122400)
    containers.add_key("example.org", "dkim", KEY)
    containers.add_key("example.net", "alias2026", KEY)
    assert await read_domains(containers.access) == KnownDomains(
        SOURCE,
        (
            KnownDomain("backup.example", active=False, backup_mx=True, dkim=(), mta_sts_id=""),
            KnownDomain("example.org", dkim=(DkimKey("dkim", KEY),), mta_sts_id="20250913122400"),
            KnownDomain(
                "example.net",
                alias_of="example.org",
                dkim=(DkimKey("alias2026", KEY),),
                mta_sts_id="20250913122400",
            ),
        ),
    )


async def test_a_new_mailcow_has_no_domain(containers: MailcowContainers) -> None:
    assert await read_domains(containers.access) == KnownDomains(SOURCE, ())


async def test_a_domain_without_a_key_is_known_to_have_none(containers: MailcowContainers) -> None:
    containers.add_domain("example.org")
    assert (await known(containers))["example.org"].dkim == ()


async def test_a_key_of_another_domain_is_nobodys(containers: MailcowContainers) -> None:
    containers.add_domain("example.org")
    containers.add_key("sub.example.org", "dkim", KEY)
    assert (await known(containers))["example.org"].dkim == ()


async def test_only_an_active_policy_counts(containers: MailcowContainers) -> None:
    containers.add_domain("example.org")
    containers.add_alias("example.net", "example.org")
    containers.add_policy("example.org", 20250913122400, active=0)
    domains = await known(containers)
    assert domains["example.org"].mta_sts_id == ""
    assert domains["example.net"].mta_sts_id == ""


async def test_an_older_mailcow_has_no_policies(containers: MailcowContainers) -> None:
    containers.servers.sql("DROP TABLE mta_sts;")
    containers.add_domain("example.org")
    containers.add_alias("example.net", "example.org")
    domains = await known(containers)
    assert [domain.mta_sts_id for domain in domains.values()] == ["", ""]


async def test_mail_leaves_through_an_active_relay_host_only(containers: MailcowContainers) -> None:
    containers.servers.sql("INSERT INTO relayhosts VALUES (1, 'a.example', 1), (2, 'b.example', 0)")
    containers.add_domain("direct.example")
    containers.add_domain("relayed.example", relay_host="1")
    containers.add_domain("switched-off.example", relay_host="2")
    containers.add_domain("deleted.example", relay_host="3")
    containers.add_alias("alias.example", "relayed.example")
    relayed = {domain.name for domain in (await known(containers)).values() if domain.relay_host}
    assert relayed == {"relayed.example", "alias.example"}


async def test_an_alias_is_no_more_active_than_its_target(containers: MailcowContainers) -> None:
    containers.add_domain("on.example")
    containers.add_domain("off.example", active=0)
    containers.add_alias("a.example", "on.example")
    containers.add_alias("b.example", "on.example", active=0)
    containers.add_alias("c.example", "off.example")
    containers.add_alias("d.example", "deleted.example")
    active = {domain.name for domain in (await known(containers)).values() if domain.active}
    assert active == {"on.example", "a.example"}


@pytest.mark.parametrize("name", ["mariadb", "mysql"])
async def test_the_client_may_have_either_name(containers: MailcowContainers, name: str) -> None:
    containers.add_domain("example.org")
    (containers.container(DATABASE) / "bin" / name).unlink()
    assert list(await known(containers)) == ["example.org"]


@pytest.mark.parametrize("password", ["", "not asked for"])
async def test_an_older_mailcow_has_no_password_in_redis(
    containers: MailcowContainers, password: str
) -> None:
    containers.add_domain("example.org")
    containers.add_key("example.org", "dkim", KEY)
    containers.servers.redis("CONFIG", "SET", "requirepass", "")
    access = replace(containers.access, redis_password=Secret(password))
    read = await read_domains(access)
    assert read.domains is not None
    assert read.domains[0].dkim == (DkimKey("dkim", KEY),)
    assert read.troubles == ()


async def test_another_project_is_left_alone(containers: MailcowContainers) -> None:
    containers.add_domain("example.org")
    other = containers.start(DATABASE, "other") / "bin"
    write_program(other / "mariadb", "exit 1")
    assert list(await known(containers)) == ["example.org"]


async def test_it_only_reads(containers: MailcowContainers) -> None:
    containers.add_domain("example.org")
    containers.add_policy("example.org", 20250913122400)
    containers.servers.sql("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log;")
    containers.servers.sql("SET GLOBAL general_log = 1;")
    containers.servers.redis("SLOWLOG", "RESET")
    await known(containers)
    log = "SELECT UPPER(argument) FROM mysql.general_log WHERE user_host LIKE 'mailcow%' "
    statements = containers.servers.sql(log + "AND command_type = 'Query';").splitlines()
    assert any(
        statement.startswith("START") and "READ ONLY" in statement for statement in statements
    )
    words = {statement.split()[0] for statement in statements}
    assert {"SELECT", "START"} <= words <= {"SELECT", "START", "SET"}
    commands = containers.servers.redis("--csv", "SLOWLOG", "GET", "-1")
    assert commands.count('"HGETALL","DKIM_SELECTORS"') == 1
    assert commands.count('"HGETALL","DKIM_PUB_KEYS"') == 1
    assert commands.count("HGETALL") == 2
    assert "PRIV" not in commands


async def test_redis_is_not_needed_for_the_domains(containers: MailcowContainers) -> None:
    containers.add_domain("example.org")
    containers.stop(REDIS)
    read = await read_domains(containers.access)
    assert read.domains == (KnownDomain("example.org", dkim=None, mta_sts_id=""),)
    start = f"start it in {containers.folder} with docker compose up -d."
    assert read.troubles == (f"mailcow's Redis is not running: {start}",)
