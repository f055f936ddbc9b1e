"""Rows of mailcow's database and keys of its Redis, and the domains that they come to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mailcow_dns_tui.mailcow.known import LONGEST_KEY, KnownDomain, usable_name
from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.setup import DkimKey
from mailcow_dns_tui.model.text import brief, listed


@dataclass(frozen=True)
class DomainRow:
    """A row of the table `domain`, whose name is in mailcow's own writing."""

    name: str
    active: bool
    backup_mx: bool
    relay_host: bool


@dataclass(frozen=True)
class AliasRow:
    """A row of the table `alias_domain`: a name, and the domain that it is an alias of."""

    name: str
    target: str
    active: bool


@dataclass(frozen=True)
class Database:
    """What mailcow's database says of domains.

    Attributes:
        policies: the ids of the active MTA-STS policies, by domain.
    """

    domains: tuple[DomainRow, ...]
    aliases: tuple[AliasRow, ...]
    policies: Mapping[str, str]


@dataclass(frozen=True)
class DkimHashes:
    """What mailcow's Redis says of DKIM: selector and public key, each by mail domain."""

    selectors: Mapping[str, str]
    public_keys: Mapping[str, str]


@dataclass(frozen=True)
class Joined:
    """The rows of the database and the keys of Redis, joined to domains.

    Attributes:
        dkim: None where the keys could not be read.
    """

    database: Database
    dkim: DkimHashes | None

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """By each name in mailcow's own writing its usable form; empty where there is none."""
        texts = [row.name for row in self.database.domains]
        texts += [text for row in self.database.aliases for text in (row.name, row.target)]
        return {text: usable_name(text) for text in texts}

    def domains(self) -> tuple[KnownDomain, ...]:
        """The domains, then the alias domains, each once."""
        by_name: dict[str, KnownDomain] = {}
        for known in (*self._own(), *self._aliases()):
            by_name.setdefault(known.name, known)
        return tuple(by_name.values())

    def troubles(self) -> Iterator[str]:
        """A sentence each on domains that are left out, and on damaged keys."""
        if unusable := [text for text, name in self._names.items() if not name]:
            names = _first_of(unusable)
            yield f"mailcow has a domain that can't be in DNS, and it is left out: {names}."
        if damaged := list(filter(self._is_damaged, self._used())):
            names = _first_of(damaged)
            yield f"mailcow's DKIM key is damaged for {names}: make a new one there."

    def _used(self) -> Iterator[str]:
        """The names, in mailcow's own writing, of what is not left out."""
        yield from (row.name for row in self.database.domains if self._names[row.name])
        yield from (row.name for row in self.database.aliases if self._is_usable(row))

    def _is_usable(self, alias: AliasRow) -> bool:
        return bool(self._names[alias.name] and self._names[alias.target])

    def _is_damaged(self, domain: str) -> bool:
        return self.dkim is not None and self._keys(domain) is None

    def _own(self) -> Iterator[KnownDomain]:
        for row in self.database.domains:
            if name := self._names[row.name]:
                yield KnownDomain(
                    name,
                    active=row.active,
                    backup_mx=row.backup_mx,
                    relay_host=row.relay_host,
                    dkim=self._keys(row.name),
                    mta_sts_id=self._policy(row.name),
                )

    def _aliases(self) -> Iterator[KnownDomain]:
        """Mail of an alias goes the way of its target's, and the target's policy is served."""
        targets = {row.name.lower(): row for row in self.database.domains}
        for row in self.database.aliases:
            if self._is_usable(row):
                yield self._alias(row, targets.get(row.target.lower()))

    def _alias(self, row: AliasRow, target: DomainRow | None) -> KnownDomain:
        return KnownDomain(
            self._names[row.name],
            active=row.active and target is not None and target.active,
            backup_mx=target is not None and target.backup_mx,
            relay_host=target is not None and target.relay_host,
            alias_of=self._names[row.target],
            dkim=self._keys(row.name),
            mta_sts_id=self._policy(row.target),
        )

    def _keys(self, domain: str) -> tuple[DkimKey, ...] | None:
        """None where they could not be read, or are damaged."""
        if self.dkim is None:
            return None
        selector = self.dkim.selectors.get(domain, "")
        key = self.dkim.public_keys.get(domain, "")
        if not selector and not key:
            return ()
        return (DkimKey(selector, key),) if _is_key(selector, key) else None

    def _policy(self, domain: str) -> str | None:
        policy = self.database.policies.get(domain.lower(), "")
        return None if policy and validators.mta_sts_id(policy) else policy


def _is_key(selector: str, key: str) -> bool:
    whole = len(key) <= LONGEST_KEY and re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", key)
    return bool(whole) and selector == selector.strip() and not validators.selector(selector)


def _first_of(names: Sequence[str]) -> str:
    """`example.org`, or `example.org and 3 more`: which ones a sentence is about."""
    return listed(map(brief, names), most=1, spare=0)
