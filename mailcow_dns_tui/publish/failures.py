"""What a provider's class raises, as a sentence: its exceptions are of a dozen libraries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from urllib.parse import quote, quote_plus

from dns.exception import Timeout
from dns.name import Name

from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.publish.changes import Trouble, TroubleReason
from mailcow_dns_tui.publish.providers import Publisher

Reason = TroubleReason
LONGEST_QUOTE = 200
SENTENCES: Mapping[TroubleReason, str] = {
    Reason.NOT_INSTALLED: "{package} is not installed. Install it beside this program: "
    "pip install {package}.",
    Reason.CREDENTIALS: "{title} does not accept these credentials{said}. To make them: {made_at}.",
    Reason.RIGHTS: "{title} does not allow this with these credentials. They need: {rights}.",
    Reason.NO_ZONE: "{title} has no zone {zone} for these credentials. Take those of the account "
    "that has it.",
    Reason.RATE_LIMIT: "{title} takes no more requests for now. Try again in a few minutes.",
    Reason.UNREACHABLE: "{title} did not answer. Look at the connection, then try again.",
    Reason.UNSURE: "{title} did not answer, and what it has changed is not known. Publish again: "
    "that begins with what is there.",
    Reason.UNREADABLE: "octoDNS can't read a record that {zone} has at {title}{said}. Until that "
    "is changed in the panel, copy the records.",
    Reason.BROKEN_ANSWER: "{title} answered with an error, or with what can't be read{said}. "
    "Try again later.",
    Reason.CHANGED: "Somebody else changed it at {title} meanwhile{said}. Read the zone again.",
    Reason.REFUSED: "{title} refused it{said}. Change it in the panel.",
}
STATUS: Mapping[int, TroubleReason] = {
    401: Reason.CREDENTIALS,
    403: Reason.RIGHTS,
    404: Reason.NO_ZONE,
    429: Reason.RATE_LIMIT,
}
"""What the status of an HTTP answer means where the table does not say more."""

UNUSABLE = frozenset({"InvalidHeader", "InvalidSchema", "InvalidURL", "UnicodeEncodeError"})
"""Exceptions of what can't even be sent: a host or a token with something else in it."""

UNREADABLE = frozenset({"DuplicateRecordException", "IdnaError", "RdataParseError"})
"""Exceptions of octoDNS about one record of a zone."""


def trouble(reason: TroubleReason, publisher: Publisher, zone: Name, said: str = "") -> Trouble:
    """The reason in words, with what the provider said of it."""
    text = SENTENCES[reason].format(
        package=publisher.package,
        title=publisher.title,
        made_at=publisher.made_at,
        rights=publisher.rights,
        zone=zone.to_text(omit_final_dot=True),
        said=f": {said}" if said else "",
    )
    return Trouble(reason, text)


def from_exception(
    error: BaseException, publisher: Publisher, zone: Name, secrets: Iterable[Secret]
) -> Trouble:
    """What an exception of the provider's class means to the user."""
    chain = tuple(_chain(error))
    reason = _reason(chain, publisher)
    said = ""
    if reason in {Reason.REFUSED, Reason.UNREADABLE}:
        said = _quote(error, secrets)
    elif reason is Reason.BROKEN_ANSWER:
        said = type(error).__name__
    return trouble(reason, publisher, zone, said)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception, and those that led to it, also where that was hidden."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _reason(chain: tuple[BaseException, ...], publisher: Publisher) -> TroubleReason:
    known = (publisher.errors.get(key) for each in chain for key in _keys(each, publisher))
    statuses = (_by_status(each) for each in chain)
    types = (_by_type(each) for each in chain)
    found = (reason for reasons in (known, statuses, types) for reason in reasons if reason)
    return next(found, Reason.BROKEN_ANSWER)


def _keys(error: BaseException, publisher: Publisher) -> Iterator[str]:
    """By what an exception may stand in the table, the closest first."""
    names = [kind.__name__ for kind in type(error).__mro__]
    codes = [str(code) for code in _codes(error, publisher.error_code)]
    for name in names:
        yield from (f"{name}:{code}" for code in codes)
        yield name


def _codes(error: BaseException, pattern: str) -> Iterator[object]:
    if pattern and (found := re.search(pattern, str(error))):
        yield found[1]
    for attribute in ("code", "rcode"):
        code = getattr(error, attribute, None)
        if isinstance(code, int | str):
            yield int(code) if isinstance(code, int) else code
    answer = getattr(error, "response", None)
    if isinstance(answer, dict):
        yield answer.get("Error", {}).get("Code")
    yield from _statuses(error)


def _statuses(error: BaseException) -> Iterator[int]:
    for answer in (error, getattr(error, "response", None)):
        status = getattr(answer, "status_code", None)
        if isinstance(status, int):
            yield status


def _by_status(error: BaseException) -> TroubleReason | None:
    for status in _statuses(error):
        if 400 <= status < 500:
            return STATUS.get(status, Reason.REFUSED)
        return Reason.BROKEN_ANSWER
    return None


def _by_type(error: BaseException) -> TroubleReason | None:
    """Answers that can't be read are `ValueError`s too where they are failures of a request."""
    if type(error).__name__ in UNUSABLE:
        return Reason.CREDENTIALS
    if type(error).__name__ in UNREADABLE:
        return Reason.UNREADABLE
    if isinstance(error, ValueError):
        return Reason.BROKEN_ANSWER
    return Reason.UNREACHABLE if isinstance(error, OSError | Timeout) else None


def _quote(error: BaseException, secrets: Iterable[Secret]) -> str:
    """What the provider said, in one line; some quote the credentials."""
    body = getattr(getattr(error, "response", None), "text", None)
    text = body if isinstance(body, str) and body else str(error)
    forms = {form for secret in secrets if secret for form in _forms(secret.reveal())}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, "…")
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line[:LONGEST_QUOTE].rstrip(".")


def _forms(secret: str) -> Iterator[str]:
    """As it is, and as it stands in JSON, in a URL, in HTML and in Python."""
    yield from (secret, escape(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield secret.replace("\\", "\\\\").replace("'", "\\'")
