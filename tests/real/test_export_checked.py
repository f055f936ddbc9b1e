"""`export --checked`, which asks real servers before it writes."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.cli import commands as headless
from mailcow_dns_tui.cli.arguments import parse
from mailcow_dns_tui.export.formats import FORMATS
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.plan_file import write_plan
from tests.conftest import RESOLVER_ADDRESS
from tests.export.test_zones import ITS_ZONE
from tests.real.stage import FIRST, NS1, REGISTRY, SETUP, THIRD, ZONE, Stage, own_zone, registry
from tests.servers import zone_text

OTHERS = 'example.org. TXT "google-site-verification=others"'


def run(
    stage: Stage, capsys: pytest.CaptureFixture[str], *options: str, setup: Setup = SETUP
) -> str:
    """What was exported."""
    path = stage.folder / "plan.toml"
    write_plan(setup, path)
    code = headless.run(parse(["export", str(path), *options]), lambda _: stage.network())
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    return out


def test_the_ticket_has_what_is_still_to_do(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    zone = own_zone(servers=[NS1], without=["_dmarc"])
    stage.set_up({FIRST: zone}, registry(NS1), resolver_asks=[FIRST])
    text = run(stage, capsys, "--format", "markdown", "--checked")
    assert "This is what is still to do" in text
    assert "1. TXT at `_dmarc`" in text
    assert "1. MX" not in text
    assert "Could not be asked" not in text
    file = stage.folder / "ticket.md"
    assert run(stage, capsys, "--format", "markdown", "--checked", "-o", str(file)) == ""
    assert file.read_text() == text
    run(stage, capsys, "--format", "markdown", "--checked", "-o", f"{stage.folder}/there/")
    assert (stage.folder / "there" / "dns-records.md").read_text() == text


def test_of_a_new_zone_everything_is_to_do(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.set_up({FIRST: zone_text(apex=ZONE, servers=[NS1])}, registry(NS1), [FIRST])
    text = run(stage, capsys, "--format", "markdown", "--checked")
    assert all(f"1. {each}" in text for each in ("MX at `@`", "TXT at `_dmarc`", "A at `mail`"))


def test_what_others_have_is_protected(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    zone = own_zone(servers=[NS1], adding=[OTHERS])
    stage.set_up({FIRST: zone}, registry(NS1), resolver_asks=[FIRST])
    text = run(stage, capsys, "--format", "dnscontrol", "--checked")
    assert 'IGNORE("@", "TXT", "google-site-verification=others")' in text
    assert "NOT PROTECTED" not in text
    assert 'IGNORE("@", "TXT", "google-site-verification=others")' not in run(
        stage, capsys, "--format", "dnscontrol"
    )


def test_silence_is_neither_an_order_nor_a_protection(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.set_up({}, registry(NS1))
    for address in (RESOLVER_ADDRESS, REGISTRY, THIRD):
        stage.stop(address)
    text = run(stage, capsys, "--format", "markdown", "--checked", "--timeout", "2")
    assert "## Could not be asked" in text
    assert "## example.org" not in text
    text = run(stage, capsys, "--format", "dnscontrol", "--checked", "--timeout", "2")
    assert "NOT PROTECTED" in text.partition("var ")[0]
    assert "//   example.org. TXT\n" in text


def test_what_would_ask_in_vain_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["export", "--resolver", "127.0.0.1"])
    assert ended.value.code == 2
    assert "--resolver is for --checked and --mailcow" in capsys.readouterr().err


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_for_the_zones_that_there_are(
    name: str, stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mail domain that nobody delegates, and one that is delegated below a planned one."""
    host, key = replace(SETUP.server, hostname="mail.example.org"), SETUP.domains[0].dkim
    part, cut = (Domain(f"{label}.example.org", dkim=key) for label in ("part", "cut"))
    setup = replace(SETUP, server=host, domains=(part, cut))
    own = zone_text(f"cut NS {NS1}", apex=ZONE, servers=[NS1])
    stage.set_up({FIRST: own}, registry(NS1), resolver_asks=[FIRST])
    below = zone_text(apex="cut.example.org", servers=[NS1])
    stage.serve(FIRST, {ZONE: own, "cut.example.org": below})
    text = run(stage, capsys, "--format", name, "--checked", setup=setup)
    assert ITS_ZONE[name].format(zone="cut.example.org") in text
    assert ITS_ZONE[name].format(zone="example.org") in text
    assert ITS_ZONE[name].format(zone="part.example.org") not in text
    assert "looked whether" not in text
