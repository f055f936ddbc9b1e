"""Where a domain's mail went before it came to this server, and what is left to do there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dns.name import Name
from dns.rdtypes.ANY.MX import MX

from mailcow_dns_tui.model.code import NOT_YET_VISIBLE
from mailcow_dns_tui.model.finding import Finding
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.names import parse_name, unicode_form
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.step import GuideStep, Move
from mailcow_dns_tui.model.text import listed, safe, time_and_date
from mailcow_dns_tui.topics.phrases import in_plan
from mailcow_dns_tui.topics.spf.cost import target_of
from mailcow_dns_tui.topics.spf.record import mechanisms, syntax_fault
from mailcow_dns_tui.topics.spf.steps import texts_of

DAY = 86_400
REMEMBERED = timedelta(days=14)
"""After that nobody has to be told any more."""
SHARED = frozenset(b"ac co com edu gov gv ne net or org".split())
"""What stands before a country's letters in names that many have in common: `co.uk`."""
KEEP = (
    "{domain}: keep its mailboxes at {hosts} until {until}: till then some senders may still "
    "deliver there."
)
RAN_OUT = (
    "{domain}: since {until} no cache that heeds the TTL has the old MX any more. Fetch what still "
    "arrived at {hosts} before you close it."
)
INCLUDE = (
    "If nobody sends through the old mail service ({service}) any more, delete {words} from the "
    "SPF record, TXT {domain}{first}. It is then {rest}"
)
OLD_KEY = (
    "Is there a DKIM key of the old mail service ({service}) below _domainkey.{domain}? Leave it "
    "for a week, since receivers need it for mail that is on its way, and delete it after that."
)


def noted_moves(
    before: Sequence[Move],
    steps: Sequence[GuideStep],
    findings: Sequence[Finding],
    clock: datetime,
) -> tuple[Move, ...]:
    """The moves that are to be kept in mind, after a look; muted findings left out."""
    known = {move.domain: move for move in before}
    for step in (s for s in steps if s.moves_mail and s.finding.topic == "mx"):
        move = _about_to(step.finding, clock, known)
        known[move.domain] = move
    of_mail = (f for f in findings if f.topic == "mx" and f.domain is not None)
    about = grouped(of_mail, lambda found: unicode_form(found.name))
    moves = (_after(move, about.get(move.domain, ()), clock) for move in known.values())
    return tuple(m for m in moves if not m.is_over or clock < _end(m, clock) + REMEMBERED)


def _about_to(found: Finding, clock: datetime, known: dict[str, Move]) -> Move:
    """With the longest time for which somebody may have what is published now."""
    domain = unicode_form(found.name)
    ttl = found.lookup.cache_ttl or DAY
    ours = {r.exchange for r in (found.record.rdata,) if isinstance(r, MX)} if found.record else ()
    there = (rdata for rdata in found.lookup.published if isinstance(rdata, MX))
    old = known.get(domain, Move(domain))
    # Of several MX records one may have been changed before the others.
    left = () if old.is_over else old.hosts
    now = (unicode_form(r.exchange) for r in there if r.exchange not in ours)
    hosts = dict.fromkeys((*left, *now))
    return Move(domain, tuple(hosts), ttl, old.until_with(ttl, int(clock.timestamp())))


def _after(move: Move, found: Sequence[Finding], clock: datetime) -> Move:
    """It is over where all name servers have the new record, whatever others remember."""
    is_here = all(f.status.is_good or f.code == NOT_YET_VISIBLE for f in found)
    if move.is_over or not found or not is_here:
        return move
    until = max(move.until, int(clock.timestamp()) + move.ttl)
    return replace(move, is_over=True, until=until)


def _end(move: Move, clock: datetime) -> datetime:
    return datetime.fromtimestamp(move.until, clock.tzinfo)


def still_wanted(moves: Sequence[Move], clock: datetime) -> Iterator[str]:
    """Which mailboxes elsewhere mail may still come to, a sentence each."""
    for move in moves:
        if move.is_over and clock < _end(move, clock):
            until = time_and_date(_end(move, clock), clock)
            yield f"Keep the mailboxes of {move.domain} at {_hosts(move)} until {until}."


def _hosts(move: Move) -> str:
    return listed(map(safe, move.hosts))


def _service(move: Move) -> str:
    """The organisations that ran the old hosts, which are named where they are the domain's own."""
    apex, names = parse_name(move.domain), filter(None, map(parse_name, move.hosts))
    own = {name: apex is not None and _are_kin(name, apex) for name in names}
    return listed(dict.fromkeys(unicode_form(n if own[n] else _organisation(n)) for n in own))


def farewell(
    setup: Setup, moves: Sequence[Move], findings: Sequence[Finding], clock: datetime
) -> Iterator[str]:
    """What is left to do at the old providers, a sentence or two each; only what is known."""
    for move in (each for each in moves if each.is_over):
        told = {"domain": move.domain, "hosts": _hosts(move), "service": _service(move)}
        end = _end(move, clock)
        yield (KEEP if clock < end else RAN_OUT).format(**told, until=time_and_date(end, clock))
        words, rest = _old_includes(move, findings)
        if words:
            apex = parse_name(move.domain)
            planned = (setup.spf_of(each).mechanisms for each in setup.domains if each.apex == apex)
            is_planned = any({*words} & {*mechanisms} for mechanisms in planned)
            first = f", and first {in_plan('senders')}" if is_planned else ""
            yield INCLUDE.format(**told, words=listed(words), first=first, rest=safe(rest))
        yield OLD_KEY.format(**told)


def spf_left(moves: Sequence[Move], findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    """Each domain with its SPF record as it is without the old mail service that it names."""
    for move in (each for each in moves if each.is_over):
        words, rest = _old_includes(move, findings)
        if words:
            yield move.domain, rest


def _old_includes(move: Move, findings: Sequence[Finding]) -> tuple[Sequence[str], str]:
    """The includes of the old mail service, and the domain's SPF record without them."""
    apex = parse_name(move.domain)
    text = _spf(apex, findings) if apex else ""
    words = list(_includes(move, apex, text)) if apex and text else []
    return words, " ".join(word for word in text.split() if word.lstrip("+") not in words)


def _spf(apex: Name, findings: Sequence[Finding]) -> str:
    """The only valid SPF record; empty where there is none, or are several."""
    about = (f for f in findings if f.topic == "spf" and f.domain == apex and f.record)
    texts = [text for found in about for text in texts_of(found) if not syntax_fault(text)]
    return texts[0] if len(texts) == 1 else ""


def _includes(move: Move, apex: Name, text: str) -> Iterator[str]:
    """The includes that are of the same organisation as the old hosts, and not the domain's own."""
    hosts = [name for name in map(parse_name, move.hosts) if name]
    for term in mechanisms(text):
        name = target_of(term, apex) if term.name == "include" else None
        if name and not _are_kin(name, apex) and any(_are_kin(name, host) for host in hosts):
            yield term.raw.lstrip("+")


def _are_kin(one: Name, other: Name) -> bool:
    """Whether two names are of one organisation, as far as that shows by the names."""
    return one.is_subdomain(_organisation(other))


def _organisation(name: Name) -> Name:
    """The part of a name that somebody has registered."""
    is_shared = len(name) > 2 and name.labels[-3].lower() in SHARED
    return Name(name.labels[-4 if is_shared else -3 :])
