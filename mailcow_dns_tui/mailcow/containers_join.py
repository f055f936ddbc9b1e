"""The database's rows and the keys in Redis, as domains."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailcow_dns_tui.mailcow.containers_database import AliasRow, Database, DomainRow
from mailcow_dns_tui.mailcow.containers_redis import DkimHashes
from mailcow_dns_tui.mailcow.containers_text import first_of
from mailcow_dns_tui.mailcow.known import KnownDomain
from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.names import ascii_form, parse_name
from mailcow_dns_tui.model.setup import DkimKey

LONGEST_KEY = 4096
"""Characters of base64: an RSA key of 16384 bits has 2740."""


@dataclass
class Joined:
    """Turns rows into domains, and remembers what was wrong with them.

    Attributes:
        dkim: None where the keys could not be read.
    """

    database: Database
    dkim: DkimHashes | None
    unusable_names: list[str] = field(default_factory=list)
    damaged_keys: list[str] = field(default_factory=list)

    def domains(self) -> tuple[KnownDomain, ...]:
        """The domains, then the alias domains, each once."""
        by_name: dict[str, KnownDomain] = {}
        for known in (*self._own(), *self._aliases()):
            by_name.setdefault(known.name, known)
        return tuple(by_name.values())

    def troubles(self) -> Iterator[str]:
        """What was wrong, once `domains` was asked for."""
        if self.unusable_names:
            names = first_of(self.unusable_names)
            yield f"mailcow has a domain that can't be in DNS, and it is left out: {names}."
        if self.damaged_keys:
            names = first_of(self.damaged_keys)
            yield f"mailcow's DKIM key is damaged for {names}: make a new one there."

    def _own(self) -> Iterator[KnownDomain]:
        for row in self.database.domains:
            name = self._name(row.name)
            if name:
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
            name, alias_of = self._name(row.name), self._name(row.target)
            if name and alias_of:
                yield self._alias(name, alias_of, row, targets.get(row.target.lower()))

    def _alias(
        self, name: str, alias_of: str, row: AliasRow, target: DomainRow | None
    ) -> KnownDomain:
        return KnownDomain(
            name,
            active=row.active and target is not None and target.active,
            backup_mx=target is not None and target.backup_mx,
            relay_host=target is not None and target.relay_host,
            alias_of=alias_of,
            dkim=self._keys(row.name),
            mta_sts_id=self._policy(row.target),
        )

    def _name(self, text: str) -> str:
        name = _usable_name(text)
        if not name and text not in self.unusable_names:
            self.unusable_names.append(text)
        return name

    def _keys(self, domain: str) -> tuple[DkimKey, ...] | None:
        if self.dkim is None:
            return None
        selector = self.dkim.selectors.get(domain, "")
        key = self.dkim.public_keys.get(domain, "")
        if not selector and not key:
            return ()
        if _is_usable(selector, key):
            return (DkimKey(selector, key),)
        self.damaged_keys.append(domain)
        return None

    def _policy(self, domain: str) -> str | None:
        policy = self.database.policies.get(domain.lower(), "")
        return None if policy and validators.mta_sts_id(policy) else policy


def _usable_name(text: str) -> str:
    """The name in its ASCII form; empty where it is none."""
    name = parse_name(text)
    if name is None or text != text.strip() or validators.host_name(text):
        return ""
    return ascii_form(name)


def _is_usable(selector: str, key: str) -> bool:
    whole = len(key) <= LONGEST_KEY and re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", key)
    return bool(whole) and selector == selector.strip() and not validators.selector(selector)
