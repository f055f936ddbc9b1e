"""What a step of the guide changes in the zone that its provider has; or why it can't be done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.code import Act
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.rdata_text import shown
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep, Removal
from mailcow_dns_tui.model.text import listed
from mailcow_dns_tui.publish.changes import (
    PUBLISHED_TYPES,
    Change,
    Contents,
    Key,
    Kind,
    ZoneRRset,
    are_same,
    has_beside_cname,
)
from mailcow_dns_tui.topics.context import own, same
from mailcow_dns_tui.topics.mx.topic import SHORT

CNAME_GOES = "The CNAME of {name} to {target} goes."
MAIL_MOVES = "The mail of {domain} comes to this server from then on."


Agreed = Mapping[str, tuple[Change, ...]]
"""By the mark of each step the changes that were said yes to, or made; and no others."""


class Reason(Enum):
    """Why a step can't be published, as a sentence."""

    BY_HAND = "This is not done by records of the zone."
    OTHER_ZONE = "It belongs into a zone of somebody else."
    OTHER_TYPE = "Records of this type are never changed."
    OUTSIDE_PLAN = "The plan has nothing at that name: it is left as it is."
    DELEGATED = "The name is in a zone of its own below this one, or is redirected (DNAME)."
    INEXACT = (
        "The provider has something at that name that can't be read exactly, such as an alias of "
        "its own or a proxy: do it in the panel."
    )
    UNLIKE = (
        "The provider has something else than its name servers answer: it was changed a moment "
        "ago, or the provider answers in its place. Look there, and run it again."
    )
    ALIAS = "A CNAME stands at that name, beside which nothing can: it has to go first."
    BESIDE_ALIAS = "A CNAME can't stand beside other records of its name, which are not the plan's."
    PLAN_FIRST = (
        "The hostname has an address that the plan does not have, and SPF would speak against it: "
        "settle first whose it is."
    )
    PACKAGE = "The package that speaks to the provider can't do this: do it in the panel."
    UNDONE = (
        "It was changed a moment ago, and is as it was before: the provider has not done it, or "
        "somebody else has taken it back."
    )
    REFUSED = "The rest goes on without it."
    THERE = "The provider has it like this already, and its name servers don't show it yet."


@dataclass(frozen=True)
class Obstacle:
    """A step of the zone that is left, and why; `said` is more of that."""

    step: GuideStep
    reason: Reason
    said: str = ""

    @property
    def why(self) -> str:
        """In words."""
        return f"{self.said}. {self.reason.value}" if self.said else self.reason.value


@dataclass(frozen=True)
class ZoneAct:
    """What one step changes.

    Attributes:
        changes: at least one; together they are one act, after which mail is judged.
        questions: what has to be agreed to by itself, a sentence each.
    """

    step: GuideStep
    changes: tuple[Change, ...]
    questions: tuple[str, ...] = ()

    @property
    def name(self) -> Name:
        """What it is called by where it is agreed to on a command line."""
        return self.changes[0].key[0]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before, besides what is asked."""
        return tuple(each for each in self.step.warnings if each not in self.questions)

    @property
    def is_addition(self) -> bool:
        """Whether it only adds RRsets of its own, so that it may come together with others."""
        adds = self.step.act is Act.PUBLISH and not self.step.removals and not self.questions
        return adds and all(change.kind is Kind.CREATE for change in self.changes)


@dataclass(frozen=True)
class RunContext:
    """What counts in every zone.

    Attributes:
        setup: the plan.
        names: those of all its records.
        accepted: what was said yes to by itself.
        is_unsettled: the hostname has an address that may be missing in the plan.
        made: what was done in this run.
        refused: by the mark of a step what the provider said to it in this run.
    """

    setup: Setup
    names: frozenset[Name]
    accepted: Agreed = field(default_factory=dict)
    is_unsettled: bool = False
    made: Agreed = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ZoneContext:
    """A zone as its provider has it, which the steps were made for.

    Attributes:
        refusal: why a change can't be made there; empty: it can.
        inexact: RRsets that it has besides, and that are not known exactly.
        min_ttl: the least that can be set, in seconds.
    """

    zone: Name
    contents: Contents
    run: RunContext
    refusal: Callable[[Change], str]
    inexact: frozenset[Key] = frozenset()
    min_ttl: int = 0

    def has(self, key: Key) -> bool:
        """Whether there is anything, be it exact or not."""
        return key in self.contents or key in self.inexact


def act_of(step: GuideStep, context: ZoneContext, now: Contents) -> ZoneAct | Obstacle:
    """What a step that can be done now changes.

    Args:
        step: one that is ready.
        context: where it is done.
        now: what the acts before it leave of the zone.
    """
    gone = tuple(each for each in step.removals if each.owner in context.run.names)
    reason = _obstacle(step, gone, context)
    if reason is not None:
        return Obstacle(step, reason)
    after = _after(step, gone, now, context.min_ttl)
    if step.lowers_ttl:
        after = _lowered(step, now, context.min_ttl)
    touched = _touched(step, gone)
    changes = tuple(_changed(touched, now, after))
    if has_beside_cname(after, {owner for owner, _ in touched}):
        return Obstacle(step, Reason.BESIDE_ALIAS)
    if not changes:
        return Obstacle(step, Reason.THERE)
    if are_same(changes, context.run.made.get(step.mark, ())):
        return Obstacle(step, Reason.UNDONE)
    refused = _refused(step, changes, context)
    return refused or ZoneAct(step, changes, tuple(_questions(step, changes)))


def _refused(step: GuideStep, changes: Sequence[Change], context: ZoneContext) -> Obstacle | None:
    if said := context.run.refused.get(step.mark, ""):
        return Obstacle(step, Reason.REFUSED, said.rstrip("."))
    said = next(filter(None, map(context.refusal, changes)), "")
    return Obstacle(step, Reason.PACKAGE, said) if said else None


def _obstacle(step: GuideStep, gone: Sequence[Removal], context: ZoneContext) -> Reason | None:
    if is_by_hand(step):
        return Reason.BY_HAND
    if step.finding.topic == "spf" and context.run.is_unsettled:
        return Reason.PLAN_FIRST
    touched = _touched(step, gone)
    if not touched:
        return Reason.OUTSIDE_PLAN
    if _is_external(step):
        return Reason.OTHER_ZONE
    return _out_of_reach(touched, context) or _difference(step, gone, context.contents)


def _out_of_reach(touched: Sequence[Key], context: ZoneContext) -> Reason | None:
    """Why an RRset of these is not to be changed in the zone, whatever it has."""
    if any(not owner.is_subdomain(context.zone) for owner, _ in touched):
        return Reason.OTHER_ZONE
    if any(rdtype not in PUBLISHED_TYPES for _, rdtype in touched):
        return Reason.OTHER_TYPE
    if any(_is_cut(owner, context) for owner, _ in touched):
        return Reason.DELEGATED
    return Reason.INEXACT if any(is_inexact(key, context.inexact) for key in touched) else None


def is_inexact(key: Key, inexact: Collection[Key]) -> bool:
    """Whether it is that itself, or a CNAME would stand beside it."""
    owner, rdtype = key
    if rdtype == RdataType.CNAME:
        return any(other == owner for other, _ in inexact)
    return key in inexact or (owner, RdataType.CNAME) in inexact


def _difference(step: GuideStep, gone: Sequence[Removal], contents: Contents) -> Reason | None:
    if _is_done(step, gone, contents):
        return None
    others = [record for record in step.published if _has_other_alias(record, gone, contents)]
    if any(record.rdtype != RdataType.CNAME for record in others):
        return Reason.ALIAS
    return Reason.UNLIKE if others or _is_unlike(step, gone, contents) else None


def is_by_hand(step: GuideStep) -> bool:
    """Whether no record is changed by it; as by a proxy that is to be switched off.

    Nothing else is changed without a removal.
    """
    if step.lowers_ttl:
        return False
    changes_nothing = step.act is Act.CHANGE and not step.removals
    return step.act not in {Act.PUBLISH, Act.CHANGE, Act.REMOVE} or changes_nothing


def _is_external(step: GuideStep) -> bool:
    return any(record.external for record in step.published)


def _touched(step: GuideStep, gone: Sequence[Removal]) -> tuple[Key, ...]:
    """The RRsets that it is about, in its order."""
    away = ((each.owner, RdataType.from_text(each.type_text)) for each in gone)
    here = ((record.owner, record.rdtype) for record in step.published)
    lowered = [(step.wanted.owner, step.wanted.rdtype)] if step.lowers_ttl and step.wanted else []
    return tuple(dict.fromkeys((*away, *here, *lowered)))


def _is_cut(owner: Name, context: ZoneContext) -> bool:
    """Whether the zone has no say about a name: it is delegated, or a DNAME stands above it."""
    zone, labels = context.zone, len(owner.labels) - len(context.zone.labels)
    above = [Name(owner.labels[place:]) for place in range(labels)]
    cut = any(context.has((name, RdataType.NS)) for name in above)
    redirected = any(context.has((name, RdataType.DNAME)) for name in [*above[1:], zone])
    return cut or (redirected and owner != zone)


def _is_done(step: GuideStep, gone: Sequence[Removal], contents: Contents) -> bool:
    """Whether the provider has it all as the step wants it."""
    there = all(_has(contents, record) for record in step.published)
    return there and not any(_standing(each, contents) for each in gone)


def _has(contents: Contents, record: Record) -> bool:
    rrset = contents.get((record.owner, record.rdtype))
    return rrset is not None and any(same(each, record.rdata) for each in rrset.rdatas)


def _is_unlike(step: GuideStep, gone: Sequence[Removal], contents: Contents) -> bool:
    """Whether it was judged by something else than the provider has."""
    if not all(_standing(each, contents) for each in gone):
        return True
    lookup = step.finding.lookup
    judged = contents.get((lookup.name, lookup.rdtype)) if lookup else None
    return judged is not None and _is_unseen(judged, step)


def _has_other_alias(record: Record, gone: Sequence[Removal], contents: Contents) -> bool:
    """Whether a CNAME stands at its name of which the step does not know."""
    is_known = any((g.owner, g.type_text) == (record.owner, "CNAME") for g in gone)
    there = (record.owner, RdataType.CNAME) in contents
    return there and not is_known and not _has(contents, record)


def _is_unseen(rrset: ZoneRRset, step: GuideStep) -> bool:
    seen = own(step.finding)
    return not all(any(same(each, other) for other in seen) for each in rrset.rdatas)


def _standing(gone: Removal, contents: Contents) -> tuple[Rdata, ...]:
    rrset = contents.get((gone.owner, RdataType.from_text(gone.type_text)))
    return tuple(each for each in rrset.rdatas if _is_meant(each, gone)) if rrset else ()


def _is_meant(rdata: Rdata, gone: Removal) -> bool:
    """Providers write host names in lower case, whatever was entered."""
    text = shown(rdata)
    is_text = rdata.rdtype == RdataType.TXT
    return text == gone.value if is_text else text.lower() == gone.value.lower()


def _lowered(step: GuideStep, contents: Contents, least: int) -> Contents:
    after = dict(contents)
    for key in _touched(step, ()):
        rrset = contents.get(key)
        if rrset is not None:
            after[key] = ZoneRRset(*key, min(rrset.ttl, max(SHORT, least)), rrset.rdatas)
    return after


def _after(step: GuideStep, gone: Sequence[Removal], contents: Contents, least: int) -> Contents:
    """Each RRset less what goes, and with what comes; what is there already is not added twice."""
    after = dict(contents)
    for each in gone:
        key = each.owner, RdataType.from_text(each.type_text)
        rrset, away = after.get(key), _standing(each, after)
        if rrset is not None:
            left = tuple(rdata for rdata in rrset.rdatas if rdata not in away)
            after[key] = ZoneRRset(*key, rrset.ttl, left)
    for record in step.published:
        key = record.owner, record.rdtype
        after[key] = _with(record, after.get(key), least)
    return {key: rrset for key, rrset in after.items() if rrset.rdatas}


def _with(record: Record, there: ZoneRRset | None, least: int) -> ZoneRRset:
    """The TTL of what others have there stays theirs; an RRset has one (RFC 2181 5.2)."""
    key = record.owner, record.rdtype
    if there is None or not there.rdatas:
        return ZoneRRset(*key, max(record.ttl, least), (record.rdata,))
    if any(same(each, record.rdata) for each in there.rdatas):
        return there
    return ZoneRRset(*key, there.ttl, (*there.rdatas, record.rdata))


def _changed(touched: Sequence[Key], before: Contents, after: Contents) -> Iterator[Change]:
    """What goes stands first: nothing can be put beside a CNAME."""
    changes = [Change(before.get(key), after.get(key)) for key in touched]
    made = (change for change in changes if not change.is_nothing)
    yield from sorted(made, key=lambda change: change.kind is not Kind.TAKE_AWAY)


def _questions(step: GuideStep, changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        (owner, rdtype), going = change.key, change.going
        if rdtype == RdataType.CNAME and going:
            targets = listed(shown(each).rstrip(".") for each in going)
            yield CNAME_GOES.format(name=unicode_form(owner), target=targets)
    if step.moves_mail:
        yield MAIL_MOVES.format(domain=unicode_form(step.finding.name))
    if step.asks_first:
        yield from step.warnings
