"""When a server is given up for a while."""

from mailcow_dns_tui.lookup.question import Endpoint
from mailcow_dns_tui.lookup.transport import ServerBackoff

SERVER = Endpoint("192.0.2.1")
OTHER = Endpoint("192.0.2.2")


def silent_since(asked_at: float) -> ServerBackoff:
    silence = ServerBackoff()
    for _ in range(3):
        silence.unanswered(SERVER, asked_at, asked_at + 2.0)
    return silence


def test_three_questions_without_a_sound_are_enough_for_five_seconds() -> None:
    silence = silent_since(100.0)
    assert silence.lasts(SERVER, 102.0)
    assert silence.lasts(SERVER, 106.9)
    assert not silence.lasts(SERVER, 107.0)
    assert not silence.lasts(OTHER, 102.0)


def test_two_are_not() -> None:
    silence = ServerBackoff()
    silence.unanswered(SERVER, 100.0, 102.0)
    silence.unanswered(SERVER, 100.0, 102.0)
    assert not silence.lasts(SERVER, 102.0)


def test_any_answer_ends_it() -> None:
    silence = silent_since(100.0)
    silence.answered(SERVER, 103.0)
    assert not silence.lasts(SERVER, 103.0)


def test_a_server_that_answered_other_questions_meanwhile_is_not_silent() -> None:
    silence = ServerBackoff()
    silence.answered(SERVER, 101.0)
    for _ in range(5):
        silence.unanswered(SERVER, 100.0, 102.0)
    assert not silence.lasts(SERVER, 102.0)


def test_whether_a_server_is_there_is_told_by_its_last_answer() -> None:
    silence = silent_since(100.0)
    assert not silence.is_heard(SERVER, 100.0)
    silence.answered(SERVER, 103.0)
    assert silence.is_heard(SERVER, 102.0)
    assert not silence.is_heard(SERVER, 104.0)
