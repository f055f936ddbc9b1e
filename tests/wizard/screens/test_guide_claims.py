"""What the guide claims is so: each sentence in the states in which it would be false."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailcow_dns_tui.cli.plain.words import rest_lines
from mailcow_dns_tui.guide.boxes import FormProgress
from mailcow_dns_tui.guide.plan import guide, policies_to_fetch
from mailcow_dns_tui.guide.progress import DONE, SETTLED, UNCHANGED
from mailcow_dns_tui.guide.state import LEFT_AS_IT_IS, GuideState
from mailcow_dns_tui.model.answer import Failure
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Finding, mute_of, muted
from mailcow_dns_tui.model.policy_page import FetchFailure, PolicyPage
from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuidePlace
from mailcow_dns_tui.panels.load import generic
from mailcow_dns_tui.topics.registry import plan
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.guide_card import ASKING, card
from mailcow_dns_tui.wizard.screens.guide_end import GuideEnd, end_lines
from mailcow_dns_tui.wizard.screens.guide_text import looked_content, rest_content
from tests.guide.states import GOOD_WORLD, HOST, SETUP
from tests.guide.test_old_provider import BEFORE, WITH_GOOGLE, with_ttl
from tests.guide.test_order import spf
from tests.memory_dns import NS1, NS2, RESOLVER, Fault, MemoryDns, World
from tests.topics.setups import findings
from tests.wizard.conftest import SETUP as WIZARDS
from tests.wizard.conftest import MakeApp, settle
from tests.wizard.engines import Held
from tests.wizard.screens.test_guide import no_mx, text

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REPORTS = "_smtp._tls.example.org"
DKIM = "dkim._domainkey.example.org"
NO_DKIM = GOOD_WORLD.without(DKIM, "TXT")


@dataclass
class Played:
    """The guide, played without its screen, and all that stands on it after each look."""

    setup: Setup = SETUP
    state: GuideState = field(default_factory=GuideState)
    report: Report = field(default_factory=Report)
    clock: datetime = NOON
    lasting: int = 3600
    """The TTL of MX records."""

    async def look(self, world: World, *faults: Fault, **own: World) -> "Played":
        """A minute later; `own`: who sees another world."""
        seers = {{"ns1": NS1, "ns2": NS2, "resolver": RESOLVER}[who]: own[who] for who in own}
        memory = MemoryDns(world, faults=faults, own=seers)
        self.clock += timedelta(minutes=1)
        heard = [with_ttl(each, self.lasting) for each in await findings(self.setup, memory)]
        found = muted(heard, self.setup.mutes)
        records = plan(self.setup)
        pages = {
            name: await memory.fetch_policy(name) for name in policies_to_fetch(records, found)
        }
        self.report = Report().with_records(records).with_findings(found).at_end_of_check(found, ())
        standing = tuple(self.report.standing)
        noted = replace(self.setup, guide=self.state.place)
        steps = guide(noted, records, standing, self.clock, pages)
        self.state = self.state.looked(steps, self.report, self.clock)
        return self

    def goes_to(self, title: str) -> "Played":
        """Put off what comes before the step about this."""
        while self.state.current is not None and title not in str(self.state.current.mark):
            self.state = self.state.skip()
        assert self.state.current is not None
        return self

    def saves(self) -> "Played":
        self.state = self.state.save()
        return self

    def skips(self) -> "Played":
        self.state = self.state.skip()
        return self

    def mutes(self, finding: Finding) -> "Played":
        self.setup = replace(self.setup, mutes=(mute_of(finding, "It is meant so."),))
        return self

    @property
    def text(self) -> str:
        """In one line."""
        state, step = self.state, self.state.current
        looked = looked_content(state, "12:34:56" if state.said else "", "")
        rest = rest_content(state, self.setup, self.clock.date())
        if step is not None:
            lines = card(step, FormProgress.of(step, generic())).lines(78, 100)
        else:
            end = GuideEnd(state, self.setup, self.report, (), Path("plan.toml"), self.clock)
            lines = end_lines(end)
        shown = "\n".join(line.content.plain for line in lines)
        return " ".join(f"{shown}\n{rest}\n{looked}".split())


async def gone_again() -> Played:
    played = await Played().look(GOOD_WORLD.without(REPORTS, "TXT"))
    await played.look(GOOD_WORLD)
    return await played.look(GOOD_WORLD.without(REPORTS, "TXT"))


async def unknown_since() -> Played:
    played = await Played().look(GOOD_WORLD.without(REPORTS, "TXT"))
    return await played.look(GOOD_WORLD, Fault(REPORTS, Failure.TIMEOUT))


async def unheard_proposal() -> Played:
    """Nobody says any more whether the server's own SPF record is there, which is proposed."""
    played = await Played().look(GOOD_WORLD.without(HOST, "TXT"))
    played.goes_to(HOST)
    return await played.look(GOOD_WORLD.without(HOST, "TXT"), Fault(HOST, rdtype="TXT"))


async def muted_step() -> Played:
    played = await Played().look(GOOD_WORLD.without(REPORTS, "TXT"))
    assert played.state.current is not None
    played.mutes(played.state.current.finding)
    return await played.look(GOOD_WORLD.without(REPORTS, "TXT"))


async def muted_no_more() -> Played:
    played = await muted_step()
    played.setup = replace(played.setup, mutes=())
    return await played.look(GOOD_WORLD.without(REPORTS, "TXT"))


async def another_is_gone() -> Played:
    """What was to be deleted is there still, and what was to stay is gone."""
    two = GOOD_WORLD.adding(REPORTS, "TXT", '"v=TLSRPTv1; rua=nobody"')
    played = await Played().look(two)
    wrong = GOOD_WORLD.having(REPORTS, "TXT", '"v=TLSRPTv1; rua=nobody"')
    return await played.look(wrong)


async def seen_late() -> Played:
    played = await Played().look(NO_DKIM)
    return await played.look(GOOD_WORLD, resolver=NO_DKIM)


async def late_at_a_server() -> Played:
    played = await Played().look(NO_DKIM)
    return await played.look(GOOD_WORLD, ns2=NO_DKIM, resolver=NO_DKIM)


async def seen_at_last() -> Played:
    played = await late_at_a_server()
    return await played.look(GOOD_WORLD)


async def resolver_silent() -> Played:
    played = await late_at_a_server()
    return await played.look(GOOD_WORLD, Fault(DKIM, server=RESOLVER))


async def one_saved_one_skipped() -> Played:
    world = GOOD_WORLD.without(REPORTS, "TXT").without(DKIM, "TXT")
    played = await Played().look(world)
    return played.saves().skips()


async def only_one_not_asked() -> Played:
    return await Played().look(GOOD_WORLD, Fault(REPORTS, Failure.TIMEOUT))


async def ttl_lowered() -> Played:
    played = await Played().look(BEFORE)
    played.goes_to("mx example.org")
    (move,) = (m for m in played.state.moves if m.domain == "example.org")
    until = int((NOON + timedelta(days=1)).timestamp())
    played.state = replace(played.state, moves=(replace(move, until=until),))
    return await played.look(WITH_GOOGLE)


async def ttl_being_lowered() -> Played:
    """As the step of a move proposes."""
    played = await Played(lasting=86_400).look(BEFORE)
    played.goes_to("mx example.org")
    played.lasting = 300
    return await played.look(BEFORE)


async def policy_refused() -> Played:
    refused = GOOD_WORLD.without("_mta-sts.example.org", "TXT").serving(
        "example.org", PolicyPage(failure=FetchFailure.REFUSED)
    )
    played = await Played().look(refused)
    return played.goes_to("mta-sts")


async def policy_saved() -> Played:
    played = await policy_refused()
    return played.saves()


async def skipped_and_back_again() -> Played:
    lacking = GOOD_WORLD.without(REPORTS, "TXT")
    played = (await Played().look(lacking)).skips()
    await played.look(GOOD_WORLD)
    played.state = played.state.back()
    return await played.look(lacking)


async def behind_an_alias() -> Played:
    played = await Played().look(GOOD_WORLD.without(REPORTS, "TXT"))
    played.saves()
    world = GOOD_WORLD.without(REPORTS, "TXT").having(REPORTS, "CNAME", "old.example.net.")
    return await played.look(world)


async def one_done_the_next_not() -> Played:
    lacking = GOOD_WORLD.without(REPORTS, "TXT")
    played = await Played().look(lacking.without(DKIM, "TXT"))
    await played.look(lacking)
    return await played.look(lacking)


async def back_to_what_is_safe_no_more() -> Played:
    played = (await Played().look(BEFORE)).goes_to("mx example.org").saves()
    await played.look(spf(BEFORE, "v=spf1 ip4:9.9.9.9 -all"))
    played.state = played.state.back()
    return played


State = Callable[[], Awaitable[Played]]
THERE, GONE = DONE[Act.PUBLISH], DONE[Act.REMOVE]
GOOD = "published and good."
CLAIMS: Sequence[tuple[State, Sequence[str], str]] = [
    (one_done_the_next_not, [f"12:34:56 {UNCHANGED}"], f"TXT {REPORTS}: {UNCHANGED}"),
    (back_to_what_is_safe_no_more, [], "Not now: The SPF record of example.org does not allow"),
    (gone_again, [THERE, "Resolvers elsewhere"], "Add the"),
    (unknown_since, [THERE, UNCHANGED, GOOD], "could not be looked up"),
    (unheard_proposal, [THERE, "is right now", SETTLED], "is not known"),
    (muted_step, [THERE, f"plan wants is {GOOD}"], LEFT_AS_IT_IS),
    (muted_no_more, [LEFT_AS_IT_IS, GOOD], "Add the"),
    (another_is_gone, [GONE, UNCHANGED, GOOD], "Still wrong"),
    (seen_late, [GOOD, "are gone by", "is seen everywhere"], "resolver"),
    (late_at_a_server, [GOOD, "All name servers have it", THERE], "ns2.example.net"),
    (seen_at_last, ["Wait until all"], f"plan wants is {GOOD}"),
    (resolver_silent, ["is seen everywhere", "Wait until all"], SETTLED),
    (
        one_saved_one_skipped,
        ["What is left to be done was skipped", "was saved, and is"],
        "skipped",
    ),
    (only_one_not_asked, ["nobody knows what is left", GOOD], "Not everything could be asked"),
    (ttl_lowered, ["old answer until 12:"], "on 2026-11-24"),
    (ttl_being_lowered, [UNCHANGED], "Its TTL is 300 now."),
    (policy_refused, ["at the zone's own name servers"], "policy"),
    (policy_saved, ["the name servers have nothing"], "policy"),
    (skipped_and_back_again, ["was skipped"], "Add the"),
    (behind_an_alias, ["have nothing", THERE], "old.example.net"),
]


@pytest.mark.parametrize(
    ("state", "claims", "instead"), CLAIMS, ids=[state.__name__ for state, _, _ in CLAIMS]
)
async def test_it_does_not_say_what_is_not_so(
    state: State, claims: Sequence[str], instead: str
) -> None:
    text = (await state()).text
    assert [claim for claim in claims if claim in text] == [], text
    assert instead in text


async def nobody_answers() -> Played:
    return await Played().look(GOOD_WORLD, Fault(".", Failure.TIMEOUT))


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (one_saved_one_skipped, "What is left was skipped, or is saved and looked for."),
        (only_one_not_asked, "Not everything could be asked, so nobody knows how that stands."),
        (nobody_answers, "The name servers could not be asked, so nobody knows what is left."),
    ],
)
async def test_line_by_line_it_gives_the_same_reason(state: State, why: str) -> None:
    played = await state()
    told = rest_lines(played.state, played.setup, played.report, played.clock)
    for said in (played.text, "\n".join(told)):
        assert why in said


@pytest.mark.parametrize("key", ["b", "enter", "v", "s", "m", "r", "i", "y"])
async def test_before_all_was_asked_no_key_claims_anything(wizard: MakeApp, key: str) -> None:
    app = wizard(replace(WIZARDS, guide=GuidePlace(is_open=True)), Held(no_mx))
    async with app.run_test() as pilot:
        await settle(pilot, lambda: isinstance(app.screen, GuideScreen))
        assert text(app, "#looked") == ""
        await pilot.press(key)
        await settle(pilot, lambda: bool(text(app, "#looked")))
        assert text(app, "#looked") == ASKING


async def test_a_stale_server_is_one_sentence_with_when_it_was_first_seen_so() -> None:
    old = GOOD_WORLD.without(REPORTS, "TXT").without(DKIM, "TXT")
    played = await Played().look(GOOD_WORLD, ns2=old)
    sentence = "2 wait: ns2.example.net (198.51.100.53) is behind the others, seen so since 12:01."
    assert sentence in played.text
    assert sentence in (await played.look(GOOD_WORLD, ns2=old)).text
    assert "behind" not in (await played.look(GOOD_WORLD)).text
    assert "seen so since 12:04." in (await played.look(GOOD_WORLD, ns2=old)).text
