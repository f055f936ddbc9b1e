"""The files of the providers, and what a wrong one is told."""

import shutil
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from mailcow_dns_tui.panels.load import CLAIMS, ProfileError, load, profiles
from mailcow_dns_tui.panels.profile import Level, Quotes
from mailcow_dns_tui.plan_file import panel_ids

FOLDER = Path(str(files("mailcow_dns_tui.panels")))
DACH = {"hetzner", "ionos", "strato", "netcup", "inwx", "all-inkl", "autodns", "hosting-de"}
SWISS = {"hostpoint", "infomaniak"}
SOFTWARE = {"ispconfig", "plesk", "cpanel", "jweiland", "powerdns", "any"}
WORLD = {
    *("cloudflare", "ovh", "gandi", "porkbun", "namecheap", "godaddy", "route53"),
    *("digitalocean", "desec", "azure", "google-cloud"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files, to be spoilt."""
    for name in ("presets", "profiles"):
        shutil.copytree(FOLDER / name, tmp_path / name)
    return tmp_path


def test_all_files_load_and_can_be_named_in_a_plan() -> None:
    ids = {profile.id for profile in profiles()}
    assert ids >= DACH | SWISS | SOFTWARE | WORLD
    assert {file.stem for file in (FOLDER / "profiles").iterdir()} == ids
    assert set(panel_ids()) == ids
    assert len({profile.title for profile in profiles()}) == len(ids)


def test_each_preset_is_extended() -> None:
    tables = [tomllib.loads(file.read_text("utf-8")) for file in FOLDER.rglob("*.toml")]
    presets = {file.stem for file in (FOLDER / "presets").iterdir()}
    assert {table["extends"] for table in tables if "extends" in table} == presets


def test_every_claim_has_evidence_and_a_source_unless_it_is_a_guess() -> None:
    for profile in profiles():
        for claim in CLAIMS:
            evidence = profile.evidence_of(claim)
            assert evidence.source or evidence.level is Level.UNKNOWN, (profile.id, claim)


def test_only_what_was_tried_or_read_at_the_provider_counts_as_verified() -> None:
    strato = next(profile for profile in profiles() if profile.id == "strato")
    assert strato.verified("target.dot.MX")
    assert strato.verified("name.form")
    assert not strato.verified("target.dot.SRV")
    assert not strato.verified("name.apex")
    assert not strato.verified("name_servers")
    assert not strato.verified("never.heard.of")
    inwx = next(profile for profile in profiles() if profile.id == "inwx")
    assert inwx.evidence_of("target.dot").level is Level.API
    assert not inwx.verified("target.dot")


def test_a_profile_is_its_presets_and_what_it_says_itself() -> None:
    gandi = next(profile for profile in profiles() if profile.id == "gandi")
    assert gandi.texts.quotes is Quotes.REQUIRED
    assert gandi.boxes["MX"] == (("type",), ("name",), ("priority", "target"), ("ttl",))
    assert gandi.boxes["CAA"][2] == ("flags", "tag", '"value"')
    assert any(len(box) > 1 for box in gandi.boxes["MX"])
    assert all(len(box) == 1 for box in gandi.boxes["CNAME"])
    netcup = next(profile for profile in profiles() if profile.id == "netcup")
    assert ("ttl",) not in netcup.boxes["MX"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("dot_ends_name = true", "dot_ends = true", "name.dot_ends: this key is not known"),
        ('title = "Hetzner"\n', "", "title: this key is missing"),
        ('title = "Hetzner"', "title = 7", "title: a text is expected"),
        ('import = "unknown"', 'import = "perhaps"', "import: one of 'none', 'merge'"),
        ("min = 60", "min = -1", "ttl.min: a whole number is expected"),
        ("min = 60", "min = true", "ttl.min: a whole number is expected"),
        ("min = 60", "choices = [60]", "ttl.choices: a list needs choices"),
        ("min = 60", 'rule = "list"', "ttl.choices: a list needs choices"),
        ("dot_ends_name = true", 'dot_ends_name = "yes"', "true or false is expected"),
        ('extends = "rrset"', 'extends = "nothing"', "extends: there is no preset 'nothing'"),
        ('"data", "ttl"]', '"data"]', "boxes.A: the boxes have to hold name, ttl, type, value"),
        ("[boxes]", '[boxes]\nMX = ["target"]', "boxes.MX: the boxes have to hold"),
        ("[boxes]", '[boxes]\nMX = "all"', "boxes.MX: a list is expected"),
        ("[boxes]", "[boxes]\nSPF = []", "boxes.SPF: this key is not known"),
        (
            "[boxes]",
            '[boxes]\nMX = ["type", "name priority", "target", "ttl"]',
            "boxes.MX: only parts of the data can share a box",
        ),
        (
            "[boxes]",
            '[txt]\nquotes = "none"\n[boxes]',
            "txt.long: there is no splitting by hand without quotes",
        ),
        (
            "[boxes]",
            '[target]\ndot_by_type = { SPF = "none" }\n[boxes]',
            "target.dot_by_type.SPF: one of A, AAAA",
        ),
        (
            "[boxes]",
            '[target]\ndot_by_type = { MX = "no" }\n[boxes]',
            "target.dot_by_type.MX: one of 'required', 'none', 'optional', 'refused'",
        ),
        ("[boxes]", "[types]\nnot_offered = ['SPF']\n[boxes]", "types.not_offered[0]: one of A"),
        ("[labels]", "[labels]\nbox = {en = 'Box'}", "labels.box: there is no such box"),
        ("[labels]", "[labels]\nport = {fr = 'Port'}", "labels.port.fr: one of en, de"),
        ("[labels]", "[labels]\nport = 'Port'", "labels.port: a table is expected"),
        ('"target.null" = "?"\n', "", "evidence: target.null has none"),
        ("[boxes]", "[txt]\nmax_bytes = 9\n[boxes]", "evidence: txt.max_bytes has none"),
        ('"target.null" = "?"', '"target.null" = "X page"', "evidence.target.null: one of 'M'"),
        ('"target.null" = "?"', '"target.null" = "P"', "a source is expected after the level"),
        ("[evidence]", '[evidence]\n"txt.colour" = "?"', 'evidence."txt.colour": there is no such'),
        ("[evidence]", "[evidence", "this is not TOML"),
    ],
)
def test_a_wrong_file_does_not_load_and_is_named(
    folder: Path, old: str, new: str, words: str
) -> None:
    file = folder / "profiles" / "hetzner.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProfileError) as error:
        load(folder)
    assert str(error.value).startswith("profiles/hetzner.toml: ")
    assert words in str(error.value)


def test_a_preset_that_extends_itself_is_none(folder: Path) -> None:
    (folder / "presets" / "form.toml").write_text('extends = "rrset"\n', encoding="utf-8")
    with pytest.raises(ProfileError, match=r"presets/.*extends: there is no preset"):
        load(folder)
