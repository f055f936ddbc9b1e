"""Answers on both sides of a CNAME that leads out of a zone."""

from dataclasses import replace

from mailcow_dns_tui.model.answer import Answer, Failure, Lookup


def joined(alias: Answer, end: Lookup | None) -> Answer:
    """An answer that ended at an alias, with what the alias leads to."""
    if end is None:
        return replace(alias, failure=Failure.LOOP)
    best = end.best
    if best is None or end.unknown:
        failed = (*end.endless, *end.failed)
        return replace(alias, failure=failed[0].failure if failed else Failure.ERROR)
    return replace(
        alias,
        rcode=best.rcode,
        rdatas=best.rdatas,
        malformed=best.malformed,
        aliases=(*alias.aliases, *best.aliases),
        ttl=min(alias.ttl, best.ttl),
        longest_ttl=max(alias.remembered, best.remembered),
    )
