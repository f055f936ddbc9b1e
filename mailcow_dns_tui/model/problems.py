"""Everything in a setup that is missing or can't be published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin

from mailcow_dns_tui.codec import below, keys_of
from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.finding import SEVERITY, Mute
from mailcow_dns_tui.model.names import REMEMBERED
from mailcow_dns_tui.model.resolvers import PublicChoice, resolver_problem
from mailcow_dns_tui.model.setup import Domain, Server, Services, Setup, TlsReports
from mailcow_dns_tui.model.validators import Rule


@dataclass(frozen=True)
class Problem:
    """A sentence about one answer.

    Attributes:
        key: the answer's place in the plan file: `server.ipv4`, `domains[0].dkim[1].key`.
        missing: nothing was typed there yet; not wrong, but not complete.
    """

    key: str
    sentence: str
    missing: bool = False

    @property
    def stops_planning(self) -> bool:
        """Whether it is about what no plan can do without: hostname, address and a domain."""
        return self.key in {"server.hostname", "server.ipv4", "domains"}


def problems(setup: Setup) -> tuple[Problem, ...]:
    """What is wrong, in the order of the plan file; at last, which domains are in it twice."""
    return tuple(_of_fields(setup, ""))


def _of_fields(value: Any, key: str) -> Iterator[Problem]:
    kind: Any = type(value)
    for field in keys_of(kind):
        own, at = getattr(value, field.field), below(key, field.name)
        yield from _of_value(field.kind, own, at)
        if (kind, field.name) in OF_WHOLE:
            yield from OF_WHOLE[kind, field.name](value, at)


def _of_value(kind: Any, value: Any, key: str) -> Iterator[Problem]:
    if type(value) in OF_CLASS:
        yield from OF_CLASS[type(value)](value, key)
    elif is_dataclass(value):
        yield from _of_fields(value, key)
    elif get_origin(kind) is tuple:
        for index, item in enumerate(value):
            yield from _of_value(get_args(kind)[0], item, f"{key}[{index}]")
    elif get_origin(kind) is Annotated:
        for rule in kind.__metadata__:
            yield from _of_rule(rule, value, key) if isinstance(rule, Rule) else ()


def _of_rule(rule: Rule, value: Any, key: str) -> Iterator[Problem]:
    if value == "" and not rule.checks_empty:
        yield from _missing(key, rule.missing)
    elif sentence := rule.check(value):
        yield Problem(key, sentence)


def _missing(key: str, sentence: str, *, unless: object = "") -> Iterator[Problem]:
    if sentence and not unless:
        yield Problem(key, sentence, missing=True)


def _addresses(server: Server, key: str) -> Iterator[Problem]:
    sentence = "An IPv4 or an IPv6 address is missing."
    return _missing(key, sentence, unless=server.ipv4 or server.ipv6)


def _reports(reports: TlsReports, key: str) -> Iterator[Problem]:
    return _missing(key, "TLS reports need an address.", unless=reports.rua)


def _domains(setup: Setup, key: str) -> Iterator[Problem]:
    yield from _missing(key, "A mail domain is missing.", unless=setup.domains)
    if len(setup.domain_index) == len(setup.apexes):
        return
    for index, domain in enumerate(setup.domains):
        if domain.apex is not None and setup.domain_index[domain.apex] != index:
            yield Problem(f"{key}[{index}].name", "This domain is in the list twice.")


def _dkim_keys(domain: Domain, key: str) -> Iterator[Problem]:
    sentence = "The DKIM key is missing: mailcow shows it under its ARC/DKIM keys."
    yield from _missing(key, sentence, unless=any(dkim.key for dkim in domain.dkim))
    seen = set()
    for index, dkim in enumerate(domain.dkim):
        selector = dkim.selector.strip().lower()
        if selector and selector in seen:
            yield Problem(f"{key}[{index}].selector", "This selector is in the list twice.")
        seen.add(selector)


@lru_cache(maxsize=REMEMBERED)
def _domain(domain: Domain, key: str) -> tuple[Problem, ...]:
    """Remembered, since an edit leaves most domains as they are."""
    return tuple(_of_fields(domain, key))


def _services(services: Services, key: str) -> Iterator[Problem]:
    for service in services.offers:
        if sentence := validators.port(service.port):
            yield Problem(below(key, service.key), sentence)
    yield from _of_fields(services, key)


def _resolvers(public: PublicChoice, key: str) -> Iterator[Problem]:
    for index, text in enumerate(public.listed):
        if text and (sentence := resolver_problem(text)):
            yield Problem(f"{key}.public_resolvers[{index}]", sentence)


def _mute(mute: Mute, key: str) -> Iterator[Problem]:
    """A mute of which a part is missing would hide more than was meant."""
    sentence = "Say in a sentence why this is meant to be so."
    yield from _missing(f"{key}.reason", sentence, unless=mute.reason.strip())
    for name in ("topic", "code", "name", "type", "message"):
        sentence = f"The {name} of the muted finding is missing; check --format json has it."
        yield from _missing(f"{key}.{name}", sentence, unless=getattr(mute, name))
    words = [status.word for status in SEVERITY]
    if mute.status not in words:
        yield Problem(f"{key}.status", f"Choose one of {', '.join(words)}.")


Judging = Callable[[Any, str], Iterable[Problem]]

OF_WHOLE: Mapping[tuple[type, str], Judging] = {
    (Server, "ipv4"): _addresses,
    (TlsReports, "rua"): _reports,
    (Setup, "domains"): _domains,
    (Domain, "dkim"): _dkim_keys,
}
"""What the rules of single values can't say, by class and the key that it is told of."""

OF_CLASS: Mapping[type, Judging] = {
    Domain: _domain,
    Services: _services,
    PublicChoice: _resolvers,
    Mute: _mute,
}
"""What is not judged by its fields alone."""
