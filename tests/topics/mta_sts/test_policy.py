"""MTA-STS policies as text: RFC 8461 3.2 and 4.1."""

import dns.name
import pytest

from mailcow_dns_tui.topics.mta_sts.policy import faults, matches, read_policy
from mailcow_dns_tui.topics.mta_sts.record import fault, policy_id

GOOD = "version: STSv1\nmode: enforce\nmax_age: 604800\nmx: mail.example.org\n"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.rstrip("\n"),
        GOOD + "\n",
        "mx: *.example.org\nmax_age:0\nmode:\tnone \nversion:STSv1",
        "version: STSv1\nmode: none\nmax_age: 31557600",
        GOOD + "mx: *.example.net\nx-more.1: some words\n",
        GOOD + "mode: whatever\nversion: STSv2\nmax_age: x\n",
    ],
)
def test_valid_policies(text: str) -> None:
    assert not faults(read_policy(text.encode()))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: STSv1\n", "", "no line “version: STSv1”"),
        ("STSv1", "stsv1", "version is “stsv1”"),
        ("mode: enforce\n", "", "no line “mode:”"),
        ("enforce", "Enforce", "mode is “Enforce”"),
        ("max_age: 604800\n", "", "no line “max_age:”"),
        ("604800", "7d", "max_age is “7d”"),
        ("604800", "01234567890", "not a number of seconds"),
        ("604800", "31557601", "more than 31557600"),
        ("mx: mail.example.org\n", "", "no line “mx:”"),
        ("mail.example.org", "mail.example.org.", "not one host name"),
        ("mail.example.org", "mail.example.org, mx.example.org", "not one host name"),
        ("mail.example.org", "bücher.example", "not one host name"),
        ("mail.example.org", "*.*.example.org", "not one host name"),
        ("mail.example.org", "mail.*.org", "not one host name"),
        ("mode: enforce", "mode=enforce", "“mode=enforce” is no line"),
        ("version", "\ufeffversion", "no line “version: STSv1”"),
        ("max_age", "<html>\nmax_age", "“<html>” is no line"),
    ],
)
def test_faults_are_named(old: str, new: str, said: str) -> None:
    found = faults(read_policy(GOOD.replace(old, new).encode()))
    assert any(said in each for each in found), found


def test_the_first_of_a_repeated_field_counts() -> None:
    policy = read_policy(f"{GOOD}mode: none\nmax_age: 1\nmx: b.example.org\n".encode())
    assert (policy.mode, policy.max_age) == ("enforce", 604800)
    assert policy.mx == ("mail.example.org", "b.example.org")


@pytest.mark.parametrize(
    ("pattern", "host", "matched"),
    [
        ("mail.example.org", "MAIL.example.org.", True),
        ("Mail.Example.ORG", "mail.example.org.", True),
        ("*.example.org", "mail.example.org.", True),
        ("*.example.org", "a.mail.example.org.", False),
        ("*.example.org", "example.org.", False),
        ("example.org", "mail.example.org.", False),
        ("mail.example.org", "mail.example.org.example.org.", False),
    ],
)
def test_a_wildcard_is_one_label(pattern: str, host: str, matched: bool) -> None:
    assert matches(pattern, dns.name.from_text(host)) is matched


@pytest.mark.parametrize(
    "text",
    ["v=STSv1;id=a1;", "v=STSv1; \t id=a1  \t;", "v=STSv1 ; more=x; id=a1", "v=STSv1;id=a1; "],
)
def test_valid_records(text: str) -> None:
    assert policy_id(text) == "a1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("v=STSv1;", "no id"),
        ("v=STSv1; ID=a1", "no id"),
        ("v=STSv1; id=", "1 to 32"),
        ("v=STSv1; id=2026-11-23", "1 to 32"),
        (f"v=STSv1; id={'1' * 33}", "1 to 32"),
        ("v=STSv1; id=1; id=2", "more than one id"),
        ("v=STSv1; id=a;;", "semicolon too many"),
        ("v=STSv1; id=a; more=", "“more=”"),
        ("v=STSv1; id=a; words of", "“words of”"),
        ("v=stsv1; id=a", "capital and small"),
        ('"v=STSv1; id=a"', "a quote"),
        (r"v=STSv1\; id=a", "does not begin"),
        ("v=STSv1 id=a", "does not begin"),
    ],
)
def test_faulty_records(text: str, said: str) -> None:
    assert policy_id(text) is None
    assert said in fault(text)
