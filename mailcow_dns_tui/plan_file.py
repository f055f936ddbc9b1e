"""The plan file: a setup as TOML."""

import errno
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from platformdirs import user_config_path

from mailcow_dns_tui import PROGRAM
from mailcow_dns_tui.codec import Codec, DataError, Form, Rules, below, number
from mailcow_dns_tui.files import FOR_OWNER, read_whole, write_atomically
from mailcow_dns_tui.model.problems import Problem, problems
from mailcow_dns_tui.model.resolvers import UNCHOSEN, PublicChoice
from mailcow_dns_tui.model.setup import DEFAULT_SERVICES, Offer, PanelId, Service, Services, Setup
from mailcow_dns_tui.model.step import GuidePlace
from mailcow_dns_tui.model.text import brief

VERSION = 1
MOST_BYTES = 20_000_000
"""A plan of a thousand domains is a twentieth of that."""
UNREADABLE = "can't be read: {why}"
TEXT_OR_COMMENT = re.compile(
    rb'"""(?s:.*?)"""|\'\'\'(?s:.*?)\'\'\''
    rb'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|\'[^\'\n]*\'|#[^\n]*'
)
LONG_LINE = re.compile(rb"[^\n]{1000001}")
DEEP_KEY = re.compile(rb"(?:\.[ \t]*[\w-]*[ \t]*){8}")
"""More parts than any key of a plan; a text between dots is none any more."""
MOST_LINES = 2_000_000
MOST_ANSWERS = 300_000
"""Equals signs, commas and brackets; a plan of a thousand domains has a thirtieth of that."""
MOST_TOLD = 20
"""Of what is wrong; the others are counted."""
MOST_DOMAINS = 50_000
"""A plan with so many takes seconds."""
RULES = Rules(
    text='a text is expected, as in "…"',
    texts='a list of texts is expected, as in ["…"]',
    longest_text=65_535,  # what a TXT record may have in octets
    most_tables=MOST_DOMAINS,
)
SURELY_SMALL = 1_000_000
"""Bytes below which nobody's plan is too large: it is saved at each key."""
TOO_LARGE = f"it has more than a plan can hold, which is {MOST_DOMAINS:,} domains at most"
CHANGED = (
    "somebody else has changed it meanwhile, and that is not overwritten. Start again to go on "
    "from there"
)


class PlanError(Exception):
    """A plan that can't be read; the text names the file, the key and what was expected."""


def default_plan_path() -> Path:
    """Where a user's own plan lies."""
    return user_config_path(PROGRAM, appauthor=False) / "plan.toml"


def read_plan(path: Path) -> Setup:
    """Read a plan whose every value can be published.

    Raises:
        PlanError: for a file that can't be read, an unknown key, a wrong type or value. A missing
            DKIM key is no error.
    """
    setup = read_draft(path)
    wrong = [f"{path}: {problem.key}: {problem.sentence}" for problem in unpublishable(setup)]
    if len(wrong) > MOST_TOLD:
        wrong[MOST_TOLD:] = [f"{path}: and {len(wrong) - MOST_TOLD} more."]
    if wrong:
        raise PlanError("\n".join(wrong))
    return setup


def unpublishable(setup: Setup) -> tuple[Problem, ...]:
    """What no check or export can go on with: not a missing DKIM key, nor a server alone."""
    return tuple(
        problem
        for problem in problems(setup)
        if not problem.missing or not (problem.key == "domains" or problem.key.endswith(".dkim"))
    )


def read_draft(path: Path) -> Setup:
    """Read a plan as far as somebody has typed it: values may be unfinished.

    Raises:
        PlanError: for a file that can't be read, an unknown key or a wrong type.
    """
    return _draft_of(path, _plan_bytes(path))


def write_plan(setup: Setup, path: Path) -> str:
    """Write a plan that only its owner can read, in place of the old one; the folders are made.

    Returns:
        What stands in the file now.

    Raises:
        OSError: where the file can't be written, or read again; the old one is then untouched.
    """
    text = plan_text(setup)
    if _is_too_large(setup, text.encode()):
        raise OSError(errno.EFBIG, TOO_LARGE, str(path))
    _make_folder(Path(os.path.realpath(path)).parent)
    write_atomically(path, text, FOR_OWNER)
    return text


def plan_text(setup: Setup) -> str:
    """The plan as TOML; what is as if nothing had been typed is left out."""
    import tomli_w

    return tomli_w.dumps({"version": VERSION, **PLAN.write(setup)})


class KeptPlan:
    """Reads a plan, and saves it as often as it changes, but never over what others wrote there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: bytes | None = None

    def read(self) -> Setup:
        """The plan; an empty one where there is none yet.

        Raises:
            PlanError: it can't be read.
        """
        self._known = self._content()
        return Setup() if self._known is None else _draft_of(self._path, self._known)

    def save(self, setup: Setup) -> None:
        """Write the plan.

        Raises:
            OSError: it can't be written, or was changed by somebody else; it is then untouched.
        """
        try:
            is_ours = self._content() in {None, self._known}
        except PlanError:
            is_ours = False
        if not is_ours:
            raise OSError(errno.ESTALE, CHANGED, str(self._path))
        self._known = write_plan(setup, self._path).encode()

    def _content(self) -> bytes | None:
        return _plan_bytes(self._path) if self._path.exists() else None


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it; `Path.mkdir` makes only the last of them private."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _plan_bytes(path: Path) -> bytes:
    try:
        return read_whole(path, MOST_BYTES)
    except FileNotFoundError:
        raise PlanError(f"{path}: there is no such plan; the wizard makes one.") from None
    except OSError as error:
        what = "this is too large to be a plan" if error.errno == errno.EFBIG else UNREADABLE
        raise PlanError(f"{path}: {what.format(why=error.strerror)}.") from error


def _draft_of(path: Path, content: bytes) -> Setup:
    data = _parsed(path, content)
    try:
        if number(data.pop("version", VERSION), "version") != VERSION:
            raise DataError("version", f"this program reads version {VERSION}")
        return PLAN.read(Setup, data)
    except DataError as error:
        raise PlanError(f"{path}: {brief(error.place)}: {error.sentence}") from None


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    import tomllib

    if _is_endless(content):
        raise PlanError(f"{path}: this is not a plan: it has too many keys, or too long ones.")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except RecursionError:
        raise PlanError(f"{path}: this is nested too deep to be a plan.") from None
    except ValueError as error:
        # Also for a number that is too long to be one.
        raise PlanError(f"{path}: this is not TOML: {error}.") from error


def _is_endless(content: bytes) -> bool:
    """Whether the parser would take minutes: for a key, it takes the square of its parts."""
    if LONG_LINE.search(content) or content.count(b"\n") > MOST_LINES:
        return True
    bare = TEXT_OR_COMMENT.sub(b"", content)
    return bool(DEEP_KEY.search(bare)) or sum(map(bare.count, b"=,[")) > MOST_ANSWERS


def _is_too_large(setup: Setup, content: bytes) -> bool:
    if len(content) < SURELY_SMALL:
        return False
    is_long = len(content) > MOST_BYTES or len(setup.domains) > MOST_DOMAINS
    return is_long or _is_endless(content)


@cache
def panel_ids() -> tuple[str, ...]:
    """The DNS providers that a plan can name: each has a file in `panels/profiles`."""
    from importlib.resources import files

    names = (file.name for file in (files("mailcow_dns_tui") / "panels" / "profiles").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _read_panel(value: Any, place: str) -> str:
    chosen = PLAN.read(str, value, place)
    if chosen and chosen not in panel_ids():
        raise DataError(place, f"a DNS provider is expected, one of {', '.join(panel_ids())}")
    return chosen


def _read_services(value: Any, place: str) -> Services:
    """A table with a key for each service, beside what else they have in common."""
    offers = {default.key: default for default in DEFAULT_SERVICES}
    given = value if isinstance(value, dict) else {}
    rest = {key: each for key, each in given.items() if key not in offers}
    services: Services = PLAN.fields(Services).read(rest if given else value, place)
    for key, default in offers.items():
        if key in given:
            services = services.with_service(_offer(default, given[key], below(place, key)))
    return services


def _offer(default: Service, value: Any, place: str) -> Service:
    if value is False:
        return replace(default, offer=Offer.NOT_PROVIDED)
    if value == "omit":
        return replace(default, offer=Offer.OMITTED)
    if isinstance(value, int) and not isinstance(value, bool):
        return replace(default, port=value)
    raise DataError(place, 'a port, false or "omit" is expected')


def _write_services(services: Services) -> Mapping[str, Any]:
    words = {Offer.NOT_PROVIDED: False, Offer.OMITTED: "omit"}
    offers = {each.key: words.get(each.offer, each.port) for each in services.offers}
    return {**offers, **PLAN.fields(Services).write(services)}


Resolvers = Annotated[PublicChoice, "false, or a list of resolvers"]


@dataclass(frozen=True)
class Lookups:
    """The table of what may be asked."""

    public_resolvers: Resolvers = UNCHOSEN


def _read_resolvers(value: Any, place: str) -> PublicChoice:
    if isinstance(value, list) and value:
        return PublicChoice(listed=PLAN.read(tuple[str, ...], value, place))
    if value is False or value == []:
        return PublicChoice(asked=False)
    raise DataError(place, "false or a list of resolvers is expected")


def _read_guide(value: Any, place: str) -> GuidePlace:
    """What is not understood counts as absent: for a bookmark no plan is refused."""
    known, form = {}, PLAN.fields(GuidePlace)
    for key, each in value.items() if isinstance(value, dict) else ():
        with suppress(DataError):
            form.read({key: each}, place)
            known[key] = each
    found: GuidePlace = form.read(known, place)
    return found


PLAN: Codec = Codec(
    RULES,
    {
        PanelId: Form(_read_panel),
        Services: Form(_read_services, _write_services),
        PublicChoice: Form(
            lambda value, place: PLAN.read(Lookups, value, place).public_resolvers,
            lambda public: PLAN.write(Lookups(public)),
        ),
        Resolvers: Form(_read_resolvers, lambda each: list(each.listed) if each.asked else False),
        GuidePlace: Form(_read_guide, lambda guide: PLAN.fields(GuidePlace).write(guide)),
    },
)
