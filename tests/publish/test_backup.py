"""The way back: what is kept, what was noted, and what is taken back of it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailcow_dns_tui.files import OutputError
from mailcow_dns_tui.publish.backup import Backup, BackupError, Fate, keep, read_backup
from mailcow_dns_tui.publish.changes import Change, Contents, Reading, ZoneRRset, applied
from mailcow_dns_tui.publish.undoing import WayBack, way_back
from tests.publish.zones import APEX, FOREIGN, key, rrset

CLOCK = datetime(2026, 11, 30, 21, 3, 12, tzinfo=UTC)
ODD = r'"a \"quote\", a \\ and \195\188" "cut " "in pieces"'


def contents(*rrsets: ZoneRRset) -> Contents:
    return {(each.owner, each.rdtype): each for each in rrsets}


def after(
    before: Contents, changes: Iterable[Change], folder: Path, fate: Fate | None = Fate.MADE
) -> Backup:
    """As it is read, when these changes were noted; None: the run was killed meanwhile."""
    journal = keep(folder / "plan.toml", APEX, before, CLOCK)
    for change in changes:
        journal.note([change])
        if fate is not None:
            journal.conclude([(change, fate)])
    return read_backup(journal.path)


def undone(backup: Backup, now: Contents, refused: str = "") -> WayBack:
    def refusal(change: Change) -> str:
        return "its package can't" if str(change.key[0]) == refused else ""

    return way_back(backup, Reading(now), refusal)


OLD = rrset("@", "TXT", '"v=spf1 -all"', '"others=1"', ttl=900)
NEW = rrset("@", "TXT", '"others=1"', '"v=spf1 mx -all"', ttl=900)
CNAME = rrset("imap", "CNAME", "elsewhere.example.net.")
SRV = rrset("imap", "SRV", "0 1 993 mail")
MADE = rrset("mail", "A", "192.0.2.10")
BEFORE = contents(OLD, CNAME, rrset("odd", "TXT", ODD))
CHANGES = (Change(OLD, NEW), Change(CNAME, None), Change(None, SRV), Change(None, MADE))


def test_what_was_kept_is_read_as_it_was(tmp_path: Path) -> None:
    backup = after(BEFORE, CHANGES, tmp_path)
    assert backup.zone == APEX
    assert {**backup.before} == {**BEFORE}
    expected = applied(BEFORE, CHANGES)
    assert backup.after.keys() == expected.keys()
    assert all(expected[each].is_same(rrset) for each, rrset in backup.after.items())


def test_the_file_says_when_and_which_zone(tmp_path: Path) -> None:
    names = [keep(tmp_path / "plan.toml", APEX, BEFORE, CLOCK).path.name for _ in range(2)]
    assert names == [
        "plan.example.org.20261130-210312.zone",
        "plan.example.org.20261130-210312-2.zone",
    ]


def taken_back(backup: Backup, now: Contents) -> Contents:
    return applied(now, [change for act in undone(backup, now).acts for change in act.changes])


def test_all_is_taken_back_and_once_is_enough(tmp_path: Path) -> None:
    backup = after(BEFORE, CHANGES, tmp_path)
    back = taken_back(backup, backup.after)
    assert back.keys() == BEFORE.keys()
    assert all(back[each].is_same(rrset) for each, rrset in BEFORE.items())
    assert undone(backup, back) == WayBack()


def test_what_was_noted_and_never_done_is_no_harm(tmp_path: Path) -> None:
    backup = after(BEFORE, CHANGES, tmp_path)
    assert undone(backup, BEFORE) == WayBack()


def test_what_was_not_made_is_not_taken_back_where_somebody_else_has_made_it(
    tmp_path: Path,
) -> None:
    backup = after(BEFORE, CHANGES, tmp_path, Fate.UNMADE)
    assert undone(backup, applied(BEFORE, CHANGES)) == WayBack()


@pytest.mark.parametrize("fate", [None, Fate.UNKNOWN])
def test_of_what_nobody_knows_each_is_asked_by_itself(fate: Fate | None, tmp_path: Path) -> None:
    backup = after(BEFORE, CHANGES, tmp_path, fate)
    acts = undone(backup, backup.after).acts
    assert len(acts) == 3
    assert all("Nobody knows whether" in " ".join(act.questions) for act in acts)


def test_what_was_published_last_is_taken_back_first(tmp_path: Path) -> None:
    mx, spf = rrset("@", "MX", "10 mail"), rrset("@", "TXT", '"v=spf1 mx -all"')
    policy = rrset("_dmarc", "TXT", '"v=DMARC1; p=reject"')
    changes = [Change(None, each) for each in (MADE, mx, spf, policy)]
    backup = after(contents(), changes, tmp_path)
    acts = undone(backup, backup.after).acts
    assert [act.changes for act in acts] == [(Change(c.after, None),) for c in reversed(changes)]
    assert [bool(act.questions) for act in acts] == [False, False, True, True]


def test_what_a_package_can_not_take_back_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    backup = after(BEFORE, CHANGES, tmp_path)
    way = undone(backup, backup.after, refused="imap.example.org.")
    assert [(str(name), why) for name, why in way.left] == [
        ("imap.example.org.", "its package can't")
    ]
    assert {str(act.name) for act in way.acts} == {"mail.example.org.", "example.org."}


def test_what_others_have_done_since_stays(tmp_path: Path) -> None:
    backup = after(BEFORE, CHANGES, tmp_path)
    since = rrset("@", "TXT", '"others=1"', '"v=spf1 mx -all"', '"others=2"', ttl=60)
    back = taken_back(backup, {**backup.after, key("@", "TXT"): since})
    texts = {each.to_text() for each in back[key("@", "TXT")].rdatas}
    assert texts == {'"others=1"', '"others=2"', '"v=spf1 -all"'}
    assert back[key("@", "TXT")].ttl == 60


def test_a_cname_does_not_come_back_beside_something(tmp_path: Path) -> None:
    backup = after(BEFORE, CHANGES, tmp_path)
    since = rrset("imap", "TXT", '"others"')
    way = undone(backup, {**backup.after, key("imap", "TXT"): since})
    assert [str(name) for name, _ in way.left] == ["imap.example.org."]
    assert all(act.name != CNAME.owner for act in way.acts)


def test_a_ttl_comes_back(tmp_path: Path) -> None:
    long, short = (rrset("@", "MX", "10 mx.example.net.", ttl=ttl) for ttl in (86_400, 300))
    backup = after(contents(long), [Change(long, short)], tmp_path)
    assert taken_back(backup, contents(short)) == contents(long)


@pytest.mark.parametrize(
    "text",
    ["", "hello", "$ORIGIN example.org.\n@ 300 IN A nothing\n", "$ORIGIN example.org.\n;+ x\n"],
)
def test_what_is_no_such_file_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.zone"
    path.write_text(text)
    with pytest.raises(BackupError, match=r"plan\.zone"):
        read_backup(path)


@pytest.mark.parametrize(
    "there",
    [
        (),
        (rrset("x", "CNAME", "a"), rrset("x", "MX", "10 b")),
        (rrset("x", "CNAME", "a", "b"),),
        (rrset("@", "CNAME", "a"),),
    ],
    ids=["nothing", "a CNAME beside others", "two CNAMEs", "a CNAME at the apex"],
)
def test_whatever_a_provider_has_can_be_taken_back(
    there: tuple[ZoneRRset, ...], tmp_path: Path
) -> None:
    backup = after(contents(*there), [Change(None, MADE)], tmp_path)
    assert backup.zone == APEX
    assert {**backup.before} == contents(*there)
    assert taken_back(backup, backup.after) == contents(*there)


def test_a_link_in_its_place_is_not_written_through(tmp_path: Path) -> None:
    journal = keep(tmp_path / "plan.toml", APEX, BEFORE, CLOCK)
    precious = tmp_path / "precious"
    precious.write_text("precious\n")
    journal.path.unlink()
    journal.path.symlink_to(precious)
    with pytest.raises(OutputError):
        journal.note(CHANGES)
    assert precious.read_text() == "precious\n"


def test_a_file_that_was_taken_away_is_not_begun_anew(tmp_path: Path) -> None:
    journal = keep(tmp_path / "plan.toml", APEX, BEFORE, CLOCK)
    journal.path.unlink()
    with pytest.raises(OutputError):
        journal.note(CHANGES)
    assert not journal.path.exists()


def test_nothing_is_changed_where_nothing_can_be_kept(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        keep(tmp_path / "nowhere" / "plan.toml", APEX, BEFORE, CLOCK)


def test_every_kind_of_record_is_kept(tmp_path: Path) -> None:
    import dns.zone

    text = "$ORIGIN example.org.\n$TTL 300\n" + "\n".join(FOREIGN)
    zone = dns.zone.from_text(text, relativize=False, check_origin=False)
    there = contents(
        *(
            ZoneRRset(owner, rdataset.rdtype, rdataset.ttl, tuple(rdataset))
            for owner, rdataset in zone.iterate_rdatasets()
        )
    )
    assert {**after(there, (), tmp_path).before} == there
