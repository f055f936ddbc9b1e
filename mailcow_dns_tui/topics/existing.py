"""What is published already, and is to be kept: one record made of it and of what is wanted."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.setup import Domain, Setup
from mailcow_dns_tui.model.suggestion import DNS, PublishedAnswers, Remark, Suggestion
from mailcow_dns_tui.model.text import brief, listed
from mailcow_dns_tui.model.validators import report_uri, verification
from mailcow_dns_tui.topics.caa.topic import existing_caa
from mailcow_dns_tui.topics.dmarc.record import KIND, STRENGTH, filled, read
from mailcow_dns_tui.topics.registry import subjects
from mailcow_dns_tui.topics.spf.merge import meant_record, merged_spf
from mailcow_dns_tui.topics.text_record import uri_meanings, values

MOST_NAMED = 3
MOST_TEXTS = 20
"""More than that at one name is not what anybody wants to see in a form."""


async def existing(setup: Setup, dns: Dns) -> PublishedAnswers:
    """Look at what host and mail domains have; what could not be asked suggests nothing."""
    mine = (domain for domain in setup.domains if domain.apex is not None)
    found = await asyncio.gather(
        *(existing_caa(subject, dns) for subject in subjects(setup)),
        *(_of_domain(setup, domain, dns) for domain in mine),
    )
    suggestions = tuple(each for one in found for each in one.suggestions)
    return PublishedAnswers(
        (*suggestions, *await _policy(setup, dns)),
        tuple(each for one in found for each in one.remarks),
    )


async def _policy(setup: Setup, dns: Dns) -> Sequence[Suggestion]:
    """What the DMARC records of all domains have in common, in place of what is planned."""
    found = await asyncio.gather(
        *(dns.ask_servers(_below(apex), RdataType.TXT) for apex in setup.apexes)
    )
    answers = [lookup.representative for lookup in found]
    return (*_common_p(setup, answers), *_common_rua(setup, answers))


def _common_p(setup: Setup, answers: Sequence[Answer | None]) -> Iterator[Suggestion]:
    """The policy, where all that have one have the same and it enforces something."""
    policies = {policy for answer in answers if (policy := _p(answer))}
    if len(policies) == 1 and not policies <= {"none", setup.dmarc.p}:
        (policy,) = policies
        yield _now("p", policy, policy, setup)


def _common_rua(setup: Setup, answers: Sequence[Answer | None]) -> Iterator[Suggestion]:
    """The addresses that reports go to, where they are the same for all, and others than planned.

    Beside these the planned ones would be wanted as well, as by `_dmarc`.
    """
    found = set(map(_rua, answers))
    planned = {uri_meanings(filled(setup.dmarc, apex).rua) for apex in setup.apexes}
    if len(found) == 1 and (rua := found.pop()) and planned != {uri_meanings(rua)}:
        yield _now("rua", rua, ",".join(rua), setup)


def _now(tag: str, value: str | tuple[str, ...], text: str, setup: Setup) -> Suggestion:
    names = listed(map(unicode_form, setup.apexes), MOST_NAMED)
    sentence = f"{names} {'has' if len(setup.apexes) == 1 else 'have'} {tag}={brief(text)} now."
    return Suggestion(f"dmarc.{tag}", value, DNS, offered=True, sentence=sentence)


def _rua(answer: Answer | None) -> tuple[str, ...]:
    """The addresses of the only record; none where not all of them can be planned."""
    texts = KIND.valid_texts(answer)
    uris = tuple(read(texts[0]).addresses("rua")) if len(texts) == 1 else ()
    return () if any(map(report_uri, uris)) else uris


def _p(answer: Answer | None) -> str:
    """The policy of the only record; empty where there is none, or none that can be planned."""
    texts = KIND.valid_texts(answer)
    policy = read(texts[0]).value("p").lower() if len(texts) == 1 else ""
    return policy if policy in STRENGTH else ""


async def _of_domain(setup: Setup, domain: Domain, dns: Dns) -> PublishedAnswers:
    apex = domain.apex
    if apex is None:
        return PublishedAnswers()
    texts, policies = await asyncio.gather(
        dns.ask_servers(apex, RdataType.TXT), dns.ask_servers(_below(apex), RdataType.TXT)
    )
    spf = await _spf(setup, domain, texts.representative, dns)
    others = (
        *_texts(domain, texts.representative),
        *_dmarc(setup, domain, policies.representative),
    )
    return replace(spf, suggestions=(*spf.suggestions, *others))


def _below(apex: Name) -> Name:
    return dns.name.from_text("_dmarc", apex)


async def _spf(setup: Setup, domain: Domain, answer: Answer | None, dns: Dns) -> PublishedAnswers:
    text = meant_record(answer) if answer else ""
    if not text or domain.apex is None:
        return PublishedAnswers()
    found = await merged_spf(setup, domain, text, dns)
    if isinstance(found, Remark):
        return PublishedAnswers(remarks=(found,))
    return PublishedAnswers(() if found is None else (found,))


def _texts(domain: Domain, answer: Answer | None) -> Iterator[Suggestion]:
    """Verification texts: a panel that knows one TXT a name would lose them otherwise."""
    found = [text for text in values(answer) if _is_to_keep(text)]
    kept = tuple(dict.fromkeys((*domain.verification, *sorted(found))))
    if len(kept) > len(domain.verification) and len(kept) <= MOST_TEXTS:
        yield Suggestion("verification", kept, DNS, domain.apex, offered=True)


def _is_to_keep(text: str) -> bool:
    of_mail = text.lower().replace('"', "").lstrip().startswith(("v=", "v ="))
    return bool(text) and not of_mail and verification(text) is None


def _dmarc(setup: Setup, domain: Domain, answer: Answer | None) -> Iterator[Suggestion]:
    """The planned policy, with the addresses that reports go to now."""
    texts = KIND.valid_texts(answer)
    if len(texts) != 1 or domain.apex is None:
        return
    policy, found = setup.dmarc_of(domain), read(texts[0])
    there = filled(policy, domain.apex)
    rua = _with_more(policy.rua, there.rua, found.addresses("rua"))
    ruf = _with_more(policy.ruf, there.ruf, found.addresses("ruf"))
    merged = replace(policy, rua=rua, ruf=ruf)
    if merged != policy:
        yield Suggestion("dmarc", merged, DNS, domain.apex, offered=True)


def _with_more(
    planned: Sequence[str], there: Sequence[str], found: Sequence[str]
) -> tuple[str, ...]:
    """The planned addresses, and those found that can be planned and are not there by these."""
    known = set(map(str.lower, there))
    more = (uri for uri in found if uri.lower() not in known and report_uri(uri) is None)
    return tuple(dict.fromkeys((*filter(None, planned), *more)))
