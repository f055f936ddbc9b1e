"""Questions to mailcow's API: read-only, and none with a key that was refused."""

import json
from functools import partial
from typing import TYPE_CHECKING

from mailcow_dns_tui.lookup.deadline import Deadline
from mailcow_dns_tui.lookup.https import body_within, failure_of
from mailcow_dns_tui.mailcow.api_key import RefusedKeys
from mailcow_dns_tui.mailcow.api_trouble import (
    NOT_UNDERSTOOD,
    REFUSALS,
    REFUSED_BEFORE,
    TOO_LARGE,
    WEB_PAGE,
    Unread,
    of_failure,
    of_redirect,
    of_status,
)
from mailcow_dns_tui.mailcow.api_url import Place
from mailcow_dns_tui.mailcow.secret import Secret
from mailcow_dns_tui.model.bounds import LARGEST_API_ANSWER
from mailcow_dns_tui.model.policy_page import FetchFailure

if TYPE_CHECKING:
    import httpx2

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
        http: trusts whom the place wants trusted.
        patience: seconds for all questions together, from the first one on.
    """

    def __init__(
        self,
        http: "httpx2.AsyncClient",
        place: Place,
        key: Secret,
        refused: RefusedKeys,
        patience: float,
    ) -> None:
        self._http = http
        self._place = place
        self._key = key
        self._refused = refused
        self._deadline = Deadline(patience)
        self._late = of_failure(FetchFailure.TIMEOUT, place)
        self._refusal = REFUSED_BEFORE

    async def get(self, path: str) -> Json | Unread:
        """What `/api/v1/get/` has at a path, which is safe in a URL."""
        return await self._deadline.within(partial(self._get, path), self._late)

    async def _get(self, path: str) -> Json | Unread:
        import httpx2

        if self._refused.has(self._place.host, self._key):
            return self._refusal
        try:
            async with self._http.stream(
                "GET",
                f"{self._place.base}/api/v1/get/{path}",
                headers=ACCEPTED | self._place.headers,
                extensions=self._place.extensions,
                auth=self._signed,
            ) as response:
                return await self._answer(response)
        except httpx2.TimeoutException:
            return self._late
        except (httpx2.HTTPError, OSError) as error:
            return of_failure(failure_of(error), self._place)

    def _signed(self, request: "httpx2.Request") -> "httpx2.Request":
        # Put in at the last moment: headers that are handed down show in a traceback with locals.
        request.headers["x-api-key"] = self._key.reveal().strip()
        return request

    async def _answer(self, response: "httpx2.Response") -> Json | Unread:
        status = response.status_code
        if status in REFUSALS:
            self._refused.add(self._place.host, self._key)
        if response.is_redirect:
            return of_redirect(response.headers.get("location", ""), self._place)
        answer = _read(await body_within(response, LARGEST_API_ANSWER))
        said = _error(answer)
        if status == 200 and said is None:
            return answer
        trouble = of_status(status, said or "")
        if status in REFUSALS:
            self._refusal = trouble
        return trouble


def _read(body: bytes | None) -> Json | Unread:
    """The answer; nothing of a body that is none is told, since it may hold a private key."""
    if body is None:
        return TOO_LARGE
    try:
        answer: Json = json.loads(body, object_hook=_kept)
    except (ValueError, RecursionError):
        return WEB_PAGE if body.lstrip()[:1] == b"<" else NOT_UNDERSTOOD
    return answer


def _kept(read: dict[str, Json]) -> dict[str, Json]:
    """What is kept of an object: of thousands of domains only what somebody reads.

    Some mailcows are set up to send private DKIM keys along: not even their names are kept.
    """
    return {k: v if k in READ else None for k, v in read.items() if k != "privkey"}


def _error(answer: Json | Unread) -> str | None:
    """What mailcow says went wrong; None where nothing did."""
    if not isinstance(answer, dict) or answer.get("type") not in {"error", "danger"}:
        return None
    said = answer.get("msg")
    return said if isinstance(said, str) else ""
