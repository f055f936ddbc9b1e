"""octoDNS files, validated and planned by octoDNS itself."""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import dns.name
import dns.rdata
import pytest
from hypothesis import given, settings
from octodns.manager import Manager
from octodns.provider.yaml import YamlProvider
from octodns.yaml import safe_load
from octodns.zone.base import Zone

from mailcow_dns_tui.export.octodns import is_held, octodns_files, octodns_text
from mailcow_dns_tui.model.setup import Domain, Server, Setup
from mailcow_dns_tui.topics.registry import plan
from tests.export.checkers import Published, as_published
from tests.setups import setups
from tests.topics.setups import FULL

CONFIG = "octodns-config.yaml"
OLD = """\
'':
- {type: A, value: 203.0.113.80}
- {type: MX, value: {preference: 10, exchange: old.example.net.}}
- type: TXT
  values: ["google-site-verification=others", "v=spf1 include:old.example.net -all"]
www: {type: CNAME, value: web.example.net.}
shop: {type: A, value: 203.0.113.81}
_acme-challenge: {type: TXT, value: token}
_dmarc: {type: TXT, value: "v=DMARC1; p=none"}
dkim._domainkey: {type: TXT, value: "k=rsa; p=older"}
mail: {type: CAA, value: {flags: 0, tag: issue, value: ca.example}}
"""
"""A zone in use, without its name servers."""


def write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def published(folder: Path, apex: str, *, enforce_order: bool = True) -> Iterator[Published]:
    """What octoDNS reads from a folder's zone file."""
    zone = Zone(apex, [])
    source = YamlProvider(
        "read",
        str(folder),
        enforce_order=enforce_order,
        escaped_semicolons=False,
        supports_root_ns=False,
    )
    source.populate(zone)
    for record in zone.records:
        rrset = record.to_rrset()
        for text in rrset.rdatas:
            rdata = dns.rdata.from_text("IN", rrset._type, text)
            yield dns.name.from_text(rrset.name), rdata, rrset.ttl


@given(setups)
@settings(max_examples=40, deadline=None)
def test_any_plan_is_valid_by_the_strict_rules_and_read_back(setup: Setup) -> None:
    records = [record for record in plan(setup) if not record.external and is_held(record)]
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        write(folder, octodns_files(plan(setup)))
        config = (folder / CONFIG).read_text().replace("directory: .", f"directory: {directory}")
        # The processor can be imported in a process of its own only.
        (folder / CONFIG).write_text(
            re.sub("(?m)^.*additive.*\n", "", config).replace("processors:\n", "")
        )
        Manager(str(folder / CONFIG)).validate_configs()
        zones = {str(record.zone) for record in records}
        read = [one for zone in zones for one in published(folder, zone)]
    assert Counter(read) == as_published(records)


def commands(config: str) -> tuple[str, str]:
    """What the head of the configuration tells the user to type."""
    validate, sync = re.findall(r"^#   (PYTHONPATH=.*)$", config, re.MULTILINE)
    return validate, sync


def typed(command: str, folder: Path) -> str:
    """Everything that a command says, which has to succeed."""
    done = try_to(command, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def try_to(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_in_the_configuration_validates_all_zones(tmp_path: Path) -> None:
    files = octodns_files(plan(FULL))
    write(tmp_path, files)
    validate, _ = commands(files[CONFIG])
    typed(validate, tmp_path)
    (tmp_path / "example.com.yaml").write_text("'': {type: MX, value: {preference: x}}\n")
    assert try_to(validate, tmp_path).returncode != 0


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A folder that stands for the provider, whose zone is in use, beside the exported files."""
    domain = next(domain for domain in FULL.domains if domain.name == "example.org")
    files = dict(octodns_files(plan(Setup(FULL.server, domains=(domain,)))))
    provider = "  live:\n    class: octodns.provider.yaml.YamlProvider\n    directory: live\n"
    options = (
        "    enforce_order: false\n    escaped_semicolons: false\n    supports_root_ns: false\n"
    )
    files[CONFIG] = files[CONFIG].replace("zones:\n", f"{provider}{options}zones:\n")
    files[CONFIG] = files[CONFIG].replace("targets: []", "targets: [live]")
    write(tmp_path, files)
    write(tmp_path / "live", {"example.org.yaml": OLD})
    return tmp_path


def values(folder: Path) -> dict[tuple[str, str], list[str]]:
    """What a provider's folder publishes: values by name and type."""
    read: dict[tuple[str, str], list[str]] = {}
    apex = dns.name.from_text("example.org.")
    for owner, rdata, _ in published(folder, "example.org.", enforce_order=False):
        name = owner.relativize(apex).to_text()
        read.setdefault((name, rdata.rdtype.name), []).append(rdata.to_text())
    return {key: sorted(texts) for key, texts in read.items()}


def test_a_sync_deletes_nothing_and_keeps_what_is_others(live: Path) -> None:
    before = values(live / "live")
    _, sync = commands((live / CONFIG).read_text())
    planned = typed(sync, live)
    assert "Delete" not in re.sub(r"Deletes=0", "", planned)
    assert "Deletes=0" in planned
    assert values(live / "live") == before

    typed(f"{sync} --doit", live)
    after = values(live / "live")
    kept = {("@", "A"), ("www", "CNAME"), ("shop", "A"), ("_acme-challenge", "TXT")}
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
    assert after["@", "TXT"] == [
        '"MS=ms1"',
        '"google-site-verification=abc"',
        '"google-site-verification=others"',
        '"v=spf1 mx a -all"',
    ]
    assert after["mail", "CAA"] == ['0 issue "ca.example"', '0 issue "letsencrypt.org"']
    assert after["@", "MX"] == ["10 mail.example.org."]
    assert [text[:18] for text in after["_dmarc", "TXT"]] == ['"v=DMARC1; p=rejec']
    assert [text[:9] for text in after["dkim._domainkey", "TXT"]] == ['"v=DKIM1;']

    assert "No changes were planned" in typed(sync, live)


def test_a_cname_in_the_way_is_named_and_nothing_is_done(live: Path) -> None:
    old = f"{OLD}autodiscover: {{type: A, value: 203.0.113.82}}\n"
    write(live / "live", {"example.org.yaml": old})
    _, sync = commands((live / CONFIG).read_text())
    done = try_to(f"{sync} --doit", live)
    assert done.returncode != 0
    assert "autodiscover.example.org. has A, which a CNAME can't stand beside" in done.stderr
    assert (live / "live" / "example.org.yaml").read_text() == old


def test_each_file_says_at_its_top_what_octodns_would_delete() -> None:
    files = octodns_files(plan(FULL))
    for name in ("example.org.yaml", "example.com.yaml"):
        assert files[name].startswith("# octoDNS deletes every record that it is not told of")
        assert "octodns-config.yaml and additive_processor.py beside this file" in files[name]
    text = octodns_text(plan(FULL))
    assert text.startswith("# octoDNS deletes every record that it is not told of")
    assert "Export into a folder (-o FOLDER/)" in text


def test_one_text_has_each_zone_as_a_document() -> None:
    files = octodns_files(plan(FULL))
    texts = {
        name: text for name, text in files.items() if name.endswith(".yaml") and name != CONFIG
    }
    _, *documents = octodns_text(plan(FULL)).split("---\n")
    assert [document.partition("\n")[0] for document in documents] == [f"# {n}" for n in texts]
    assert list(map(safe_load, documents)) == list(map(safe_load, texts.values()))


@pytest.mark.parametrize("text", ["größer", '"quoted"', 'a" "b', r"a\;b"])
def test_a_value_that_octodns_would_change_stands_in_a_comment(text: str) -> None:
    domain = Domain("example.org", verification=(text,))
    records = plan(Setup(Server("mail.example.org", "192.0.2.10"), domains=(domain,)))
    exported = octodns_files(records)["example.org.yaml"]
    value = next(record for record in records if record.topic == "verification")
    assert "# octoDNS can't hold this value; publish it in your provider's panel:\n" in exported
    assert f"# example.org. 3600 IN TXT   {value.rdata.to_text()}\n" in exported


def test_what_belongs_elsewhere_stands_in_comments() -> None:
    exported = octodns_files(plan(FULL))["example.org.yaml"]
    assert "# 4.3.2.1.in-addr.arpa. 3600 IN PTR   mail.example.org.\n" in exported
    assert "PTR" not in str(safe_load(exported))
