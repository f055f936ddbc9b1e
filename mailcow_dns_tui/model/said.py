"""A server's answer in words."""

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.bounds import LONGEST_SAID
from mailcow_dns_tui.model.txt import brief, safe, shown


def said(answer: Answer) -> str:
    """What one server said, on one line."""
    if answer.failure is not None:
        return safe(answer.reason)
    if answer.malformed and not answer.rdatas:
        return "data that is not valid"
    if not answer.found:
        return "no such record"
    return brief(", ".join(shown(rdata) for rdata in answer.rdatas), LONGEST_SAID)
