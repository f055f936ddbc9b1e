"""Each fault of a DMARC record beside the near form that is none."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.setup import Dmarc, Domain, Setup
from tests.memory_dns import MemoryDns, good_zone
from tests.topics.setups import SMALL, findings_about, wanted

OWNER = "_dmarc.example.org."
RUA = "rua=mailto:mailauth-reports@example.org"
GOOD = f"v=DMARC1; p=reject; {RUA}"
NO_REPORTS = "works-differently info"


def planning(policy: Dmarc) -> Setup:
    domain = replace(SMALL.domains[0], dmarc=policy)
    return replace(SMALL, domains=(domain,))


async def published(text: str, policy: Dmarc | None = None) -> list[Finding]:
    """The findings about the record where this is published, and the policy is planned."""
    setup = planning(policy or Dmarc())
    quoted = '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'
    world = good_zone(setup).having(OWNER, "TXT", quoted)
    return await findings_about(setup, MemoryDns(world), wanted(setup, OWNER, "TXT"))


def said(found: Sequence[Finding]) -> list[str]:
    return [f"{finding.code} {finding.status.word}" for finding in found]


FINE = {
    "capital letters in names and values": f"v=DMARC1; P=REJECT; {RUA}",
    "capital letter of the version's name": f"V=DMARC1; p=reject; {RUA}",
    "order": f"v=DMARC1; {RUA}; p=reject",
    "blanks and tabs": f"v\t= DMARC1 ;\tp = reject ; {RUA} ;",
    "trailing semicolons": f"{GOOD};;",
    "no blanks": GOOD.replace(" ", ""),
    "defaults": f"{GOOD}; sp=reject; np=reject; adkim=r; aspf=R; t=n; psd=u; fo=0",
    "np after sp": f"{GOOD}; np=reject",
    "fo that nobody reads": f"{GOOD}; fo=1",
    "case of the address": f"v=DMARC1; p=reject; {RUA.replace('mailto', 'MAILTO').upper()}".replace(
        "V=DMARC1", "v=DMARC1"
    ).replace("MAILAUTH-REPORTS", "mailauth-reports"),
    "size limit, which receivers skip": f"{GOOD}!10m",
}


@pytest.mark.parametrize("case", FINE)
async def test_another_form_of_the_same_is_as_wanted(case: str) -> None:
    found = await published(FINE[case])
    assert said(found) == ["as-wanted ok"], found[0].message


FAULTS: dict[str, tuple[str, list[str], str]] = {
    "policy misspelt, with an address": (
        f"v=DMARC1; p=rejct; {RUA}",
        ["unknown-policy error"],
        "p=rejct, so receivers enforce nothing",
    ),
    "policy misspelt, without an address": (
        "v=DMARC1; p=rejct",
        ["unknown-policy error"],
        "ignore the whole record",
    ),
    "sp misspelt": (f"{GOOD}; sp=nnoe", ["unknown-policy error"], "sp=nnoe"),
    "np empty": (f"{GOOD}; np=", ["unknown-policy error"], "np="),
    "policy in smart quotes": (
        f"v=DMARC1; p=“reject”; {RUA}",
        ["unknown-policy error"],
        "p=",
    ),
    "semicolons escaped inside": (
        f"v=DMARC1; p=reject\\; {RUA}",
        ["unknown-policy error"],
        r"p=reject\,",
    ),
    "semicolon missing": (
        f"v=DMARC1; p=reject {RUA}",
        ["unknown-policy error"],
        "A semicolon is missing after p=reject, so receivers ignore",
    ),
    "weaker": (f"v=DMARC1; p=none; {RUA}", ["different warning"], "none; weaker than planned"),
    "without p": (f"v=DMARC1; {RUA}", ["different warning"], "as p is missing"),
    "without p, and with sp": (
        f"v=DMARC1; sp=reject; {RUA}",
        ["different warning"],
        "The DMARC policy for mail from the domain itself is none, as p is missing",
    ),
    "neither p nor an address": (
        "v=DMARC1; adkim=s",
        ["different warning"],
        "has neither p nor a valid address in rua, so receivers ignore the whole record",
    ),
    "neither p nor an address: with sp": (
        "v=DMARC1; sp=reject; np=reject",
        ["different warning"],
        "so receivers ignore the whole record",
    ),
    "neither p nor an address: with one that is not valid": (
        "v=DMARC1; sp=reject; rua=a@example.org",
        ["different warning", "bad-report-address warning"],
        "so receivers ignore the whole record",
    ),
    "neither p nor an address: with ruf": (
        "v=DMARC1; ruf=mailto:f@example.org",
        ["different warning"],
        "so receivers ignore the whole record",
    ),
    "weaker below": (f"{GOOD}; sp=quarantine", ["different warning"], "from its subdomains"),
    "weaker where nothing is": (f"{GOOD}; np=none", ["different warning"], "do not exist"),
    "test": (f"{GOOD}; t=Y", ["different warning"], "treat reject as quarantine"),
    "cut at the first semicolon": ("v=DMARC1", ["cut-off warning"], "Only v=DMARC1 is left"),
    "cut behind it": ("v=DMARC1;", ["cut-off warning"], "Only v=DMARC1 is left"),
    "strict alignment": (f"{GOOD}; adkim=s", ["works-differently info"], "adkim=s"),
    "alignment that does not exist": (f"{GOOD}; aspf=relaxed", ["bad-value info"], "aspf=relaxed"),
    "test that does not exist": (f"{GOOD}; t=1", ["bad-value info"], "t=1"),
    "failure options that exclude each other": (f"{GOOD}; fo=0:1", ["bad-value info"], "fo=0:1"),
    "public suffix": (f"{GOOD}; psd=y", ["public-suffix warning"], "psd=y"),
    "no public suffix": (f"{GOOD}; psd=n", ["works-differently info"], "psd=n"),
    "a share of the mail": (f"{GOOD}; pct=10", ["removed-tag warning"], "pct=10 softens nothing"),
    "removed tags": (f"{GOOD}; pct=100; ri=86400; rf=afrf", ["removed-tag info"], "pct, rf, ri"),
    "unknown tag": (f"{GOOD}; colour=red", ["unknown-tag info"], "colour"),
    "one letter too many": (
        f"v=DMARC1; p=reject; ruaa{RUA[3:]}",
        ["misspelt-tag warning", NO_REPORTS],
        "rua is misspelt as ruaa",
    ),
    "letters turned round": (f"{GOOD}; akdim=s", ["misspelt-tag warning"], "adkim"),
    "policy in full": (
        f"v=DMARC1; policy=reject; {RUA}",
        ["different warning", "misspelt-tag warning"],
        "p is missing",
    ),
    "a tag twice": (f"{GOOD}; p=none", ["duplicate-tag warning"], "has p twice"),
    "colon in place of =": (f"{GOOD}; fo:0", ["unreadable-tag warning"], "fo:0"),
    "two semicolons": (f"v=DMARC1; p=reject;; {RUA}", ["unreadable-tag info"], "semicolons"),
    "semicolon between addresses": (
        f"{GOOD}; mailto:b@example.org",
        ["unreadable-tag warning"],
        "A semicolon ends the list",
    ),
    "address without scheme": (
        "v=DMARC1; p=reject; rua=mailauth-reports@example.org",
        ["bad-report-address warning"],
        "mailauth-reports@example.org has no mailto: in front",
    ),
    "scheme misspelt": (
        "v=DMARC1; p=reject; rua=maito:a@example.org",
        ["bad-report-address warning"],
        "maito:a@example.org is no address",
    ),
    "second address without scheme": (
        f"{GOOD},b@example.org",
        ["bad-report-address warning"],
        "b@example.org has no mailto:",
    ),
    "blank between addresses": (
        f"{GOOD} mailto:b@example.org",
        ["bad-report-address warning"],
        "is no address",
    ),
    "a place of the plan that was not filled": (
        "v=DMARC1; p=reject; rua=mailto:a@{domain}",
        ["bad-report-address warning"],
        "{domain}",
    ),
    "HTML in the address": (
        f"v=DMARC1; p=reject; {RUA}&gt;",
        ["bad-report-address warning"],
        "&gt",
    ),
    "reports over the web": (
        f"{GOOD},https://example.org/report",
        ["bad-report-address warning"],
        "reports go by mail only",
    ),
    "a comma too many at the end": (
        f"{GOOD},",
        ["bad-report-address warning"],
        "a comma in its rua has no address beside it",
    ),
    "a comma too many between addresses": (
        f"v=DMARC1; p=reject; {RUA},,mailto:b@example.org",
        ["bad-report-address warning"],
        "a comma in its rua has no address beside it",
    ),
    "a comma too many in front": (
        f"v=DMARC1; p=reject; rua=, {RUA[4:]}",
        ["bad-report-address warning"],
        "a comma in its rua has no address beside it",
    ),
    "a comma too many for failure reports": (
        f"{GOOD}; ruf=mailto:f@example.org, ",
        ["bad-report-address warning"],
        "a comma in its ruf has no address beside it",
    ),
    "only a comma": ("v=DMARC1; p=reject; rua=,", ["bad-report-address warning"], "rua is empty"),
    "a colon too many": (
        f"{GOOD}; fo=1:",
        ["bad-value info"],
        "a colon in its fo has no option beside it",
    ),
    "a colon too many between options": (
        f"{GOOD}; fo=1::d",
        ["bad-value info"],
        "a colon in its fo has no option beside it",
    ),
    "no addresses": ("v=DMARC1; p=reject; rua=", ["bad-report-address warning"], "rua is empty"),
    "failure reports without scheme": (
        f"{GOOD}; ruf=f@example.org",
        ["bad-report-address warning"],
        "f@example.org",
    ),
    "addresses not as planned": (
        "v=DMARC1; p=reject; rua=mailto:x@example.org",
        ["works-differently info"],
        (
            "rua has also mailto:x@example.org. To keep its addresses, enter them in the plan "
            "(step 3, Reports (rua)), or take them by Ctrl+T."
        ),
    ),
    "no reports": ("v=DMARC1; p=reject", ["works-differently info"], "rua lacks"),
    "failure reports": (
        f"{GOOD}; ruf=mailto:f@example.org; fo=d:1",
        ["works-differently info"],
        "ruf has also mailto:f@example.org",
    ),
    "version in small letters": (
        GOOD.replace("DMARC", "dmarc"),
        ["not-valid error"],
        "letter case",
    ),
    "blank in front": (f" {GOOD}", ["not-valid error"], "begins with a blank"),
    "quotation marks": (f'"{GOOD}"', ["not-valid error"], "quotation marks"),
    "smart quotes": (
        f"“{GOOD}”",
        ["not-valid error"],
        "quotation marks",
    ),
    "HTML quotes": (f"&quot;{GOOD}&quot;", ["not-valid error"], "HTML"),
    "semicolons escaped": (GOOD.replace(";", "\\;"), ["not-valid error"], "backslashes"),
    "no semicolon": ("v=DMARC1 p=reject", ["not-valid error"], "no semicolon"),
    "version last": (f"p=reject; {RUA}; v=DMARC1", ["not-valid error"], "come first"),
    "version misspelt": (GOOD.replace("DMARC", "DMRAC"), ["not-valid error"], "begin with"),
    "another version": (GOOD.replace("DMARC1", "DMARC2"), ["not-valid error"], "begin with"),
    "something else": ("hello", ["missing warning"], "no DMARC record"),
}


@pytest.mark.parametrize("case", FAULTS)
async def test_a_fault_is_named(case: str) -> None:
    text, expected, phrase = FAULTS[case]
    found = await published(text)
    assert said(found) == expected, [finding.message for finding in found]
    assert phrase in found[0].message
    assert found[0].fix or found[0].code == "works-differently"


PLANS: dict[str, tuple[Dmarc, str, list[str]]] = {
    "stricter": (Dmarc(p="none"), GOOD, ["works-differently info"]),
    "stricter below": (Dmarc(sp="none"), GOOD, ["works-differently info"]),
    "weaker below than planned": (Dmarc(p="none", sp="reject"), GOOD, ["works-differently info"]),
    "the same policy below": (Dmarc(sp="reject"), GOOD, ["as-wanted ok"]),
    "no test where one was planned": (Dmarc(t="y"), GOOD, ["works-differently info"]),
    "a planned test": (Dmarc(t="y"), f"{GOOD}; T=y", ["as-wanted ok"]),
    "planned alignment that does not exist": (
        Dmarc(adkim="s"),
        f"{GOOD}; adkim=strict",
        ["bad-value warning"],
    ),
    "looser alignment": (Dmarc(aspf="s"), GOOD, ["different warning"]),
    "strict alignment in capitals": (Dmarc(aspf="s"), f"{GOOD}; aspf=S", ["as-wanted ok"]),
    "misspelt where nothing was to be enforced": (
        Dmarc(p="none"),
        f"v=DMARC1; p=non; {RUA}",
        ["unknown-policy warning"],
    ),
    "without p where none was planned": (
        Dmarc(p="none"),
        f"v=DMARC1; {RUA}",
        ["works-differently info"],
    ),
    "without p where only subdomains were to be protected": (
        Dmarc(p="none", sp="reject"),
        f"v=DMARC1; sp=reject; {RUA}",
        ["different warning"],
    ),
    "without p where sp protects more than planned": (
        Dmarc(p="none"),
        f"v=DMARC1; sp=reject; {RUA}",
        ["works-differently info"],
    ),
    "neither p nor an address where none was planned": (
        Dmarc(p="none", rua=()),
        "v=DMARC1; adkim=r",
        ["different warning"],
    ),
    "failure options with a colon too many": (
        Dmarc(ruf=("mailto:f@example.org",), fo="1:d"),
        f"{GOOD}; ruf=mailto:f@example.org; fo=1:d:",
        ["bad-value warning", "works-differently info"],
    ),
    "a share of nothing": (
        Dmarc(p="none"),
        f"v=DMARC1; p=none; pct=5; {RUA}",
        ["removed-tag info"],
    ),
    "failure options in another order": (
        Dmarc(ruf=("mailto:f@example.org",), fo="1:d"),
        f"{GOOD}; ruf=mailto:f@example.org; fo=d:1",
        ["as-wanted ok"],
    ),
    "failure options left out": (
        Dmarc(ruf=("mailto:f@example.org",), fo="1"),
        f"{GOOD}; ruf=mailto:f@example.org",
        ["works-differently info"],
    ),
    "no failure reports": (
        Dmarc(ruf=("mailto:f@example.org",), fo="1"),
        GOOD,
        ["works-differently info"],
    ),
}


@pytest.mark.parametrize("case", PLANS)
async def test_the_plan_decides(case: str) -> None:
    policy, text, expected = PLANS[case]
    found = await published(text, policy)
    assert said(found) == expected, [finding.message for finding in found]


async def test_several_faults_of_a_record_are_all_told() -> None:
    found = await published("v=DMARC1; p=none; pct=50; rua=a@example.org; x; ri=1; adkim=q; foo=1")
    assert said(found) == [
        "different warning",
        "bad-report-address warning",
        "unreadable-tag warning",
        "misspelt-tag warning",
        "bad-value info",
        "removed-tag info",
    ]


async def test_what_is_no_record_does_no_harm_beside_one() -> None:
    setup = planning(Dmarc())
    world = good_zone(setup).adding(OWNER, "TXT", '"v=dmarc1; p=none"', '"hello"')
    found = await findings_about(setup, MemoryDns(world), wanted(setup, OWNER, "TXT"))
    assert said(found) == ["as-wanted ok"]
    both = world.adding(OWNER, "TXT", '"v=DMARC1; p=none"')
    found = await findings_about(setup, MemoryDns(both), wanted(setup, OWNER, "TXT"))
    assert said(found) == ["several-records error"]


async def test_a_domain_without_a_record_is_missing_one() -> None:
    setup = replace(SMALL, domains=(Domain(name="example.org"),))
    world = good_zone(setup).without(OWNER, "TXT")
    found = await findings_about(setup, MemoryDns(world), wanted(setup, OWNER, "TXT"))
    assert said(found) == ["missing warning"]
