"""Which provider a zone is at, and how it is reached."""

from collections.abc import Mapping
from typing import Protocol

from dns.name import Name

from mailcow_dns_tui.cli.publish.credentials import Credentials
from mailcow_dns_tui.guide.boxes import is_settled
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.panels.profile import Profile
from mailcow_dns_tui.publish.applying import read
from mailcow_dns_tui.publish.changes import ProviderZone, Trouble, TroubleReason
from mailcow_dns_tui.publish.providers import Publisher, publisher_of, why_not

UNKNOWN = (
    "Nobody knows by its name servers where this zone is edited: --provider says it; "
    "--provider any is for a name server that takes updates (RFC 2136)."
)


class Reach(Protocol):
    """Makes a zone at a provider, as `connect` of `octodns_zone` does."""

    def __call__(
        self, publisher: Publisher, credentials: Mapping[str, Secret], zone: Name
    ) -> ProviderZone | Trouble:
        """Nobody is asked yet."""
        ...


def by_octodns(
    publisher: Publisher, credentials: Mapping[str, Secret], zone: Name
) -> ProviderZone | Trouble:
    """By the package of the provider."""
    from mailcow_dns_tui.publish.octodns_zone import connect

    return connect(publisher, credentials, zone)


class Providers:
    """Those of a run's zones.

    Args:
        given: the id of the panel of all zones; empty: each zone's own.
        credentials: what the user shows the providers.
        setup: the plan, which may say where zones are edited.
        reach: makes the zones.

    Attributes:
        titles: of the provider of each zone that was asked for.
    """

    def __init__(self, given: str, credentials: Credentials, setup: Setup, reach: Reach) -> None:
        self._given = given
        self._credentials = credentials
        self._setup = setup
        self._reach = reach
        self.titles: dict[Name, str] = {}

    async def connect(self, zone: Name, panel: Profile) -> ProviderZone | Trouble:
        """The zone at the provider that was given, else at the panel's."""
        publisher = publisher_of(self._given or panel.id)
        self.titles[zone] = publisher.title if publisher else panel.title
        if publisher is None:
            return Trouble(TroubleReason.NO_PROVIDER, why_not(panel.id))
        is_known = self._given or is_settled(zone, panel, self._setup)
        if not (is_known or self._credentials.has_any(publisher, zone)):
            return Trouble(TroubleReason.NO_PROVIDER, UNKNOWN)
        made = self._reach(publisher, self._credentials.of(publisher, zone), zone)
        if self._credentials.is_kept(publisher) and not isinstance(made, Trouble):
            if isinstance(answer := await read(made), Trouble):
                return answer
            self._credentials.keep(publisher, zone)
        return made
