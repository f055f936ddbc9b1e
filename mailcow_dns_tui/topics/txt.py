"""What topics share that look for their own TXT record among others at the same name."""

from collections.abc import Sequence

from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.txt import txt_value


def values(answer: Answer) -> Sequence[str]:
    """The TXT values in an answer, each with its strings joined."""
    return [txt_value(rdata) for rdata in answer.rdatas if isinstance(rdata, TXT)]
