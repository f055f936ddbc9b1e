"""Which zone a record is exported into, in every format."""

from dataclasses import replace
from pathlib import Path

import pytest
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.cli.main import main
from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY as KEY
from mailcow_dns_tui.export.formats import FORMATS
from mailcow_dns_tui.export.grouping import in_their_zones
from mailcow_dns_tui.model.answer import Answer, Failure, Lookup
from mailcow_dns_tui.model.setup import DkimKey, Domain, Server, Setup
from mailcow_dns_tui.plan_file import write_plan
from mailcow_dns_tui.topics.registry import plan
from tests.memory_dns import RESOLVER, SOURCES, MemoryDns, Wrapped, good_zone
from tests.topics.setups import findings

SUB, PARENT, OTHER = (
    Domain(name, dkim=(DkimKey(key=KEY),)) for name in ("sub.example.com", "example.com", "x.net")
)
HOST = Server("mail.x.net", "192.0.2.10")
BELOW = Setup(server=HOST, domains=(SUB, PARENT))
ALONE = Setup(server=HOST, domains=(SUB, OTHER))
ITS_ZONE = {
    "zone": "$ORIGIN {zone}.\n",
    "cloudflare": "; Zone {zone}\n",
    "octodns": "# {zone}.yaml\n",
    "dnscontrol": 'D("{zone}", ',
    "nsupdate": "zone {zone}.\n",
    "terraform-hcloud": '"{zone}"\n',
    "terraform-cloudflare": 'cloudflare_zone_ids["{zone}"]',
    "json": '"zone": "{zone}."',
    "csv": "\n{zone}.,true,",
    "markdown": "## {zone}\n",
}
GUESSED = {
    **ITS_ZONE,
    "nsupdate": "nowhere: nsupdate asks for it",
    "json": '"zone": "{zone}.",\n      "zone_known": false',
    "csv": "\n{zone}.,false,",
}
MX = {
    "zone": "sub                    3600 IN MX    10 mail.x.net.\n",
    "cloudflare": "sub.example.com. 3600 IN MX 10 mail.x.net.\n",
    "octodns": '"sub":\n- ttl: 3600\n  type: MX\n',
    "dnscontrol": 'MX("sub", 10, "mail.x.net.")',
    "nsupdate": "update add sub.example.com. 3600 IN MX 10 mail.x.net.\n",
    "terraform-hcloud": 'zone    = "example.com"\n  name    = "sub"\n  type    = "MX"\n',
    "terraform-cloudflare": 'name     = "sub.example.com"\n  type     = "MX"\n',
    "json": '"name": "sub",\n      "owner": "sub.example.com.",\n      "type": "MX"',
    "csv": "example.com.,true,sub,sub.example.com.,MX,",
    "markdown": "1. MX at `sub` (in full `sub.example.com`)",
}


def exported(setup: Setup, *options: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    path = folder / "plan.toml"
    write_plan(setup, path)
    assert main(["export", str(path), *options]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("options", [(), ("--domain", "sub.example.com")], ids=["all", "one"])
def test_a_mail_domain_below_a_planned_one_is_a_part_of_its_zone(
    name: str, options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = exported(BELOW, "--format", name, *options, folder=tmp_path, capsys=capsys)
    assert ITS_ZONE[name].format(zone="example.com") in text
    assert ITS_ZONE[name].format(zone="sub.example.com") not in text
    assert MX[name] in text
    assert "looked whether" not in text


@pytest.mark.parametrize("name", FORMATS)
def test_a_zone_that_nobody_knows_is_said_to_be_a_guess(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = exported(ALONE, "--format", name, folder=tmp_path, capsys=capsys)
    assert (GUESSED[name].format(zone="sub.example.com") in text) == (name != "nsupdate")
    assert ITS_ZONE[name].format(zone="x.net") in text
    if name in {"json", "csv"}:
        return
    plain = " ".join(text.replace("#", "").replace(";", "").replace("//", "").split())
    assert "Nobody has looked whether sub.example.com is a zone of its own" in plain
    assert "Export with --checked, which looks" in plain
    assert "whether x.net" not in plain


def test_a_ticket_about_a_guessed_zone_never_speaks_of_its_apex(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = exported(ALONE, "--format", "markdown", folder=tmp_path, capsys=capsys)
    part = text.partition("## sub.example.com")[2].partition("## ")[0]
    assert "MX at `sub.example.com`, TTL" in part
    assert "at `@`" not in part


class Bounded(Wrapped):
    """Leaves out what it is asked about one name, as where a zone takes too many questions."""

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        found = await super().ask(name, rdtype)
        if not name.to_text().startswith("dkim."):
            return found
        left_out = Answer(SOURCES[RESOLVER], failure=Failure.LEFT_OUT)
        return replace(found, answers=(left_out,), zone=None, resolver=None)


async def test_what_was_not_asked_is_in_the_zone_that_was_found_for_the_rest() -> None:
    found = await findings(BELOW, Bounded(MemoryDns(good_zone(BELOW))))
    records = in_their_zones(plan(BELOW), BELOW.zones, found)
    places = {r.owner.to_text(): r.zone.to_text() for r in records if r.topic == "dkim"}
    assert places == {
        "dkim._domainkey.sub.example.com.": "sub.example.com.",
        "dkim._domainkey.example.com.": "example.com.",
    }
