"""From TOML to a profile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mailcow_dns_tui.panels.forms import read_forms
from mailcow_dns_tui.panels.profile import DATA_FIELDS, LANGUAGES, Profile
from mailcow_dns_tui.panels.rules import (
    Apex,
    Dot,
    Evidence,
    Import,
    Level,
    Long,
    NameForm,
    Names,
    Quirk,
    Quotes,
    Targets,
    Texts,
    TtlRule,
    Ttls,
    Underscores,
)
from mailcow_dns_tui.panels.table import (
    Table,
    by_type,
    flag,
    list_of,
    number,
    one_of,
    rdtype_name,
    subtable,
    text,
)

CLAIMS = (
    "name_servers",
    "name.form",
    "name.apex",
    "target.dot",
    "target.null",
    "txt.quotes",
    "txt.long",
    "boxes.MX",
    "boxes.SRV",
    "ttl",
    "types",
)
"""What each provider's file has to give evidence for, be it that nothing is known."""

BY_TYPE = ("name.apex", "target.dot", "types")
"""What may be known for one type and not for another."""

UNCLAIMED = frozenset({"extends", "title", "evidence"})


def read_profile(
    file: str, profile_id: str, own: Mapping[str, Any], data: dict[str, Any]
) -> Profile:
    """Read what a provider's file says itself, merged with the presets that it extends.

    Raises:
        ProfileError: for an unknown key, a wrong type or value, a claim without evidence.
    """
    root = Table(file, "", data)
    ttls = _ttls(root.take("ttl", subtable))
    profile = Profile(
        id=profile_id,
        title=root.take("title", text),
        name_servers=root.take("name_servers", list_of(text)),
        names=_names(root.take("name", subtable)),
        targets=_targets(root.take("target", subtable)),
        texts=_texts(root.take("txt", subtable)),
        underscores=_underscores(root.take("srv", subtable)),
        boxes=read_forms(root.take("boxes", subtable), with_ttl=ttls.rule is not TtlRule.NONE),
        ttls=ttls,
        not_offered=_not_offered(root.take("types", subtable)),
        proxy=root.take("proxy", flag),
        zone_import=root.take("import", one_of(Import)),
        quirks=tuple(map(_quirk, root.take("quirks", list_of(subtable)))),
        labels=_labels(root.take("labels", subtable)),
        evidence=root.take("evidence", subtable).take_all(_evidence),
    )
    root.finish()
    claimed = {key: value for key, value in own.items() if key not in UNCLAIMED}
    _check_evidence(root, profile.evidence, claimed, data)
    return profile


def _names(table: Table) -> Names:
    names = Names(
        form=table.take("form", one_of(NameForm)),
        apex=table.take("apex", one_of(Apex)),
        apex_by_type=table.take("apex_by_type", by_type(one_of(Apex))),
        dot_ends_name=table.take("dot_ends_name", flag),
    )
    table.finish()
    if names.form is not NameForm.RELATIVE and Apex.AT in names.apex_by_type.values():
        raise table.error("apex_by_type", "@ is for relative names")
    return names


def _targets(table: Table) -> Targets:
    targets = Targets(
        dot=table.take("dot", one_of(Dot)),
        dot_by_type=table.take("dot_by_type", by_type(one_of(Dot))),
        null=table.take("null", flag),
    )
    table.finish()
    return targets


def _texts(table: Table) -> Texts:
    texts = Texts(
        quotes=table.take("quotes", one_of(Quotes)),
        long=table.take("long", one_of(Long)),
        max_bytes=table.take("max_bytes", number),
        refused=table.take("refused", list_of(text)),
    )
    table.finish()
    if texts.long is Long.BY_HAND and texts.quotes is Quotes.NONE:
        raise table.error("long", "there is no splitting by hand without quotes")
    return texts


def _underscores(table: Table) -> Underscores:
    underscores = Underscores(
        service=table.take("service_underscore", flag),
        protocol=table.take("protocol_underscore", flag),
    )
    table.finish()
    return underscores


def _ttls(table: Table) -> Ttls:
    ttls = Ttls(
        rule=table.take("rule", one_of(TtlRule)),
        min=table.take("min", number),
        max=table.take("max", number),
        choices=table.take("choices", list_of(number)),
        default=table.take("default", number),
    )
    table.finish()
    if (ttls.rule is TtlRule.LIST) != bool(ttls.choices):
        raise table.error("choices", "a list needs choices, and nothing else has them")
    return ttls


def _not_offered(table: Table) -> tuple[str, ...]:
    types = table.take("not_offered", list_of(rdtype_name))
    table.finish()
    return types


def _quirk(table: Table) -> Quirk:
    quirk = Quirk(
        text=table.take("text", text),
        types=table.optional("types", list_of(rdtype_name), ()),
        names=table.optional("names", list_of(text), ()),
    )
    table.finish()
    return quirk


def _labels(table: Table) -> Mapping[str, Mapping[str, str]]:
    labels = table.take_all(subtable)
    fields = {"type", "name", "service", "protocol", "ttl", "value"}
    fields.update(field for data in DATA_FIELDS.values() for field in data)
    for key in labels:
        rdtype, _, field = key.rpartition(".")
        if field not in fields or (rdtype and rdtype not in DATA_FIELDS):
            raise table.error(key, "there is no such box")
    return {key: _languages(words) for key, words in labels.items()}


def _languages(table: Table) -> Mapping[str, str]:
    words = table.take_all(text)
    for language in words:
        if language not in LANGUAGES:
            raise table.error(language, f"one of {', '.join(LANGUAGES)} is expected")
    return words


def _evidence(table: Table, name: str, value: Any) -> Evidence:
    level, _, source = text(table, name, value).partition(" ")
    known = one_of(Level)(table, name, level)
    if not source and known is not Level.UNKNOWN:
        raise table.error(name, "a source is expected after the level")
    return Evidence(known, source.strip())


def _check_evidence(
    root: Table, evidence: Iterable[str], own: Mapping[str, Any], data: Mapping[str, Any]
) -> None:
    """Every claim needs its evidence, and every piece of evidence its claim."""
    for claim in (*CLAIMS, *_claims(own)):
        if not any(_covers(key, claim) for key in evidence):
            raise root.error("evidence", f"{claim} has none")
    known = (*CLAIMS, *_claims(data))
    of_types = {f"{claim}.{rdtype}" for claim in BY_TYPE for rdtype in DATA_FIELDS}
    for key in evidence:
        if key not in of_types and not any(_covers(key, claim) for claim in known):
            raise root.error(f'evidence."{key}"', "there is no such claim")


def _claims(data: Mapping[str, Any]) -> Iterator[str]:
    """What a table says, as claims: `txt.quotes`, `boxes.SRV`, `proxy`."""
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from (f"{key}.{name.removesuffix('_by_type')}" for name in value)
        else:
            yield key


def _covers(key: str, claim: str) -> bool:
    return claim == key or claim.startswith(f"{key}.")


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Both, the second before the first, and likewise in tables.

    What is below those is replaced as a whole: a box that has one known name keeps no other.
    """
    both = dict(under)
    for key, value in over.items():
        below = both.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            both[key] = {**below, **value}
        else:
            both[key] = value
    return both
