"""CAA: for each name that mailcow orders a certificate for, by the set that counts."""

from dataclasses import replace

import dns.name
import pytest
from dns.name import Name
from dns.rdatatype import RdataType
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.model.answer import Answer, Dns, Failure, Lookup, Source
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.topics.caa.judge import read_issue
from mailcow_dns_tui.topics.caa.topic import CaaTopic
from mailcow_dns_tui.topics.registry import subjects
from tests.memory_dns import NS2, Fault, MemoryDns, World, Wrapped, good_zone
from tests.topics.setups import FULL, SMALL, findings_about, wanted

HOST = "mail.example.org."
LE = '0 issue "letsencrypt.org"'
GOOD = good_zone(SMALL)
ACCOUNT = "https://acme-v02.api.letsencrypt.org/acme/acct/1"


async def judged(world: World, *faults: Fault, setup: Setup = SMALL) -> list[str]:
    """Name, code and status of every CAA finding that is not good."""
    return [_text(f) for f in await bad(MemoryDns(world, faults=faults), setup)]


async def bad(dns: Dns, setup: Setup = SMALL) -> list[Finding]:
    each = [await CaaTopic().check(subject, dns) for subject in subjects(setup)]
    return [f for found in each for f in found if f.status is not Status.OK]


def _text(finding: Finding) -> str:
    return f"{finding.name.to_text()} {finding.code} {finding.status.word}"


FINE = {
    "none at all": [],
    "as planned by default": [LE],
    "in capitals": ['0 ISSUE "letsencrypt.org"'],
    "with blanks": ['0 issue "  letsencrypt.org  "'],
    "with a semicolon": ['0 issue "letsencrypt.org; "'],
    "beside others": ['0 issue "digicert.com"', LE],
    "critical": ['128 issue "letsencrypt.org"'],
    "by the usual method": ['0 issue "letsencrypt.org; validationmethods=dns-01,http-01"'],
    "with an unknown parameter": ['0 issue "letsencrypt.org; priority=1"'],
    "with an unknown parameter twice": ['0 issue "letsencrypt.org; priority=1; priority="'],
    "by the usual method before a malformed one": [
        '0 issue "letsencrypt.org; validationmethods=http-01,dns_01,"'
    ],
    "once for no account, once without a condition": ['0 issue "letsencrypt.org; accounturi="', LE],
    "for wildcards only": ['0 issuewild "digicert.com"'],
    "for nobody's wildcards": [LE, '0 issuewild ";"'],
    "for reports only": ['0 iodef "mailto:a@example.org"', '128 iodef "mailto:b@example.org"'],
    "for other certificates": ['0 issuemail ";"', '0 issuevmc "digicert.com"'],
    "with an unknown property": ['0 future "x"', LE],
    "once with a condition, once without": [f'0 issue "letsencrypt.org; accounturi={ACCOUNT}"', LE],
}


@pytest.mark.parametrize("case", FINE)
async def test_what_lets_mailcow_get_certificates_is_silent(case: str) -> None:
    assert await judged(GOOD.having("example.org.", "CAA", *FINE[case])) == []


WRONG = {
    "another": (['0 issue "digicert.com"'], "forbidden-ca error"),
    "nobody": (['0 issue ";"'], "forbidden-ca error"),
    "nobody, by nothing": (['0 issue ""'], "forbidden-ca error"),
    "another name of it": (['0 issue "letsencrypt.com"'], "forbidden-ca error"),
    "its address": (['0 issue "https://letsencrypt.org"'], "forbidden-ca error"),
    "in quotes": ([r'0 issue "\"letsencrypt.org\""'], "forbidden-ca error"),
    "without a semicolon": (
        ['0 issue "letsencrypt.org validationmethods=http-01"'],
        "forbidden-ca error",
    ),
    "a parameter without value": (['0 issue "letsencrypt.org; http-01"'], "forbidden-ca error"),
    "a semicolon too many": (
        ['0 issue "letsencrypt.org; validationmethods=http-01;"'],
        "forbidden-ca error",
    ),
    "a method that mailcow lacks": (
        ['0 issue "letsencrypt.org; validationmethods=tls-alpn-01"'],
        "forbidden-ca error",
    ),
    "a method that must be switched on": (
        ['0 issue "letsencrypt.org; validationmethods=dns-01"'],
        "ca-condition warning",
    ),
    "one account": ([f'0 issue "letsencrypt.org; accounturi={ACCOUNT}"'], "ca-condition info"),
    "in capitals": (['0 issue "LetsEncrypt.org"'], "ca-condition warning"),
    "no account": (['0 issue "letsencrypt.org; accounturi="'], "forbidden-ca error"),
    "two accounts": (
        [f'0 issue "letsencrypt.org; accounturi={ACCOUNT}; accounturi={ACCOUNT}2"'],
        "forbidden-ca error",
    ),
    "the same account twice": (
        [f'0 issue "letsencrypt.org; accounturi={ACCOUNT}; accounturi={ACCOUNT}"'],
        "forbidden-ca error",
    ),
    "no method": (['0 issue "letsencrypt.org; validationmethods="'], "forbidden-ca error"),
    "methods twice": (
        ['0 issue "letsencrypt.org; validationmethods=dns-01; validationmethods=http-01"'],
        "forbidden-ca error",
    ),
    "the same method twice": (
        ['0 issue "letsencrypt.org; validationmethods=http-01; validationmethods=http-01"'],
        "forbidden-ca error",
    ),
    "the usual method behind a malformed one": (
        ['0 issue "letsencrypt.org; validationmethods=,http-01"'],
        "forbidden-ca error",
    ),
    "a hyphen in a parameter's name": (
        ['0 issue "letsencrypt.org; my-note=1"'],
        "forbidden-ca error",
    ),
    "critical and for mark certificates only": (
        [LE, '128 issuevmc "digicert.com"'],
        "critical-property warning",
    ),
    "critical and for mail and mark certificates only": (
        [LE, '128 issuevmc ";"', '128 issuemail ";"'],
        "critical-property warning",
    ),
    "an unknown critical property": ([LE, '128 future "x"'], "critical-property error"),
    "critical by the wrong bit": ([LE, '1 future "x"'], "critical-property error"),
    "critical and for mail only": ([LE, '128 issuemail ";"'], "critical-property warning"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_keeps_mailcow_from_its_certificates_is_said_without_a_plan(case: str) -> None:
    rdatas, expected = WRONG[case]
    memory = MemoryDns(GOOD.having("example.org.", "CAA", *rdatas))
    found = await bad(memory)
    assert sorted(map(_text, found)) == [
        f"autodiscover.example.org. {expected}",
        f"mail.example.org. {expected}",
    ]
    assert all(f.fix and f.record is None for f in found)
    (domain,) = (f for f in found if f.domain is not None)
    assert domain.domain == dns.name.from_text("example.org.")
    if expected.startswith("forbidden"):
        assert "autodiscover.example.org" in domain.message or "mailcow" in domain.message


@pytest.mark.parametrize("case", WRONG)
async def test_and_with_one(case: str) -> None:
    rdatas, expected = WRONG[case]
    world = good_zone(FULL).having(HOST, "CAA", *rdatas)
    (finding,) = await findings_about(FULL, MemoryDns(world), wanted(FULL, HOST, "CAA"))
    assert f"{finding.code} {finding.status.word}" == expected
    assert len(finding.found) == len(rdatas)


async def test_two_faults_are_both_told() -> None:
    world = good_zone(FULL).having(HOST, "CAA", '0 issue "digicert.com"', '128 future "x"')
    found = await findings_about(FULL, MemoryDns(world), wanted(FULL, HOST, "CAA"))
    assert sorted(f.code for f in found) == ["critical-property", "forbidden-ca"]


SAID = {
    '0 issue "digicert.com"': "allows only digicert.com",
    '0 issue ";"': "allows nobody",
    '0 issue "letsencrypt.com"': "allows letsencrypt.com, which is not letsencrypt.org",
    '0 issue "https://letsencrypt.org"': "which is not valid",
    '0 issue "letsencrypt.org; accounturi="': "its accounturi is empty, and matches no account",
    '0 issue "letsencrypt.org; accounturi=a:b; accounturi=a:c"': (
        "accounturi stands twice in it, and matches no account"
    ),
    '0 issue "letsencrypt.org; validationmethods=http-01; validationmethods=dns-01"': (
        "validationmethods stands twice in it, which Let's Encrypt refuses"
    ),
    '0 issue "letsencrypt.org; my-note=1"': (
        "my-note has a hyphen in its name, which Let's Encrypt refuses"
    ),
}


@pytest.mark.parametrize("rdata", SAID)
async def test_the_message_tells_who_may(rdata: str) -> None:
    (finding, *_) = await bad(MemoryDns(GOOD.having("example.org.", "CAA", rdata)))
    assert SAID[rdata] in finding.message
    assert "tag issue and value letsencrypt.org" in finding.fix


@pytest.mark.parametrize("with_valid", [True, False])
async def test_data_that_can_not_be_parsed_is_told_even_where_nothing_is_planned(
    with_valid: bool,
) -> None:
    host = dns.name.from_text(HOST)
    world = GOOD.having(HOST, "CAA", LE) if with_valid else GOOD
    memory = MemoryDns(world, broken={(host, RdataType.CAA): b"\0\x05is"})
    assert {f"{f.code} {f.status.word}" for f in await bad(memory)} == {"malformed warning"}


@settings(max_examples=200)
@given(st.text(alphabet='le.t;= \t-a1"é', max_size=30))
def test_any_value_can_be_read(value: str) -> None:
    issue = read_issue(value)
    assert issue is None or issue.authority == value.partition(";")[0].strip(" \t")


def test_a_hostile_value_takes_no_time() -> None:
    for value in (" " * 60_000 + "!", "a-" * 30_000, ";" * 60_000, "a;" + "b=c; " * 12_000):
        assert read_issue(value) is None


async def test_the_set_of_an_alias_target_counts_and_not_what_is_above_the_target() -> None:
    other = replace(SMALL, server=replace(SMALL.server, hostname="mail.hosting.example"))
    good = good_zone(other)
    above = good.having("hosting.example.", "CAA", '0 issue "digicert.com"')
    assert await judged(above, setup=other) == ["mail.hosting.example. forbidden-ca error"]
    at_target = good.having("mail.hosting.example.", "CAA", '0 issue "digicert.com"')
    assert sorted(await judged(at_target, setup=other)) == [
        "autodiscover.example.org. forbidden-ca error",
        "mail.hosting.example. forbidden-ca error",
    ]


async def test_a_nearer_set_wins_over_one_above_for_all_but_mailcow() -> None:
    world = GOOD.having("example.org.", "CAA", '0 issue "digicert.com"')
    passed_over = [f"{HOST} forbidden-ca warning", "autodiscover.example.org. forbidden-ca warning"]
    assert await judged(world.having(HOST, "CAA", LE)) == passed_over
    elsewhere = replace(SMALL, server=replace(SMALL.server, caa="digicert.com"))
    assert await judged(world.having(HOST, "CAA", '0 issue "digicert.com"'), setup=elsewhere) == []
    world = GOOD.having("example.org.", "CAA", LE).having(HOST, "CAA", '0 issue "digicert.com"')
    assert len(await judged(world)) == 2


async def test_the_policy_host_is_asked_for_where_it_is_wanted() -> None:
    setup = replace(FULL, server=replace(FULL.server, caa=""))
    name = "mta-sts.example.org."
    world = good_zone(setup).without(name, "CNAME").having(name, "A", "1.2.3.4")
    world = world.having(name, "CAA", '0 issue "digicert.com"')
    assert await judged(world, setup=setup) == [f"{name} forbidden-ca error"]
    without = replace(setup, domains=(replace(setup.domains[0], mta_sts_id=""),))
    assert await judged(world, setup=without) == []


async def test_no_name_of_an_alias_domain_needs_a_certificate() -> None:
    world = good_zone(FULL).having("example.com.", "CAA", '0 issue ";"')
    assert await judged(world, setup=FULL) == []


async def test_what_only_lets_encrypt_refuses_is_no_fault_for_another_authority() -> None:
    setup = replace(SMALL, server=replace(SMALL.server, caa="zerossl.com"))

    async def of(value: str) -> list[str]:
        world = good_zone(setup).having(HOST, "CAA", f'0 issue "zerossl.com; {value}"')
        return await judged(world, setup=setup)

    assert await of("my-note=1") == []
    assert await of("validationmethods=http-01; validationmethods=http-01") == []
    assert f"{HOST} forbidden-ca error" in await of("accounturi=")
    assert f"{HOST} forbidden-ca error" in await of("accounturi=a:b; accounturi=a:b")


async def test_the_names_of_a_domain_are_judged_by_the_planned_authority() -> None:
    setup = replace(SMALL, server=replace(SMALL.server, caa="zerossl.com"))
    good = good_zone(setup)
    assert await judged(good, setup=setup) == []
    name = "autoconfig.example.org."
    own = good.without(name, "CNAME").having(name, "A", "1.2.3.4").having(name, "CAA", LE)
    assert await judged(own, setup=setup) == [f"{name} forbidden-ca error"]


@pytest.mark.parametrize("failure", [Failure.SERVFAIL, Failure.TIMEOUT])
async def test_a_nearer_level_that_could_not_be_asked_is_unknown(failure: Failure) -> None:
    world = GOOD.having("example.org.", "CAA", LE)
    silent = Fault(HOST, failure, "CAA")
    (first, second) = sorted(await bad(MemoryDns(world, faults=(silent,))), key=_text)
    assert _text(first) == "autodiscover.example.org. could-not-ask unknown"
    assert _text(second) == "mail.example.org. could-not-ask unknown"
    assert "refuses the certificate" in first.message
    assert "autoconfig.example.org" in first.message


class DeafAt(Wrapped):
    """Gives no answer about one name alone, and not about those below it."""

    def __init__(self, name: Name, inner: MemoryDns) -> None:
        super().__init__(inner)
        self.name = name

    async def ask(self, name: Name, rdtype: RdataType) -> Lookup:
        if name == self.name:
            return Lookup(name, rdtype, (Answer(Source("ns", ""), failure=Failure.SERVFAIL),))
        return await super().ask(name, rdtype)


async def test_a_level_above_the_deciding_one_may_fail() -> None:
    record = wanted(FULL, HOST, "CAA")
    deaf = DeafAt(dns.name.from_text("example.org."), MemoryDns(good_zone(FULL)))
    (finding,) = await findings_about(FULL, deaf, record)
    assert finding.status is Status.OK
    deaf = DeafAt(deaf.name, MemoryDns(good_zone(FULL).without(HOST, "CAA")))
    (finding,) = await findings_about(FULL, deaf, record)
    assert finding.status is Status.UNKNOWN


async def test_servers_that_disagree_are_told() -> None:
    forbidding = GOOD.having(HOST, "CAA", '0 issue "digicert.com"')
    found = await bad(MemoryDns(GOOD, {NS2: forbidding}))
    assert {f.code for f in found} == {"servers-disagree"}
