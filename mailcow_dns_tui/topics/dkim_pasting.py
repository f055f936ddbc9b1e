"""What pasting into a panel does to a DKIM record, told by what is left of it."""

import re

FOREIGN = (
    (r"&(?:quot|amp|apos|nbsp|[lg]t|#x?[0-9a-f]+)\b", "HTML entities such as &quot;"),
    (r"%(?:20|22|2b|2f|3b|3d)", "URL escapes such as %3B"),
    ("[\u2018-\u201f\u00ab\u00bb]", "typographic quotes"),
    (r"\\", "backslashes"),
    (r"[\"'`]", "quotes"),
    ("[\u00a0\u200b-\u200d\u2060\ufeff]", "no-break or invisible blanks"),
    (r"[^\s!-~]", "characters that are not ASCII"),
)
"""What no DKIM record has in its tags, in the order it is told; one is enough to be told."""

ZONE_FILE_LINE = r"\bIN\s+TXT\b"
MISSHAPEN = (
    (r"\s*(-----BEGIN|MI[IGH][A-Za-z0-9+/=\s]{60})", "has only the key, without tags before it"),
    (r"\s*v\s*=\s*DKIM1[\s,:]+\w+\s*=", "lacks the ; between its tags"),
    (r"\s*(V\s*=.*;)?\s*P\s*=", "has its tag names in capitals, which receivers do not know"),
)


def foreign_characters(text: str) -> str | None:
    """The kinds of characters that came in with the paste, as a phrase."""
    found = [what for pattern, what in FOREIGN if re.search(pattern, text, re.IGNORECASE)]
    known = found[:-1] if len(found) > 1 and found[-1] == FOREIGN[-1][1] else found
    return " and ".join(known) or None


def paste_fault(text: str) -> str | None:
    """What happened to a record that can't be read, to go on from its name; None if unclear."""
    if re.search(ZONE_FILE_LINE, text, re.IGNORECASE):
        return "has a whole line of a zone file as its data"
    if what := foreign_characters(text):
        return f"has {what} in its data, so receivers can't read it"
    return next((what for pattern, what in MISSHAPEN if re.match(pattern, text)), None)


def key_damage(found: str, wanted: str) -> str | None:
    """What happened to the wanted key on the way, to go on from "The key …"."""
    if "-----" in found:
        return "has the BEGIN and END lines of the key file in it"
    if found == wanted.replace("+", ""):
        return "has lost every + in it, as happens in web addresses"
    if found != wanted and found.lower() == wanted.lower():
        return "has its capital and small letters changed, which makes it another key"
    if len(found) > len(wanted) and found.startswith(wanted.rstrip("=")):
        return f"goes on after its {len(wanted)} characters with what does not belong to it"
    if len(found) < len(wanted) and wanted.endswith(found):
        return f"lacks its first {len(wanted) - len(found)} characters"
    return None
