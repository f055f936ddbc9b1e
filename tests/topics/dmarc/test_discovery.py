"""Whose DMARC record counts (RFC 9989 4.10), and whether reports may go abroad (RFC 9990 4)."""

from dataclasses import replace

import dns.name
import pytest

from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Dmarc, Domain, Setup
from mailcow_dns_tui.topics.dmarc.discovery import same_organisation, targets, walk
from tests.memory_dns import Fault, MemoryDns, World, good_zone
from tests.topics.setups import SMALL, findings_about, wanted

SUB = replace(SMALL, domains=(Domain(name="sub.example.org"),))
OWNER = "_dmarc.sub.example.org."
ABOVE = "_dmarc.example.org."
NOWHERE = World((), {})


def txt(**records: str) -> World:
    """A world with a DMARC record for each domain; `__` stands for a dot."""
    world = NOWHERE
    for domain, tags in records.items():
        owner = f"_dmarc.{domain.replace('__', '.')}."
        world = world.with_zone(owner).having(owner, "TXT", f'"v=DMARC1; {tags}"')
    return world


def said(found: list[Finding]) -> list[str]:
    return [f"{finding.code} {finding.status.word}" for finding in found]


async def about_dmarc(setup: Setup, memory: MemoryDns, owner: str) -> list[Finding]:
    return await findings_about(setup, memory, wanted(setup, owner, "TXT"))


def test_the_walk_asks_at_most_eight() -> None:
    names = list(targets(dns.name.from_text("a.b.c.d.e.f.g.h.i.j.mail.example.com.")))
    assert [name.to_text() for name in names[:3]] == [
        "a.b.c.d.e.f.g.h.i.j.mail.example.com.",
        "g.h.i.j.mail.example.com.",
        "h.i.j.mail.example.com.",
    ]
    assert names[-1].to_text() == "com."
    assert len(names) == 8
    eight = list(targets(dns.name.from_text("a.b.c.d.e.f.g.com.")))
    assert len(eight) == 8


WALKS: dict[str, tuple[str, World, str, str]] = {
    "nothing": ("a.example.org.", NOWHERE, "a.example.org.", ""),
    "its own": (
        "a.example.org.",
        txt(a__example__org="p=none"),
        "a.example.org.",
        "a.example.org.",
    ),
    "its own, below another": (
        "a.example.org.",
        txt(a__example__org="p=none", example__org="p=none"),
        "example.org.",
        "a.example.org.",
    ),
    "the fewest labels": (
        "a.b.example.org.",
        txt(b__example__org="p=none", example__org="p=none"),
        "example.org.",
        "example.org.",
    ),
    "psd=n ends it": (
        "a.b.example.org.",
        txt(b__example__org="p=none; psd=n", example__org="p=none"),
        "b.example.org.",
        "b.example.org.",
    ),
    "psd=y at the start": (
        "example.org.",
        txt(example__org="p=none; psd=y", org="p=none"),
        "example.org.",
        "example.org.",
    ),
    "one below psd=y": ("a.b.example.org.", txt(org="p=none; psd=y"), "example.org.", "org."),
    "one below psd=y, with a record": (
        "a.b.example.org.",
        txt(example__org="p=reject", org="p=none; psd=y"),
        "example.org.",
        "example.org.",
    ),
}


@pytest.mark.parametrize("case", WALKS)
async def test_the_organisation_and_the_policy_that_counts(case: str) -> None:
    start, world, organisation, policy = WALKS[case]
    found = await walk(dns.name.from_text(start), MemoryDns(world))
    assert found.organisation.to_text() == organisation
    assert (found.policy.domain.to_text() if found.policy else "") == policy


async def test_one_organisation_is_what_the_walk_says() -> None:
    one, other = map(dns.name.from_text, ("a.example.org.", "b.example.org."))
    common = MemoryDns(txt(example__org="p=none"))
    assert await same_organisation(one, other, common) is True
    assert await same_organisation(one, other, MemoryDns(NOWHERE)) is False
    silent = MemoryDns(NOWHERE, faults=(Fault("_dmarc.org."),))
    assert await same_organisation(one, other, silent) is None


INHERITED = {
    "as strict": ('"v=DMARC1; p=reject"', "inherited-policy info", "its p says reject"),
    "weaker by sp": (
        '"v=DMARC1; p=reject; sp=none"',
        "inherited-policy warning",
        "its sp says none, weaker",
    ),
    "in test": ('"v=DMARC1; p=reject; t=y"', "inherited-policy warning", "its p says quarantine"),
    "disarmed": (
        '"v=DMARC1; p=rejct; rua=mailto:a@example.org"',
        "inherited-policy warning",
        "none",
    ),
    "sp alone": (
        '"v=DMARC1; sp=reject; rua=mailto:a@example.org"',
        "inherited-policy warning",
        "it has no valid policy, which counts as none, weaker than planned",
    ),
    "sp alone, and no address": (
        '"v=DMARC1; sp=reject; adkim=s"',
        "missing warning",
        "no DMARC record",
    ),
    "none at all": ('"v=DMARC1; p=rejct"', "missing warning", "no DMARC record"),
    "no record": ('"v=spf1 -all"', "missing warning", "no DMARC record"),
}


@pytest.mark.parametrize("case", INHERITED)
async def test_a_policy_above_counts_for_a_domain_without_one(case: str) -> None:
    rdata, expected, phrase = INHERITED[case]
    world = good_zone(SUB).without(OWNER, "TXT").with_zone("example.org.")
    found = await about_dmarc(SUB, MemoryDns(world.having(ABOVE, "TXT", rdata)), OWNER)
    assert said(found) == [expected], found[0].message
    assert phrase in found[0].message


async def test_a_domain_above_that_could_not_be_asked_may_have_a_policy() -> None:
    world = good_zone(SUB).without(OWNER, "TXT").with_zone("example.org.")
    silent = MemoryDns(world, faults=(Fault(ABOVE),))
    (found,) = await about_dmarc(SUB, silent, OWNER)
    assert said([found]) == ["could-not-ask unknown"]
    assert "a domain above" in found.message


async def test_two_records_above_are_none() -> None:
    world = good_zone(SUB).without(OWNER, "TXT").with_zone("example.org.")
    twice = world.having(ABOVE, "TXT", '"v=DMARC1; p=reject"', '"v=DMARC1; p=none"')
    assert said(await about_dmarc(SUB, MemoryDns(twice), OWNER)) == ["missing warning"]


async def test_a_record_at_the_domain_itself_is_seen() -> None:
    owner, value = "_dmarc.example.org.", '"v=DMARC1; p=reject"'
    world = good_zone(SMALL)
    stray = world.without(owner, "TXT").adding("example.org.", "TXT", value)
    found = await about_dmarc(SMALL, MemoryDns(stray), owner)
    assert said(found) == ["misplaced warning"]
    assert "stands at example.org," in found[0].message
    assert "_dmarc" in found[0].fix
    both = world.adding("example.org.", "TXT", value)
    assert said(await about_dmarc(SMALL, MemoryDns(both), owner)) == ["as-wanted ok"]


FOREIGN = '"v=DMARC1; p=reject; rua=mailto:mailauth-reports@example.org,mailto:x@collector.example"'
CONSENT = "example.org._report._dmarc.collector.example."
ORG_OWNER = "_dmarc.example.org."


async def with_foreign_address(*consent: str, faults: tuple[Fault, ...] = ()) -> list[Finding]:
    world = good_zone(SMALL).having(ORG_OWNER, "TXT", FOREIGN).with_zone("collector.example.")
    if consent:
        world = world.having(CONSENT, "TXT", *consent)
    return await about_dmarc(SMALL, MemoryDns(world, faults=faults), ORG_OWNER)


@pytest.mark.parametrize(
    "consent",
    [
        ('"v=DMARC1"',),
        ('"v=DMARC1;"',),
        ('"v=DMARC1; rua=mailto:y@collector.example"', '"hello"'),
        ('"v=DMARC1; a=b"', '"v=DMARC1"'),
    ],
)
async def test_reports_go_to_another_organisation_that_agreed(consent: tuple[str, ...]) -> None:
    assert said(await with_foreign_address(*consent)) == ["as-wanted ok"]


@pytest.mark.parametrize("consent", [(), ('"v=dmarc1"',), ('"hello"',)])
async def test_and_to_none_that_did_not(consent: tuple[str, ...]) -> None:
    found = await with_foreign_address(*consent)
    assert said(found) == ["reports-not-authorised warning", "as-wanted ok"]
    assert "collector.example has not agreed" in found[0].message
    assert CONSENT.rstrip(".") in found[0].fix


async def test_what_could_not_be_asked_is_no_refusal() -> None:
    found = await with_foreign_address(faults=(Fault(CONSENT),))
    assert said(found) == ["could-not-ask unknown", "as-wanted ok"]


async def test_a_star_agrees_for_all() -> None:
    world = good_zone(SMALL).having(ORG_OWNER, "TXT", FOREIGN).with_zone("collector.example.")
    world = world.having("*._report._dmarc.collector.example.", "TXT", '"v=DMARC1"')
    found = await about_dmarc(SMALL, MemoryDns(world), ORG_OWNER)
    assert said(found) == ["as-wanted ok"]


def reporting_to(address: str, domain: str = "sub.example.org") -> Setup:
    return replace(SMALL, domains=(Domain(name=domain, dmarc=Dmarc(rua=(address,))),))


async def test_reports_to_the_domain_above_need_its_dmarc_record() -> None:
    setup = reporting_to("mailto:a@example.org")
    world = good_zone(setup).with_zone("example.org.")
    found = await about_dmarc(setup, MemoryDns(world), OWNER)
    assert said(found) == ["reports-not-authorised warning", "as-wanted ok"]
    one = world.having(ABOVE, "TXT", '"v=DMARC1; p=none"')
    assert said(await about_dmarc(setup, MemoryDns(one), OWNER)) == ["as-wanted ok"]


def authorisation(setup: Setup) -> Record:
    return wanted(setup, "sub.example.org._report._dmarc.reports.example.org.", "TXT")


async def test_within_an_organisation_a_planned_authorisation_may_be_missing() -> None:
    setup = reporting_to("mailto:a@reports.example.org")
    record = authorisation(setup)
    world = good_zone(setup).without(record.owner, "TXT").with_zone("example.org.")
    assert said(await findings_about(setup, MemoryDns(world), record)) == ["missing warning"]
    one = MemoryDns(world.having(ABOVE, "TXT", '"v=DMARC1; p=none"'))
    assert said(await findings_about(setup, one, record)) == ["works-differently info"]
