"""octoDNS: a YAML file a zone, a configuration, and what keeps octoDNS from deleting.

octoDNS removes every RRset that its source has not, and every value that the source's RRset has
not. Its own thresholds against that do nothing in a zone of less than ten RRsets.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from dns.rdtypes.ANY.CAA import CAA
from dns.rdtypes.ANY.TXT import TXT

from mailcow_dns_tui.export import grouping
from mailcow_dns_tui.export.format import Format
from mailcow_dns_tui.model.groups import grouped
from mailcow_dns_tui.model.names import dotted
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.text import txt_bytes

PROCESSOR = "additive_processor.py"
CONFIG = "octodns-config.yaml"
DANGER = """\
# octoDNS deletes every record that it is not told of, those of your web site, too.
"""
IN_FOLDER = f"""\
# {CONFIG} and {PROCESSOR} beside this file keep it from that. They also keep
# the TXT and CAA values of others. All else that has a name and type of this file is replaced, such
# as an older MX; octodns-sync shows it before you give it --doit. No line may say Delete.
"""
IN_ONE_TEXT = f"""\
# Export into a folder (-o FOLDER/): {PROCESSOR} comes with it then, which keeps it
# from that, and {CONFIG}, which uses it. Each zone below is a file of its own there.
"""
CONFIG_HEAD = f"""\
# In this folder, with your provider added below (its package is named octodns-...):
#   PYTHONPATH=. octodns-validate --config-file {CONFIG} --all
#   PYTHONPATH=. octodns-sync --config-file {CONFIG}
# The second shows what would change. Add --doit when no line says Delete; and --force, if it says
# that there are too many updates, and all of them are meant.
manager:
  max_workers: 1
  validators:
    enabled: [strict]
processors:
  additive:
    class: {PROCESSOR.removesuffix(".py")}.AdditiveProcessor
providers:
  mailcow:
    class: octodns.provider.yaml.YamlProvider
    directory: .
    enforce_order: false
    escaped_semicolons: false
    supports_root_ns: false
"""
CONFIG_ZONE = """\
  {zone}:
    sources: [mailcow]
    processors: [additive]
    targets: []  # the name of your provider
"""
TLSA_NAMES = (*("certificate_usage", "selector", "matching_type", "certificate_association_data"),)


def octodns_text(records: Sequence[Record]) -> str:
    """Each zone as a YAML document of its own."""
    documents = (
        f"---\n# {zone.name}.yaml\n{_zone_text(zone)}" for zone in grouping.by_zone(records)
    )
    return DANGER + IN_ONE_TEXT + "".join(documents)


def octodns_files(records: Sequence[Record]) -> Mapping[str, str]:
    """`example.org.yaml` for each zone, and what octoDNS needs in order to use it safely."""
    zones = grouping.by_zone(records)
    texts = {f"{zone.name}.yaml": DANGER + IN_FOLDER + _zone_text(zone) for zone in zones}
    return {**texts, CONFIG: _config(zones), PROCESSOR: _processor()}


def _config(zones: Sequence[grouping.ZoneRecords]) -> str:
    if not zones:
        return f"{CONFIG_HEAD}zones: {{}}\n"
    return f"{CONFIG_HEAD}zones:\n" + "".join(CONFIG_ZONE.format(zone=z.zone) for z in zones)


def _processor() -> str:
    folder = files("mailcow_dns_tui.export")
    return folder.joinpath("octodns_processor.txt").read_text(encoding="utf-8")


def _zone_text(zone: grouping.ZoneRecords) -> str:
    return "".join(f"{line}\n" for line in _lines(zone))


def _lines(zone: grouping.ZoneRecords) -> Iterator[str]:
    yield from (f"# {line}" for line in grouping.zone_doubt(zone))
    held = (rrset for rrset in zone.rrsets if any(map(is_held, rrset.records)))
    names = grouped(held, lambda rrset: "" if rrset.name == "@" else rrset.name)
    if not names:
        yield "{}"
    for name in sorted(names, key=_natural):
        yield f"{json.dumps(name)}:"
        for rrset in names[name]:
            yield from _rrset_lines(rrset)
    for record in zone.own:
        if not is_held(record):
            yield "# octoDNS can't hold this value; publish it in your provider's panel:"
            yield f"# {grouping.zone_line(dotted(record.owner), record)}"
    yield from (f"# {line}" for line in grouping.foreign_lines(zone.foreign))


def _natural(name: str) -> list[str | int]:
    """The order that octoDNS asks for by default, in mappings as well: numbers by their size."""
    parts = re.split(r"([0-9]+)", name)
    return [int(part) if index % 2 else part for index, part in enumerate(parts)]


def _rrset_lines(rrset: grouping.RRset) -> Iterator[str]:
    yield f"- ttl: {rrset.ttl}"
    yield f"  type: {rrset.type_text}"
    values = [_value(record) for record in rrset.records if is_held(record)]
    if rrset.type_text == "CNAME":
        yield f"  value: {values[0]}"
        return
    yield "  values:"
    yield from (f"  - {value}" for value in values)


def is_held(record: Record) -> bool:
    r"""Whether octoDNS keeps a TXT as it is.

    It takes ASCII only, strips quotes around a value and between its parts, and takes `\;` for a
    semicolon that was escaped.
    """
    if not isinstance(record.rdata, TXT):
        return True
    value = txt_bytes(record.rdata)
    stripped = value.startswith(b'"') or b'" "' in value or b"\\;" in value
    return value.isascii() and not stripped


def _value(record: Record) -> str:
    """As JSON, which is YAML too; a TXT is one string, which octoDNS splits."""
    if isinstance(record.rdata, TXT):
        return json.dumps(txt_bytes(record.rdata).decode("ascii"))
    parts = grouping.fields(record, TLSA_NAMES)
    if isinstance(record.rdata, CAA) and parts is not None:
        # It is put between quotes as it stands.
        parts["value"] = str(parts["value"]).replace("\\", "\\\\")
    return json.dumps(record.data if parts is None else parts, sort_keys=True)


FORMATS: Mapping[str, Format] = {
    "octodns": Format(
        octodns_text,
        octodns_files,
        "YAML for octoDNS, a configuration, and a processor that keeps octoDNS from "
        "deleting your other records",
        "`example.org.yaml`, one a zone; `octodns-config.yaml`, `additive_processor.py`",
    )
}
