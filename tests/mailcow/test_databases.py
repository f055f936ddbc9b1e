"""The domains as mailcow's own databases have them."""

from ipaddress import IPv4Address

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.mailcow.conf import Binding
from mailcow_dns_tui.mailcow.known import KnownDomain, KnownDomains
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.setup import DkimKey
from tests.mailcow.database_servers import MailcowDatabases
from tests.servers import free_port

KEY = demo_setup().domains[0].dkim[0].key
SOURCE = "mailcow's databases"


async def known(databases: MailcowDatabases) -> dict[str, KnownDomain]:
    """The domains by name, where nothing went wrong."""
    read = await databases.read()
    assert read.troubles == ()
    assert read.domains is not None
    return {domain.name: domain for domain in read.domains}


async def test_reads_all_that_mailcow_knows(databases: MailcowDatabases) -> None:
    databases.add_domain("example.org")
    databases.add_domain("backup.example", active=0, backup_mx=1)
    databases.add_alias("example.net", "example.org")
    databases.add_policy("example.org", 20250913122400)
    databases.add_key("example.org", "dkim", KEY)
    databases.add_key("example.net", "alias2026", KEY)
    assert await databases.read() == KnownDomains(
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


async def test_a_new_mailcow_has_no_domain(databases: MailcowDatabases) -> None:
    assert await databases.read() == KnownDomains(SOURCE, ())


async def test_a_domain_without_a_key_is_known_to_have_none(databases: MailcowDatabases) -> None:
    databases.add_domain("example.org")
    assert (await known(databases))["example.org"].dkim == ()


async def test_a_key_of_another_domain_is_nobodys(databases: MailcowDatabases) -> None:
    databases.add_domain("example.org")
    databases.add_key("sub.example.org", "dkim", KEY)
    assert (await known(databases))["example.org"].dkim == ()


async def test_only_an_active_policy_counts(databases: MailcowDatabases) -> None:
    databases.add_domain("example.org")
    databases.add_alias("example.net", "example.org")
    databases.add_policy("example.org", 20250913122400, active=0)
    domains = await known(databases)
    assert domains["example.org"].mta_sts_id == ""
    assert domains["example.net"].mta_sts_id == ""


async def test_an_older_mailcow_has_no_policies(databases: MailcowDatabases) -> None:
    databases.servers.sql("DROP TABLE mta_sts;")
    databases.add_domain("example.org")
    databases.add_alias("example.net", "example.org")
    domains = await known(databases)
    assert [domain.mta_sts_id for domain in domains.values()] == ["", ""]


async def test_mail_leaves_through_an_active_relay_host_only(databases: MailcowDatabases) -> None:
    databases.servers.sql("INSERT INTO relayhosts VALUES (1, 'a.example', 1), (2, 'b.example', 0)")
    databases.add_domain("direct.example")
    databases.add_domain("relayed.example", relay_host="1")
    databases.add_domain("switched-off.example", relay_host="2")
    databases.add_domain("deleted.example", relay_host="3")
    databases.add_alias("alias.example", "relayed.example")
    relayed = {domain.name for domain in (await known(databases)).values() if domain.relay_host}
    assert relayed == {"relayed.example", "alias.example"}


async def test_an_alias_is_no_more_active_than_its_target(databases: MailcowDatabases) -> None:
    databases.add_domain("on.example")
    databases.add_domain("off.example", active=0)
    databases.add_alias("a.example", "on.example")
    databases.add_alias("b.example", "on.example", active=0)
    databases.add_alias("c.example", "off.example")
    databases.add_alias("d.example", "deleted.example")
    active = {domain.name for domain in (await known(databases)).values() if domain.active}
    assert active == {"on.example", "a.example"}


async def test_an_older_mailcow_has_no_password_in_redis(databases: MailcowDatabases) -> None:
    databases.add_domain("example.org")
    databases.add_key("example.org", "dkim", KEY)
    databases.servers.redis("CONFIG", "SET", "requirepass", "")
    read = await databases.read(redis_password=Secret(""))
    assert read.domains is not None
    assert read.domains[0].dkim == (DkimKey("dkim", KEY),)
    assert read.troubles == ()


async def test_it_only_reads(databases: MailcowDatabases) -> None:
    databases.add_domain("example.org")
    databases.add_policy("example.org", 20250913122400)
    databases.servers.sql("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log;")
    databases.servers.sql("SET GLOBAL general_log = 1;")
    databases.servers.redis("SLOWLOG", "RESET")
    await known(databases)
    log = "SELECT UPPER(argument) FROM mysql.general_log WHERE user_host LIKE 'mailcow%' "
    statements = databases.servers.sql(log + "AND command_type = 'Query';").splitlines()
    assert "SET SESSION TRANSACTION READ ONLY" in statements
    words = {statement.split()[0] for statement in statements}
    assert {"SELECT", "START"} <= words <= {"SELECT", "START", "SET"}
    commands = databases.servers.redis("--csv", "SLOWLOG", "GET", "-1")
    assert commands.count('"HGETALL","DKIM_SELECTORS"') == 1
    assert commands.count('"HGETALL","DKIM_PUB_KEYS"') == 1
    assert commands.count("HGETALL") == 2
    assert "PRIV" not in commands


async def test_redis_is_not_needed_for_the_domains(databases: MailcowDatabases) -> None:
    databases.add_domain("example.org")
    port = free_port()
    read = await databases.read(redis=Binding(port, IPv4Address("127.0.0.1")))
    assert read.domains == (KnownDomain("example.org", dkim=None, mta_sts_id=""),)
    assert not read.is_whole
    (sentence,) = read.absent
    assert sentence == (
        f"Nothing answers at 127.0.0.1:{port}, where REDIS_PORT of mailcow.conf has mailcow's "
        "Redis: see whether mailcow runs."
    )
