"""What is published already, and is to be kept: one record made of it and of what is wanted."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

import dns.name
from dns.name import Name
from dns.rdatatype import RdataType

from mailcow_dns_tui.model.answer import Answer, Dns
from mailcow_dns_tui.model.setup import Dmarc, Domain, Setup
from mailcow_dns_tui.model.suggestion import DNS, Published, Remark, Suggestion
from mailcow_dns_tui.model.validators import report_uri, verification
from mailcow_dns_tui.topics.dmarc import filled
from mailcow_dns_tui.topics.dmarc_record import KIND, read
from mailcow_dns_tui.topics.existing_caa import existing_caa
from mailcow_dns_tui.topics.run import subjects
from mailcow_dns_tui.topics.txt import values

MOST_TEXTS = 20
"""More than that at one name is not what anybody wants to see in a form."""


async def existing(setup: Setup, dns: Dns) -> Published:
    """Look at what host and mail domains have; what could not be asked suggests nothing."""
    mine = (domain for domain in setup.domains if domain.apex is not None)
    found = await asyncio.gather(
        *(existing_caa(subject, dns) for subject in subjects(setup)),
        *(_of_domain(setup, domain, dns) for domain in mine),
    )
    return Published(
        tuple(each for one in found for each in one.suggestions),
        tuple(each for one in found for each in one.remarks),
    )


async def _of_domain(setup: Setup, domain: Domain, dns: Dns) -> Published:
    apex = domain.apex
    if apex is None:
        return Published()
    texts, policies = await asyncio.gather(
        dns.ask_servers(apex, RdataType.TXT), dns.ask_servers(_below(apex), RdataType.TXT)
    )
    spf = await _spf(setup, domain, texts.best, dns) if texts.best else Published()
    others = (*_texts(domain, texts.best), *_dmarc(setup, domain, policies.best))
    return replace(spf, suggestions=(*spf.suggestions, *others))


def _below(apex: Name) -> Name:
    return dns.name.from_text("_dmarc", apex)


async def _spf(setup: Setup, domain: Domain, answer: Answer, dns: Dns) -> Published:
    # spftrace takes long to load, and many domains have no SPF record yet.
    from mailcow_dns_tui.topics.existing_spf import meant_record, merged_spf

    text = meant_record(answer)
    if not text or domain.apex is None:
        return Published()
    found = await merged_spf(setup, domain, text, dns)
    if isinstance(found, Remark):
        return Published(remarks=(found,))
    return Published(() if found is None else (found,))


def _texts(domain: Domain, answer: Answer | None) -> Iterator[Suggestion]:
    """Verification texts: a panel that knows one TXT a name would lose them otherwise."""
    found = [text for text in values(answer) if _is_to_keep(text)] if answer else []
    kept = tuple(dict.fromkeys((*domain.verification, *sorted(found))))
    if len(kept) > len(domain.verification) and len(kept) <= MOST_TEXTS:
        yield Suggestion("verification", kept, DNS, domain.apex, offered=True)


def _is_to_keep(text: str) -> bool:
    of_mail = text.lower().replace('"', "").lstrip().startswith(("v=", "v ="))
    return bool(text) and not of_mail and verification(text) is None


def _dmarc(setup: Setup, domain: Domain, answer: Answer | None) -> Iterator[Suggestion]:
    """The planned policy, with the addresses that reports go to now."""
    texts = [text for text in KIND.texts(answer) if KIND.reads(text)] if answer else []
    if len(texts) != 1 or domain.apex is None:
        return
    policy = setup.dmarc_of(domain)
    found = {tag: read(texts[0]).addresses(tag) for tag in ("rua", "ruf")}
    merged = replace(
        policy,
        rua=_with_more(policy, "rua", found["rua"], domain.apex),
        ruf=_with_more(policy, "ruf", found["ruf"], domain.apex),
    )
    if merged != policy:
        yield Suggestion("dmarc", merged, DNS, domain.apex, offered=True)


def _with_more(policy: Dmarc, tag: str, found: Sequence[str], apex: Name) -> tuple[str, ...]:
    planned: tuple[str, ...] = getattr(policy, tag)
    there = {uri.lower() for uri in getattr(filled(policy, apex), tag)}
    more = (uri for uri in found if uri.lower() not in there and report_uri(uri) is None)
    return tuple(dict.fromkeys((*filter(None, planned), *more)))
