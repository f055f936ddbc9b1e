"""A zone at its provider, read and changed by octoDNS, which nothing else of the program knows.

octoDNS would make a zone what it is told, and take away the rest. Here it is told what is there,
with nothing but the changes made to it, and its plan is refused where it is not exactly these.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
from dns.exception import DNSException
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.publish.changes import (
    Change,
    Contents,
    Key,
    Kind,
    Trouble,
    TroubleReason,
    ZoneRRset,
)
from mailcow_dns_tui.publish.failures import from_exception, trouble
from mailcow_dns_tui.publish.providers import Publisher, Writes

if TYPE_CHECKING:
    from octodns.provider.plan import Plan
    from octodns.zone.base import Zone

T = TypeVar("T")
Provider = Any
Record = Any
OctoChange = Any
"""Of octoDNS, whose classes have what they have at run time only."""
TYPES = frozenset(
    map(dns.rdatatype.from_text, ("A", "AAAA", "CNAME", "MX", "TXT", "SRV", "TLSA", "CAA"))
)
"""What the product writes. RRsets of other types are neither read nor changed."""
READ_SECONDS = 90.0
APPLY_SECONDS = 300.0
"""A large plan at a provider that takes record by record, with its own pauses."""
ID = "publish"
"""By which octoDNS knows the provider, in the name of its log."""
CLASS_NAMES = {"Create": Kind.CREATE, "Update": Kind.CHANGE, "Delete": Kind.TAKE_AWAY}
"""octoDNS' changes by their classes."""


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
    """One zone, as the provider has it; each call asks anew.

    A call that takes too long is left behind: what it does then is not known, and the zone has to
    be read again.
    """

    publisher: Publisher
    zone: Name
    _class: Callable[..., Provider] = field(repr=False)
    _credentials: Mapping[str, Secret] = field(repr=False)

    async def read(self, seconds: float = READ_SECONDS) -> Contents | Trouble:
        """All RRsets of the types that the product writes, but those that can't be written back."""
        return await self._asked(self._read, seconds)

    async def apply(
        self, changes: Sequence[Change], seconds: float = APPLY_SECONDS
    ) -> Trouble | None:
        """Make the changes, and nothing else, if each RRset is still as it was before.

        Where that takes several requests, a failure may leave some of them done.
        """
        if not changes:
            return None
        return await self._asked(partial(self._apply, changes), seconds)

    async def _asked(self, call: Callable[[Provider], T], seconds: float) -> T | Trouble:
        try:
            return await _in_thread(partial(self._called, call), seconds)
        except TimeoutError:
            return trouble(TroubleReason.UNREACHABLE, self.publisher, self.zone)

    def _called(self, call: Callable[[Provider], T]) -> T | Trouble:
        try:
            with self._provider() as provider:
                return call(provider)
        except _RefusedError as refused:
            return refused.trouble
        except Exception as error:  # noqa: BLE001 - each provider's library raises its own
            return from_exception(error, self.publisher, self.zone, self._credentials.values())

    @contextmanager
    def _provider(self) -> Iterator[Provider]:
        """The provider's class, without what it remembers of the zone and without its log."""
        _silence(self.publisher)
        texts = {key: secret.reveal() for key, secret in self._credentials.items()}
        provider = self._class(ID, **texts, **self.publisher.options)
        try:
            yield provider
        finally:
            with suppress(Exception):
                getattr(provider, "close", lambda: None)()

    def _read(self, provider: Provider) -> Contents:
        from octodns.zone.base import Zone

        zone = Zone(self.zone.to_text(), [])
        exists = provider.populate(zone, target=True, lenient=True)
        if exists is False:
            raise self._refused(TroubleReason.NO_ZONE)
        if self.publisher.shows_apex_ns and zone.root_ns is None:
            raise self._refused(TroubleReason.BROKEN_ANSWER)
        known = map(_rrset, zone.records)
        return {(rrset.owner, rrset.rdtype): rrset for rrset in known if rrset}

    def _apply(self, changes: Sequence[Change], provider: Provider) -> None:
        from octodns.zone.base import Zone

        for change in changes:
            self._check(change, provider)
        builder = _Builder(self._refused, changes)
        plan = provider.plan(Zone(self.zone.to_text(), []), processors=[builder])
        if plan is None or not builder.is_exactly(plan):
            raise self._refused(
                TroubleReason.REFUSED, "it would do something else than these changes"
            )
        if self.publisher.writes is Writes.ADDS:
            plan.changes = [builder.only_added(change) for change in plan.changes]
        provider.apply(plan)

    def _check(self, change: Change, provider: Provider) -> None:
        """Raises where the provider's class can't make a change safely."""
        about, rdtype = _about(change.key), change.key[1]
        if rdtype not in TYPES or dns.rdatatype.to_text(rdtype) not in provider.SUPPORTS:
            raise self._refused(TroubleReason.REFUSED, f"{about}: its package lacks the type")
        if change.kind is Kind.CREATE:
            return
        if change.kind is Kind.CHANGE and not _changes_safely(change, self.publisher.writes):
            raise self._refused(
                TroubleReason.REFUSED,
                f"{about} would be taken away before it is written anew",
            )
        if rdtype in self.publisher.unread:
            raise self._refused(TroubleReason.REFUSED, f"{about} can't be read whole")

    def _refused(self, reason: TroubleReason, said: str = "") -> _RefusedError:
        return _RefusedError(trouble(reason, self.publisher, self.zone, said))


class _RefusedError(Exception):
    """Ends what octoDNS does with what the user is told."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.text)
        self.trouble = trouble


class _Builder:
    """A processor of octoDNS, which makes the desired zone from what was read just now."""

    def __init__(self, refused: Callable[..., _RefusedError], changes: Sequence[Change]) -> None:
        self._refused = refused
        self._changes = {change.key: change for change in changes}
        self._new: dict[Key, Record] = {}

    def process_target_zone(self, existing: Zone, target: object, *, lenient: bool) -> Zone:
        """Leave what was read as it is."""
        return existing

    def process_source_and_target_zones(
        self, desired: Zone, existing: Zone, target: object, *, lenient: bool
    ) -> tuple[Zone, Zone]:
        """Want what is there, but for the changes."""
        known = {_key(record): record for record in existing.records}
        for record in existing.records:
            if _key(record) not in self._changes:
                desired.add_record(record, lenient=True)
        for key, change in self._changes.items():
            record = known.get(key)
            self._check_before(change, record)
            if change.after is not None:
                self._new[key] = _record(desired, change.after, record)
                desired.add_record(self._new[key], lenient=True)
        self._check_aliases(desired)
        return desired, existing

    def _check_before(self, change: Change, record: Record | None) -> None:
        """Raises where what is there is not what the change begins with."""
        about = _about(change.key)
        there = _rrset(record) if record else None
        if record is not None and there is None:
            raise self._refused(
                TroubleReason.REFUSED, f"{about} has what octoDNS can't write back, or a proxy"
            )
        before = change.before
        same = there is before if there is None or before is None else there.is_same(before)
        if not same:
            raise self._refused(TroubleReason.CHANGED, about)

    def _check_aliases(self, desired: Zone) -> None:
        """Raises where a CNAME would stand beside something else (RFC 1034 3.6.2)."""
        for key, record in self._new.items():
            beside = desired.get(record.name)
            if len(beside) > 1 and any(other._type == "CNAME" for other in beside):
                about = f"{_about(key)} can't stand beside a CNAME"
                raise self._refused(TroubleReason.REFUSED, about)

    def is_exactly(self, plan: Plan) -> bool:
        """Whether octoDNS' plan is these changes and no others."""
        planned = {_key(change.record): change for change in plan.changes}
        as_wanted = (
            CLASS_NAMES.get(type(change).__name__) is self._changes[key].kind
            and change.new is self._new.get(key)
            for key, change in planned.items()
            if key in self._changes
        )
        alike = planned.keys() == self._changes.keys() and len(plan.changes) == len(planned)
        return alike and plan.meta is None and all(as_wanted)

    def only_added(self, change: OctoChange) -> OctoChange:
        """For a class that only adds what it shall create: of a changed RRset the data added."""
        from octodns.record.change import Create

        wanted = self._changes[_key(change.record)]
        if wanted.before is None or wanted.after is None:
            return change
        added = tuple(each for each in wanted.after.rdatas if each not in wanted.before.rdatas)
        return Create(_record(change.new.zone, replace(wanted.after, rdatas=added), None))


def _changes_safely(change: Change, writes: Writes) -> bool:
    """Whether no data that stay are away for a moment."""
    before, after = change.before, change.after
    if writes is Writes.IN_PLACE or before is None or after is None:
        return True
    only_adds = before.ttl == after.ttl and {*before.rdatas} < {*after.rdatas}
    return writes is Writes.ADDS and only_adds


def _about(key: Key) -> str:
    owner, rdtype = key
    return f"{owner.to_text(omit_final_dot=True)} {dns.rdatatype.to_text(rdtype)}"


def _key(record: Record) -> Key:
    """The types that only octoDNS knows have no number: such records are nobody's change."""
    try:
        rdtype = dns.rdatatype.from_text(record._type)
    except (DNSException, ValueError):
        rdtype = dns.rdatatype.NONE
    return dns.name.from_text(record.fqdn), rdtype


def _rrset(record: Record) -> ZoneRRset | None:
    """What a record of octoDNS says; None for other types, and where more is to it than DNS."""
    owner, rdtype = _key(record)
    if rdtype not in TYPES or getattr(record, "dynamic", None) or getattr(record, "geo", None):
        return None
    if record.octodns.get("cloudflare", {}).get("proxied"):
        return None
    rdatas = tuple(_rdatas(record, rdtype))
    exact = tuple(rdata for rdata in rdatas if rdata is not None)
    return ZoneRRset(owner, rdtype, record.ttl, exact) if exact == rdatas else None


def _rdatas(record: Record, rdtype: RdataType) -> Iterator[Rdata | None]:
    """The data, None for such as can't be told exactly."""
    if rdtype == dns.rdatatype.TXT:
        yield from (_text_rdata(value.replace("\\;", ";")) for value in record.values)
        return
    for text in record.to_rrset().rdatas:
        try:
            rdata = dns.rdata.from_text(dns.rdataclass.IN, rdtype, text)
            rdata.to_wire()  # raises for a relative name
            yield rdata
        except (DNSException, ValueError):
            yield None


def _text_rdata(text: str) -> Rdata | None:
    """Quotes and backslashes are escaped by some of the classes, and not by others."""
    if not text or not all(" " <= c <= "~" and c not in '"\\' for c in text):
        return None
    strings = [text[at : at + 255].encode() for at in range(0, len(text), 255)]
    return TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings)


def _record(zone: Zone, rrset: ZoneRRset, before: Record | None) -> Record:
    """An RRset as octoDNS has it, with the provider's own remarks on the one before."""
    from octodns.record.base import Record as OctoRecord
    from octodns.record.rr import Rrset

    texts = [rdata.to_text() for rdata in rrset.rdatas]
    rdtype = dns.rdatatype.to_text(rrset.rdtype)
    owner = rrset.owner.to_text().lower()
    record = OctoRecord.from_rrset(zone, Rrset(owner, rdtype, rrset.ttl, texts), lenient=True)
    if rrset.rdtype == dns.rdatatype.TXT:
        # Cut where it was, and not before 255 bytes since octoDNS counts its own escapes.
        record.chunked_value = lambda value: type(value)(value.to_rdata_text())
    if before is not None:
        record.octodns = dict(before.octodns)
    return record


def _class_of(publisher: Publisher) -> Callable[..., Provider] | None:
    """The provider's class; None where its package is not installed."""
    module, _, name = publisher.class_path.rpartition(".")
    try:
        made: Callable[..., Provider] = getattr(import_module(module), name)
    except ImportError:
        return None
    return made


def _silence(publisher: Publisher) -> None:
    """Keep octoDNS' log off the terminal, and that of the provider's class out of any.

    Some classes log their credentials.
    """
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    name = publisher.class_path.rpartition(".")[2]
    logging.getLogger(f"{name}[{ID}]").disabled = True


async def _in_thread(call: Callable[[], T], seconds: float) -> T:
    """The call's result, from a thread that does not keep the program from ending.

    Raises:
        TimeoutError: it goes on by itself.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        done = call()
        with suppress(RuntimeError):  # nobody waits any more
            loop.call_soon_threadsafe(_set, result, done)

    threading.Thread(target=run, name="publish", daemon=True).start()
    return await asyncio.wait_for(result, seconds)


def _set(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)
