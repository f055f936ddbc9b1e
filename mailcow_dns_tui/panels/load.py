"""The profiles of the package, or those of a folder like it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from mailcow_dns_tui.panels.profile import GENERIC, Profile
from mailcow_dns_tui.panels.reading import merged, read_profile
from mailcow_dns_tui.panels.table import ProfileError


@cache
def profiles() -> tuple[Profile, ...]:
    """All profiles, by title; the one for any other panel comes last."""
    known = load(files("mailcow_dns_tui.panels"))
    return tuple(sorted(known, key=lambda one: (one.id == GENERIC, one.title.casefold())))


def by_id(profile_id: str) -> Profile | None:
    return next((profile for profile in profiles() if profile.id == profile_id), None)


def generic() -> Profile:
    """The form that does least harm in a panel that is not known.

    Its targets end in a dot: a panel that wants none complains, or drops it, while one that wants
    it and does not get it appends the zone without a word. Its texts have no quotes, since a panel
    that wants them complains, while one that does not stores them.
    """
    return next(profile for profile in profiles() if profile.id == GENERIC)


def load(folder: Traversable) -> tuple[Profile, ...]:
    """The profiles in `profiles/*.toml`, which may extend `presets/*.toml`.

    Raises:
        ProfileError: for the first file that can't be used; the text names it and the key.
    """
    presets = dict(_tables(folder / "presets"))
    return tuple(
        read_profile(
            f"profiles/{name}.toml", name, own, _extended(f"profiles/{name}", own, presets)
        )
        for name, own in _tables(folder / "profiles")
    )


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
