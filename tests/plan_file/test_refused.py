"""What a plan file must not hold is refused with a sentence that names it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mailcow_dns_tui.model.setup import Domain
from mailcow_dns_tui.plan_file import (
    PlanError,
    read_plan,
)

GOOD = 'version = 1\nserver = {hostname = "mail.example.org", ipv4 = "192.0.2.10"}\n'
TOO_MANY = "too many keys, or too long ones"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan.toml"


def failure(path: Path, text: str | bytes) -> str:
    """What is said of a plan that can't be read; the file's name is in front."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(PlanError) as error:
        read_plan(path)
    name, sentence = str(error.value).split(": ", 1)
    assert name == str(path)
    return sentence


@pytest.mark.parametrize(
    ("make", "gist"),
    [
        (lambda: "x = " + "[" * 5_000, "nested too deep"),
        (lambda: "version = " + "1" * 5_000, "not TOML"),
        (lambda: "#" * 20_000_001, "too large"),
        (lambda: f"version = 1\n{'a.' * 100_000}a = 1", TOO_MANY),
        (lambda: f"version = 1\nserver = {{{'a . ' * 100_000}a = 1}}", TOO_MANY),
        (lambda: "version = 1\n" + "a.b.c = 1\n" * 600_000, TOO_MANY),
        (lambda: "[spf]\nmechanisms = [" + '"mx",' * 600_000 + "]", TOO_MANY),
        (lambda: GOOD + f"[spf]\nmechanisms = ['{'x' * 19_000_000}']", TOO_MANY),
        (lambda: "".join(f"[t{n}]\n" for n in range(400_000)), TOO_MANY),
        (lambda: "\n" * 19_000_000, TOO_MANY),
        (
            lambda: GOOD + f"[spf]\nall = '{'x' * 70_000}'",
            "spf.all: a text of at most 65535 characters",
        ),
        (lambda: GOOD + "[[domains]]\n" * 60_000, "domains: a list of at most 50000 is expected"),
    ],
    ids=[
        "nested",
        "number",
        "large",
        "parts",
        "inline",
        "keys",
        "items",
        "line",
        "tables",
        "lines",
        "text",
        "domains",
    ],
)
def test_what_is_made_to_do_harm_is_a_sentence(
    path: Path, make: Callable[[], str], gist: str
) -> None:
    # Made when wanted: they are long, and all who run any test collect them.
    assert gist in failure(path, make())


def test_what_is_long_is_told_in_few_words(path: Path) -> None:
    assert len(failure(path, f"version = 1\n{'k' * 100_000} = 1")) < 200
    said = failure(path, GOOD + "[[domains]]\nname = 'example.org'\n" * 1000)
    assert said.count("\n") == 20
    assert said.endswith("and 979 more.")


def test_dots_in_texts_and_comments_are_no_keys(path: Path) -> None:
    dots = ".".join("abcdefghijklm")
    texts = f"['ip4:{dots}', \"ip6:{dots}\", '''a:\n{dots}''', \"\"\"{dots}\n\"\"\"] # {dots}"
    assert "SPF knows no such" in failure(path, f"{GOOD}[spf]\nmechanisms = {texts}")


def test_what_has_no_end_is_not_waited_for(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(PlanError, match="can't be read: it is not a regular file"):
        read_plan(path)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("hostnme = 1", "hostnme"),
        ("[server]\nhost = 1", "server.host"),
        ("[services]\nhttp = 80", "services.http"),
        ("[spf]\nmechanism = []", "spf.mechanism"),
        ("[lookups]\nresolvers = []", "lookups.resolvers"),
        ("[dmarc]\npct = 100", "dmarc.pct"),
        ("[tls_reports]\nruf = []", "tls_reports.ruf"),
        ("[[domains]]\nnme = 1", "domains[0].nme"),
        ("[[domains]]\n[[domains]]\ndkim = [{}, {k = 1}]", "domains[1].dkim[1].k"),
        ("[[domains]]\n[domains.spf]\nx = 1", "domains[0].spf.x"),
        ("[[domains]]\n[domains.dmarc]\nx = 1", "domains[0].dmarc.x"),
        ("[[domains]]\n[domains.tls_reports]\nx = 1", "domains[0].tls_reports.x"),
    ],
)
def test_an_unknown_key_is_named(path: Path, text: str, key: str) -> None:
    place, _, sentence = failure(path, f"version = 1\n{text}").partition(": ")
    assert place == key
    assert sentence == "this key is not known"


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("server = 1", "server", "a table"),
        ("[server]\nhostname = 1", "server.hostname", 'a text is expected, as in "…"'),
        ("[server]\nipv4 = 192.0", "server.ipv4", "a text"),
        ('[server]\nttl = "3600"', "server.ttl", "a whole number"),
        ("[server]\nttl = 3600.0", "server.ttl", "a whole number"),
        ("[server]\nttl = false", "server.ttl", "a whole number"),
        ('[services]\nimap = "143"', "services.imap", 'a port, false or "omit"'),
        ("[services]\nimap = true", "services.imap", 'a port, false or "omit"'),
        ("[services]\nimap = 143.0", "services.imap", 'a port, false or "omit"'),
        ("[services]\ndav_path = false", "services.dav_path", "a text"),
        ('[spf]\nmechanisms = "mx a"', "spf.mechanisms", "a list of texts"),
        ('[spf]\nmechanisms = ["mx", 1]', "spf.mechanisms[1]", "a text"),
        ("[spf]\nall = true", "spf.all", "a text"),
        ("[dmarc]\nfo = 1", "dmarc.fo", "a text"),
        ('[dmarc]\nrua = "mailto:a@b.cd"', "dmarc.rua", "a list of texts"),
        ("tls_reports = true", "tls_reports", "a table"),
        ("[domains]\nname = 'x'", "domains", "a list of tables"),
        ("domains = ['example.org']", "domains[0]", "a table"),
        ("[[domains]]\ndkim = {key = 'x'}", "domains[0].dkim", "a list of tables"),
        ("[[domains]]\ndkim = ['x']", "domains[0].dkim[0]", "a table"),
        ("[[domains]]\nverification = [[]]", "domains[0].verification[0]", "a text"),
        ("[[domains]]\nmta_sts_id = 20261123000000", "domains[0].mta_sts_id", "a text"),
        ("[[domains]]\nspf = 'x'", "domains[0].spf", "a table"),
        ('[dmarc]\nreporting_days = "14"', "dmarc.reporting_days", "a whole number"),
        ('[[domains]]\ndmarc_since = "2026-11-23"', "domains[0].dmarc_since", "a day"),
        ("[[domains]]\ndmarc_since = 2026-11-23T10:00:00Z", "domains[0].dmarc_since", "a day"),
        ("[[domains]]\ndmarc_at_once = true", "domains[0].dmarc_at_once", "a text"),
        ("lookups = false", "lookups", "a table"),
        ("[lookups]\npublic_resolvers = true", "lookups.public_resolvers", "false or a list"),
        ("[lookups]\npublic_resolvers = '1.1.1.1'", "lookups.public_resolvers", "false or a list"),
        ("[lookups]\npublic_resolvers = [1]", "lookups.public_resolvers[0]", "a text"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_named_with_what_is_expected(
    path: Path, text: str, key: str, expected: str
) -> None:
    place, _, sentence = failure(path, f"version = 1\n{text}").partition(": ")
    assert place == key
    assert sentence.startswith(expected)


@pytest.mark.parametrize(
    ("text", "key", "gist"),
    [
        ('version = 1\nserver = {ipv4 = "192.0.2.1"}', "server.hostname", "missing"),
        ('version = 1\nserver = {hostname = "mail.example.org"}', "server.ipv4", "missing"),
        (
            'version = 1\nserver = {hostname = "mail", ipv4 = "192.0.2.1"}',
            "server.hostname",
            "A full name",
        ),
        (f"{GOOD}services = {{imap = 0}}", "services.imap", "1 to 65535"),
        (f'{GOOD}dmarc = {{p = "rejct"}}', "dmarc.p", "none, quarantine, reject"),
        (f"{GOOD}dmarc = {{reporting_days = -1}}", "dmarc.reporting_days", "0 to 3650 days"),
        (f'{GOOD}spf = {{all = ""}}', "spf.all", "missing"),
        (
            f'{GOOD}lookups = {{public_resolvers = ["9.9.9.9", "dns.example"]}}',
            "lookups.public_resolvers[1]",
            "is no resolver",
        ),
        (f"{GOOD}tls_reports = {{rua = []}}", "tls_reports.rua", "need an address"),
        (f"{GOOD}[[domains]]", "domains[0].name", "missing"),
        (
            f'{GOOD}[[domains]]\nname = "a.example"\ndkim = [{{key = "MIIB"}}]',
            "domains[0].dkim[0].key",
            "cut off",
        ),
    ],
)
def test_a_value_that_can_not_be_published_is_named(
    path: Path, text: str, key: str, gist: str
) -> None:
    place, _, sentence = failure(path, text).partition(": ")
    assert place == key
    assert gist in sentence


def test_a_plan_without_a_dkim_key_can_be_checked(path: Path) -> None:
    path.write_text(f'{GOOD}[[domains]]\nname = "example.org"')
    assert read_plan(path).domains == (Domain("example.org"),)


@pytest.mark.parametrize("text", ["version = 2", "version = 0"])
def test_another_version_is_refused(path: Path, text: str) -> None:
    assert failure(path, text) == "version: this program reads version 1"


@pytest.mark.parametrize("version", ['"1"', "true", "1.0"])
def test_a_version_is_a_number(path: Path, version: str) -> None:
    assert failure(path, f"version = {version}") == "version: a whole number is expected"


def test_everything_that_can_not_be_published_is_told_at_once(path: Path) -> None:
    text = 'version = 1\nserver = {hostname = "mail", ipv4 = "1"}'
    first, second = failure(path, text).splitlines()
    assert first.startswith("server.hostname: ")
    assert second.startswith(f"{path}: server.ipv4: ")


@pytest.mark.parametrize(
    "text", [b"server = ", b"version 1", b'a = "\xff"', b"\xef\xbb\xbf\xff", b"\x00", b"a=1\na=2"]
)
def test_what_is_not_toml_is_called_that(path: Path, text: bytes) -> None:
    assert failure(path, text).startswith("this is not TOML: ")


def test_a_key_shows_no_control_character(path: Path) -> None:
    sentence = failure(path, 'version = 1\n"\\u001b]0;x\\u0007" = 1')
    assert sentence == r"\x1b]0;x\x07: this key is not known"


def test_a_file_that_can_not_be_read(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path, gist in (
        (tmp_path / "none.toml", "there is no such plan"),
        (tmp_path, "can't be read: Is a directory."),
        (loop, "can't be read: Too many levels of symbolic links."),
    ):
        with pytest.raises(PlanError) as error:
            read_plan(path)
        assert str(error.value).startswith(f"{path}: {gist}")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[server]\npanel = "hetzner.com"', "server.panel"),
        ('[[domains]]\n[[domains]]\npanel = "Hetzner"', "domains[1].panel"),
    ],
)
def test_a_dns_provider_that_is_not_known_is_refused_and_those_known_are_named(
    path: Path, text: str, key: str
) -> None:
    place, _, sentence = failure(path, f"version = 1\n{text}").partition(": ")
    assert place == key
    assert sentence.startswith("a DNS provider is expected, one of all-inkl, any, ")
