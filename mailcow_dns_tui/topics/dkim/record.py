"""A TXT value read as a DKIM key record (RFC 6376 3.6.1)."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from mailcow_dns_tui.model.dkim_key import PublicKey, key_bytes, public_key
from mailcow_dns_tui.model.text import brief

WHITE_SPACE = " \t\r\n"
"""What may be folded (RFC 6376 2.8): a no-break space, for one, is not among it."""
TAG_NAME = r"[A-Za-z][A-Za-z0-9_]*"


@dataclass(frozen=True)
class TagList:
    """A list as RFC 6376 3.2 has it; tag names are told apart by letter case.

    Attributes:
        tags: names and values as written, in the order of the list.
        strays: the parts that are no tags.
        gaps: whether a part is empty; what stands behind the last semicolon is none.
    """

    tags: tuple[tuple[str, str], ...]
    strays: tuple[str, ...] = ()
    gaps: bool = False

    @classmethod
    def parse(cls, text: str) -> "TagList":
        """Read any text; a semicolon, and white space around it, may end the list."""
        parts = [part.strip(WHITE_SPACE) for part in text.split(";")]
        parts = parts[: -1 if not parts[-1] else None]
        read = [(part, _tag(part)) for part in parts if part]
        strays = tuple(part for part, tag in read if tag is None)
        return cls(tuple(tag for _, tag in read if tag), strays, not all(parts))

    def __contains__(self, name: str) -> bool:
        return any(each == name for each, _ in self.tags)

    def value(self, name: str, default: str = "") -> str:
        """The value of the first tag with this name."""
        return next((value for each, value in self.tags if each == name), default)

    def items(self, name: str, default: str = "") -> tuple[str, ...]:
        """The value as a list with colons between (RFC 6376 3.6.1: `h`, `s`, `t`)."""
        return tuple(item.strip(WHITE_SPACE) for item in self.value(name, default).split(":"))

    @property
    def repeated(self) -> tuple[str, ...]:
        """The names that are there more than once, which makes the whole list invalid."""
        counts = Counter(name for name, _ in self.tags)
        return tuple(name for name, count in counts.items() if count > 1)


def _tag(part: str) -> tuple[str, str] | None:
    name, equals, value = part.partition("=")
    name = name.rstrip(WHITE_SPACE)
    good = equals and re.fullmatch(TAG_NAME, name)
    return (name, value.strip(WHITE_SPACE)) if good else None


OTHER_RECORD = re.compile(r"\W*v\W*=\W*(spf1|dmarc1|stsv1|tlsrptv1)", re.IGNORECASE)
TRACES = re.compile(
    r"dkim1|\bk\s*=\s*(rsa|ed25519)|(^|\W)p\s*=|^\W*MI[IGH][a-z0-9+/]{20}|BEGIN PUBLIC",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class KeyRecord:
    """The text of a TXT record, read as a DKIM key (RFC 6376 3.6.1)."""

    text: str

    @cached_property
    def tags(self) -> TagList:
        """Its tags, and what is none."""
        return TagList.parse(self.text)

    @cached_property
    def key(self) -> str:
        """The tag `p` without its white space, which means nothing."""
        return re.sub(r"[ \t\r\n]", "", self.tags.value("p"))

    @cached_property
    def public(self) -> PublicKey | None:
        """The key itself; None where `p` holds none that can be read."""
        data = key_bytes(self.key)
        return public_key(data) if data else None

    @cached_property
    def fault(self) -> str | None:
        """Why a receiver discards the record whatever its key is, to go on from its name."""
        tags = self.tags
        if tags.strays:
            return f"has a part that is not name=value: {_shortened(tags.strays[0])}"
        if tags.repeated:
            return f"has the tag {brief(tags.repeated[0])}= more than once, which makes it invalid"
        if tags.value("v", "DKIM1") != "DKIM1":
            return f"has v={_shortened(tags.value('v'))}, where receivers want v=DKIM1"
        return None if "p" in tags else "has no key: its tag p= is missing"


def is_meant_as_key(text: str) -> bool:
    """Whether a TXT is there to be a key record, even if no receiver can read it as one."""
    return TRACES.search(text) is not None and not OTHER_RECORD.match(text)


def _shortened(text: str) -> str:
    return brief(text, 30)


def is_same_key(one: str, other: str) -> bool:
    """Whether two texts hold the same key, whatever else their tags say."""
    return KeyRecord(one).key == KeyRecord(other).key
