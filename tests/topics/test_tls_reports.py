"""Each fault of a record for TLS reports beside the near form that is none."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import TlsReports
from tests.memory_dns import Fault, MemoryDns, good_zone
from tests.topics.setups import SMALL, findings_about, wanted

SETUP = replace(SMALL, tls_reports=TlsReports())
OWNER = "_smtp._tls.example.org."
RUA = "rua=mailto:mailauth-reports@example.org"
GOOD = f"v=TLSRPTv1; {RUA}"


def said(found: list[Finding]) -> list[str]:
    return [f"{finding.code} {finding.status.word}" for finding in found]


def quoted(text: str) -> str:
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


async def published(*texts: str) -> list[Finding]:
    world = good_zone(SETUP).having(OWNER, "TXT", *map(quoted, texts))
    return await findings_about(SETUP, MemoryDns(world), wanted(SETUP, OWNER, "TXT"))


@pytest.mark.parametrize(
    "texts",
    [
        (GOOD.replace(" ", ""),),
        (f"{GOOD} ; ",),
        (f"v=TLSRPTv1;\t{RUA.replace('example.org', 'EXAMPLE.org')}",),
        (f"v=TLSRPTv1; ext=yes; {RUA}",),
        (GOOD, "v=TLSRPTv10; x", "hello"),
    ],
)
async def test_another_form_of_the_same_is_as_wanted(texts: tuple[str, ...]) -> None:
    assert said(await published(*texts)) == ["as-wanted ok"]


async def test_other_addresses_work() -> None:
    found = await published("v=TLSRPTv1; rua=mailto:x@example.net")
    assert said(found) == ["works-differently info"]
    assert "example.net" in found[0].message


async def test_others_beside_the_planned_one_are_as_intended() -> None:
    found = await published(f"{GOOD} , https://example.net/report")
    assert said(found) == ["as-wanted ok"]
    assert "reports also go to https://example.net/report" in found[0].message


FAULTS = {
    "cut at the semicolon": ("v=TLSRPTv1", "no semicolon"),
    "cut behind it": ("v=TLSRPTv1;", "no rua"),
    "blank before the semicolon": (GOOD.replace(";", " ;"), "no semicolon"),
    "small letters": (GOOD.lower(), "letter case"),
    "capital rua": (GOOD.replace("rua", "RUA"), "no rua"),
    "quotation marks": (f'"{GOOD}"', "quotation marks"),
    "smart quotes": (f"“{GOOD}”", "quotation marks"),
    "HTML": (GOOD.replace(";", "&#59;"), "HTML"),
    "backslashes": (GOOD.replace(";", "\\;"), "backslashes"),
    "blank in front": (f" {GOOD}", "begins with a blank"),
    "version last": (f"{RUA}; v=TLSRPTv1", "come first"),
    "version lost": (RUA, "begin with"),
    "no scheme": (GOOD.replace("mailto:", ""), "no mailto: in front"),
    "one without scheme": (f"{GOOD},x@example.org", "x@example.org has no mailto:"),
    "scheme misspelt": (GOOD.replace("mailto", "maito"), "no address"),
    "web without TLS": ("v=TLSRPTv1; rua=http://example.org/r", "no address"),
    "web host that was not filled": ("v=TLSRPTv1; rua=https://{domain}/r", "no address"),
    "address of the web that is none": ("v=TLSRPTv1; rua=https:///r", "no address"),
    "place that was not filled": ("v=TLSRPTv1; rua=mailto:a@{domain}", "{domain}"),
    "semicolon between addresses": (f"{GOOD};mailto:b@example.org", "is not name=value"),
    "comma too many": (f"{GOOD},", "comma"),
    "two semicolons": (f"{GOOD};;", "two semicolons"),
    "extension without value": (f"{GOOD}; ext=", "ext= is not name=value"),
}


@pytest.mark.parametrize("case", FAULTS)
async def test_a_fault_is_named(case: str) -> None:
    text, phrase = FAULTS[case]
    found = await published(text)
    assert said(found) == ["different warning"]
    assert phrase in found[0].message
    assert found[0].fix


async def test_addresses_in_two_fields_are_fragile() -> None:
    found = await published(f"{GOOD}; rua=mailto:x@example.org")
    assert said(found) == ["duplicate-tag warning"]


async def test_two_records_are_none() -> None:
    assert said(await published(GOOD, f"{GOOD};")) == ["several-records warning"]


@pytest.mark.parametrize("place", ["_tls._smtp.example.org.", "example.org."])
async def test_a_record_at_another_name_is_seen(place: str) -> None:
    world = good_zone(SETUP).without(OWNER, "TXT").adding(place, "TXT", quoted(GOOD))
    found = await findings_about(SETUP, MemoryDns(world), wanted(SETUP, OWNER, "TXT"))
    assert said(found) == ["misplaced warning"]
    assert "_smtp._tls" in found[0].fix
    silent = MemoryDns(world, faults=(Fault(place, rdtype="TXT"),))
    found = await findings_about(SETUP, silent, wanted(SETUP, OWNER, "TXT"))
    assert said(found) == (
        ["missing info"] if place != "example.org." else ["could-not-ask unknown"]
    )
