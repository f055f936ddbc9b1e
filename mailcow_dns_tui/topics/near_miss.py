"""Why a TXT that was meant to be a record of its kind is none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.topics.txt import values

QUOTES = "\"'`\u00b4\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2033"

HTML_ENTITY = re.compile(r"&(#\w+|[a-z]+);?")


@dataclass(frozen=True)
class Kind:
    """A kind of TXT record.

    Attributes:
        version: what it begins with: `v=DMARC1`.
        valid: matches from the start what readers take for such a record.
        meant: found in what was meant to be one; white space left out, in lower case.
    """

    version: str
    valid: re.Pattern[str]
    meant: re.Pattern[str]

    def reads(self, text: str) -> bool:
        return self.valid.match(text) is not None

    def texts(self, answer: Answer) -> Sequence[str]:
        """The values that are such records; where none is, those that were meant to be."""
        found = values(answer)
        return [text for text in found if self.reads(text)] or [
            text for text in found if self.meant.search("".join(text.lower().split()))
        ]

    def fault(self, text: str) -> tuple[str, str]:
        """Why the text is no such record, and what to write instead, as the ends of sentences."""
        version, small = self.version, self.version.lower()
        marks = (
            (
                HTML_ENTITY.search(text) is not None,
                "it has HTML entities in its data",
                "as plain text, without & signs",
            ),
            (
                text[:1] in QUOTES,
                "it has quotation marks in its data",
                "without any quotation marks",
            ),
            ("\\" in text, "it has backslashes in its data", "without backslashes"),
            (text[:1].isspace(), "it begins with a blank", f"with {version} right at the start"),
            (
                text.startswith(version),
                "no semicolon stands right after its version",
                f"with {version}; at the start",
            ),
            (
                text.lower().startswith(small),
                "its version has the wrong letter case",
                f"with {version} written exactly so",
            ),
            (version in text, "its version does not come first", f"with {version} first"),
        )
        known = ((fault, remedy) for applies, fault, remedy in marks if applies)
        return next(known, (f"it does not begin with {version}", f"with {version} at the start"))
