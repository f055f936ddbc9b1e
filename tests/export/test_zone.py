"""Zone files."""

import base64
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import dns.name
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from dns.rdtypes.ANY.TXT import TXT
from hypothesis import HealthCheck, given, settings

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY as KEY
from mailcow_dns_tui.export.zone import zone_blocks, zone_text
from mailcow_dns_tui.model.setup import DkimKey, Dmarc, Domain, Server, Setup
from mailcow_dns_tui.model.text import txt_value
from mailcow_dns_tui.topics.registry import plan
from tests.conftest import need
from tests.export.checkers import as_published, complaint, read_back
from tests.setups import setups

CHECKERS = ("named-checkzone", "nsd-checkzone", "kzonecheck")
SETUP = Setup(
    server=Server("mail.example.org", "1.2.3.4"),
    domains=(Domain("example.org", dkim=(DkimKey(key=KEY),)),),
)
WANTED = [
    ("mail", "A", "1.2.3.4"),
    ("autodiscover", "CNAME", "mail.example.org."),
    ("autoconfig", "CNAME", "mail.example.org."),
    ("@", "MX", "10 mail.example.org."),
    ("@", "TXT", "v=spf1 mx a -all"),
    ("dkim._domainkey", "TXT", f"v=DKIM1; k=rsa; t=s; s=email; p={KEY}"),
    ("_dmarc", "TXT", "v=DMARC1; p=reject; rua=mailto:mailauth-reports@example.org"),
    ("_imap._tcp", "SRV", "0 1 143 mail.example.org."),
    ("_imaps._tcp", "SRV", "0 1 993 mail.example.org."),
    ("_pop3._tcp", "SRV", "0 1 110 mail.example.org."),
    ("_pop3s._tcp", "SRV", "0 1 995 mail.example.org."),
    ("_submission._tcp", "SRV", "0 1 587 mail.example.org."),
    ("_submissions._tcp", "SRV", "0 1 465 mail.example.org."),
    ("_smtps._tcp", "SRV", "0 1 465 mail.example.org."),
    ("_sieve._tcp", "SRV", "0 1 4190 mail.example.org."),
    ("_autodiscover._tcp", "SRV", "0 1 443 mail.example.org."),
    ("_carddavs._tcp", "SRV", "0 1 443 mail.example.org."),
    ("_carddavs._tcp", "TXT", "path=/SOGo/dav/"),
    ("_caldavs._tcp", "SRV", "0 1 443 mail.example.org."),
    ("_caldavs._tcp", "TXT", "path=/SOGo/dav/"),
]


def lines_of(block: str) -> list[tuple[str, str, str]]:
    """Each line on its own as owner name, type and data, so that the order is the text's."""
    origin, *lines = block.splitlines()
    zone = dns.name.from_text(origin.removeprefix("$ORIGIN "))
    read = []
    for line in lines:
        for owner, rdata, _ in read_back(f"{origin}\n{line}\n"):
            text = txt_value(rdata) if isinstance(rdata, TXT) else rdata.to_text()
            read.append((owner.relativize(zone).to_text(), rdata.rdtype.name, text))
    return read


def test_the_default_plan_is_what_mailcow_asks_for_in_its_order() -> None:
    assert lines_of(zone_text(plan(SETUP))) == WANTED


def test_a_block_begins_with_its_origin_and_each_record_has_its_ttl() -> None:
    text = zone_text(plan(SETUP))
    assert text.startswith("$ORIGIN example.org.\n")
    assert text.endswith("\n")
    assert "SOA" not in text
    assert " NS " not in text
    assert {ttl for _, _, ttl in read_back(text)} == {3600}


@pytest.mark.parametrize("size", [2048, 4096])
def test_a_long_key_is_split_and_stays_whole(size: int) -> None:
    public = rsa.generate_private_key(65537, size).public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = base64.b64encode(der).decode()
    setup = replace(SETUP, domains=(Domain("example.org", dkim=(DkimKey(key=key),)),))
    published = read_back(zone_text(plan(setup)))
    txt = next(rdata for owner, rdata, _ in published if owner.labels[0] == b"dkim")
    assert isinstance(txt, TXT)
    lengths = [len(piece) for piece in txt.strings]
    assert len(lengths) > 1
    assert max(lengths) <= 255
    assert txt_value(txt) == f"v=DKIM1; k=rsa; t=s; s=email; p={key}"


def test_each_zone_has_one_block_in_the_order_of_the_plan() -> None:
    setup = replace(SETUP, server=Server("mx.example.net", "1.2.3.4"))
    setup = replace(setup, domains=(*setup.domains, Domain("bücher.example")))
    text = zone_text(plan(setup))
    origins = [line for line in text.splitlines() if line.startswith("$ORIGIN")]
    assert origins == [
        "$ORIGIN example.net.",
        "$ORIGIN example.org.",
        "$ORIGIN xn--bcher-kva.example.",
    ]
    assert text == "\n".join(block.text for block in zone_blocks(plan(setup)))


def test_what_is_in_anothers_zone_stands_in_comments_below_whom_it_serves() -> None:
    dmarc = Dmarc(rua=("mailto:a@collector.example", "mailto:b@example.org"))
    server = Server("mail.example.org", "1.2.3.4", "2001:db8::10")
    second = Domain("example.com", dmarc=dmarc)
    records = plan(replace(SETUP, server=server, domains=(*SETUP.domains, second)))
    org, com = zone_blocks(records)
    assert "; 4.3.2.1.in-addr.arpa. 3600 IN PTR   mail.example.org.\n" in org.text
    assert "ip6.arpa. 3600 IN PTR   mail.example.org.\n" in org.text
    assert "; Not in this zone: reverse DNS is set where the server's address was" in org.text
    assert "; Not in this zone: to be published by whoever runs collector.example:\n" in com.text
    assert '; example.com._report._dmarc.collector.example. 3600 IN TXT   "v=DMARC1"' in com.text
    assert ("example.com._report._dmarc", "TXT", "v=DMARC1") in lines_of(org.text)
    lines = [line for block in zone_blocks(records) for line in block.lines]
    comments = [line for line in lines if line.text.startswith(";") and line.record]
    assert {line.record for line in comments} == {r for r in records if r.external}


def test_no_record_is_no_text() -> None:
    assert zone_text(()) == ""


@given(setups)
@settings(max_examples=120, deadline=None)
def test_any_plan_reads_back_to_exactly_its_records(setup: Setup) -> None:
    records = plan(setup)
    published = [one for block in zone_blocks(records) for one in read_back(block.text)]
    assert Counter(published) == as_published(record for record in records if not record.external)


@given(setups)
@settings(max_examples=60, deadline=None)
def test_each_line_is_one_record_or_a_comment(setup: Setup) -> None:
    for block in zone_blocks(plan(setup)):
        origin, *lines = block.lines
        assert origin.text == f"$ORIGIN {block.zone}"
        assert len(block.lines) == block.height
        for line in lines:
            assert line.text.isprintable()
            foreign = line.record is None or line.record.external
            assert line.text.startswith(";") == foreign


@pytest.mark.parametrize("program", CHECKERS)
@given(setup=setups)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_name_servers_accept_any_plan(program: str, setup: Setup) -> None:
    need(program)
    with tempfile.TemporaryDirectory() as directory:
        for block in zone_blocks(plan(setup)):
            assert not complaint(program, block.zone, block.text, Path(directory)), block.text


@pytest.mark.parametrize("program", CHECKERS)
@pytest.mark.parametrize("setup", [SETUP, demo_setup()])
def test_name_servers_accept_a_good_plan(program: str, setup: Setup, tmp_path: Path) -> None:
    need(program)
    for block in zone_blocks(plan(setup)):
        assert not complaint(program, block.zone, block.text, tmp_path)


def test_many_domains_are_written_while_somebody_types() -> None:
    domains = tuple(Domain(f"d{number}.example") for number in range(100))
    records = plan(replace(SETUP, domains=domains))
    began = time.process_time()
    zone_text(records)
    assert time.process_time() - began < 1
