"""The folder of mailcow, and whether its mailcow.conf can be read."""

import os
from pathlib import Path

import pytest

from mailcow_dns_tui.mailcow.conf import LARGEST_CONF, Conf, conf_in, find_folder
from mailcow_dns_tui.mailcow.source_error import SourceError
from tests.mailcow.confs import AS_GENERATED
from tests.mailcow.other_user import as_nobody, close_to_others, open_folder

SECRET = "DbPass1"


def refusal(folder: Path) -> str:
    outcome = conf_in(folder)
    assert isinstance(outcome, SourceError)
    assert SECRET not in repr(outcome)
    return outcome.sentence


def test_the_given_folder_comes_first(tmp_path: Path) -> None:
    given, usual = tmp_path / "given", tmp_path / "usual"
    usual.mkdir()
    assert find_folder(given, [usual]) == given
    assert find_folder(None, [given, usual]) == usual
    assert find_folder(None, [given]) is None
    assert find_folder(given / "mailcow.conf", [usual]) == given
    assert find_folder(Path("~/cow"), []) == Path.home() / "cow"


def test_a_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "mailcow.conf").write_bytes(
        b"\xef\xbb\xbf" + AS_GENERATED.replace("\n", "\r\n").encode()
    )
    outcome = conf_in(tmp_path)
    assert isinstance(outcome, Conf)
    assert (outcome.hostname, outcome.troubles) == ("mail.example.org", ())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "--mailcow" in refusal(tmp_path)
    assert "--mailcow" in refusal(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    assert "--mailcow" in refusal(tmp_path / "file")


def test_a_file_for_root_alone() -> None:
    with open_folder() as folder:
        path = folder / "mailcow.conf"
        path.write_text(AS_GENERATED)
        with as_nobody():
            assert isinstance(conf_in(folder), Conf)
        close_to_others(path)
        with as_nobody():
            assert "sudo" in refusal(folder)


def test_a_folder_for_root_alone() -> None:
    with open_folder() as folder:
        (folder / "cow").mkdir()
        (folder / "cow/mailcow.conf").write_text(AS_GENERATED)
        close_to_others(folder / "cow")
        with as_nobody():
            assert find_folder(None, [folder / "cow"]) == folder / "cow"
            assert find_folder(None, [folder / "cow/below"]) is None
            assert "sudo" in refusal(folder / "cow")
        (folder / "cow").chmod(0o700)


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "mailcow.conf").mkdir()
    assert "not a file" in refusal(tmp_path)
    (tmp_path / "mailcow.conf").rmdir()
    os.mkfifo(tmp_path / "mailcow.conf")
    assert "not a file" in refusal(tmp_path)


def test_what_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "mailcow.conf").write_bytes(AS_GENERATED.encode("utf-16"))
    assert "UTF-8" in refusal(tmp_path)


@pytest.mark.parametrize("more", [0, 1])
def test_the_largest_file(tmp_path: Path, more: int) -> None:
    filler = "#" * (LARGEST_CONF - len(AS_GENERATED) + more)
    (tmp_path / "mailcow.conf").write_text(AS_GENERATED + filler)
    if more:
        assert "too large" in refusal(tmp_path)
    else:
        assert isinstance(conf_in(tmp_path), Conf)


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "mailcow.conf").symlink_to("mailcow.conf")
    assert "can't be read" in refusal(tmp_path)
