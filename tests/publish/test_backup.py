"""The way back: what is kept, what was noted, and what is taken back of it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailcow_dns_tui.files import OutputError
from mailcow_dns_tui.publish.backup import Backup, BackupError, keep, read_backup, undoing
from mailcow_dns_tui.publish.changes import Change, Contents, ZoneRRset, applied
from tests.publish.zones import APEX, FOREIGN, key, rrset

CLOCK = datetime(2026, 11, 30, 21, 3, 12, tzinfo=UTC)
ODD = r'"a \"quote\", a \\ and \195\188" "cut " "in pieces"'


def contents(*rrsets: ZoneRRset) -> Contents:
    return {(each.owner, each.rdtype): each for each in rrsets}


def after(before: Contents, changes: Iterable[Change], folder: Path) -> Backup:
    """As it is read, when these changes were noted."""
    journal = keep(folder / "plan.toml", APEX, before, CLOCK)
    for change in changes:
        journal.note([change])
    return read_backup(journal.path)


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
    changes, _ = undoing(backup, now)
    return applied(now, changes)


def test_all_is_taken_back_and_once_is_enough(tmp_path: Path) -> None:
    backup = after(BEFORE, CHANGES, tmp_path)
    back = taken_back(backup, backup.after)
    assert back.keys() == BEFORE.keys()
    assert all(back[each].is_same(rrset) for each, rrset in BEFORE.items())
    assert undoing(backup, back) == ((), ())


def test_what_was_noted_and_never_done_is_no_harm(tmp_path: Path) -> None:
    backup = after(BEFORE, CHANGES, tmp_path)
    assert undoing(backup, BEFORE) == ((), ())


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
    changes, left = undoing(backup, {**backup.after, key("imap", "TXT"): since})
    assert [str(name) for name in left] == ["imap.example.org."]
    assert all(change.key[0] != CNAME.owner for change in changes)


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
