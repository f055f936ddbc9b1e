"""What is not verified about a panel's form, in words."""

from collections.abc import Iterable

from mailcow_dns_tui.panels.profile import Profile

WORDS = {
    "types": "whether it has this type",
    "name": "how it wants names",
    "boxes": "its boxes and their order",
    "target": "whether a target ends in a dot",
    "txt": "how it takes texts",
    "ttl": "its TTLs",
}
"""By the beginning of a claim."""


def doubt(unverified: Iterable[str], panel: Profile) -> str:
    """One sentence, and what to do; empty where everything is, or of no known panel could be.

    Args:
        unverified: the claims, as in `Rendered.unverified`.
        panel: whose they are.
    """
    words = list(dict.fromkeys(WORDS[claim.partition(".")[0]] for claim in unverified))
    if not words or not panel.is_known:
        return ""
    listed = " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    return f"Not verified for {panel.title}: {listed}. Compare what it shows after saving."
