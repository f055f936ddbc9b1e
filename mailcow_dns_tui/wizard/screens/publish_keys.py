"""The keys that publish, in the guide and in the records: what they ask for, or why they can't."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from dns.name import Name
from textual.reactive import var
from textual.widget import Widget

from mailcow_dns_tui.model.report import Report
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.wizard.connections import Connections
from mailcow_dns_tui.wizard.messages import ConnectRequested, PublishRequested

if TYPE_CHECKING:
    from mailcow_dns_tui.wizard.publishing import Places

PUBLISHING = frozenset({"publish_this", "publish_all", "connect"})
"""The actions of the keys."""
OFFERED = PUBLISHING | {"import_zone", "panel"}
"""Those that are in the guide's footer where they serve best."""
NOT_ASKED = "Not everything was asked yet: press it again in a moment."
NOTHING_SAFE = "Nothing can be published now."
OWN_SERVER = (
    "That is for a name server of your own that takes updates (RFC 2136). p chooses a panel."
)


class PublishKeys(Widget):
    """Where a step of the guide is shown that can be published.

    What works out whether it can is loaded by the first key: a screen need not wait for it. As a
    base it comes second: Textual styles a widget as it does the first of its bases.
    """

    setup: var[Setup] = var(Setup())
    report: var[Report] = var(Report())
    connections: var[Connections] = var(Connections(), bindings=True)

    @property
    @abstractmethod
    def shown_step(self) -> GuideStep | str:
        """The step that is shown; where there is none, why, in a sentence."""

    @property
    @abstractmethod
    def known_steps(self) -> Sequence[GuideStep]:
        """All of the guide's."""

    def tell(self, sentence: str) -> None:
        """Say why a key does nothing, or what came of it."""
        self.notify(sentence, markup=False)

    def action_publish_this(self) -> None:
        """Show what publishing the step would change."""
        self._ask(self._this())

    def action_publish_all(self) -> None:
        """Show what publishing all that is safe now would change."""
        self._ask(self._all())

    def action_connect(self) -> None:
        """Ask for the credentials of the DNS provider."""
        asked = self._this()
        asked = asked if isinstance(asked, PublishRequested) else self._all()
        if isinstance(asked, PublishRequested):
            zone, panel = next(iter(asked.places.items()))
            self._ask(ConnectRequested(zone, panel, self.tell))
        else:
            self.tell(asked)

    def _ask(self, asked: PublishRequested | ConnectRequested | str) -> None:
        if isinstance(asked, str):
            self.tell(asked)
        else:
            self._tell_own_server(asked)
            # To the app itself: what a widget posts of a screen that is left goes nowhere.
            self.app.post_message(asked)

    def _tell_own_server(self, asked: PublishRequested | ConnectRequested) -> None:
        """Whoever edits the zone in a panel that is not known has no use for it."""
        panels = asked.places.values() if isinstance(asked, PublishRequested) else [asked.panel]
        if not self.connections.given and not any(panel.is_known for panel in panels):
            self.tell(OWN_SERVER)

    def _this(self) -> PublishRequested | str:
        from mailcow_dns_tui.wizard.publishing import not_publishable, places_of

        if not self.report.all_asked:
            return NOT_ASKED
        step = self.shown_step
        if isinstance(step, str):
            return step
        places = places_of([step], self.report, self.setup)
        why = not_publishable(step) or self._hindrance(places)
        return why or PublishRequested(places, frozenset({step.mark}))

    def _all(self) -> PublishRequested | str:
        from mailcow_dns_tui.wizard.publishing import places_of

        if not self.report.all_asked:
            return NOT_ASKED
        places = places_of(self.known_steps, self.report, self.setup)
        return self._hindrance(places) or PublishRequested(places)

    def _hindrance(self, places: Places) -> str:
        """Why nothing can be published in any of these; empty where it can in one."""
        from mailcow_dns_tui.wizard.publishing import hindrance

        whys = [hindrance(*place, self.connections) for place in places.items()]
        return (whys[0] if whys else NOTHING_SAFE) if all(whys) else ""

    @property
    def publishing(self) -> Collection[str]:
        """Those of the three actions that work, as far as is known before anybody is asked."""
        this, every = self._this(), self._all()
        here = [] if isinstance(this, str) else [self.offered_at(*p) for p in this.places.items()]
        all_ = [] if isinstance(every, str) else [self.offered_at(*p) for p in every.places.items()]
        others = frozenset().union(*all_) - {"publish_this"}
        return others | ({"publish_this"} if any(here) else set())

    def offered_at(self, zone: Name, panel: Profile) -> frozenset[str]:
        """Those that work in a zone."""
        from mailcow_dns_tui.wizard.publishing import is_offered

        if not is_offered(zone, panel, self.connections, self.setup):
            return frozenset()
        return PUBLISHING - ({"connect"} if self.connections.of(panel.id, zone) else set())
