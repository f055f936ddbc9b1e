"""What topics share that look for their own TXT record among others at the same name."""

import re
from collections.abc import Sequence

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.txt import txt_value


def values(answer: Answer) -> Sequence[str]:
    """The TXT values in an answer, each with its strings joined."""
    return [txt_value(rdata) for rdata in answer.rdatas if isinstance(rdata, TXT)]


def starting(answer: Answer, version: str) -> Sequence[str]:
    """The values that begin with a version tag, whatever the letter case and the blanks.

    Blanks in front count as well: what should be a record and is not one must be seen.
    """
    wanted = version.lower()
    return [text for text in values(answer) if _squeezed(text).startswith(wanted)]


def counted(answer: Answer, version: str, pattern: str) -> Sequence[str]:
    """The values that receivers take for a record of this kind, by a pattern of how they begin.

    Where none is, those that are meant to be one.
    """
    meant = starting(answer, version)
    return [text for text in meant if re.match(pattern, text)] or meant


def _squeezed(text: str) -> str:
    return "".join(text.lower().split()).lstrip("\"'")


def tags(text: str) -> dict[str, str]:
    """A tag list (`v=DKIM1; k=rsa; p=…`) the names as written; of double tags the last."""
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    return {name.strip(): value.strip() for name, _, value in parts}
