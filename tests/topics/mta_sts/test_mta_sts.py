"""What is said of an MTA-STS policy that senders get, or don't get."""

import asyncio
from dataclasses import replace

import dns.name
import pytest
from dns.name import Name

from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from mailcow_dns_tui.topics.registry import plan
from tests.memory_dns import NS2, Fault, MemoryDns, World, good_zone, policy_page
from tests.topics.setups import FULL, findings, findings_about, wanted

DOMAIN = "example.org."
OWNER = "_mta-sts.example.org."
HOST = "mta-sts.example.org."
OURS = "mail.example.org"
GOOD = good_zone(FULL)
TXT = wanted(FULL, OWNER, "TXT")
ALIAS = wanted(FULL, HOST, "CNAME")
HTML = PolicyPage(200, "text/html", b"<html><p>Welcome</p></html>")


async def about_txt(world: World) -> list[Finding]:
    return await findings_about(FULL, MemoryDns(world), TXT)


async def judged(page: PolicyPage, world: World = GOOD) -> list[tuple[str, str]]:
    found = await about_txt(world.serving(DOMAIN, page))
    return [(finding.status.word, finding.code) for finding in found]


def good(**changes: str | int) -> PolicyPage:
    values = {"mode": "enforce", "max_age": 604800, "mx": OURS, **changes}
    return policy_page(str(values["mode"]), int(values["max_age"]), str(values["mx"]))


OK = [("ok", "as-wanted")]


@pytest.mark.parametrize(
    "page",
    [
        good(),
        good(mx="*.example.org"),
        good(mx="MAIL.example.ORG"),
        good(max_age=86400),
        good(max_age=31557600),
        replace(good(), content_type="Text/Plain"),
        replace(good(), body=good().body.replace(b"\n", b"\r\n")),
    ],
)
async def test_good_policies_are_silent(page: PolicyPage) -> None:
    assert await judged(page) == OK


NOT_SERVED = [("warning", "policy-not-served")]
CERTIFICATE = [("warning", "policy-certificate")]
NOT_VALID = [("warning", "policy-not-valid")]
COULD_NOT = [("unknown", "could-not-ask")]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (PolicyPage(failure=FetchFailure.NO_ADDRESS), NOT_SERVED),
        (PolicyPage(failure=FetchFailure.REFUSED), NOT_SERVED),
        (PolicyPage(failure=FetchFailure.NO_TLS), NOT_SERVED),
        (PolicyPage(failure=FetchFailure.BROKEN_OFF), NOT_SERVED),
        (PolicyPage(301, failure=FetchFailure.REDIRECT, detail="https://x.example/"), NOT_SERVED),
        (PolicyPage(200, failure=FetchFailure.TOO_LARGE), NOT_SERVED),
        (PolicyPage(404, "text/html"), NOT_SERVED),
        (PolicyPage(204, "text/plain"), NOT_SERVED),
        (PolicyPage(503), NOT_SERVED),
        (PolicyPage(failure=FetchFailure.WRONG_NAME), CERTIFICATE),
        (PolicyPage(failure=FetchFailure.EXPIRED), CERTIFICATE),
        (PolicyPage(failure=FetchFailure.UNTRUSTED), CERTIFICATE),
        (PolicyPage(failure=FetchFailure.TIMEOUT), COULD_NOT),
        (PolicyPage(failure=FetchFailure.NO_ROUTE), COULD_NOT),
        (PolicyPage(failure=FetchFailure.NOT_LOOKED_UP), COULD_NOT),
        (PolicyPage(failure=FetchFailure.NO_TRUST_STORE), COULD_NOT),
        (PolicyPage(200, "text/plain"), NOT_VALID),
        (HTML, NOT_VALID),
        (good(mode="on"), NOT_VALID),
        (good(max_age=31557601), NOT_VALID),
        (replace(good(), content_type="text/html"), [("warning", "policy-content-type")]),
        (replace(good(), content_type=""), [("warning", "policy-content-type")]),
        (good(mode="testing"), [("info", "policy-testing")]),
        (good(mode="none"), [("info", "policy-none")]),
        (good(max_age=86399), [("info", "policy-short")]),
        (good(mode="testing", max_age=60), [("info", "policy-testing")]),
    ],
)
async def test_faults_of_the_page(page: PolicyPage, expected: list[tuple[str, str]]) -> None:
    assert await judged(page) == expected


def test_every_failure_has_words() -> None:
    async def messages(failure: FetchFailure) -> Finding:
        page = PolicyPage(failure=failure)
        (finding,) = await about_txt(GOOD.serving(DOMAIN, page))
        return finding

    for failure in FetchFailure:
        finding = asyncio.run(messages(failure))
        assert failure.value in finding.message
        assert finding.fix
        assert "{" not in finding.fix


async def test_an_enforced_policy_without_this_server_stops_mail() -> None:
    assert await judged(good(mx="old.example.org")) == [
        ("error", "policy-without-mx"),
        ("info", "policy-unused-mx"),
    ]
    assert await judged(good(mode="testing", mx="old.example.org")) == [
        ("warning", "policy-without-mx"),
        ("info", "policy-testing"),
        ("info", "policy-unused-mx"),
    ]
    assert await judged(good(mode="none", mx="old.example.org")) == [("info", "policy-none")]


BACKUP = GOOD.having(DOMAIN, "MX", "10 mail", "20 backup.example.net.")
ELSEWHERE = GOOD.having(DOMAIN, "MX", "10 backup.example.net.")
BOTH = good(mx=f"{OURS}\nmx: backup.example.net")


async def test_other_hosts_that_take_mail() -> None:
    assert await judged(good(), BACKUP) == [("warning", "policy-other-mx")]
    assert await judged(good(mode="testing"), BACKUP) == [
        ("info", "policy-testing"),
        ("info", "policy-other-mx"),
    ]
    assert await judged(good(), ELSEWHERE) == [("error", "policy-other-mx")]
    assert await judged(BOTH, BACKUP) == OK
    assert await judged(BOTH) == [("info", "policy-unused-mx")]


async def test_no_mx_and_an_unknown_mx_say_nothing_about_the_policy() -> None:
    assert await judged(BOTH, GOOD.without(DOMAIN, "MX")) == OK
    assert await judged(good(), GOOD.having(DOMAIN, "MX", "0 .")) == OK
    silent = MemoryDns(GOOD, faults=(Fault(DOMAIN, Failure.TIMEOUT, "MX"),))
    assert [f.status for f in await findings_about(FULL, silent, TXT)] == [Status.OK]


async def test_a_record_that_senders_ignore_makes_its_policy_unimportant() -> None:
    for world in (GOOD.without(OWNER, "TXT"), GOOD.having(OWNER, "TXT", '"v=STSv1;"')):
        (finding,) = await about_txt(world.serving(DOMAIN, HTML))
        assert finding.code in {"missing", "not-valid"}


async def test_what_is_missing_is_published_in_the_right_order() -> None:
    (finding,) = await about_txt(GOOD.without(OWNER, "TXT"))
    assert (finding.status, finding.code) == (Status.INFO, "missing")
    assert "certificate" in finding.fix


async def test_another_id_and_a_faulty_policy_are_both_told() -> None:
    other = GOOD.having(OWNER, "TXT", '"v=STSv1; id=1"')
    assert await judged(good(), other) == [("warning", "other-id")]
    assert await judged(good(mx="x.example"), other) == [
        ("error", "policy-without-mx"),
        ("warning", "other-id"),
        ("info", "policy-unused-mx"),
    ]


async def test_servers_that_disagree_are_told_beside_the_policy() -> None:
    bad = GOOD.serving(DOMAIN, HTML)
    memory = MemoryDns(bad, {NS2: GOOD.without(OWNER, "TXT")})
    codes = [finding.code for finding in await findings_about(FULL, memory, TXT)]
    assert sorted(codes) == ["policy-not-valid", "servers-disagree"]


async def test_a_policy_host_of_somebody_else_is_fine_while_it_serves_the_policy() -> None:
    hosted = GOOD.having(HOST, "CNAME", "sts.example.net.").adding(
        "sts.example.net.", "A", "192.0.2.80"
    )
    (finding,) = await findings_about(FULL, MemoryDns(hosted), ALIAS)
    assert (finding.status, finding.code) == (Status.INFO, "works-differently")
    without = MemoryDns(hosted.serving(DOMAIN, PolicyPage(404)))
    (finding,) = await findings_about(FULL, without, ALIAS)
    assert (finding.status, finding.code) == (Status.WARNING, "different")


class HangingFetch(MemoryDns):
    async def fetch_policy(self, domain: Name) -> PolicyPage:
        await asyncio.Event().wait()
        raise AssertionError(domain)


async def test_a_missing_record_is_told_without_waiting_for_the_policy() -> None:
    memory = HangingFetch(GOOD.without(OWNER, "TXT"))
    (finding,) = await asyncio.wait_for(findings_about(FULL, memory, TXT), timeout=10)
    assert finding.code == "missing"
    assert len(asyncio.all_tasks()) == 1


EVIL = "\x1b[2J\u202e"


@pytest.mark.parametrize(
    "page",
    [
        PolicyPage(302, failure=FetchFailure.REDIRECT, detail=f"https://{EVIL}/"),
        replace(good(), content_type=f"text/{EVIL}"),
        good(mode=EVIL),
        good(mx=EVIL),
        replace(good(), body=f"{EVIL}\nversion: {EVIL}\nmax_age: {EVIL}".encode()),
        replace(good(), body=b"\xff\xfe\x00"),
    ],
)
async def test_nothing_from_the_page_is_obeyed(page: PolicyPage) -> None:
    for finding in await findings(FULL, MemoryDns(GOOD.serving(DOMAIN, page))):
        assert finding.message.isprintable()
        assert finding.fix.isprintable()


async def test_the_alias_domains_policy_is_its_own() -> None:
    domains = tuple(replace(d, mta_sts_id="1") for d in FULL.domains)
    setup = replace(FULL, domains=domains)
    world = good_zone(setup).serving("example.com.", PolicyPage(404))
    found = await findings(setup, MemoryDns(world))
    faulty = [f for f in found if f.code.startswith("policy-")]
    assert [f.domain for f in faulty] == [dns.name.from_text("example.com.")]
    assert len([r for r in plan(setup) if r.topic == "mta-sts"]) == 6


NEW = GOOD.having(DOMAIN, "MX", "10 mx.example.org.")


async def test_mail_that_comes_by_another_name_is_not_stopped_while_the_policy_allows_that() -> (
    None
):
    assert await judged(good(mx="mx.example.org"), NEW) == [("warning", "policy-without-mx")]
    assert await judged(good(mx=f"mx.example.org\nmx: {OURS}"), NEW) == OK
    assert await judged(good(), NEW) == [("error", "policy-other-mx")]
