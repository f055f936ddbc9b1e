"""From an empty plan, and a zone with nothing but an address, to all good, by lines alone."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY
from tests.cli.plain.dialogue import Dialogue, dialogue
from tests.real.stage import FIRST, NS1, Stage, registry
from tests.real.zone_owner import Panel, set_reverse_dns

ADDRESS = ("mail.example.org.", "300", "A", "192.0.2.10")
HOSTER = "static.192-0-2-10.example.net."
DIALOGUE = (
    ("Hostname [none]: ", "mail.example.org"),
    ("for no: ", ""),
    ("IPv4 address [none]: ", "192.0.2.10"),
    ("IPv6 address [none]: ", ""),
    ("Names [none]: ", "example.org"),
    ("DKIM selector [dkim]: ", ""),
    ("DKIM key [none]: ", EXAMPLE_ORG_KEY),
    ("Senders [mx a]: ", ""),
    ("[-all]: ", ""),
    ("[reject]: ", ""),
    ("Days of p=none [14]: ", "0"),
    ("Reports (rua) [mailto:mailauth-reports@{domain}]: ", ""),
    ("for no: ", ""),
    ("Enter for another: ", ""),
)
BOX = re.compile(
    r"^([A-Z]\w+): (?:as it stands \((\d+)\)|leave it as it is|(.+?)(?:  \(type it\))?)$"
)
MOST_STEPS = 40
ENDS = ("You can close this.", "published and good.")
"""The first where resolvers still have old answers, as those of a second ago."""


@pytest.fixture(params=[1, None], ids=["fresh", "remembering"])
def remembered(request: pytest.FixtureRequest) -> int | None:
    """Seconds for which the resolver remembers an answer at most."""
    seconds: int | None = request.param
    return seconds


@pytest.fixture
def panel(stage: Stage, remembered: int | None) -> Panel:
    panel = Panel(stage, ADDRESS)
    asked = [FIRST]
    stage.set_up({FIRST: panel.zone}, registry(NS1), resolver_asks=asked, longest_ttl=remembered)
    set_reverse_dns(stage, HOSTER, 2)
    return panel


@pytest.fixture
def talk(stage: Stage, panel: Panel, tmp_path: Path) -> Iterator[Dialogue]:
    ports = map(str, (stage.resolver.port, stage.port, 1))
    words = [sys.executable, "-m", "tests.real.guided_plain", str(tmp_path / "plan.toml"), *ports]
    with dialogue(words, {"HOME": str(tmp_path)}, columns=1000) as talk:
        yield talk


def obey(step: str, panel: Panel, stage: Stage) -> None:
    """Do what a step says, line by line."""
    entered: list[dict[str, str]] = []
    for line in step.splitlines():
        label, _, text = line.partition(": ")
        if label in {"Delete", "Change"}:
            panel.delete("".join(text.split()))
        elif label == "Host name":
            set_reverse_dns(stage, f"{text}.", 3)
        elif label == "Type":
            entered.append({"Type": text})
        elif entered and (box := BOX.match(line)):
            entered[-1][box[1]] = box[2] or box[3] or "3600"
    for boxes in entered:
        panel.add(boxes.pop("Type"), boxes)


def test_all_turns_good_by_what_the_lines_say(
    talk: Dialogue, panel: Panel, stage: Stage, remembered: int | None
) -> None:
    ends = ENDS if remembered else ENDS[:1]
    for prompt, answer in DIALOGUE:
        talk.hears(prompt)
        talk.says(answer)
    steps: list[str] = []
    while not (said := talk.hears("q or ?: ", "q quits: ", *ends)).endswith(ends):
        assert len(steps) < MOST_STEPS, steps
        _, is_step, step = said.partition(" Next: ")
        if is_step:
            steps.append(step.partition("\n")[0])
            obey(step, panel, stage)
        talk.says("")
    assert talk.ends() == 0
    assert len(steps) == len(set(steps))
    assert steps[0] == "PTR 192.0.2.10"
    assert "All its records are good." in talk.text
    assert "x1b" not in repr(talk.text)
