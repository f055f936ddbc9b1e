"""All sources together: what is known in the end, and what is said where one is lacking."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY
from mailcow_dns_tui.export.zone import zone_text
from mailcow_dns_tui.lookup.smtp import MailServer
from mailcow_dns_tui.mailcow.known import SourceResult, adopted
from mailcow_dns_tui.mailcow.secret import Access, Secret
from mailcow_dns_tui.mailcow.sources import MailcowSources
from mailcow_dns_tui.model.problems import problems
from mailcow_dns_tui.model.setup import DkimKey, Domain, Offer, Server, Setup
from mailcow_dns_tui.plan_file import write_plan
from mailcow_dns_tui.topics.registry import plan
from tests.mailcow.api_server import HOST, SILENCE, ApiServer
from tests.mailcow.database_servers import ENOUGH, MailcowDatabases
from tests.mailcow.docker_engine import DATABASE, REDIS, DockerEngine
from tests.mailcow.mail_host import lay_out, seen_secrets, serving_api, with_api
from tests.memory_dns import MemoryDns, World
from tests.servers import free_port
from tests.wizard.terminal import wait_until

DNS = MemoryDns(World((), {}))
KEYS = (DkimKey("dkim", EXAMPLE_ORG_KEY),)
SPKI = "server.spki_sha256"


def sources(folder: Path | None, *, is_root: bool = True) -> MailcowSources:
    """Nobody listens where the mail server would."""
    return MailcowSources(
        folder,
        DNS.ask,
        MailServer(port=1),
        is_root=is_root,
        api_timeout=ENOUGH,
        databases_timeout=ENOUGH,
    )


async def known(
    folder: Path, *, is_root: bool = True, access: Access | None = None
) -> SourceResult:
    """What is known when all have answered."""
    mailcow = sources(folder, is_root=is_root)
    said = [each async for each in mailcow.learn(Setup(), access or Access())]
    return said[-1]


def closed_ports() -> tuple[str, str]:
    """The lines of mailcow.conf by which its databases are not published."""
    return (f"SQL_PORT={free_port()}", f"REDIS_PORT=127.0.0.1:{free_port()}")


def fill(databases: MailcowDatabases) -> None:
    databases.add_domain("example.org")
    databases.add_alias("example.net", "example.org")
    databases.add_domain("old.example", active=0)
    databases.add_policy("example.org", 20261123000000)
    databases.add_key("example.org", "dkim", EXAMPLE_ORG_KEY)
    databases.add_key("example.net", "dkim", EXAMPLE_ORG_KEY)


@pytest.fixture
def api() -> Iterator[ApiServer]:
    with serving_api("example.org") as running:
        yield running


async def test_a_mail_host_answers_everything_itself(
    databases: MailcowDatabases, tmp_path: Path
) -> None:
    fill(databases)
    lines = ("POP_PORT=127.0.0.1:110", "SKIP_SOGO=y", *databases.lines)
    said = await known(lay_out(tmp_path / "host", *lines), is_root=False)
    assert said.troubles == ()
    assert said.sources == ("mailcow.conf", "mailcow's databases")
    setup = adopted(Setup(), said, is_new=True)
    assert problems(setup) == ()
    assert setup.server == Server(HOST, "192.0.2.10", "2001:db8::10")
    assert setup.domains == (
        Domain("example.org", dkim=KEYS, mta_sts_id="20261123000000"),
        Domain("example.net", dkim=KEYS, mta_sts_id="20261123000000", alias_of="example.org"),
    )
    assert setup.services.of("pop3").offer is Offer.NOT_PROVIDED
    assert setup.services.of("caldavs").offer is Offer.OMITTED
    offered = {s.key: s for s in said.suggestions if s.offered}
    assert set(offered) == {SPKI, "server.caa"}
    assert len(str(offered[SPKI].value)) == 64
    assert offered[SPKI].source == "cert.pem"


async def test_with_a_key_in_mailcow_conf_the_api_is_asked(api: ApiServer, tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "host", *with_api(api))
    said = await known(folder, is_root=False)
    assert said.sources == ("mailcow.conf", "mailcow's API")
    assert adopted(Setup(), said, is_new=True).domains == (Domain("example.org", dkim=KEYS),)


async def test_the_databases_come_before_the_api_and_docker(
    api: ApiServer, docker: DockerEngine, databases: MailcowDatabases, tmp_path: Path
) -> None:
    fill(databases)
    said = await known(lay_out(tmp_path / "host", *with_api(api), *databases.lines))
    assert said.sources == ("mailcow.conf", "mailcow's databases")
    assert api.requests == []
    assert docker.paths == []


async def test_where_the_ports_are_not_published_and_the_api_refuses_docker_is_asked(
    api: ApiServer, docker: DockerEngine, databases: MailcowDatabases, tmp_path: Path
) -> None:
    fill(databases)
    docker.start(DATABASE, databases.servers.address)
    docker.start(REDIS, databases.servers.address)
    folder = lay_out(tmp_path / "host", *with_api(api), "API_KEY_READ_ONLY=WRONG", *closed_ports())
    said = await known(folder)
    assert said.sources == ("mailcow.conf", "mailcow's containers")
    (trouble,) = said.troubles
    assert "key" in trouble
    assert [request.headers["x-api-key"] for request in api.requests] == ["WRONG"]


async def test_where_only_redis_is_not_published_the_api_has_the_keys(
    api: ApiServer, docker: DockerEngine, databases: MailcowDatabases, tmp_path: Path
) -> None:
    databases.add_domain("example.org")
    databases.add_policy("example.org", 20261123000000)
    lines = (*with_api(api), databases.lines[0], closed_ports()[1])
    said = await known(lay_out(tmp_path / "host", *lines))
    assert said.troubles == ()
    assert said.sources == ("mailcow.conf", "mailcow's databases", "mailcow's API")
    assert adopted(Setup(), said, is_new=True).domains == (
        Domain("example.org", dkim=KEYS, mta_sts_id="20261123000000"),
    )
    assert docker.paths == []


async def test_where_a_database_refuses_docker_is_not_asked(
    docker: DockerEngine, databases: MailcowDatabases, tmp_path: Path
) -> None:
    said = await known(lay_out(tmp_path / "host", *databases.lines, "DBPASS=wrong"))
    assert said.troubles == (
        "mailcow's database refuses DBUSER or DBPASS of mailcow.conf: use mailcow's API.",
    )
    assert docker.paths == []


async def test_without_a_folder_the_api_is_asked_with_the_key_that_was_typed(
    api: ApiServer,
) -> None:
    access = Access(f"https://localhost:{api.port}", Secret(api.key))
    said = [each async for each in sources(None).learn(Setup(), access)]
    assert said[-1].sources == ("mailcow's API",)
    assert adopted(Setup(), said[-1], is_new=True).domains == (Domain("example.org", dkim=KEYS),)


async def test_what_the_user_lets_be_asked_adds_up(api: ApiServer, tmp_path: Path) -> None:
    mailcow = sources(lay_out(tmp_path / "host"), is_root=False)
    key = Secret(api.key)
    said = SourceResult()
    for access in (Access(f"https://localhost:{api.port}", key), Access()):
        said = [each async for each in mailcow.learn(Setup(), access)][-1]
        assert said.sources == ("mailcow.conf", "mailcow's API")
    assert adopted(Setup(), said, is_new=True).domains == (Domain("example.org", dkim=KEYS),)


def test_a_key_is_for_the_address_that_it_was_typed_with() -> None:
    first = Access("https://mail.example.org", Secret("one"))
    both = first.widened(Access(outside=True))
    assert (both.url, both.key.reveal(), both.outside) == (first.url, "one", True)
    other = both.widened(Access("https://mail.example.net", Secret("two")))
    assert (other.url, other.key.reveal(), other.outside) == (
        "https://mail.example.net",
        "two",
        True,
    )


async def test_without_ports_and_a_key_and_not_root(tmp_path: Path) -> None:
    said = await known(lay_out(tmp_path / "host", *closed_ports()), is_root=False)
    assert said.sources == ("mailcow.conf",)
    nothing, no_other = said.troubles
    assert "Nothing answers at 127.0.0.1:" in nothing
    assert "sudo" in no_other
    setup = adopted(Setup(), said, is_new=True)
    assert [p.key for p in problems(setup) if p.missing] == ["domains"]


async def test_in_a_container_what_does_not_answer_is_told_before_docker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    said = await known(lay_out(tmp_path / "host", *closed_ports()))
    nothing, no_docker = said.troubles
    assert "Nothing answers at 127.0.0.1:" in nothing
    assert "see whether mailcow runs" in nothing
    assert "in a container with the host's network" in no_docker


async def test_without_trusted_certificates_nobody_outside_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nothing.pem"))
    (said,) = [each async for each in sources(None).learn(Setup(), Access(outside=True))]
    assert [remark.key for remark in said.remarks] == ["server.ipv4", "server.ipv6"]
    assert "Correct SSL_CERT_FILE" in said.remarks[0].sentence


async def test_without_mailcow_nothing_is_said() -> None:
    assert [each async for each in sources(None).learn(Setup(), Access())] == []


async def test_a_folder_without_mailcow_conf(tmp_path: Path) -> None:
    said = await known(tmp_path)
    assert "There is no mailcow.conf" in said.troubles[0]


async def test_a_broken_certificate_is_told_beside_its_answer(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "host")
    (folder / "data/assets/ssl/cert.pem").write_text("nothing")
    said = await known(folder)
    (refused,) = (r.sentence for r in said.remarks if r.key == SPKI)
    assert refused.endswith("has no certificate in PEM.")


async def test_a_source_that_hangs_keeps_nobody_waiting(api: ApiServer, tmp_path: Path) -> None:
    api.before = SILENCE
    folder = lay_out(tmp_path / "host", *with_api(api))
    learning = sources(folder, is_root=False).learn(Setup(), Access())
    first = await anext(learning)
    assert first.sources == ("mailcow.conf",)
    async for said in learning:
        if any(s.key == SPKI for s in said.suggestions):
            assert said.domains is None
            break
    else:
        pytest.fail("the certificate came last")
    assert await asyncio.to_thread(wait_until, lambda: bool(api.requests))
    await learning.aclose()


async def test_a_typed_hostname_is_the_one_that_counts(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "host")
    setup = replace(Setup(), server=Server("other.example.org"))
    mailcow = sources(folder, is_root=False)
    said = [each async for each in mailcow.learn(setup, Access())][-1]
    (refused,) = (r.sentence for r in said.remarks if r.key == SPKI)
    assert f"is for {HOST}, and not for other.example.org" in refused


async def test_no_secret_is_in_what_is_known_saved_or_exported(
    api: ApiServer, databases: MailcowDatabases, tmp_path: Path
) -> None:
    fill(databases)
    folder = lay_out(tmp_path / "host", *with_api(api), *databases.lines)
    said = await known(folder)
    setup = adopted(Setup(), said, is_new=True)
    saved = tmp_path / "plan.toml"
    write_plan(setup, saved)
    seen = f"{said!r} {setup!r} {saved.read_text()} {zone_text(plan(setup))}"
    assert not seen_secrets(api, seen)


async def test_reading_can_be_given_up(api: ApiServer, tmp_path: Path) -> None:
    api.before = SILENCE
    folder = lay_out(tmp_path / "host", *with_api(api))
    reading = asyncio.ensure_future(known(folder, is_root=False))
    assert await asyncio.to_thread(wait_until, lambda: bool(api.requests))
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
