"""What a whole plan costs its owner at each panel: `python -m tests.benchmarks.owner [PANEL...]`.

An owner drives the real wizard from a zone with one address until nothing is left to do, and a
model of the panel saves exactly what he pastes and types. Then his zone is compared with the plan,
and at each step what the guide says with the zone. He does it record by record, by a file to
import where the panel takes one, and by the key that publishes where that serves the panel.

What counts as one operation: a key in the wizard, a change of window, a click on a field, a choice
from a list, a paste, a character that is typed by hand, and a click on save or import. To copy
something in another window is one more click. Boxes that are left as they stand cost nothing. Of
all operations, "elsewhere" counts those outside the wizard: less is not to be had with that form.

The minutes are those of the keystroke-level model (Card, Moran and Newell, 1983), by which a key
takes 0.28 seconds, a click 1.3, a paste two keys, and a change of window two keys and a thought of
1.35. A panel's own delays are not in them.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import dns.name
import dns.zone
from dns.name import Name
from dns.rdatatype import RdataType
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import OptionList

from mailcow_dns_tui.guide.boxes import is_to_paste
from mailcow_dns_tui.guide.progress import DONE
from mailcow_dns_tui.guide.zone_import import ZoneImport, can_import
from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.panels.load import by_id
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.panels.render import Box, Filling
from mailcow_dns_tui.publish import octodns_zone
from mailcow_dns_tui.publish.changes import ProviderZone
from mailcow_dns_tui.publish.providers import Publisher, publisher_of
from mailcow_dns_tui.wizard.app import WizardApp
from mailcow_dns_tui.wizard.connections import Connections
from mailcow_dns_tui.wizard.publishing import hindrance
from mailcow_dns_tui.wizard.screens.dialogs import WayScreen
from mailcow_dns_tui.wizard.screens.guide import GuideScreen
from mailcow_dns_tui.wizard.screens.publish_connect import ConnectScreen
from mailcow_dns_tui.wizard.screens.publishing import PublishScreen
from mailcow_dns_tui.wizard.screens.zone_import import ImportScreen, offered, own_zone
from mailcow_dns_tui.wizard.terminal import Terminal
from mailcow_dns_tui.wizard.widgets.field import Field
from tests.benchmarks.owner_tally import HEAD, Tally, Way, row
from tests.benchmarks.owner_zone import ZONE, Published, alike, planned
from tests.benchmarks.panel_keys import PANELS
from tests.memory_dns import good_zone
from tests.panels.panel_model import parse
from tests.publish.walking import MemoryZone
from tests.wizard.conftest import settle
from tests.wizard.published import is_asked

MOST_STEPS = 80
FEW = 2
"""From so many records on a file is worth its dialog."""


class Owner:
    """Types the plan, and does what the guide says.

    Args:
        app: the wizard.
        pilot: his keyboard.
        zone: where his panel publishes.
        panel: his provider's form.
        way: how he brings the records there.
    """

    def __init__(
        self,
        app: WizardApp,
        pilot: Pilot[None],
        zone: Published,
        panel: Profile,
        way: Way,
    ) -> None:
        self.app, self.pilot, self.zone, self.panel, self.way = app, pilot, zone, panel, way
        self.tally = Tally(panel.title)
        self._acted: dict[str, GuideStep] = {}
        self._published: set[str] = set()

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.tally.done["key"] += 1
            await self.pilot.press(key)

    async def type(self, text: str) -> None:
        self.tally.done["character"] += len(text)
        await self.pilot.press(*text)

    async def paste_from_elsewhere(self, text: str) -> None:
        """Go to mailcow or the provider, copy something there, and come back."""
        self.tally.elsewhere.update({"window": 2, "click": 1})
        self.tally.done["paste"] += 1
        self.app.post_message(Paste(text))
        await self.pilot.pause()

    async def until(self, holds: Callable[[], bool]) -> None:
        await settle(self.pilot, holds, pause=0.01)

    async def make_plan(self, plan: Setup) -> None:
        server, (domain,) = plan.server, plan.domains
        await self._answer("server.hostname", server.hostname)
        await self._answer("server.ipv4", server.ipv4)
        await self._answer("server.ipv6", server.ipv6)
        await self._answer("server.caa", server.caa)
        await self._answer("server.spki_sha256", server.spki_sha256, is_pasted=True)
        await self.press("ctrl+n")
        await self.type(domain.name)
        await self.until(lambda: bool(self.app.setup.domains))
        await self._answer("domains[0].dkim", domain.dkim[0].key, is_pasted=True)
        await self._answer("domains[0].mta_sts_id", domain.mta_sts_id)
        await self.until(lambda: self._is_asked)
        self.tally.to_plan = self.tally.operations
        made = replace(self.app.setup.domains[0], dmarc_first=False)
        assert replace(self.app.setup, domains=(made,)) == plan

    async def _answer(self, key: str, text: str, *, is_pasted: bool = False) -> None:
        while self._asked != key:
            await self.press("tab")
        await (self.paste_from_elsewhere if is_pasted else self.type)(text)
        await self.pilot.pause()

    @property
    def _asked(self) -> str:
        """The key of the question that has the focus."""
        above = self.app.focused.ancestors if self.app.focused else ()
        return next((each.question.key for each in above if isinstance(each, Field)), "")

    @property
    def _is_asked(self) -> bool:
        return self.app.report.all_asked and self.app.report.is_of(self.app.setup)

    @property
    def _guide(self) -> GuideScreen:
        screens = reversed(self.app.screen_stack)
        return next(each for each in screens if isinstance(each, GuideScreen))

    async def follow_the_guide(self) -> None:
        """Begin the guide, and do what it says until there is nothing to do."""
        await self.press("ctrl+g")
        await self.until(lambda: bool(self.app.screen.query(OptionList)))
        await self._choose_panel()
        await self._choose_way()
        await self.until(lambda: isinstance(self.app.screen, GuideScreen))
        for _ in range(MOST_STEPS):
            await self.until(lambda: self._is_asked and self._is_told)
            self._listen()
            step = self._guide.state.current
            if step is None:
                return
            await self._do(step)
        raise AssertionError(f"no end: {step}")

    @property
    def _is_told(self) -> bool:
        """Whether there is something to do, or nothing is waited for."""
        state = self._guide.state
        return state.current is not None or not state.unseen

    async def _choose_panel(self) -> None:
        """Type of its name what it takes to have it on top."""
        title = "" if not self.panel.is_known else self.panel.title
        listed = self.app.screen.query_one(OptionList)
        for sign in title.casefold():
            if listed.get_option_at_index(listed.highlighted or 0).id == self.panel.id:
                break
            await self.type(sign)
        await self.press("enter")

    async def _choose_way(self) -> None:
        """As he is asked when the guide begins, where there is more than one."""
        if not self.panel.is_known or len(offered := [*ways(self.panel.id)]) == 1:
            return
        await self.until(lambda: isinstance(self.app.screen, WayScreen))
        if self.way is Way.BY_HAND:
            await self.press("escape")
            return
        offer = self._offer
        is_second = self.way is Way.IMPORT and Way.PUBLISH in offered
        await self.press(*["down"] * is_second, "enter")
        await (self._import(offer) if self.way is Way.IMPORT else self._publish())

    async def _do(self, step: GuideStep) -> None:
        self._acted[step.mark] = step
        if self.way is Way.IMPORT and len(offer := self._offer) >= FEW:
            await self.press("i")
            await self._import(offer)
        elif self.way is Way.PUBLISH and self._can_publish(step):
            self._published.add(step.mark)
            await self.press("a")
            await self._publish()
        elif any(not each.held for _, each in self._guide._form.forms):
            await self._do_without(step)
        else:
            await self._enter(step)

    @property
    def _offer(self) -> Sequence[Record]:
        zone, state = own_zone(self._guide._step, self.app.report), self._guide.state
        offer = offered(zone, state.steps, self.app.report, self.app.setup) if zone else ""
        return offer.records if isinstance(offer, ZoneImport) else ()

    async def _import(self, offer: Sequence[Record]) -> None:
        """Copy the file into the panel's import: open that, paste, confirm."""
        await self.until(lambda: isinstance(self.app.screen, ImportScreen))
        await self._copy("c")
        self.tally.elsewhere.update({"window": 2, "click": 2, "paste": 1})
        file = dns.zone.from_text(self.app.clipboard, ZONE, relativize=False, check_origin=False)
        for owner, _, rdata in file.iterate_rdatas():
            self.zone.add(owner, rdata.rdtype.name, rdata.to_text())
        await self.press("escape")
        await self.until(lambda: isinstance(self.app.screen, GuideScreen))
        await self.until(lambda: not {*offer}.intersection(self._offer))

    def _can_publish(self, step: GuideStep) -> bool:
        return step.mark not in self._published and "publish_this" in self._guide.publishing

    async def _publish(self) -> None:
        """Publish all that is safe now, with a yes to whatever is asked."""
        await self.until(lambda: isinstance(self.app.screen, ConnectScreen | PublishScreen))
        if isinstance(self.app.screen, ConnectScreen):
            await self._connect()
        await self.until(lambda: isinstance(self.app.screen, PublishScreen))
        while await is_asked(self.app, self.pilot):
            await self.press("y")
        await self.press("escape")
        await self.until(lambda: isinstance(self.app.screen, GuideScreen))

    async def _connect(self) -> None:
        """Fill in what the provider's page shows; what has a default is left."""
        publisher = publisher_of(self.panel.id)
        assert publisher is not None
        for each in publisher.credentials:
            await self.until(lambda key=f"give-{each.key}": self._focused == key)  # type: ignore[misc]
            if not each.default:
                await self.paste_from_elsewhere(each.label)
            await self.press("enter")

    @property
    def _focused(self) -> str:
        return (self.app.focused and self.app.focused.id) or ""

    async def _copy(self, key: str) -> str:
        self.app._clipboard = ""
        await self.press(key)
        await self.until(lambda: bool(self.app.clipboard))
        return self.app.clipboard

    async def _do_without(self, step: GuideStep) -> None:
        """Leave out what the panel can't hold."""
        if step.record and step.record.rdtype == RdataType.SRV:
            await self.press("o")
        else:
            await self.press("m")
            await self.type("Not here.")
            await self.press("enter")
        await self.until(lambda: self._is_asked and self._guide.state.current != step)

    async def _enter(self, step: GuideStep) -> None:
        """Box by box, with the wizard in one window and the panel in the other."""
        form = self._guide._form
        for record, rendered in form.forms:
            boxes = [await self._filled(box) for box in rendered.boxes]
            stored = parse(boxes, form.panel, record.zone)
            self.zone.add(stored.owner, stored.rdata.rdtype.name, stored.rdata.to_text())
            self.tally.records += 1
            self.tally.copies += sum(map(is_to_paste, boxes))
            self.tally.elsewhere["click"] += 1
        if form.lone:
            await self._set_reverse_dns(step)
        if form.boxes:
            await self.press("enter")
        else:
            self.tally.elsewhere["window"] += 2
            # Where nothing was copied, the guide asks whether it is done.
            await self.press("enter", "enter")
        await self.until(lambda: self._guide.state.current != step)

    async def _filled(self, box: Box) -> Box:
        """What stands in the box in the end."""
        match box.filling:
            case Filling.PASTE:
                return replace(box, text=await self._pasted())
            case Filling.TYPE:
                self.tally.elsewhere.update({"click": 1, "character": len(box.text)})
            case Filling.CHOOSE:
                self.tally.elsewhere["click"] += 1
        return box

    async def _pasted(self) -> str:
        """The key, the other window, the box, and the paste; then back for the next one."""
        text = await self._copy("b")
        self.tally.elsewhere.update({"window": 2, "click": 1, "paste": 1})
        return text

    async def _set_reverse_dns(self, step: GuideStep) -> None:
        assert step.wanted is not None
        host = await self._pasted()
        self.tally.elsewhere["click"] += 1
        self.zone.add(step.wanted.owner, "PTR", f"{host}.")

    def _listen(self) -> None:
        """Compare what the guide and the table say with what is in the zone."""
        self.tally.false += [*self._untrue_statuses(), *self._untrue_news()]
        step = self._guide.state.current
        if step and step.act is Act.PUBLISH and step.record and self.zone.has(step.record):
            self.tally.false.append(f"{step.what} It is there.")

    def _untrue_statuses(self) -> Iterator[str]:
        for record, findings in self.app.report.findings.items():
            status = self.app.report.status(record)
            if status is Status.OK and not self.zone.has(record):
                yield f"{record.owner} {record.type_text} is called good: {findings[0].message}"

    def _untrue_news(self) -> Iterator[str]:
        for mark, told in self._guide.state.told.items():
            step = self._acted.get(mark)
            record = step.record if step else None
            if record and DONE[Act.PUBLISH] in told and not self.zone.has(record):
                yield told

    def compare(self) -> None:
        """Find what is published otherwise than planned."""
        wanted = good_zone(self.app.setup)
        muted = {r.owner for r in self.app.report.records if self._is_muted(r)}
        for key, texts in wanted.rrsets.items():
            there = self.zone.world.rrsets.get(key, ())
            if key[0] not in muted and not alike(key[1], texts, there):
                self.tally.wrong.append(f"{key[0]} {key[1].name}: {there}, not {texts}")
        more = self.zone.world.rrsets.keys() - wanted.rrsets.keys()
        self.tally.wrong += [f"{owner} {rdtype.name} is not planned" for owner, rdtype in more]

    def _is_muted(self, record: Record) -> bool:
        return self.app.report.status(record) is Status.MUTED


@contextmanager
def impatient() -> Iterator[None]:
    """A wizard that looks again at once."""
    often = (lambda: repeat(0.5)), None
    with (
        patch("mailcow_dns_tui.wizard.checker.PAUSES", (0.2,) * 500),
        patch.object(GuideScreen.__init__, "__defaults__", often),
    ):
        yield


async def walk(panel_id: str, way: Way) -> Tally:
    """From nothing to all good, at one panel."""
    panel = by_id(panel_id)
    assert panel is not None, panel_id
    zone = Published()
    app = WizardApp(Setup(), engine=zone, save=lambda setup: None, terminal=Terminal({}))
    app.animation_level = "none"

    def connect(publisher: Publisher, credentials: object, apex: Name) -> ProviderZone:
        return MemoryZone(apex, zone)

    with (
        impatient(),
        TemporaryDirectory() as folder,
        patch.object(octodns_zone, "connect", connect),
    ):
        app.plan_path = Path(folder, "plan.toml")
        async with app.run_test(size=(80, 24)) as pilot:
            owner = Owner(app, pilot, zone, panel, way)
            await owner.make_plan(planned())
            await owner.follow_the_guide()
            owner.compare()
    return owner.tally


def ways(panel_id: str) -> Iterator[Way]:
    """All that serve a panel, as far as it is known."""
    panel = by_id(panel_id)
    assert panel is not None, panel_id
    yield Way.BY_HAND
    if can_import(panel):
        yield Way.IMPORT
    if not hindrance(ZONE, panel, Connections()):
        yield Way.PUBLISH


async def main(panels: Sequence[str]) -> None:
    print(HEAD)
    for panel in panels:
        for way in ways(panel):
            tally = await walk(panel, way)
            print(row(tally, way), flush=True)
            for each in (*tally.wrong, *tally.false):
                print(f"  {each}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or PANELS))
