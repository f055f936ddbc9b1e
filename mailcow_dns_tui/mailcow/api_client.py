"""Questions to mailcow's API: read-only, and none with a key that was refused."""

import hashlib
import json
import re
from functools import partial
from typing import TYPE_CHECKING

from mailcow_dns_tui.lookup.concurrency import Deadline
from mailcow_dns_tui.lookup.https import body_within, failure_of
from mailcow_dns_tui.mailcow import api_errors
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.mailcow.source_error import SourceError
from mailcow_dns_tui.model.bounds import LARGEST_API_ANSWER
from mailcow_dns_tui.model.policy_page import FetchFailure

if TYPE_CHECKING:
    import httpx2

LONGEST = 255


def api_key_problem(key: Secret) -> str | None:
    """Why a key can't be mailcow's, as a sentence; it costs no try."""
    text = key.reveal().strip()
    if not text:
        return "An API key is missing; a read-only one is enough."
    if len(text) > LONGEST or not re.fullmatch(r"[A-Za-z0-9-]+", text):
        return "This is no API key of mailcow: they have letters, digits and hyphens only."
    return None


class RefusedKeys:
    """The keys that a server refused.

    mailcow counts each wrong try, and bans the address that it came from after a few: the same
    key must not be sent to the same host again.
    """

    def __init__(self) -> None:
        self._digests: set[bytes] = set()

    def add(self, host: str, key: Secret) -> None:
        """Remember a digest of both."""
        self._digests.add(_digest(host, key))

    def has(self, host: str, key: Secret) -> bool:
        """Whether this key was refused there, so that it must not be sent again."""
        return _digest(host, key) in self._digests


def _digest(host: str, key: Secret) -> bytes:
    return hashlib.sha256(f"{host} {key.reveal().strip()}".encode()).digest()


Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

READ = frozenset(
    {
        "active",
        "active_int",
        "alias_domain",
        "backupmx",
        "backupmx_int",
        "dkim_selector",
        "domain_name",
        "msg",
        "parent_is_backupmx",
        "pubkey",
        "relayhost",
        "target_domain",
        "type",
    }
)
"""What anybody reads of mailcow's answers."""
ACCEPTED = {"accept": "application/json", "accept-encoding": "identity"}


class ApiClient:
    """Asks one server with one key.

    Args:
        http: trusts whom the server wants trusted.
        timeout: seconds for all questions together, from the first one on.
    """

    def __init__(
        self,
        http: "httpx2.AsyncClient",
        server: api_errors.ApiServer,
        key: Secret,
        refused: RefusedKeys,
        timeout: float,
    ) -> None:
        self._http = http
        self._server = server
        self._key = key
        self._refused = refused
        self._deadline = Deadline(timeout)
        self._refusal = api_errors.REFUSED_BEFORE

    async def get(self, path: str) -> Json | SourceError:
        """What `/api/v1/get/` has at a path, which is safe in a URL."""
        late = api_errors.of_failure(FetchFailure.TIMEOUT, self._server)
        return await self._deadline.within(partial(self._get, path), late)

    async def _get(self, path: str) -> Json | SourceError:
        import httpx2

        if self._refused.has(self._server.host, self._key):
            return self._refusal
        try:
            async with self._http.stream(
                "GET",
                f"{self._server.base}/api/v1/get/{path}",
                headers=ACCEPTED | self._server.headers,
                extensions=self._server.extensions,
                auth=self._signed,
            ) as response:
                return await self._answer(response)
        except (httpx2.HTTPError, OSError) as error:
            return api_errors.of_failure(failure_of(error), self._server)

    def _signed(self, request: "httpx2.Request") -> "httpx2.Request":
        # Put in at the last moment: headers that are handed down show in a traceback with locals.
        request.headers["x-api-key"] = self._key.reveal().strip()
        return request

    async def _answer(self, response: "httpx2.Response") -> Json | SourceError:
        status = response.status_code
        if status in api_errors.REFUSALS:
            self._refused.add(self._server.host, self._key)
        if response.is_redirect:
            return api_errors.of_redirect(response.headers.get("location", ""), self._server)
        answer = _read(await body_within(response, LARGEST_API_ANSWER))
        message = _error(answer)
        if status == 200 and message is None:
            return answer
        error = api_errors.of_status(status, message or "")
        if status in api_errors.REFUSALS:
            self._refusal = error
        return error


def _read(body: bytes | None) -> Json | SourceError:
    """The answer; nothing of a body that is none is told, since it may hold a private key."""
    if body is None:
        return api_errors.TOO_LARGE
    try:
        answer: Json = json.loads(body, object_hook=_kept)
    except (ValueError, RecursionError):
        return api_errors.WEB_PAGE if body.lstrip()[:1] == b"<" else api_errors.NOT_UNDERSTOOD
    return answer


def _kept(read: dict[str, Json]) -> dict[str, Json]:
    """What is kept of an object: of thousands of domains only what somebody reads.

    Some mailcows are set up to send private DKIM keys along: not even their names are kept.
    """
    return {k: v if k in READ else None for k, v in read.items() if k != "privkey"}


def _error(answer: Json | SourceError) -> str | None:
    """What mailcow says went wrong; None where nothing did."""
    if not isinstance(answer, dict) or answer.get("type") not in {"error", "danger"}:
        return None
    message = answer.get("msg")
    return message if isinstance(message, str) else ""
