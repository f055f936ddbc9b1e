"""Rows of mailcow's database and keys of its Redis, and the domains that they come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mailcow_dns_tui.mailcow.known import KnownDomain, is_usable_key, usable_name
from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.setup import DkimKey
from mailcow_dns_tui.model.text import brief, listed

NO_TARGET = KnownDomain("", active=False)


@dataclass(frozen=True)
class Database:
    """What mailcow's database says of domains, their names in mailcow's own writing.

    Attributes:
        policies: the ids of the active MTA-STS policies, by domain in small letters.
    """

    domains: Sequence[KnownDomain]
    aliases: Sequence[KnownDomain]
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
        texts += [text for row in self.database.aliases for text in (row.name, row.alias_of)]
        return {text: usable_name(text) for text in texts}

    @cached_property
    def _usable(self) -> Sequence[tuple[KnownDomain, KnownDomain]]:
        """The rows that are not left out, each with the one whose mail goes the same way."""
        names, domains = self._names, self.database.domains
        by_name = {row.name.lower(): row for row in domains}
        own = [(row, row) for row in domains if names[row.name]]
        return own + [
            (row, by_name.get(row.alias_of.lower(), NO_TARGET))
            for row in self.database.aliases
            if names[row.name] and names[row.alias_of]
        ]

    @cached_property
    def _keys(self) -> Mapping[str, tuple[DkimKey, ...] | None]:
        """By name in mailcow's own writing; None where they could not be read, or are damaged."""
        return {
            row.name: _keys(row.name, self.dkim) if self.dkim else None for row, _ in self._usable
        }

    def domains(self) -> tuple[KnownDomain, ...]:
        """The domains, then the alias domains, each once."""
        by_name: dict[str, KnownDomain] = {}
        for row, target in self._usable:
            by_name.setdefault(self._names[row.name], self._known(row, target))
        return tuple(by_name.values())

    def troubles(self) -> Iterator[str]:
        """A sentence each on domains that are left out, and on damaged keys."""
        if unusable := [text for text, name in self._names.items() if not name]:
            names = _first_of(unusable)
            yield f"mailcow has a domain that can't be in DNS, and it is left out: {names}."
        unread = [name for name, keys in self._keys.items() if keys is None]
        if damaged := unread if self.dkim else []:
            names = _first_of(damaged)
            yield f"mailcow's DKIM key is damaged for {names}: make a new one there."

    def _known(self, row: KnownDomain, target: KnownDomain) -> KnownDomain:
        return KnownDomain(
            self._names[row.name],
            active=row.active and target.active,
            backup_mx=target.backup_mx,
            relay_host=target.relay_host,
            alias_of=self._names[row.alias_of] if row.alias_of else "",
            dkim=self._keys[row.name],
            mta_sts_id=self._policy(row.alias_of or row.name),
        )

    def _policy(self, domain: str) -> str | None:
        policy = self.database.policies.get(domain.lower(), "")
        return None if policy and validators.mta_sts_id(policy) else policy


def _keys(domain: str, dkim: DkimHashes) -> tuple[DkimKey, ...] | None:
    """One or none; None where it is damaged."""
    selector, key = dkim.selectors.get(domain, ""), dkim.public_keys.get(domain, "")
    if not selector and not key:
        return ()
    is_selector = selector == selector.strip() and not validators.selector(selector)
    return (DkimKey(selector, key),) if is_selector and is_usable_key(key) else None


def _first_of(names: Sequence[str]) -> str:
    """`example.org`, or `example.org and 3 more`: which ones a sentence is about."""
    return listed(map(brief, names), most=1, spare=0)
