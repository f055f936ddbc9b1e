"""Many domains in one check, against real servers."""

from collections import Counter
from pathlib import Path

import pytest

from mailcow_dns_tui.cli.parts import Job, Part
from mailcow_dns_tui.lookup.network import Network
from mailcow_dns_tui.lookup.question import Question, ResolverAddress
from mailcow_dns_tui.lookup.response import Reply
from mailcow_dns_tui.lookup.transport import Transport
from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.topics.registry import AT_ONCE, TOPICS
from tests.benchmarks.thousand import setup, world
from tests.signing import PROBES

COUNT = 3 * AT_ONCE


async def test_no_server_is_asked_a_question_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[ResolverAddress, Question]] = []
    ask = Transport.ask

    async def noted(
        self: Transport,
        server: ResolverAddress,
        question: Question,
        *,
        recurse: bool,
        timeout: float,
    ) -> Reply | Failure:
        asked.append((server, question))
        return await ask(self, server, question, recurse=recurse, timeout=timeout)

    monkeypatch.setattr(Transport, "ask", noted)
    wanted, parts = setup(COUNT), dict[int, Part]()
    with world(tmp_path, wanted) as (resolver, server):

        def connect() -> Network:
            return Network([resolver], server.port, probes=PROBES)

        job = Job(wanted, None, TOPICS, connect, 300, {}, compared=False)
        assert await job.run(0, 1, parts.__setitem__) == len(asked)
    assert len(parts) == COUNT + 1
    assert {status for part in parts.values() for status in part.outcome.counts} == {
        Status.OK,
        Status.INFO,
    }
    twice = [question for (_, question), times in Counter(asked).items() if times > 1]
    # Whether a signature is really wrong is asked again on purpose.
    assert {question.name for question in twice} <= {*PROBES.bogus}
