"""Tag lists (`v=DKIM1; k=rsa; p=…`), with their order and what is wrong in them kept."""

import re
from collections import Counter
from dataclasses import dataclass

WHITE_SPACE = " \t\r\n"
"""What may be folded (RFC 6376 2.8): a no-break space, for one, is not among it."""
TAG_NAME = r"[A-Za-z][A-Za-z0-9_]*"


@dataclass(frozen=True)
class Tag:
    name: str
    value: str


@dataclass(frozen=True)
class TagList:
    """A list as RFC 6376 3.2 has it; tag names are told apart by letter case.

    Attributes:
        strays: the parts that are no tags.
        gaps: whether a part is empty; what stands behind the last semicolon is none.
    """

    tags: tuple[Tag, ...]
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
        return any(tag.name == name for tag in self.tags)

    def value(self, name: str, default: str = "") -> str:
        """The value of the first tag with this name."""
        return next((tag.value for tag in self.tags if tag.name == name), default)

    def items(self, name: str, default: str = "") -> tuple[str, ...]:
        """The value as a list with colons between (RFC 6376 3.6.1: `h`, `s`, `t`)."""
        return tuple(item.strip(WHITE_SPACE) for item in self.value(name, default).split(":"))

    @property
    def repeated(self) -> tuple[str, ...]:
        """The names that are there more than once, which makes the whole list invalid."""
        counts = Counter(tag.name for tag in self.tags)
        return tuple(name for name, count in counts.items() if count > 1)


def _tag(part: str) -> Tag | None:
    name, equals, value = part.partition("=")
    name = name.rstrip(WHITE_SPACE)
    good = equals and re.fullmatch(TAG_NAME, name)
    return Tag(name, value.strip(WHITE_SPACE)) if good else None
