"""The guide in words: the same steps as the wizard's, in the same order."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from mailcow_dns_tui.demo import DemoDns, demo_setup
from mailcow_dns_tui.engine.local import LocalEngine, demo_network
from mailcow_dns_tui.guide.plan import guide, policies_to_fetch
from mailcow_dns_tui.guide.titles import title
from mailcow_dns_tui.model.step import BEGINNING, GuideStep
from mailcow_dns_tui.plan_file import read_draft, write_plan
from mailcow_dns_tui.topics.registry import plan
from tests.cli.plain.conftest import Talk


async def steps_of_the_example() -> tuple[GuideStep, ...]:
    """By the guide itself."""
    setup = demo_setup()
    records = plan(setup)
    async with DemoDns.start() as demo:
        engine = LocalEngine(partial(demo_network, demo), is_example=True)
        async with aclosing(engine.check(setup, fresh=True)) as judged:
            found = [each async for findings in judged for each in findings]
        pages = await engine.policies(setup, policies_to_fetch(records, found))
        await engine.close()
    return guide(setup, records, found, datetime.now().astimezone(), pages)


def test_the_steps_are_the_guides_own_in_its_order(talk: Talk) -> None:
    steps = asyncio.run(steps_of_the_example())
    ready = [title(step) for step in steps if step.is_ready]
    code, said = talk(["", "", *["s"] * len(ready)], "--demo")
    assert code == 0
    places = [said.index(f": {name} ", said.index("Next:")) for name in ready]
    assert places == sorted(places)
    assert said.count("Next: ") == len(ready)
    assert "Done, as you said" not in said
    _, told, end = said.rpartition("What is left to be done was skipped: < leads back to it.")
    assert told
    assert all(f"Skipped: {name}" in end for name in ready)
    assert all(step.locked in end for step in steps if step.locked)


def test_what_is_said_to_be_done_is_looked_for(talk: Talk) -> None:
    code, said = talk(["", "", "d", "<", "d", "", "?", *["s"] * 40], "--demo")
    assert code == 0
    _, told, end = said.rpartition("What is left was skipped, or is saved and looked for.")
    assert told
    assert end.count("Done, as you said: ") == 1
    assert "y lets a stricter DMARC policy not wait" in said


def test_a_stricter_policy_need_not_wait_for_a_reason(talk: Talk, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    setup = demo_setup()
    write_plan(replace(setup, domains=(replace(setup.domains[0], dmarc_at_once=""),)), plan)
    code, said = talk(["", "", "y", "", "y", "All is known.", "y"], str(plan))
    assert code == 0
    assert said.count("Why need example.org not wait for reports?") == 2
    assert said.count("Asking the name servers") == 2
    assert "No DMARC policy has to wait here." in said
    assert read_draft(plan).domains[0].dmarc_at_once == "All is known."


def test_back_leads_from_the_first_step_to_the_last_question(talk: Talk) -> None:
    _, said = talk(["", "", "<", "<"], "--demo")
    assert "Reports (rua) [mailto:mailauth-reports@{domain}]:" in said.partition("Next:")[2]
    assert "Hostname [" not in said
    assert "Hostname [mail.example.org]:" in talk(["", "", "a"], "--demo")[1]


def test_the_boxes_are_those_of_the_panel_that_is_chosen(talk: Talk) -> None:
    _, said = talk(["", "", "what", "p", "nobody", "p", "cloudflare", *["s"] * 40], "--demo")
    assert "p chooses the DNS panel" in said
    assert "No panel of that name is known." in said
    assert "Where: in the DNS settings of bücher.example, at Cloudflare" in said
    assert "(Switch the proxy off for it" in said


def test_what_is_passed_over_is_not_said_to_be_done(talk: Talk) -> None:
    _, said = talk(["", "", *["n"] * 40], "--demo")
    assert "What is left to be done was skipped" in said
    assert "Skipped: " in said
    assert "Saved" not in said
    assert "Done, as you said" not in said


def test_where_the_dns_is_edited_is_asked_when_the_guide_begins(talk: Talk, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    write_plan(replace(demo_setup(), guide=BEGINNING), plan)
    _, said = talk(["", "nobody", "cloudflare"], str(plan))
    assert said.count("Where do you edit the DNS of ") == 2
    assert "No panel of that name is known." in said
    assert read_draft(plan).server.panel == "cloudflare"
    assert "Where do you edit" not in talk([""], str(plan))[1]


def test_a_record_that_is_changed_keeps_what_nobody_need_touch(talk: Talk) -> None:
    _, said = talk(["", "", *["n"] * 40], "--demo")
    assert "TTL: leave it as it is" in said
    assert "TTL: as it stands (" in said


def test_the_first_prompt_quits_or_is_asked_again(talk: Talk) -> None:
    _, said = talk(["what", "q", "mail.example.net"], "--demo")
    assert said.count("a changes them, q quits:") == 2
    assert "Hostname [" not in said
    assert "Asking the name servers" not in said
