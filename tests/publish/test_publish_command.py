"""`publish` against a real BIND: the difference, the yes, the order, and what of others stays."""

import io
import json
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import dns.zone
import pytest

from mailcow_dns_tui.cli.main import main
from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY
from mailcow_dns_tui.plan_file import read_plan, write_plan
from tests.conftest import need
from tests.export.test_nsupdate import send
from tests.publish.published import Published
from tests.publish.zones import FOREIGN

ALL_GOOD = "Everything that the plan wants is published and good."
OTHERS = tuple(line for line in FOREIGN if not line.startswith("@ MX"))


HOSTS = ("mail", "autoconfig", "autodiscover", "mta-sts")
BACK = tuple(
    word
    for name in ("example.org", *(f"{host}.example.org" for host in HOSTS))
    for word in ("--confirm", name)
)
"""Whose MX, addresses and CNAMEs may be taken back."""


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Published]:
    need("named")
    need("unbound")
    with ExitStack() as stack:
        yield Published(tmp_path, stack)


class Terminal(io.StringIO):
    """Somebody who types these lines."""

    def isatty(self) -> bool:
        return True


def test_from_one_address_to_all_good(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("@ A 203.0.113.80")
    before = published.records()
    assert published.publish("--dry-run") == 1
    assert published.records() == before
    assert published.backups() == []
    published.publish_all()
    assert published.records() >= before
    capsys.readouterr()
    assert published.publish("--dry-run") == 0
    assert ALL_GOOD in capsys.readouterr().out


def test_records_of_others_stay_to_the_byte(published: Published) -> None:
    published.start(*OTHERS)
    before = published.records()
    published.publish_all()
    assert published.records() >= before


FAULTS = (
    "@ A 203.0.113.80",
    '@ 1234 TXT "v=spf1 ip4:203.0.113.81 -all"',
    '@ 1234 TXT "v=spf1 ip4:203.0.113.82 -all"',
    '@ 1234 TXT "google-site-verification=others"',
    f'dkim._domainkey TXT "v=DKIM1;k=rsa;t=s;s=email;p={EXAMPLE_ORG_KEY[:200]}"',
    "autodiscover CNAME elsewhere.example.net.",
    "_imaps._tcp CNAME elsewhere.example.net.",
    'mail 900 CAA 0 issue "ca.example"',
)


def test_faults_are_mended_and_a_cname_in_the_way_goes_only_after_a_yes_of_its_own(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start(*FAULTS)
    published.publish_until(lambda code: "p=reject" in " ".join(published.texts("_dmarc", "TXT")))
    assert published.publish("--yes") == 1
    told = capsys.readouterr().out
    assert "The CNAME of _imaps._tcp.example.org to elsewhere.example.net goes." in told
    assert published.texts("_imaps._tcp", "CNAME") == ["elsewhere.example.net."]
    assert published.texts("autodiscover", "CNAME") == ["elsewhere.example.net."]
    named = [f"{name}.example.org" for name in ("_imaps._tcp", "autodiscover")]
    published.publish_all(*(word for name in named for word in ("--confirm", name)))
    assert published.texts("_imaps._tcp", "CNAME") == []
    texts = published.texts("@", "TXT")
    assert '"google-site-verification=others"' in texts
    (spf,) = [text for text in texts if "spf" in text]
    assert {"mx", "ip4:203.0.113.81", "ip4:203.0.113.82"} < {*spf.split()}


def test_what_nobody_has_said_is_not_answered_by_the_yes_to_all(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    (domain,) = published.setup.domains
    published.setup = replace(published.setup, domains=(replace(domain, dmarc_at_once=""),))
    mild = "v=DMARC1; p=quarantine"
    published.start(f'_dmarc TXT "{mild}"')
    published.publish_until(lambda code: "Read the reports first" in capsys.readouterr().out)
    assert published.texts("_dmarc", "TXT") == [f'"{mild}"']
    published.publish_all("--confirm", "_dmarc.example.org")
    assert "p=reject" in published.texts("_dmarc", "TXT")[0]


def test_the_other_authorities_of_the_zone_stay(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start('@ CAA 0 issue "ca.example"')
    published.publish_all()
    assert "do none of its certificates come from ca.example?" in capsys.readouterr().out
    both = ['0 issue "ca.example"', '0 issue "letsencrypt.org"']
    assert (sorted(published.texts("@", "CAA")), published.texts("mail", "CAA")) == (both, [])


def test_mail_that_is_elsewhere_comes_here_only_after_a_yes_of_its_own(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("@ 300 MX 10 mx.example.net.")
    question = "The mail of example.org comes to this server from then on."
    told = [""]

    def is_asked(code: int) -> bool:
        told.append(capsys.readouterr().out)
        return question in told[-1]

    published.publish_until(is_asked)
    assert "! From then on all mail for example.org comes to this server" in told[-1]
    assert published.publish("--yes") == 1
    assert published.texts("@", "MX") == ["10 mx.example.net."]
    published.publish_all("--confirm", "example.org")
    assert published.texts("@", "MX") == ["10 mail.example.org."]


def test_what_was_there_is_kept_for_its_owner_alone_and_is_a_way_back(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start(*OTHERS)
    before = published.records()
    published.publish_all()
    backups = published.backups()
    assert {stat.S_IMODE(path.stat().st_mode) for path in backups} == {0o600}
    kept = dns.zone.from_file(str(backups[0]), relativize=False, check_origin=False)
    assert kept.find_rdataset("www.example.org.", "A").to_text() == "300 IN A 192.0.2.1"
    for path in reversed(backups):
        assert published.publish("--undo", str(path), "--dry-run") == 1
        assert published.publish("--undo", str(path), "--yes", *BACK) == 0
        assert published.publish("--undo", str(path), "--yes") == 0
    assert "Nothing of that run is left to be taken back." in capsys.readouterr().out
    assert published.records() == before


def test_the_way_back_leaves_what_others_have_added_since(published: Published) -> None:
    published.start('@ TXT "old=1"')
    published.publish_all()
    added = 'zone example.org\nupdate add example.org. 300 TXT "new=1"\nsend\n'
    assert send(published.bind, added).returncode == 0
    for path in reversed(published.backups()):
        assert published.publish("--undo", str(path), "--yes", *BACK) == 0
    assert sorted(published.texts("@", "TXT")) == ['"new=1"', '"old=1"']


def test_a_strict_policy_comes_in_its_time(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    (domain,) = published.setup.domains
    published.setup = replace(published.setup, domains=(replace(domain, dmarc_at_once=""),))
    published.start("@ A 203.0.113.80")
    published.publish_all()
    assert "p=none since" in capsys.readouterr().out
    assert "p=none" in published.texts("_dmarc", "TXT")[0]
    (noted,) = read_plan(published.plan).domains
    assert noted.dmarc_since == date.today()
    before = replace(noted, dmarc_since=date.today() - timedelta(days=15))
    write_plan(replace(published.setup, domains=(before,)), published.plan)
    published.publish_all()
    assert "p=reject" in published.texts("_dmarc", "TXT")[0]


def test_the_way_back_of_mail_wants_a_yes_of_its_own(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start()
    published.publish_all()
    for path in reversed(published.backups()):
        published.publish("--undo", str(path), "--yes")
    assert "Mail for example.org goes to other servers from then on" in capsys.readouterr().out
    assert published.texts("@", "MX") == ["10 mail.example.org."]
    assert published.texts("mail", "A") == ["192.0.2.10"]
    assert published.texts("@", "TXT") == []


def test_what_is_agreed_to_in_vain_is_named(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("autoconfig CNAME other.example.net.", "mail A 192.0.2.10")
    named = ("--confirm", "autoconfg.example.org", "--confirm", "AUTOCONFIG.example.org.")
    published.publish_until(
        lambda code: "mail" in published.texts("autoconfig", "CNAME")[0], *named
    )
    said = capsys.readouterr().err
    assert "--confirm autoconfg.example.org: nothing was asked about that name." in said
    assert "AUTOCONFIG" not in said


def test_where_the_answers_end_after_a_yes_the_rest_is_a_no(
    published: Published, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("_imaps._tcp CNAME elsewhere.example.net.")
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert published.publish() == 1
    assert published.texts("mail", "A") == ["192.0.2.10"]
    assert "Not done without a yes of its own" in capsys.readouterr().out


def test_scripts_are_told_only_what_was_made(
    published: Published, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: object, plan: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("octodns_bind.Rfc2136Provider._apply", fail)
    published.start("@ A 203.0.113.80")
    assert published.publish("--yes", "--format", "json") == 3
    told = json.loads(capsys.readouterr().out)
    assert told["published"] == []
    assert "mail.example.org." in {each["name"] for each in told["unknown"][0]["create"]}


def test_the_dry_run_tells_scripts_what_becomes_of_each_rrset(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start(*FAULTS)
    assert published.publish("--dry-run", "--format", "json") == 1
    (zone,) = json.loads(capsys.readouterr().out)["zones"]
    assert zone["zone"] == "example.org"
    created = {(each["name"], each["type"]): each for each in zone["create"]}
    assert created["mail.example.org.", "A"]["data"] == ["192.0.2.10"]
    changed = {(each["name"], each["type"]): each for each in zone["change"]}
    spf = changed["example.org.", "TXT"]
    assert (spf["from"]["ttl"], spf["to"]["ttl"]) == (1234, 1234)
    assert "google-site-verification=others" in spf["to"]["data"]
    assert {"name": "example.org.", "type": "A", "ttl": 300, "data": ["203.0.113.80"]} in zone[
        "leave"
    ]


def test_what_several_steps_ask_is_asked_once(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("@ A 203.0.113.80", "mail CNAME elsewhere.example.net.")
    assert published.publish("--dry-run", "--format", "json") == 1
    (zone,) = json.loads(capsys.readouterr().out)["zones"]
    assert [each["confirm"] for each in zone["asks"]] == ["mail.example.org"]
    assert published.publish("--dry-run") == 1
    shown, left = capsys.readouterr().out.split("\n\n", 1)
    question = "The CNAME of mail.example.org to elsewhere.example.net goes."
    assert (shown.count(question), left.count(question)) == (1, 1)
    published.publish_all("--confirm", "mail.example.org")
    assert published.texts("mail", "AAAA") == ["2001:db8::10"]


def test_a_no_changes_nothing(
    published: Published, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("@ A 203.0.113.80")
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    before = published.records()
    assert published.publish() == 1
    assert "[y/N]" in capsys.readouterr().out
    assert published.records() == before


def test_a_wrong_key_is_a_sentence_and_a_secret_stands_nowhere(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("@ A 203.0.113.80")
    wrong = "d3Jvbmctc2VjcmV0LXdyb25nLXNlY3JldA=="
    published.environment = {**published.environment, "RFC2136_KEY_SECRET": wrong}
    assert published.publish("--yes") == 3
    assert published.publish("--yes", "--format", "json") == 3
    said = "".join(capsys.readouterr())
    assert "Traceback" not in said
    files = [path.read_text() for path in published.folder.glob("*") if path.is_file()]
    assert wrong not in "".join([said, *files])


def test_credentials_come_from_a_file_that_nobody_else_may_read(
    published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("@ A 203.0.113.80")
    lines = [f"{name}={text}\n" for name, text in published.environment.items()]
    file = published.folder / "token.env"
    file.write_text("# of the primary\n" + "".join(lines))
    published.environment = {}
    file.chmod(0o640)
    assert published.publish("--dry-run", "--credentials", str(file)) == 2
    assert "others may read it" in capsys.readouterr().err
    file.chmod(0o600)
    assert published.publish("--dry-run", "--credentials", str(file)) == 1


def test_without_octodns_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "octodns", None)
    assert main(["publish", "--dry-run"]) == 2
    said = "publish needs octoDNS: pip install 'mailcow-dns-tui[publish]'\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("rfc2136", "there is no such provider."),
        ("netcup", "Nothing can be published at netcup"),
        ("transip", "Nothing can be published at transip: octodns-transip 1.0.1 writes the whole"),
    ],
)
def test_a_provider_that_can_not_be_published_to_is_told_with_those_that_can(
    published: Published, capsys: pytest.CaptureFixture[str], named: str, why: str
) -> None:
    published.start("@ A 203.0.113.80")
    assert published.publish("--provider", named) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"--provider {named}: {why}")
    assert "any (Any name server with updates (RFC 2136))" in said


def test_without_a_terminal_there_is_nobody_to_say_yes(
    published: Published, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published.start("@ A 203.0.113.80")
    before = published.records()
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert published.publish() == 2
    assert "give --dry-run or --yes" in capsys.readouterr().err
    assert published.records() == before
