"""Terraform, read back with another's parser."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import dns.rdata
import hcl2
import pytest
from dns.name import Name, from_text
from dns.rdata import Rdata
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcow_dns_tui.export.terraform import (
    identifiers,
    quoted,
    terraform_cloudflare_text,
    terraform_hcloud_text,
)
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup, Spf
from mailcow_dns_tui.topics.registry import plan
from tests.setups import setups
from tests.topics.setups import FULL

Write = Callable[[Sequence[Record]], str]
Tree = dict[str, "Tree"] | list["Tree"] | str | int


class Resource(NamedTuple):
    kind: str
    name: str
    arguments: dict[str, Tree]


def resources(text: str) -> list[Resource]:
    """All resources, with strings as Terraform would hand them on."""
    read: list[Resource] = []
    for block in hcl2.loads(text).get("resource", []):
        ((kind, inside),) = block.items()
        ((name, arguments),) = inside.items()
        arguments.pop("__is_block__")
        read.append(Resource(unquoted(kind), unquoted(name), plain(arguments)))
    return read


def plain(tree: dict[str, Tree]) -> dict[str, Tree]:
    return {key: _plain(value) for key, value in tree.items()}


def _plain(tree: Tree) -> Tree:
    match tree:
        case dict():
            return plain(tree)
        case list():
            return [_plain(inside) for inside in tree]
        case str() if tree.startswith('"'):
            return unquoted(tree)
    return tree


def unquoted(text: str) -> str:
    """A string's meaning; one that would hold a template has none here."""
    assert text.startswith('"')
    assert text.endswith('"')
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", text), f"a template: {text}"
    short = re.sub(r"\\U([0-9a-f]{8})", lambda m: chr(int(m[1], 16)), text)
    meaning = json.loads(short.replace("$${", "${").replace("%%{", "%{"))
    assert isinstance(meaning, str)
    return meaning


def absolute(name: str, zone: str) -> Name:
    return from_text(zone if name == "@" else f"{name}.{zone}")


def rdata(rdtype: Tree, text: str) -> Rdata:
    return dns.rdata.from_text("IN", str(rdtype), text)


def hetzner(text: str) -> Iterator[tuple[Name, Rdata, int | None]]:
    """What a file publishes; the TTL of a single record can't be given there."""
    for kind, _, arguments in resources(text):
        owner = absolute(str(arguments["name"]), str(arguments["zone"]))
        if kind == "hcloud_zone_record":
            yield owner, rdata(arguments["type"], str(arguments["value"])), None
            continue
        assert kind == "hcloud_zone_rrset"
        ttl, records = arguments["ttl"], arguments["records"]
        assert isinstance(ttl, int)
        assert isinstance(records, list)
        for record in records:
            assert isinstance(record, dict)
            yield owner, rdata(arguments["type"], str(record["value"])), ttl


PARTS = {
    "SRV": ("priority", "weight", "port", "target"),
    "TLSA": ("usage", "selector", "matching_type", "certificate"),
}


def cloudflare(text: str) -> Iterator[tuple[Name, Rdata, int]]:
    for kind, _, arguments in resources(text):
        assert kind == "cloudflare_dns_record"
        owner, rdtype, ttl = (arguments[key] for key in ("name", "type", "ttl"))
        assert isinstance(ttl, int)
        assert arguments.get("proxied") == (False if rdtype in {"A", "AAAA", "CNAME"} else None)
        zone = re.fullmatch(r'\$\{var\.cloudflare_zone_ids\["(.+)"\]\}', str(arguments["zone_id"]))
        assert zone is not None
        assert f".{owner}".endswith(f".{zone[1]}")
        yield from_text(str(owner)), rdata(rdtype, _content(arguments)), ttl


def _content(arguments: dict[str, Tree]) -> str:
    data, rdtype = arguments.get("data"), str(arguments["type"])
    if not isinstance(data, dict):
        content = str(arguments["content"])
        mx = f"{arguments['priority']} {content}." if rdtype == "MX" else content
        return f"{content}." if rdtype == "CNAME" else mx
    if rdtype == "CAA":
        value = str(data["value"]).replace("\\", "\\\\")
        return f'{data["flags"]} {data["tag"]} "{value}"'
    parts = [str(data[part]) for part in PARTS[rdtype]]
    if rdtype == "SRV":
        assert arguments["priority"] == data["priority"]
        parts[-1] = f"{parts[-1].rstrip('.')}."
    return " ".join(parts)


def wanted(setup: Setup, longest: int) -> Counter[tuple[Name, Rdata, int | None]]:
    own = (record for record in plan(setup) if not record.external)
    return Counter((r.owner, r.rdata, min(max(r.ttl, 60), longest)) for r in own)


@given(setups)
@settings(max_examples=25, deadline=None)
def test_any_plan_for_hetzner_is_read_back(setup: Setup) -> None:
    read = Counter(hetzner(terraform_hcloud_text(plan(setup))))
    expected = wanted(setup, 2**31 - 1)
    without_ttl = Counter((owner, rdata) for owner, rdata, _ in expected.elements())
    assert Counter((owner, rdata) for owner, rdata, _ in read.elements()) == without_ttl
    assert all(one in expected for one in read if one[2] is not None)


@given(setups)
@settings(max_examples=25, deadline=None)
def test_any_plan_for_cloudflare_is_read_back(setup: Setup) -> None:
    assert Counter(cloudflare(terraform_cloudflare_text(plan(setup)))) == wanted(setup, 86400)


@pytest.mark.parametrize("write", [terraform_hcloud_text, terraform_cloudflare_text])
@given(setup=setups)
@settings(max_examples=10, deadline=None)
def test_no_resource_has_anothers_name(write: Write, setup: Setup) -> None:
    named = [resource[:2] for resource in resources(write(plan(setup)))]
    assert len(named) == len(set(named))
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9_-]*", name) for _, name in named)


def test_names_that_would_be_the_same_are_numbered() -> None:
    assert list(identifiers(["a.b", "a_b", "a_b_2", "a-b"])) == ["a_b", "a_b_2", "a_b_2_2", "a-b"]


@given(st.text(max_size=20))
@settings(max_examples=50, deadline=None)
def test_any_text_is_a_string_and_no_template(text: str) -> None:
    assert unquoted(quoted(text)) == text


@pytest.mark.parametrize("write", [terraform_hcloud_text, terraform_cloudflare_text])
def test_a_macro_of_spf_is_no_template(write: Write) -> None:
    text = write(
        plan(Setup(FULL.server, spf=Spf(("exists:%{i}.example.org",)), domains=FULL.domains))
    )
    assert "exists:%%{i}.example.org" in text


def test_what_others_share_at_hetzner_is_added_beside_theirs() -> None:
    read = resources(terraform_hcloud_text(plan(FULL)))
    shared = {
        (arguments["name"], arguments["type"])
        for kind, _, arguments in read
        if kind == "hcloud_zone_record"
    }
    assert shared == {("@", "TXT"), ("mail", "CAA")}


def test_each_says_at_its_top_what_it_removes() -> None:
    assert "removes the values that are not in this file" in terraform_hcloud_text(plan(FULL))
    assert "changes nothing that Terraform does not know" in terraform_cloudflare_text(plan(FULL))


@pytest.mark.parametrize("write", [terraform_hcloud_text, terraform_cloudflare_text])
def test_what_belongs_elsewhere_stands_in_comments(write: Write) -> None:
    text = write(plan(FULL))
    assert "# 4.3.2.1.in-addr.arpa. 3600 IN PTR   mail.example.org.\n" in text
    assert all(resource.arguments["type"] != "PTR" for resource in resources(text))
