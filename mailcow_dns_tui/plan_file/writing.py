"""From a setup to TOML."""

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mailcow_dns_tui.atomic_file import FOR_OWNER, write_atomically
from mailcow_dns_tui.model.guide_place import BEGINNING
from mailcow_dns_tui.model.mute import Mute
from mailcow_dns_tui.model.public_resolvers import UNCHOSEN
from mailcow_dns_tui.model.services import Offer, Service
from mailcow_dns_tui.model.setup import (
    DEFAULT_REPORTING_DAYS,
    Dmarc,
    Domain,
    Services,
    Setup,
    Spf,
    TlsReports,
)
from mailcow_dns_tui.plan_file.guide_table import place_table
from mailcow_dns_tui.plan_file.reading import VERSION


def write_plan(setup: Setup, path: Path) -> str:
    """Write a plan that only its owner can read, in place of the old one; the folders are made.

    Returns:
        What stands in the file now.

    Raises:
        OSError: where the file can't be written; the old one is then untouched.
    """
    _make_folder(Path(os.path.realpath(path)).parent)
    text = plan_text(setup)
    write_atomically(path, text, FOR_OWNER)
    return text


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it; `Path.mkdir` makes only the last of them private."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def plan_text(setup: Setup) -> str:
    """The plan as TOML; what is as if nothing had been typed is left out."""
    plan: dict[str, Any] = {"version": VERSION, "server": _typed(asdict(setup.server))}
    plan["services"] = _services(setup.services)
    plan["spf"] = _spf(setup.spf)
    plan["dmarc"] = _dmarc(setup.dmarc)
    if setup.tls_reports is not None:
        plan["tls_reports"] = _tls_reports(setup.tls_reports)
    if setup.domains:
        plan["domains"] = [_domain(domain) for domain in setup.domains]
    if setup.public != UNCHOSEN:
        listed = list(setup.public.listed)
        plan["lookups"] = {"public_resolvers": listed if setup.public.asked else False}
    if setup.mutes:
        plan["mutes"] = [_mute(mute) for mute in setup.mutes]
    if setup.guide != BEGINNING:
        plan["guide"] = place_table(setup.guide)
    import tomli_w

    return tomli_w.dumps(plan)


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is not empty."""
    return {key: value for key, value in values.items() if value not in ("", (), None)}


def _services(services: Services) -> dict[str, Any]:
    offers = {service.key: _offer(service) for service in services.offers}
    return {**offers, "dav_path": services.dav_path}


def _offer(service: Service) -> int | bool | str:
    if service.offer is Offer.PROVIDED:
        return service.port
    return False if service.offer is Offer.NOT_PROVIDED else "omit"


def _spf(spf: Spf) -> dict[str, Any]:
    return {"mechanisms": list(spf.mechanisms), "all": spf.all}


def _dmarc(dmarc: Dmarc) -> dict[str, Any]:
    """All of `p` and `rua`, whose absence would stand for their defaults, and what was typed."""
    typed = {**_typed(asdict(dmarc)), "p": dmarc.p, "rua": dmarc.rua}
    if dmarc.reporting_days == DEFAULT_REPORTING_DAYS:
        del typed["reporting_days"]
    return {key: list(value) if isinstance(value, tuple) else value for key, value in typed.items()}


def _tls_reports(reports: TlsReports) -> dict[str, Any]:
    return {"rua": list(reports.rua)}


def _domain(domain: Domain) -> dict[str, Any]:
    return _typed(
        {
            "name": domain.name,
            "alias_of": domain.alias_of,
            "panel": domain.panel,
            "dkim": [asdict(key) for key in domain.dkim] or None,
            "mta_sts_id": domain.mta_sts_id,
            "verification": list(domain.verification) or None,
            "spf": None if domain.spf is None else _spf(domain.spf),
            "dmarc": None if domain.dmarc is None else _dmarc(domain.dmarc),
            "tls_reports": None if domain.tls_reports is None else _tls_reports(domain.tls_reports),
            "dmarc_since": domain.dmarc_since,
            "dmarc_at_once": domain.dmarc_at_once,
        }
    )


def _mute(mute: Mute) -> dict[str, Any]:
    """With `found` also where it is empty: that nothing is published is what was accepted."""
    return {**_typed(asdict(mute)), "found": list(mute.found), "expected": list(mute.expected)}
