"""From TOML to a setup."""

import errno
import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from mailcow_dns_tui.atomic_file import read_whole
from mailcow_dns_tui.model.guide_place import BEGINNING
from mailcow_dns_tui.model.mute import Mute
from mailcow_dns_tui.model.panel_ids import PANEL_IDS
from mailcow_dns_tui.model.problems import Problem, problems
from mailcow_dns_tui.model.public_resolvers import UNCHOSEN, PublicChoice
from mailcow_dns_tui.model.services import Offer, Service
from mailcow_dns_tui.model.setup import (
    DkimKey,
    Dmarc,
    Domain,
    Server,
    Services,
    Setup,
    Spf,
    TlsReports,
)
from mailcow_dns_tui.plan_file.guide_table import read_place
from mailcow_dns_tui.plan_file.table import (
    PlanError,
    Table,
    day,
    number,
    subtable,
    subtables,
    text,
    texts,
)

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
NO_TABLES: tuple[Table, ...] = ()


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
    return draft_of(path, plan_bytes(path))


def draft_of(path: Path, content: bytes) -> Setup:
    """The same of a file that was read already."""
    return _setup(Table(str(path), "", _parsed(path, content)))


def plan_bytes(path: Path) -> bytes:
    """What is in a plan file.

    Raises:
        PlanError: it can't be read, or is larger than any plan.
    """
    try:
        return read_whole(path, MOST_BYTES)
    except FileNotFoundError:
        raise PlanError(f"{path}: there is no such plan; the wizard makes one.") from None
    except OSError as error:
        what = "this is too large to be a plan" if error.errno == errno.EFBIG else UNREADABLE
        raise PlanError(f"{path}: {what.format(why=error.strerror)}.") from error
    except ValueError as error:
        raise PlanError(f"{path}: {UNREADABLE.format(why=error)}.") from error


def _is_endless(content: bytes) -> bool:
    """Whether the parser would take minutes: for a key, it takes the square of its parts."""
    if LONG_LINE.search(content) or content.count(b"\n") > MOST_LINES:
        return True
    bare = TEXT_OR_COMMENT.sub(b"", content)
    return bool(DEEP_KEY.search(bare)) or sum(map(bare.count, b"=,[")) > MOST_ANSWERS


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


def _setup(root: Table) -> Setup:
    if root.take("version", number, VERSION) != VERSION:
        raise root.error("version", f"this program reads version {VERSION}")
    empty = Table("", "", {})
    setup = Setup(
        server=_server(root.take("server", subtable, empty)),
        services=_services(root.take("services", subtable, empty)),
        spf=_spf(root.take("spf", subtable, empty)),
        dmarc=_dmarc(root.take("dmarc", subtable, empty)),
        tls_reports=_tls_reports(root.take("tls_reports", subtable, None)),
        domains=tuple(map(_domain, root.take("domains", subtables, NO_TABLES))),
        public=_public(root.take("lookups", subtable, empty)),
        mutes=tuple(map(_mute, root.take("mutes", subtables, NO_TABLES))),
        guide=root.take("guide", read_place, BEGINNING),
    )
    root.finish()
    return setup


def _server(table: Table) -> Server:
    server = Server(
        hostname=table.take("hostname", text, ""),
        ipv4=table.take("ipv4", text, ""),
        ipv6=table.take("ipv6", text, ""),
        spki_sha256=table.take("spki_sha256", text, ""),
        caa=table.take("caa", text, ""),
        ttl=table.take("ttl", number, Server().ttl),
        panel=table.take("panel", _panel, ""),
    )
    table.finish()
    return server


def _panel(table: Table, name: str, value: Any) -> str:
    chosen = text(table, name, value)
    if chosen and chosen not in PANEL_IDS:
        raise table.error(name, f"a DNS provider is expected, one of {', '.join(PANEL_IDS)}")
    return chosen


def _services(table: Table) -> Services:
    services = Services()
    for default in services.offers:
        services = services.with_service(_service(table, default))
    services = replace(services, dav_path=table.take("dav_path", text, services.dav_path))
    table.finish()
    return services


def _service(table: Table, default: Service) -> Service:
    def read(table: Table, name: str, value: Any) -> Service:
        if value is False:
            return replace(default, offer=Offer.NOT_PROVIDED)
        if value == "omit":
            return replace(default, offer=Offer.OMITTED)
        if isinstance(value, int) and not isinstance(value, bool):
            return replace(default, port=value)
        raise table.error(name, 'a port, false or "omit" is expected')

    return table.take(default.key, read, default)


def _spf(table: Table) -> Spf:
    default = Spf()
    spf = Spf(
        mechanisms=table.take("mechanisms", texts, default.mechanisms),
        all=table.take("all", text, default.all),
    )
    table.finish()
    return spf


def _dmarc(table: Table) -> Dmarc:
    dmarc = Dmarc()
    for field in fields(Dmarc):
        default = getattr(dmarc, field.name)
        read = _reader(default)
        dmarc = replace(dmarc, **{field.name: table.take(field.name, read, default)})
    table.finish()
    return dmarc


def _reader(default: str | int | tuple[str, ...]) -> Callable[[Table, str, Any], Any]:
    if isinstance(default, tuple):
        return texts
    return text if isinstance(default, str) else number


def _tls_reports(table: Table | None) -> TlsReports | None:
    if table is None:
        return None
    reports = TlsReports(table.take("rua", texts, TlsReports().rua))
    table.finish()
    return reports


def _domain(table: Table) -> Domain:
    spf, dmarc = table.take("spf", subtable, None), table.take("dmarc", subtable, None)
    domain = Domain(
        name=table.take("name", text, ""),
        dkim=tuple(map(_dkim, table.take("dkim", subtables, NO_TABLES))),
        mta_sts_id=table.take("mta_sts_id", text, ""),
        verification=table.take("verification", texts, ()),
        alias_of=table.take("alias_of", text, ""),
        spf=None if spf is None else _spf(spf),
        dmarc=None if dmarc is None else _dmarc(dmarc),
        tls_reports=_tls_reports(table.take("tls_reports", subtable, None)),
        panel=table.take("panel", _panel, ""),
        dmarc_since=table.take("dmarc_since", day, None),
        dmarc_at_once=table.take("dmarc_at_once", text, ""),
    )
    table.finish()
    return domain


def _dkim(table: Table) -> DkimKey:
    key = DkimKey(table.take("selector", text, "dkim"), table.take("key", text, ""))
    table.finish()
    return key


def _public(table: Table) -> PublicChoice:
    def read(table: Table, name: str, value: Any) -> PublicChoice:
        if isinstance(value, list) and value:
            return PublicChoice(listed=texts(table, name, value))
        if value is False or value == []:
            return PublicChoice(asked=False)
        raise table.error(name, "false or a list of resolvers is expected")

    public = table.take("public_resolvers", read, UNCHOSEN)
    table.finish()
    return public


def _mute(table: Table) -> Mute:
    mute = Mute()
    for field in fields(Mute):
        default = getattr(mute, field.name)
        read = texts if isinstance(default, tuple) else text
        mute = replace(mute, **{field.name: table.take(field.name, read, default)})
    table.finish()
    return mute
