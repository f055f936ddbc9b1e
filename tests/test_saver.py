"""Saving apart from the keys: nothing is lost, and nothing old comes after what is new."""

import pytest

from mailcow_dns_tui.model.setup import Server, Setup
from mailcow_dns_tui.saver import Saver

OLD, NEW = Setup(Server("a.example")), Setup(Server("b.example"))


def test_only_the_newest_is_saved_and_once() -> None:
    saved: list[Setup] = []
    saver = Saver(saved.append)
    for setup in (OLD, NEW):
        saver.note(setup)
    saver.save()
    saver.save()
    assert saved == [NEW]


def test_what_could_not_be_saved_is_tried_again() -> None:
    saved: list[Setup] = []

    def full_at_first(setup: Setup) -> None:
        saved.append(setup)
        if len(saved) == 1:
            raise OSError(28, "No space left on device")

    saver = Saver(full_at_first)
    saver.note(NEW)
    with pytest.raises(OSError, match="No space"):
        saver.save()
    saver.save()
    assert saved == [NEW, NEW]
