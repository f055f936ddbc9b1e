"""CAA that is published already stays: what it lacks is added, and nothing takes its place."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.suggestion import PublishedAnswers, Suggestion
from mailcow_dns_tui.topics.existing import existing
from tests.memory_dns import Fault, MemoryDns, World, good_zone
from tests.topics.setups import SMALL
from tests.topics.test_existing import taken

HOST, APEX = "mail.example.org.", "example.org."
GOOD = good_zone(SMALL)
OURS, OTHER = '0 issue "letsencrypt.org"', '0 issue "digicert.com"'
LE = "letsencrypt.org"


def wanting(caa: str) -> Setup:
    return replace(SMALL, server=replace(SMALL.server, caa=caa))


async def found(world: World, setup: Setup = SMALL) -> PublishedAnswers:
    return await existing(setup, MemoryDns(world))


def of_host(published: PublishedAnswers) -> list[str]:
    return [each.sentence for each in published.remarks if each.key == "server.caa"]


async def test_where_the_host_has_another_authority_ours_is_offered_beside_it() -> None:
    seen = await found(GOOD.having(HOST, "CAA", OTHER))
    (offer,) = seen.suggestions
    assert (offer.key, offer.value, offer.offered) == ("server.caa", LE, True)
    assert offer.sentence == (
        f"mail.example.org has CAA {OTHER}, which stays: add {OURS} beside it."
    )


async def test_what_the_host_has_is_offered_as_it_is() -> None:
    account = f"{LE}; accounturi=https://acme-v02.api.letsencrypt.org/acme/acct/1"
    world = GOOD.having(HOST, "CAA", f'0 issue "{account}"', OTHER)
    seen = await found(world)
    assert [offer.value for offer in seen.suggestions] == [account]
    assert of_host(seen) == [f"mail.example.org has CAA {OTHER}, which stays."]


@pytest.mark.parametrize("condition", ["accounturi=", "my-note=1"])
async def test_what_names_ours_and_lets_nobody_in_is_not_enough(condition: str) -> None:
    there = f'0 issue "{LE}; {condition}"'
    (offer,) = (await found(GOOD.having(HOST, "CAA", there))).suggestions
    assert (offer.value, offer.sentence) == (
        LE,
        f"mail.example.org has CAA {there}, which stays: add {OURS} beside it.",
    )


@pytest.mark.parametrize("caa", ["digicert.com", "DigiCert.com"])
async def test_beside_another_wanted_authority_ours_stays(caa: str) -> None:
    seen = await found(GOOD.having(HOST, "CAA", OURS), wanting(caa))
    assert seen.suggestions == ()
    assert of_host(seen) == [
        f'mail.example.org has CAA {OURS}, which stays: add 0 issue "{caa}" beside it.'
    ]


async def test_of_several_all_stay() -> None:
    world = GOOD.having(HOST, "CAA", OTHER, '0 issue "sectigo.com"', '0 iodef "mailto:a@b.example"')
    assert of_host(await found(world, wanting(LE))) == [
        (
            f'mail.example.org has CAA {OTHER}, 0 issue "sectigo.com", which stay: '
            f"add {OURS} beside it."
        )
    ]


async def test_above_the_host_ours_is_added_there_and_none_at_the_host() -> None:
    world = GOOD.having(APEX, "CAA", OTHER)
    there = f"example.org has CAA {OTHER}, which stays and counts for mail.example.org: add {OURS}"
    unplanned = await found(world)
    assert [offer.value for offer in unplanned.suggestions] == [""]
    assert of_host(unplanned) == [f"{there} there."]
    (offer,) = (await found(world, wanting(LE))).suggestions
    assert offer.value == ""
    assert offer.sentence == f"{there} there, and leave this empty for mail.example.org."


async def test_above_the_host_nothing_is_added_to_what_allows_ours() -> None:
    world = GOOD.having(APEX, "CAA", OURS)
    assert of_host(await found(world)) == [
        (
            f"example.org has CAA {OURS}, which stays and counts for mail.example.org: "
            "nothing is to be added."
        )
    ]
    assert await found(world, wanting(LE)) == PublishedAnswers()


async def test_a_record_at_the_host_would_lock_others_out() -> None:
    (offer,) = (await found(GOOD.having(APEX, "CAA", OURS, OTHER), wanting(LE))).suggestions
    assert offer.sentence == (
        f"example.org has CAA {OTHER}, which stays and counts for mail.example.org: "
        "leave this empty for mail.example.org."
    )


@pytest.mark.parametrize(
    "rdata", ['0 iodef "mailto:a@example.org"', '0 issuewild "digicert.com"', '0 issuemail ";"']
)
async def test_what_limits_nobody_is_no_matter(rdata: str) -> None:
    assert await found(GOOD.having(APEX, "CAA", rdata), wanting(LE)) == PublishedAnswers()


async def test_a_mail_domain_that_lacks_ours_is_told_which_to_add() -> None:
    setup = replace(SMALL, domains=(*SMALL.domains, Domain("example.com")))
    world = good_zone(setup).having("example.com.", "CAA", OTHER)
    (remark,) = (await found(world, setup)).remarks
    assert (remark.key, remark.domain) == ("name", setup.apexes[1])
    assert remark.sentence == (
        f"example.com has CAA {OTHER}, which stays: add {OURS} beside it for "
        "autodiscover.example.com, autoconfig.example.com."
    )


@pytest.mark.parametrize("owner", [HOST, APEX])
async def test_what_counts_for_the_host_is_said_once(owner: str) -> None:
    seen = await found(GOOD.having(owner, "CAA", OTHER), wanting("sectigo.com"))
    assert [each for each in seen.remarks if each.domain is not None] == []
    assert len(seen.remarks) + len(seen.suggestions) == 1


async def test_what_could_not_be_asked_suggests_nothing() -> None:
    silent = MemoryDns(GOOD.having(APEX, "CAA", OTHER), faults=(Fault(HOST, rdtype="CAA"),))
    assert of_host(await existing(SMALL, silent)) == []


@pytest.mark.parametrize(("owner", "caa"), [(HOST, ""), (APEX, LE)])
async def test_what_was_taken_is_not_suggested_again(owner: str, caa: str) -> None:
    world = GOOD.having(owner, "CAA", OURS, OTHER)
    setup = wanting(caa)
    (offer,) = (await found(world, setup)).suggestions
    setup = taken(setup, offer)
    assert all(s.is_applied(setup) for s in (await found(world, setup)).suggestions)


async def test_texts_from_others_are_cut_and_made_safe() -> None:
    long = f'0 issue "digicert.com; policy={"x" * 200}"'
    (offer,) = (await found(GOOD.having(HOST, "CAA", long))).suggestions
    assert isinstance(offer, Suggestion)
    assert "characters)" in offer.sentence
    assert len(offer.sentence) < 250
