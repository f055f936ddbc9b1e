"""From the files of the panels to profiles, each with the presets that it extends.

Also whose panel a zone's name servers belong to.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from mailcow_dns_tui.codec import UNKNOWN_KEY, Codec, DataError, Form, Rules, below, number
from mailcow_dns_tui.panels.profile import (
    DATA_FIELDS,
    GENERIC,
    LANGUAGES,
    Apex,
    BoxName,
    Element,
    Evidence,
    Forms,
    Language,
    Level,
    Long,
    NameForm,
    Profile,
    Quotes,
    RdtypeText,
    TtlRule,
    field_name,
)

if TYPE_CHECKING:
    from dns.name import Name

RULES = Rules(texts="a list is expected", tables="a list is expected")
NAME_FIELDS = (["name"], ["protocol", "service"], ["name", "protocol", "service"])
"""What may stand for an owner name; the last two for an SRV only."""
FIELDS = {"type", "name", "service", "protocol", "ttl", "value"}.union(*DATA_FIELDS.values())
BOX_NAMES = {*FIELDS, *(f"{rdtype}.{field}" for rdtype in DATA_FIELDS for field in FIELDS)}

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


class ProfileError(Exception):
    """A profile that can't be used; the text names the file and the key."""


def read_profile(profile_id: str, own: Mapping[str, Any], data: Mapping[str, Any]) -> Profile:
    """Read what a provider's file says itself, merged with the presets that it extends.

    Raises:
        DataError: for an unknown key, a wrong type or value, a claim without evidence.
    """
    profile = PROFILES.read(Profile, {**data, "id": profile_id})
    if profile.ttls.rule is TtlRule.NONE:
        boxes = {
            rdtype: tuple(box for box in form if box != ("ttl",))
            for rdtype, form in profile.boxes.items()
        }
        profile = replace(profile, boxes=boxes)
    for place, sentence in _contradictions(profile):
        raise DataError(place, sentence)
    claimed = {key: value for key, value in own.items() if key not in UNCLAIMED}
    _check_evidence(profile.evidence, claimed, data)
    return profile


def _contradictions(profile: Profile) -> Iterator[tuple[str, str]]:
    """What of a file does not fit together: the place of a key, and what is wrong with it."""
    names, texts, ttls = profile.names, profile.texts, profile.ttls
    if names.form is not NameForm.RELATIVE and Apex.AT in names.apex_by_type.values():
        yield "name.apex_by_type", "@ is for relative names"
    if texts.long is Long.BY_HAND and texts.quotes is Quotes.NONE:
        yield "txt.long", "there is no splitting by hand without quotes"
    if (ttls.rule is TtlRule.LIST) != bool(ttls.choices):
        yield "ttl.choices", "a list needs choices, and nothing else has them"
    for rdtype, form in profile.boxes.items():
        complaint = _complaint(rdtype, form, with_ttl=ttls.rule is not TtlRule.NONE)
        if complaint:
            yield f"boxes.{rdtype}", complaint


def _complaint(rdtype: str, form: Sequence[Element], *, with_ttl: bool) -> str | None:
    fields = [field_name(field) for box in form for field in box]
    about = ["type", *(["ttl"] if with_ttl else [])]
    names = NAME_FIELDS if rdtype == "SRV" else NAME_FIELDS[:1]
    wanted = [sorted([*about, *DATA_FIELDS[rdtype], *name]) for name in names]
    if sorted(fields) not in wanted:
        return f"the boxes have to hold {', '.join(wanted[0])}, each once"
    shared = {field for box in form if len(box) > 1 for field in box}
    if shared & {"type", "name", "service", "protocol", "ttl"}:
        return "only parts of the data can share a box"
    if rdtype == "TXT" and shared:
        return "a TXT needs a box of its own"
    return None


def _check_evidence(
    evidence: Iterable[str], own: Mapping[str, Any], data: Mapping[str, Any]
) -> None:
    """Every claim needs its evidence, and every piece of evidence its claim."""
    for claim in (*CLAIMS, *_claims(own)):
        if not any(_covers(key, claim) for key in evidence):
            raise DataError("evidence", f"{claim} has none")
    known = (*CLAIMS, *_claims(data))
    of_types = {f"{claim}.{rdtype}" for claim in BY_TYPE for rdtype in DATA_FIELDS}
    for key in evidence:
        if key not in of_types and not any(_covers(key, claim) for claim in known):
            raise DataError(f'evidence."{key}"', "there is no such claim")


def _claims(data: Mapping[str, Any]) -> Iterator[str]:
    """What a table says, as claims: `txt.quotes`, `boxes.SRV`, `proxy`."""
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from (f"{key}.{name.removesuffix('_by_type')}" for name in value)
        else:
            yield key


def _covers(key: str, claim: str) -> bool:
    return claim == key or claim.startswith(f"{key}.")


def _read_forms(value: Any, place: str) -> Mapping[str, tuple[Element, ...]]:
    """Each type's boxes in their order, from the frame and what stands in it for the data."""
    lists = PROFILES.read(dict[str, tuple[str, ...]], value, place)
    for name in lists:
        if name not in {"frame", *DATA_FIELDS}:
            raise DataError(below(place, name), UNKNOWN_KEY)
    return {
        rdtype: tuple(tuple(box.split()) for box in _whole(lists["frame"], lists[rdtype]))
        for rdtype in DATA_FIELDS
    }


def _whole(frame: Sequence[str], own: Sequence[str]) -> Sequence[str]:
    if "type" in own:
        return own
    return [box for place in frame for box in (own if place == "data" else [place])]


def _count(value: Any, place: str) -> int:
    if number(value, place) < 0:
        raise DataError(place, "a whole number is expected")
    return number(value, place)


def _one_of(known: Collection[str], sentence: str = "") -> Form:
    expected = sentence or f"one of {', '.join(known)} is expected"

    def read(value: Any, place: str) -> str:
        text = PROFILES.read(str, value, place)
        if text not in known:
            raise DataError(place, expected)
        return text

    return Form(read)


def _evidence(value: Any, place: str) -> Evidence:
    level, _, source = PROFILES.read(str, value, place).partition(" ")
    known = PROFILES.read(Level, level, place)
    if not source and known is not Level.UNKNOWN:
        raise DataError(place, "a source is expected after the level")
    return Evidence(known, source.strip())


PROFILES: Codec = Codec(
    RULES,
    {
        int: Form(_count),
        RdtypeText: _one_of(DATA_FIELDS),
        BoxName: _one_of(BOX_NAMES, "there is no such box"),
        Language: _one_of(LANGUAGES),
        Forms: Form(_read_forms),
        Evidence: Form(_evidence),
    },
)


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


@cache
def profiles() -> tuple[Profile, ...]:
    """All profiles, by title; the one for any other panel comes last."""
    known = load(files("mailcow_dns_tui.panels"))
    return tuple(sorted(known, key=lambda one: (one.id == GENERIC, one.title.casefold())))


def by_id(profile_id: str) -> Profile | None:
    """The profile of an id; None for one that there is not."""
    return next((profile for profile in profiles() if profile.id == profile_id), None)


def generic() -> Profile:
    """The form that does least harm in a panel that is not known.

    Its targets end in a dot: a panel that wants none complains, or drops it, while one that wants
    it and does not get it appends the zone without a word. Its texts have no quotes, since a panel
    that wants them complains, while one that does not stores them.
    """
    return next(profile for profile in profiles() if profile.id == GENERIC)


def recognise(name_servers: Iterable[Name]) -> Profile | None:
    """The provider of all these name servers, told by the longest suffix.

    None where there is none, where one is not known and where they are of several providers: which
    of two panels is the one to paste into can't be told from outside.
    """
    found = [_provider(name_server, profiles()) for name_server in name_servers]
    if not found or any(provider is not found[0] for provider in found):
        return None
    return found[0]


def _provider(name_server: Name, known: Sequence[Profile]) -> Profile | None:
    text = name_server.to_text(omit_final_dot=True).lower()
    matches = [
        (suffix.count("."), profile)
        for profile in known
        for suffix in profile.name_servers
        if _ends_in(text, suffix)
    ]
    return max(matches, key=lambda match: match[0])[1] if matches else None


def _ends_in(name: str, suffix: str) -> bool:
    """Whether the name's last labels match those of the suffix, one by one."""
    labels, wanted = name.split("."), suffix.split(".")
    last = labels[-len(wanted) :]
    return len(last) == len(wanted) and all(map(fnmatchcase, last, wanted))


def load(folder: Traversable) -> tuple[Profile, ...]:
    """The profiles in `profiles/*.toml`, which may extend `presets/*.toml`.

    Raises:
        ProfileError: for the first file that can't be used; the text names it and the key.
    """
    presets = dict(_tables(folder / "presets"))
    return tuple(_profile(name, own, presets) for name, own in _tables(folder / "profiles"))


def _profile(
    name: str, own: Mapping[str, Any], presets: Mapping[str, Mapping[str, Any]]
) -> Profile:
    file = f"profiles/{name}"
    try:
        return read_profile(name, own, _extended(file, own, presets))
    except DataError as error:
        raise ProfileError(f"{file}.toml: {error}.") from None


def _tables(folder: Traversable) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            try:
                table = tomllib.loads(file.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                place = f"{folder.name}/{file.name}"
                raise ProfileError(f"{place}: this is not TOML: {error}.") from error
            yield file.name.removesuffix(".toml"), table


def _extended(
    file: str, table: Mapping[str, Any], presets: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    own = {key: value for key, value in table.items() if key != "extends"}
    name = table.get("extends")
    if name is None:
        return own
    if name not in presets:
        raise ProfileError(f"{file}.toml: extends: there is no preset {name!r}.")
    # Without the preset itself, so that one that extends itself is one that there is not.
    others = {key: preset for key, preset in presets.items() if key != name}
    return merged(_extended(f"presets/{name}", presets[name], others), own)
