"""A zone at its provider, read and changed by octoDNS.

octoDNS would make a zone what it is told, and take away the rest. Here it is told what is there,
with nothing but the changes made to it, and its plan is refused where it is not exactly these.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import dns.rdatatype
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.publish.changes import (
    PUBLISHED_TYPES,
    Change,
    Kind,
    Reading,
    Trouble,
    TroubleReason,
)
from mailcow_dns_tui.publish.checks import changes_safely, objection, written
from mailcow_dns_tui.publish.failures import from_exception, trouble
from mailcow_dns_tui.publish.octodns_plan import Builder, RefusedError
from mailcow_dns_tui.publish.octodns_read import SeenRows, reading
from mailcow_dns_tui.publish.octodns_transfer import plan_by_data, transferred
from mailcow_dns_tui.publish.providers import Publisher, Writes

if TYPE_CHECKING:
    from octodns.provider.plan import Plan
    from octodns.zone.base import Zone

T = TypeVar("T")
Provider = Any
ProviderClass = Any
"""Of octoDNS, whose classes have what they have at run time only."""
ID = "publish"
"""By which octoDNS knows the provider, in the name of its log."""


def connect(
    publisher: Publisher, credentials: Mapping[str, Secret], zone: Name
) -> ZoneAtProvider | Trouble:
    """A zone of a provider; nobody is asked yet.

    The credentials stand by the keys of those that the publisher wants; what is left out is its
    default.
    """
    given = {
        each.key: credentials.get(each.key) or Secret(each.default)
        for each in publisher.credentials
    }
    missing = [each.label for each in publisher.credentials if not given[each.key]]
    if missing:
        text = f"{publisher.title} wants also: {', '.join(missing)}."
        return Trouble(TroubleReason.CREDENTIALS, text)
    made = _class_of(publisher)
    if made is None:
        return trouble(TroubleReason.NOT_INSTALLED, publisher, zone)
    return ZoneAtProvider(publisher, zone, made, given)


@dataclass(frozen=True)
class ZoneAtProvider:
    """One zone, as the provider has it; each call asks anew."""

    publisher: Publisher
    zone: Name
    _class: ProviderClass = field(repr=False)
    _credentials: Mapping[str, Secret] = field(repr=False)

    def read(self) -> Reading | Trouble:
        """All RRsets that octoDNS knows."""
        answer = self._called(self._read)
        if isinstance(answer, Trouble) and answer.reason is TroubleReason.REFUSED:
            # There is nothing else in a request that only reads.
            return trouble(TroubleReason.CREDENTIALS, self.publisher, self.zone)
        return answer

    def apply(self, changes: Sequence[Change]) -> Trouble | None:
        """Make the changes, and nothing else, if each RRset is still as it was before.

        Where that takes several requests, a failure may leave some of them done.
        """
        return self._called(partial(self._apply, changes)) if changes else None

    def refusal(self, change: Change) -> str:
        """Why the provider's class can't make a change, or not safely; empty: it can."""
        named, rdtype = written(change.key), change.key[1]
        is_written = rdtype in PUBLISHED_TYPES
        if not (is_written and dns.rdatatype.to_text(rdtype) in self._class.SUPPORTS):
            return f"{named} is of a type that its package can't write"
        ttl = change.after.ttl if change.after else None
        is_new = change.before is None or change.before.ttl != ttl
        if ttl is not None and is_new and ttl < self.publisher.min_ttl:
            return f"{named} needs a TTL of at least {self.publisher.min_ttl} seconds"
        if change.kind is Kind.CHANGE and not changes_safely(change, self.publisher.writes):
            return f"{named} would be taken away before it is written anew"
        if change.before is not None and rdtype in self.publisher.unread:
            return f"{named} is read only in part by its package"
        return ""

    def silence(self, reason: TroubleReason) -> Trouble:
        """What is said where the provider has not answered in time."""
        return trouble(reason, self.publisher, self.zone)

    def _called(self, call: Callable[[Provider], T]) -> T | Trouble:
        try:
            with self._provider() as provider:
                return call(provider)
        except RefusedError as refused:
            return refused.trouble
        except BaseException as error:  # noqa: BLE001 - each library's own, in a thread of its own
            return self._failure(error)

    def _failure(self, error: BaseException) -> Trouble:
        wanted = self.publisher.credentials
        secrets = [self._credentials[each.key] for each in wanted if each.secret]
        return from_exception(error, self.publisher, self.zone, secrets)

    @contextmanager
    def _provider(self) -> Iterator[Provider]:
        """The provider's class, without what it remembers of the zone and without its log."""
        _silence(self.publisher)
        texts = {key: secret.reveal() for key, secret in self._credentials.items()}
        for each in self.publisher.credentials:
            if not each.is_valid(texts[each.key]):
                said = f"{each.label} is not valid"
                raise self._refused(TroubleReason.CREDENTIALS, said)
        provider = self._class(ID, **texts, **self.publisher.options)
        try:
            yield provider
        finally:
            with suppress(Exception):
                getattr(provider, "close", lambda: None)()

    def _read(self, provider: Provider) -> Reading:
        zone, seen = self._new_zone(), self._seen_rows(provider)
        if self.publisher.transfers:
            there = transferred(provider, zone)
        else:
            exists = provider.populate(zone, target=True, lenient=True)
            if exists is False:
                raise self._refused(TroubleReason.NO_ZONE)
            there = reading(zone, seen)
        if self.publisher.shows_apex_ns and (self.zone, RdataType.NS) not in there.contents:
            raise self._refused(TroubleReason.BROKEN_ANSWER)
        return replace(there, min_ttl=self.publisher.min_ttl)

    def _apply(self, changes: Sequence[Change], provider: Provider) -> None:
        for said in filter(None, map(self.refusal, changes)):
            raise self._refused(TroubleReason.REFUSED, said)
        if self.publisher.transfers:
            self._check(changes, self._read(provider))
            self._send(plan_by_data(self._new_zone(), changes), provider)
        else:
            self._send(self._plan(changes, provider), provider)

    def _send(self, plan: Plan, provider: Provider) -> None:
        """Where nobody answers, the provider may have heard it all the same."""
        try:
            provider.apply(plan)
        except Exception as error:
            if self._failure(error).reason is TroubleReason.UNREACHABLE:
                raise self._refused(TroubleReason.UNSURE) from None
            raise

    def _plan(self, changes: Sequence[Change], provider: Provider) -> Plan:
        """OctoDNS' own, which is these changes and nothing else."""
        seen = self._seen_rows(provider)
        builder = Builder(changes, lambda there: self._check(changes, reading(there, seen)))
        plan: Plan | None = provider.plan(self._new_zone(), processors=[builder])
        if plan is not None and plan.exists is False:
            raise self._refused(TroubleReason.NO_ZONE)  # else it would be made
        if plan is None or not builder.is_exactly(plan):
            said = "it would do something else than these changes"
            raise self._refused(TroubleReason.REFUSED, said)
        if self.publisher.writes in {Writes.ADDS, Writes.ROWS}:
            plan.changes = [builder.only_added(change) for change in plan.changes]
        return plan

    def _new_zone(self) -> Zone:
        from octodns.zone.base import Zone

        return Zone(self.zone.to_text(), [])

    def _seen_rows(self, provider: Provider) -> SeenRows | None:
        rows = self.publisher.rows
        return SeenRows(provider, rows) if rows else None

    def _check(self, changes: Sequence[Change], there: Reading) -> None:
        """Raises what speaks against them."""
        against = objection(changes, there)
        if against is not None:
            raise self._refused(*against)

    def _refused(self, reason: TroubleReason, said: str = "") -> RefusedError:
        return RefusedError(trouble(reason, self.publisher, self.zone, said))


def _class_of(publisher: Publisher) -> ProviderClass | None:
    """The provider's class; None where its package is not installed."""
    module, _, name = publisher.class_path.rpartition(".")
    try:
        return getattr(import_module(module), name)
    except (AttributeError, ImportError):
        return None


def _silence(publisher: Publisher) -> None:
    """Keep octoDNS' log off the terminal, and that of the provider's class out of any.

    Some classes log their credentials.
    """
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    name = publisher.class_path.rpartition(".")[2]
    logging.getLogger(f"{name}[{ID}]").disabled = True
