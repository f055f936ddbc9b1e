"""What is asked about the mail domains: their names as a list, and then about each."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from mailcow_dns_tui.model.dkim_key import key_problem, kind_of_key, public_part, selector_beside
from mailcow_dns_tui.model.setup import DkimKey, Domain, Setup, Spf
from mailcow_dns_tui.model.suggestion import answer_at, with_answer
from mailcow_dns_tui.model.validators import selector as selector_problem
from mailcow_dns_tui.questions.question import (
    LINES,
    AnswerType,
    PartType,
    Question,
    addresses,
)

NO_KEY = DkimKey()
Keys = tuple[DkimKey, ...]
KEY_INSTEAD = "That is the key: it is in DKIM key now. The selector is {selector}."
WITH_RECORD = re.compile(r"([\w.-]*?)([\s\"(]*v\s*=\s*DKIM1\b.*)", re.DOTALL)
"""A record that was pasted behind a selector, or in place of it."""


def first_key(keys: Keys) -> DkimKey:
    """The only key that is asked about; others stay as the plan file has them."""
    return keys[0] if keys else NO_KEY


def _with_first_key(keys: Keys, key: DkimKey) -> Keys:
    """With another first key, of which nobody knows yet since when it is published.

    An untouched one is none.
    """
    if key != first_key(keys):
        key = replace(key, since=None)
    first = () if key == NO_KEY and len(keys) <= 1 else (key,)
    return (*first, *keys[1:])


def _with_selector(keys: Keys, text: str) -> Keys:
    key = _key_in(keys, text) or replace(first_key(keys), selector=public_part(text.strip()))
    return _with_first_key(keys, key)


def _key_in(keys: Keys, text: str) -> DkimKey | None:
    """The key that was pasted or typed as its selector; None before it is whole."""
    found, before = WITH_RECORD.fullmatch(public_part(text.strip())), first_key(keys).selector
    if found is None:
        return None
    records = found[2], found[2].removesuffix(before)
    selectors = selector_beside(text), found[1], before
    selector = next((each for each in selectors if not selector_problem(each)), NO_KEY.selector)
    whole = (DkimKey(selector, record) for record in records if not key_problem(record))
    return next(whole, None)


def _key_instead(keys: Keys, text: str) -> str:
    key = _key_in(keys, text)
    return KEY_INSTEAD.format(selector=key.selector) if key else ""


def _with_key(keys: Keys, text: str) -> Keys:
    """With what may be kept of the text, and the selector that it names."""
    key = replace(first_key(keys), key=public_part(text.strip()))
    named = selector_beside(text) if key.key else ""
    return _with_first_key(keys, replace(key, selector=named or key.selector))


def _read_as(keys: Keys) -> str:
    key = first_key(keys)
    kind = kind_of_key(key.key) if key.key else ""
    return f"read as {kind}, selector {key.selector}" if kind else ""


def spf_words(spf: Spf | None) -> str:
    """A policy as its words after `v=spf1`."""
    return " ".join((*spf.mechanisms, spf.all)) if spf else ""


def spf_of(text: str) -> Spf | None:
    """A policy of the words; the last of them is its end where it is an `all`."""
    words = text.split()
    if words and words[-1].lower().endswith("all"):
        return Spf(tuple(words[:-1]), words[-1])
    return Spf(tuple(words)) if words else None


@dataclass(frozen=True)
class OwnReports(AnswerType):
    """Where reports of one domain go; one with the policy of all the others has none of its own."""

    def write(self, setup: Setup, key: str, text: str) -> Setup:
        """Nothing changes where the text leaves the domain with the policy of all."""
        policy = answer_at(setup, key) or setup.dmarc
        own = replace(policy, rua=addresses(text) or setup.dmarc.rua)
        return with_answer(setup, key, None if own == setup.dmarc else own)


QUESTIONS = (
    Question(
        "dkim[0].selector",
        "DKIM selector",
        "The name of the key; mailcow's own is dkim.",
        PartType(lambda keys: first_key(keys).selector, change=_with_selector),
        part_of="dkim",
        placeholder="dkim",
        is_retyped=True,
        taken_as=_key_instead,
    ),
    Question(
        "dkim",
        "DKIM key",
        "The key, or all of v=DKIM1…: in mailcow System, Configuration, ARC/DKIM keys.",
        PartType(lambda keys: first_key(keys).key, change=_with_key),
        other_part="dkim[0].selector",
        placeholder="v=DKIM1;k=rsa;t=s;s=email;p=…",
        lines=3,
        is_one=True,
        topic="dkim",
        read_as=_read_as,
    ),
    Question(
        "verification",
        "Verification",
        "Texts by which Google and others verify the domain, one a line.",
        LINES,
        placeholder="google-site-verification=…",
        lines=2,
        topic="verification",
    ),
    Question(
        "mta_sts_id",
        "MTA-STS id",
        "As mailcow's DNS page shows it; empty: no MTA-STS wanted.",
        more="With MTA-STS, senders such as Gmail deliver over checked TLS only: each fetches "
        "mta-sts.DOMAIN/.well-known/mta-sts.txt, and again when this id changes, as to "
        "20261123000000.",
        placeholder="none",
        topic="mta-sts",
    ),
    Question(
        "spf",
        "SPF",
        "Only if it has senders of its own, as in mx a include:_spf.example.net -all.",
        AnswerType(spf_words, spf_of),
        placeholder="as in step 3",
        topic="spf",
    ),
    Question(
        "dmarc",
        "DMARC reports",
        "Only if its reports go elsewhere than the other domains'.",
        OwnReports(lambda policy: " ".join(policy.rua) if policy else ""),
        placeholder="as in step 3",
        topic="dmarc",
    ),
    Question(
        "alias_of",
        "Alias of",
        "If it is an alias domain in mailcow: of which. It gets no client set-up.",
        placeholder="none",
    ),
)
"""By what follows the domain in the key of each."""


def domain_questions(index: int) -> tuple[Question, ...]:
    """The questions about the domain at a place of the list."""
    domain = f"domains[{index}]."
    return tuple(
        replace(
            each,
            key=domain + each.key,
            part_of=each.part_of and domain + each.part_of,
            other_part=each.other_part and domain + each.other_part,
        )
        for each in QUESTIONS
    )


_Row = tuple[tuple[int, int], "_Row | None"]
"""The last pair of a row, and the row before it."""


def as_text(domains: Sequence[Domain]) -> str:
    """The names, one a line."""
    return "\n".join(domain.name for domain in domains)


def names_in(text: str) -> list[str]:
    """The names in a typed or pasted list, in order: by line, blank, comma or semicolon."""
    return text.replace(",", " ").replace(";", " ").split()


def edited(
    domains: Sequence[Domain], names: Sequence[str], known: Mapping[str, Domain]
) -> tuple[Domain, ...]:
    """The domains of an edited list, each with what was answered for it before.

    One line that was changed in place keeps its answers under the new name. A name that comes
    back whole gets its own from `known`; no other domain's answers ever become its.
    """
    listed = frozenset(domain.name for domain in domains)
    result: list[Domain] = []
    i = j = 0
    for i2, j2 in (
        *_stayed([domain.name for domain in domains], names),
        (len(domains), len(names)),
    ):
        if i < i2 or j < j2:
            result += _between(domains[i:i2], names[j:j2], listed, known)
        result += domains[i2 : i2 + 1]
        i, j = i2 + 1, j2 + 1
    return tuple(result)


def _stayed(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[int, int]]:
    """Places of names that both lists have once, as many as stand in the same order in both."""
    old_places, new_places = _places_of_single(old), _places_of_single(new)
    pairs = [(old_places[name], at) for name, at in new_places.items() if name in old_places]
    return _longest_rising(pairs)


def _places_of_single(names: Sequence[str]) -> Mapping[str, int]:
    counts = Counter(names)
    return {name: at for at, name in enumerate(names) if counts[name] == 1}


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """The most pairs, in order, of which the first numbers rise; the second ones do anyway."""
    # Of all rows of the same length, the one that ends lowest can be gone on with most often.
    lowest: list[int] = []
    ends: list[_Row] = []
    for pair in pairs:
        length = bisect_left(lowest, pair[0])
        row = (pair, ends[length - 1] if length else None)
        lowest[length : length + 1], ends[length : length + 1] = [pair[0]], [row]
    row_left = ends[-1] if ends else None
    result: list[tuple[int, int]] = []
    while row_left is not None:
        pair, row_left = row_left
        result.append(pair)
    return result[::-1]


def _between(
    domains: Sequence[Domain],
    names: Sequence[str],
    listed: Container[str],
    known: Mapping[str, Domain],
) -> Sequence[Domain]:
    """What becomes of the lines between two that stayed; names may be in there more than once."""
    pairs = list(zip(domains, names, strict=False))
    head = sum(1 for _ in takewhile(_is_same, pairs))
    back = zip(reversed(domains[head:]), reversed(names[head:]), strict=False)
    tail = sum(1 for _ in takewhile(_is_same, back))
    old, new = domains[head : len(domains) - tail], names[head : len(names) - tail]
    if len(old) == len(new) == 1:
        changed = [replace(old[0], name=new[0])]
    else:
        changed = [
            Domain(name) if name in listed else known.get(name, Domain(name)) for name in new
        ]
    return [*domains[:head], *changed, *domains[len(domains) - tail :]]


def _is_same(line: tuple[Domain, str]) -> bool:
    domain, name = line
    return domain.name == name


def with_names(setup: Setup, names: list[str], known: Mapping[str, Domain]) -> Setup:
    """With the domains of these names; each keeps the answers that it has, or `known` has of it."""
    return replace(setup, domains=edited(setup.domains, names, known))
