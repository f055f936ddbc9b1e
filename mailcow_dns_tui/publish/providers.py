"""Who can publish what a panel shows: `panels/publishing.toml`, a table for each panel's id.

It says which class of which octoDNS package speaks to the provider, what the user has to give it,
and what it can't do. Panels that no package serves are named as well, in `without`.
"""

from __future__ import annotations

import tomllib
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

import dns.name
import dns.rdatatype
from dns.exception import DNSException
from dns.rdatatype import RdataType

from mailcow_dns_tui import codec
from mailcow_dns_tui.codec import Codec, DataError, Rules, number, stored
from mailcow_dns_tui.panels.load import by_id
from mailcow_dns_tui.publish.changes import TroubleReason

Option = Annotated[object, "as the provider's class takes it"]
Count = Annotated[int, "seconds"]


class Writes(Enum):
    """What becomes of an RRset while its provider's class changes it."""

    IN_PLACE = "in place"
    """It is there all the time, with its old data or its new ones."""
    ROWS = "rows"
    """It is records of their own, to which others are added; else they are changed in place."""
    ADDS = "adds"
    """Data can be added to it; for any other change it is taken away first."""
    ANEW = "anew"
    """It is taken away before it is written anew, be it for added data only."""


class Tried(Enum):
    """What the program's own tests have spoken to."""

    SERVER = "server"
    EMULATION = "emulation"
    """What answers as the provider documents."""
    NOTHING = "nothing"


class Form(Enum):
    """How a credential is written."""

    ANY = "any"
    PORT = "port"
    NAME = "name"
    """A domain name, as TSIG keys have."""
    BASE64 = "base64"


_READ: Mapping[Form, Callable[[str], bool]] = {
    Form.ANY: bool,
    Form.PORT: lambda text: 0 < int(text) < 65536,
    Form.NAME: lambda text: bool(dns.name.from_text(text)),
    Form.BASE64: lambda text: bool(b64decode(text, validate=True)),
}


@dataclass(frozen=True)
class Credential:
    """One thing that the user has to give.

    Attributes:
        key: the parameter of the provider's class.
        label: in the words of the provider's page.
        env: the environment variable that it is taken from.
        secret: it is shown nowhere.
        default: what serves where nothing is given; empty: it has to be given.
        choices: all that it can be; empty: what `form` says.
    """

    key: str
    label: str
    env: str
    secret: bool = True
    default: str = ""
    form: Form = Form.ANY
    choices: tuple[str, ...] = ()

    def is_valid(self, text: str) -> bool:
        """Whether it can be sent at all."""
        if self.choices:
            return text.lower() in self.choices
        try:
            return _READ[self.form](text)
        except (DNSException, ValueError):
            return False


@dataclass(frozen=True)
class Rows:
    """The records of a zone as the provider has them.

    Attributes:
        method: of its class, which answers with a list of them.
        owner: the key of the name, from the root or below the zone.
        type: the key of the type.
        told: the keys of what an RRset has once in DNS, or not at all.
        types: its own names of types.
    """

    method: str
    owner: str
    type: str
    told: tuple[str, ...]
    types: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Publisher:
    """Who publishes for a panel.

    Attributes:
        id: of the panel.
        named: what it is called; empty: as the panel.
        package: its name on PyPI.
        class_path: `module.Class`.
        made_at: where the user makes the credentials.
        rights: the least that they have to allow.
        writes: what becomes of an RRset while it is changed.
        transfers: it reads by a transfer, which has each byte, and writes datum by datum.
        rows: where it keeps the records of an RRset, which may differ in more than their data.
        tried: what the tests have it speak to.
        lacks: types that the class can't write.
        unread: types of which it may lose a part when it reads: they can be created, not changed.
        shows_apex_ns: what it reads of a zone has the NS at its apex; without that it is not all.
        min_ttl: in seconds; the provider refuses a shorter TTL, or makes it this.
        limits: what else it can't do, a sentence each.
        options: further parameters of the class.
        error_code: a pattern that finds the provider's code in the text of an exception, where
            the class has it nowhere else.
        errors: what an exception means, by `Class` or `Class:code`.
        evidence: the package's version and file, or the provider's page, for each of these.
    """

    id: str
    package: str
    class_path: str = field(metadata=stored(key="class"))
    made_at: str
    rights: str
    credentials: tuple[Credential, ...]
    writes: Writes = Writes.IN_PLACE
    transfers: bool = False
    rows: Rows | None = None
    tried: Tried = Tried.NOTHING
    lacks: tuple[RdataType, ...] = ()
    unread: tuple[RdataType, ...] = ()
    shows_apex_ns: bool = True
    min_ttl: Count = 0
    limits: tuple[str, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)
    error_code: str = ""
    errors: Mapping[str, TroubleReason] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    named: str = ""

    @property
    def title(self) -> str:
        """What the user calls the provider."""
        panel = by_id(self.id)
        return self.named or (panel.title if panel else self.id)


def publisher_of(panel_id: str) -> Publisher | None:
    """Who publishes for the panel; None where no package does."""
    return publishers().get(panel_id)


def why_not(panel_id: str) -> str:
    """For a provider that nobody publishes for: why, and what to do."""
    panel = by_id(panel_id)
    title = panel.title if panel else panel_id
    reason = without().get(panel_id) or "octoDNS, which does that, does not know it"
    return f"Nothing can be published at {title}: {reason}. Copy the records into its panel."


@cache
def publishers() -> Mapping[str, Publisher]:
    """All of them, by the id of the panel.

    Raises:
        DataError: where the table can't be used; it names the place.
    """
    table = _table()
    del table["without"]
    return {
        name: PUBLISHING.read(Publisher, {**own, "id": name}, name) for name, own in table.items()
    }


def without() -> Mapping[str, str]:
    """Why nobody publishes for a provider, by its id; empty where no package does."""
    return PUBLISHING.read(dict[str, str], _table()["without"], "without")


def _table() -> dict[str, Any]:
    file = files("mailcow_dns_tui.panels") / "publishing.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _rdtype(value: Any, place: str) -> RdataType:
    try:
        return dns.rdatatype.from_text(PUBLISHING.read(str, value, place))
    except DNSException:
        raise DataError(place, "a type of record is expected") from None


PUBLISHING: Codec = Codec(
    Rules(texts="a list is expected", tables="a list is expected"),
    {
        RdataType: codec.Form(_rdtype),
        Option: codec.Form(lambda value, place: value),
        Count: codec.Form(number),
    },
)
