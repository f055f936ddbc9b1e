"""From a setup to TOML."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tomli_w

from mailcow_dns_tui.model.services import Offer, Service
from mailcow_dns_tui.model.setup import Dmarc, Domain, Services, Setup, Spf, TlsReports
from mailcow_dns_tui.plan_file.reading import VERSION


def write_plan(setup: Setup, path: Path) -> None:
    """Write a plan so that at any moment the file is the old one or the new one, whole.

    It can be read by its owner only. A symbolic link stays one.

    Raises:
        OSError: where the file can't be written; the old one is then untouched.
    """
    target = path.resolve()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp makes the file with mode 0600.
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(plan_text(setup).encode())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


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
    return {key: list(value) if isinstance(value, tuple) else value for key, value in typed.items()}


def _tls_reports(reports: TlsReports) -> dict[str, Any]:
    return {"rua": list(reports.rua)}


def _domain(domain: Domain) -> dict[str, Any]:
    return _typed(
        {
            "name": domain.name,
            "alias_of": domain.alias_of,
            "dkim": [asdict(key) for key in domain.dkim] or None,
            "mta_sts_id": domain.mta_sts_id,
            "verification": list(domain.verification) or None,
            "spf": None if domain.spf is None else _spf(domain.spf),
            "dmarc": None if domain.dmarc is None else _dmarc(domain.dmarc),
            "tls_reports": None if domain.tls_reports is None else _tls_reports(domain.tls_reports),
        }
    )
