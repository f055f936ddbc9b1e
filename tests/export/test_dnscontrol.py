"""DNSControl's file, run in Node."""

import json
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import dns.name
import dns.rdata
import dns.rdatatype
import pytest
from dns.name import Name
from dns.rdata import Rdata
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.export.dnscontrol import dnscontrol_text
from mailcow_dns_tui.model.answer import Answer, Failure, Lookup, Source
from mailcow_dns_tui.model.code import Code
from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import Domain, Setup, Spf
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.topics.registry import plan
from tests.conftest import need
from tests.export.checkers import Published, as_published
from tests.setups import setups
from tests.topics.setups import FULL

STAND_IN = Path(__file__).parent / "dnscontrol_stand_in.js"
ORDER = ("preference", "priority", "weight", "port", "usage", "selector", "matching", "target")
APEX = dns.name.from_text("example.org.")


@dataclass(frozen=True)
class Declared:
    """One D() of a file."""

    name: str
    purges: bool
    ignores: list[list[str]]
    records: list[Published]


def run(text: str) -> list[Declared]:
    need("node")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dnsconfig.js"
        file.write_text(text, encoding="utf-8")
        command = ["node", str(STAND_IN), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [
        Declared(d["name"], d["purges"], d["ignores"], list(_records(d)))
        for d in json.loads(done.stdout)
    ]


def _records(domain: dict[str, list[dict[str, str | int]]]) -> Iterator[Published]:
    for declared in domain["records"]:
        name = str(declared["name"])
        owner = dns.name.from_text(f"{domain['name']}.")
        if name != "@":
            owner = dns.name.from_text(name, owner)
        yield owner, _rdata(declared), int(declared["ttl"])


def _rdata(declared: dict[str, str | int]) -> Rdata:
    rdtype, target = str(declared["type"]), str(declared["target"])
    if rdtype == "TXT":
        return txt_rdata(target)
    if rdtype == "CAA":
        escaped = target.replace("\\", "\\\\")
        text = f'{declared.get("flags", 0)} {declared["tag"]} "{escaped}"'
    else:
        text = " ".join(str(declared[field]) for field in ORDER if field in declared)
    return dns.rdata.from_text("IN", rdtype, text)


@given(setups)
@settings(max_examples=20, deadline=None)
def test_any_plan_yields_its_records(setup: Setup) -> None:
    records = plan(setup)
    declared = run(dnscontrol_text(records))
    yielded = Counter(one for domain in declared for one in domain.records)
    assert yielded == as_published(record for record in records if not record.external)
    assert not any(domain.purges for domain in declared)


def test_one_file_has_all_zones() -> None:
    assert [domain.name for domain in run(dnscontrol_text(plan(FULL)))] == [
        "example.org",
        "xn--bcher-kva.example",
        "example.com",
    ]


@given(setups)
@settings(max_examples=30, deadline=None)
def test_nothing_newer_than_es5(setup: Setup) -> None:
    """Outside strings: no `let`, no arrow, no template, no line separator, no comma at the end."""
    lines = dnscontrol_text(plan(setup)).split("\n")
    code = "\n".join(line for line in lines if not line.startswith("//"))
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', code.replace("// the name of your", "//"))
    assert code.isascii()
    assert not re.search(r"`|=>|\b(let|const)\b|,\s*\)", bare)


def test_the_top_says_what_would_be_deleted_and_how_to_keep_it() -> None:
    top = dnscontrol_text(plan(FULL)).partition("var ")[0]
    assert "It still deletes every other value of a name and type" in top
    assert 'IGNORE("@", "TXT", "google-site-verification=*"),' in top


def test_what_belongs_elsewhere_stands_in_comments() -> None:
    text = dnscontrol_text(plan(FULL))
    assert "// 4.3.2.1.in-addr.arpa. 3600 IN PTR   mail.example.org.\n" in text


def found(name: Name, rdtype: str, *texts: str, aliases: tuple[Name, ...] = ()) -> Finding:
    """What a check says of a name that has these records."""
    kind = dns.rdatatype.from_text(rdtype)
    rdatas = tuple(dns.rdata.from_text("IN", kind, text) for text in texts)
    answer = Answer(Source("ns1.example.net.", "192.0.2.53"), rdatas=rdatas, aliases=aliases)
    lookup = Lookup(name, kind, (answer,))
    return Finding("spf", Code("x"), Status.OK, APEX, name, rdtype, "", lookup=lookup)


def ignores(setup: Setup, *findings: Finding) -> list[list[str]]:
    return [
        ignore
        for domain in run(dnscontrol_text(plan(setup), findings))
        for ignore in domain.ignores
    ]


def test_after_a_check_the_texts_of_others_are_kept_and_an_older_spf_is_not() -> None:
    there = found(
        APEX,
        "TXT",
        '"google-site-verification=others"',
        '"google-site-verification=abc"',
        '"v=spf1 include:old.example -all"',
        '"v=spf10 is something else"',
    )
    assert sorted(ignores(FULL, there)) == [
        ["@", "TXT", "google-site-verification=others"],
        ["@", "TXT", "v=spf10 is something else"],
    ]
    assert "that the check found" in dnscontrol_text(plan(FULL), [there])


def test_after_a_check_the_authorities_of_others_are_kept() -> None:
    host = dns.name.from_text("mail.example.org.")
    there = found(host, "CAA", '0 issue "ca.example"', '0 issuewild "letsencrypt.org"')
    assert ignores(FULL, there) == [["mail", "CAA", "ca.example"]]


def test_what_is_not_kept_beside_ours_is_not_ignored() -> None:
    dmarc = found(dns.name.from_text("_dmarc.example.org."), "TXT", '"v=DMARC1; p=none"')
    elsewhere = found(dns.name.from_text("www.example.org."), "TXT", '"x"')
    other_end = found(APEX, "TXT", '"x"', aliases=(dns.name.from_text("cdn.example."),))
    assert ignores(FULL, dmarc, elsewhere, other_end) == []


@pytest.mark.parametrize("text", ["a*b?c", "[x]", "{a,b}", "!x", r"back\\slash"])
def test_a_text_with_the_signs_of_a_pattern_matches_itself_alone(text: str) -> None:
    there = found(APEX, "TXT", f'"{text}"')
    ((_, _, pattern),) = ignores(FULL, there)
    assert re.sub(r"\\(.)", r"\1", pattern) == text.replace("\\\\", "\\")
    assert not re.search(r"(?<!\\)[*?\[\]{}!,]", pattern.replace("\\\\", ""))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
@settings(max_examples=10, deadline=None)
def test_any_verification_text_stays_itself(text: str) -> None:
    domain = Domain("example.org", verification=("x" + text,))
    setup = replace(FULL, domains=(domain,), spf=Spf())
    records = [record for record in plan(setup) if not record.external]
    (declared,) = run(dnscontrol_text(records))
    assert Counter(declared.records) == as_published(records)


def test_what_could_not_be_seen_is_named_at_the_top() -> None:
    there = found(APEX, "TXT", '"x"')
    silent = Answer(Source("ns1.example.net.", "192.0.2.53"), failure=Failure.TIMEOUT)
    unknown = replace(there, lookup=replace(there.lookup, answers=(silent,)))
    top = dnscontrol_text(plan(FULL), [unknown]).partition("var ")[0]
    assert "NOT PROTECTED" in top
    assert "//   example.org. TXT\n" in top
    top = dnscontrol_text(plan(FULL), [there, unknown]).partition("var ")[0]
    assert "//   example.org. TXT\n" not in top
    assert "//   mail.example.org. CAA\n" in top
