"""Zone files as Cloudflare imports them."""

import re
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings

from mailcow_dns_tui.export.cloudflare import cloudflare_files, cloudflare_text
from mailcow_dns_tui.model.setup import Server, Setup
from mailcow_dns_tui.topics.registry import plan
from tests.conftest import need
from tests.export.checkers import Published, complaint, read_back
from tests.setups import setups
from tests.topics.setups import FULL

NOT_PROXIED = " ; cf_tags=cf-proxied:false"


def blocks(setup: Setup) -> dict[str, str]:
    """Each zone's file with the origin that Cloudflare knows from where it is imported."""
    files = cloudflare_files(plan(setup))
    return {name[:-4]: f"$ORIGIN {name[:-4]}.\n{text}" for name, text in files.items()}


def wanted(setup: Setup) -> Counter[Published]:
    """The plan with the TTLs that Cloudflare takes."""
    own = (record for record in plan(setup) if not record.external)
    return Counter((r.owner, r.rdata, min(max(r.ttl, 60), 86400)) for r in own)


@given(setups)
@settings(max_examples=30, deadline=None)
def test_any_plan_is_read_back(setup: Setup) -> None:
    assert Counter(one for text in blocks(setup).values() for one in read_back(text)) == wanted(
        setup
    )


@given(setups)
@settings(max_examples=30, deadline=None)
def test_nothing_is_proxied_and_every_name_is_whole(setup: Setup) -> None:
    for line in cloudflare_text(plan(setup)).splitlines():
        if line and not line.startswith(";"):
            owner, _, _, rdtype = line.split(" ")[:4]
            assert owner.endswith(".")
            assert line.endswith(NOT_PROXIED) == (rdtype in {"A", "AAAA", "CNAME"})


@given(setups)
@settings(max_examples=30, deadline=None)
def test_a_name_server_accepts_any_plan(setup: Setup) -> None:
    need("named-checkzone")
    with tempfile.TemporaryDirectory() as directory:
        for name, text in blocks(setup).items():
            assert not complaint("named-checkzone", name, text, Path(directory)), text


def test_what_belongs_elsewhere_stands_in_comments() -> None:
    text = cloudflare_text(plan(FULL))
    assert "; 4.3.2.1.in-addr.arpa. 3600 IN PTR   mail.example.org.\n" in text
    assert not re.search(r"^\S+ \d+ IN PTR", text, re.MULTILINE)


def test_the_top_says_what_the_import_does_not_do() -> None:
    text = cloudflare_text(plan(FULL))
    assert text.startswith("; For Cloudflare")
    assert "delete an older MX or DMARC record by hand" in text


def test_no_record_is_no_text() -> None:
    assert cloudflare_text(plan(Setup(server=Server()))) == ""
