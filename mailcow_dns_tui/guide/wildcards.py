"""Records that only a wildcard has, and that end when anything is published at or below the name.

A wildcard answers for no name that exists, and a name exists as soon as anything stands at it or
below it (RFC 4592 2.2.1, 2.2.2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dns.name import Name

from mailcow_dns_tui.guide.situation import Situation
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.guide.wording import where
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.record import Record

WHATEVER_ELSE = (
    "Whatever else comes from the wildcard for that name, such as the address of a web site, ends "
    "then: add it in the same go."
)


def wildcard_locks(step: GuideStep, situation: Situation) -> Iterator[str]:
    """Why a step would take away what others have."""
    for record, found in _ended_by(step, situation):
        yield (
            f"The {_what(record)} comes from the wildcard {_wildcard(found)}, which stops "
            "answering for that name once anything is published at it or below it. This step "
            "opens when the name has that record itself."
        )


def keeps_what_there_is(step: GuideStep) -> bool:
    """Whether the name has all of its own afterwards that the wildcard has now."""
    found, published = step.finding, {each.rdata for each in _published(step)}
    seen = found.lookup.rdatas if found.lookup else ()
    return found.wildcard is not None and bool(seen) and published.issuperset(seen)


def rooting_steps(steps: Sequence[GuideStep], situation: Situation) -> Iterator[GuideStep]:
    """Publish at the names themselves what the locked ones of these steps would end."""
    ended = [each for step in steps for each in _ended_by(step, situation)]
    opened = {step.wanted for step in steps if step.is_open and step.record}
    for name in dict.fromkeys(record.owner for record, _ in ended):
        if opened.isdisjoint(record for record, _ in ended if record.owner == name):
            yield _rooting(name, situation)


def _rooting(name: Name, situation: Situation) -> GuideStep:
    lives = list(_living(situation, name))
    main, found = lives[0]
    record, *also = dict.fromkeys(copy for each in lives for copy in _copies(*each, situation))
    return GuideStep(
        Act.PUBLISH,
        record,
        main,
        found,
        f"Add the {_what(record)} itself: so far only {_wildcard(found)} answers for that name.",
        f"The wildcard {_wildcard(found)} stops answering for a name once anything else is "
        "published there.",
        where(main, found),
        also=tuple(also),
        warnings=(WHATEVER_ELSE,),
    )


def _copies(record: Record, found: Finding, situation: Situation) -> Iterator[Record]:
    """The wildcard's data; in place of a CNAME, beside which nothing can be, all that is planned.

    Each datum once, whichever of the topics it belongs to.
    """
    if found.lookup and not found.lookup.aliases:
        yield from (replace(record, rdata=rdata) for rdata in found.lookup.rdatas)
    else:
        yield from (each for each in situation.records if each.owner == record.owner)


def _ended_by(step: GuideStep, situation: Situation) -> Iterator[tuple[Record, Finding]]:
    """What is planned, and ends when the step is done."""
    published = _published(step)
    kept = {(each.owner, each.rdtype) for each in published}
    for owner in dict.fromkeys(each.owner for each in published):
        for record, found in _living(situation):
            if owner.is_subdomain(record.owner) and (record.owner, record.rdtype) not in kept:
                yield record, found


def _living(situation: Situation, name: Name | None = None) -> Iterator[tuple[Record, Finding]]:
    """The planned records that only a wildcard has; those of one name, or all."""
    for found in situation.findings:
        record = found.record
        if found.wildcard is not None and record is not None and name in {None, record.owner}:
            yield record, found


def _published(step: GuideStep) -> Sequence[Record]:
    return (step.record, *step.also) if step.record else step.also


def _what(record: Record) -> str:
    return f"{record.type_text} record of {unicode_form(record.owner)}"


def _wildcard(found: Finding) -> str:
    return unicode_form(found.wildcard) if found.wildcard else ""
