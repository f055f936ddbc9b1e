"""A few random acts; `python -m tests.monkey` plays as many as one wants."""

from pathlib import Path

import pytest

from tests.monkey import Player, Stage, monkey

ACTS = 100
PATIENCE = 60.0
"""Seconds: the machine may be busy with other tests."""


@pytest.mark.parametrize("hostile", [False, True], ids=["example", "hostile zones"])
def test_random_keys_clicks_pastes_and_sizes_break_nothing(tmp_path: Path, hostile: bool) -> None:
    with monkey(1, tmp_path, hostile=hostile, patience=PATIENCE) as player:
        player.play(ACTS)
    assert player.faults == []


def test_it_is_told_of_another_size(tmp_path: Path) -> None:
    player = Player(Stage.example(tmp_path), PATIENCE)
    try:
        assert player.comes_to(lambda: player.shows("Quit"), PATIENCE)
        player.resize((200, 60))
        assert player.comes_to(lambda: b"\x1b[60;" in player.painted, PATIENCE)
    finally:
        player.close()
