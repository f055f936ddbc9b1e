"""All sources together: what is known in the end, and what is said where one is lacking."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailcow_dns_tui.demo.plan import EXAMPLE_ORG_KEY
from mailcow_dns_tui.export.zone import zone_text
from mailcow_dns_tui.lookup.smtp import MailServer
from mailcow_dns_tui.mailcow.access import Access
from mailcow_dns_tui.mailcow.knowledge import Knowledge, adopted
from mailcow_dns_tui.mailcow.learning import Mailcow
from mailcow_dns_tui.mailcow.readers import Readers
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.problems import problems
from mailcow_dns_tui.model.services import Offer
from mailcow_dns_tui.model.setup import DkimKey, Domain, Server, Setup
from mailcow_dns_tui.plan_file import write_plan
from mailcow_dns_tui.topics.run import plan
from tests.mailcow.api_server import HOST, SILENCE, ApiServer
from tests.mailcow.container_servers import MailcowContainers
from tests.mailcow.mail_host import lay_out, seen_secrets, serving_api, with_api
from tests.memory_dns import MemoryDns, World
from tests.wizard.terminal import wait_until

DNS = MemoryDns(World((), {}))
KEYS = (DkimKey("dkim", EXAMPLE_ORG_KEY),)
SPKI = "server.spki_sha256"


def readers(*, is_root: bool = True) -> Readers:
    """Nobody listens where the mail server would."""
    return Readers(DNS.ask, MailServer(port=1), is_root=is_root)


async def known(folder: Path, *, is_root: bool = True, access: Access | None = None) -> Knowledge:
    """What is known when all have answered."""
    mailcow = Mailcow(folder, readers(is_root=is_root))
    said = [each async for each in mailcow.learn(Setup(), access or Access())]
    return said[-1]


def fill(containers: MailcowContainers) -> None:
    containers.add_domain("example.org")
    containers.add_alias("example.net", "example.org")
    containers.add_domain("old.example", active=0)
    containers.add_policy("example.org", 20261123000000)
    containers.add_key("example.org", "dkim", EXAMPLE_ORG_KEY)
    containers.add_key("example.net", "dkim", EXAMPLE_ORG_KEY)


@pytest.fixture
def api() -> Iterator[ApiServer]:
    with serving_api("example.org") as running:
        yield running


async def test_a_mail_host_answers_everything_itself(
    containers: MailcowContainers, tmp_path: Path
) -> None:
    fill(containers)
    folder = lay_out(tmp_path / "host", "POP_PORT=127.0.0.1:110", "SKIP_SOGO=y")
    said = await known(folder)
    assert said.troubles == ()
    assert said.sources == ("mailcow.conf", "mailcow's containers")
    setup = adopted(Setup(), said, anew=True)
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
    assert adopted(Setup(), said, anew=True).domains == (Domain("example.org", dkim=KEYS),)


async def test_where_the_api_refuses_the_containers_are_asked(
    api: ApiServer, containers: MailcowContainers, tmp_path: Path
) -> None:
    fill(containers)
    folder = lay_out(tmp_path / "host", *with_api(api), "API_KEY_READ_ONLY=WRONG")
    said = await known(folder)
    assert said.sources == ("mailcow.conf", "mailcow's containers")
    (trouble,) = said.troubles
    assert "key" in trouble
    assert [request.headers["x-api-key"] for request in api.requests] == ["WRONG"]


async def test_without_a_folder_the_api_is_asked_with_the_key_that_was_typed(
    api: ApiServer,
) -> None:
    access = Access(f"https://localhost:{api.port}", Secret(api.key))
    said = [each async for each in Mailcow(None, readers()).learn(Setup(), access)]
    assert said[-1].sources == ("mailcow's API",)
    assert adopted(Setup(), said[-1], anew=True).domains == (Domain("example.org", dkim=KEYS),)


async def test_what_the_user_lets_be_asked_adds_up(api: ApiServer, tmp_path: Path) -> None:
    mailcow = Mailcow(lay_out(tmp_path / "host"), readers(is_root=False))
    key = Secret(api.key)
    said = Knowledge()
    for access in (Access(f"https://localhost:{api.port}", key), Access()):
        said = [each async for each in mailcow.learn(Setup(), access)][-1]
        assert said.sources == ("mailcow.conf", "mailcow's API")
    assert adopted(Setup(), said, anew=True).domains == (Domain("example.org", dkim=KEYS),)


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


async def test_without_a_key_and_not_root(tmp_path: Path) -> None:
    said = await known(lay_out(tmp_path / "host"), is_root=False)
    assert said.sources == ("mailcow.conf",)
    (trouble,) = said.troubles
    assert "sudo" in trouble
    setup = adopted(Setup(), said, anew=True)
    assert [p.key for p in problems(setup) if p.missing] == ["domains"]


async def test_without_mailcow_nothing_is_said() -> None:
    assert [each async for each in Mailcow(None, readers()).learn(Setup(), Access())] == []


async def test_a_folder_without_mailcow_conf(tmp_path: Path) -> None:
    said = await known(tmp_path)
    assert "There is no mailcow.conf" in said.troubles[0]


async def test_a_broken_certificate_is_told_beside_its_answer(
    containers: MailcowContainers, tmp_path: Path
) -> None:
    folder = lay_out(tmp_path / "host")
    (folder / "data/assets/ssl/cert.pem").write_text("nothing")
    said = await known(folder)
    (refused,) = (r.sentence for r in said.remarks if r.key == SPKI)
    assert refused.endswith("has no certificate in PEM.")


async def test_a_source_that_hangs_keeps_nobody_waiting(api: ApiServer, tmp_path: Path) -> None:
    api.before = SILENCE
    folder = lay_out(tmp_path / "host", *with_api(api))
    learning = Mailcow(folder, readers(is_root=False)).learn(Setup(), Access())
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
    mailcow = Mailcow(folder, readers(is_root=False))
    said = [each async for each in mailcow.learn(setup, Access())][-1]
    (refused,) = (r.sentence for r in said.remarks if r.key == SPKI)
    assert f"is for {HOST}, and not for other.example.org" in refused


async def test_no_secret_is_in_what_is_known_saved_or_exported(
    api: ApiServer, containers: MailcowContainers, tmp_path: Path
) -> None:
    fill(containers)
    folder = lay_out(tmp_path / "host", *with_api(api))
    said = await known(folder)
    setup = adopted(Setup(), said, anew=True)
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
