"""Five providers, each as its own page documents its answers."""

import time
import xmlrpc.client
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.publish.emulation import ZONE, Emulated, Reply, Request, Row

ZONE_AT_HETZNER = {"id": 7, "name": ZONE, "ttl": 3600, "mode": "primary", "labels": {}}
PAGE = {"meta": {"pagination": {"page": 1, "per_page": 500, "next_page": None}}}
ACTION = {"id": 1, "command": "set_rrset_records", "status": "success", "progress": 100}


class Hetzner(Emulated):
    """docs.hetzner.cloud/reference/cloud: zones and their RRsets."""

    panel = "hetzner"

    def served(self, request: Request) -> Reply:
        match request.method, request.path.strip("/").split("/")[2:]:
            case "GET", [] | ["7"]:
                zones = {"zones": [ZONE_AT_HETZNER], "zone": ZONE_AT_HETZNER}
                return Reply(200, {**zones, **PAGE})
            case "GET", ["7", "rrsets"]:
                keys = sorted({(row.name, row.rdtype) for row in self.rows})
                return Reply(200, {"rrsets": [self.rrset(*key) for key in keys], **PAGE})
            case "POST", ["7", "rrsets"]:
                return self.create(request.json)
            case "DELETE", ["7", "rrsets", name, rdtype]:
                self.remove(*self.of(name.strip("@"), rdtype))
                return Reply(201, {"action": ACTION})
            case "POST", ["7", "rrsets", name, rdtype, "actions", action]:
                return self.change(name.strip("@"), rdtype, action, request.json)
        return self.error(404, "not_found")

    def create(self, body: Any) -> Reply:
        name, rdtype = body["name"].strip("@"), body["type"]
        if self.of(name, rdtype):
            return self.error(409, "uniqueness_error")
        for record in body["records"]:
            self.add(name, rdtype, body["ttl"], record["value"], **remark(record))
        return Reply(201, {"rrset": self.rrset(name, rdtype), "action": ACTION})

    def change(self, name: str, rdtype: str, action: str, body: Any) -> Reply:
        old = self.of(name, rdtype)
        records = self.values(old)
        if action == "set_records":
            records = body["records"]
        self.remove(*old)
        for each in records:
            self.add(name, rdtype, body.get("ttl", old[0].ttl), each["value"], **remark(each))
        return Reply(201, {"action": ACTION})

    def rrset(self, name: str, rdtype: str) -> dict[str, Any]:
        rows = self.of(name, rdtype)
        values = self.values(rows)
        named = name or "@"
        about = {"id": f"{named}/{rdtype}", "name": named, "type": rdtype, "zone": 7}
        return {**about, "ttl": rows[0].ttl, "labels": {}, "records": values}

    def values(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        return [{"value": row.text, "comment": row.remarks.get("comment", "")} for row in rows]

    def error(self, status: int, code: str) -> Reply:
        return Reply(status, {"error": {"code": code, "message": code, "details": None}})

    def unknown(self) -> Reply:
        return self.error(401, "unauthorized")

    def forbidden(self) -> Reply:
        return self.error(403, "token_readonly")

    def throttled(self) -> Reply:
        return self.error(429, "rate_limit_exceeded")


class Cloudflare(Emulated):
    """developers.cloudflare.com/api: zones and dns_records, with names without a final dot."""

    panel = "cloudflare"
    holds = "A AAAA CAA CNAME DS MX SRV TLSA TXT"

    def served(self, request: Request) -> Reply:
        match request.method, request.path.strip("/").split("/")[2:]:
            case "GET", ["zones"]:
                return self.result([{"id": "z1", "name": ZONE, "plan": {}}])
            case "GET", ["zones", "z1", "dns_records"]:
                page, size = int(request.query["page"]), int(request.query["per_page"])
                rows = self.rows[(page - 1) * size : page * size]
                return self.result(list(map(self.record, rows)), size)
            case "POST", ["zones", "z1", "dns_records"]:
                return self.result(self.record(self.written(request.json)))
            case "PUT", ["zones", "z1", "dns_records", number]:
                self.remove(self.with_id(number))
                return self.result(self.record(self.written(request.json)))
            case "DELETE", ["zones", "z1", "dns_records", number]:
                self.remove(self.with_id(number))
                return self.result({"id": number})
        return self.error(404, 7003)

    def record(self, row: Row) -> dict[str, Any]:
        about = {"id": str(row.id), "name": f"{row.name}.{ZONE}".strip("."), "type": row.rdtype}
        return {"ttl": row.ttl, "content": row.text, **about, **self.parts(row), **row.remarks}

    def parts(self, row: Row) -> dict[str, Any]:
        target, words = row.words[-1].rstrip(".") or ".", row.words
        match row.rdtype:
            case "CNAME":
                return {"content": target}
            case "MX":
                return {"content": target, "priority": int(words[0])}
            case "CAA":
                data = dict(zip(("flags", "tag", "value"), words, strict=True))
                return {"data": {**data, "value": target.strip('"')}}
            case "SRV":
                data = dict(zip(("priority", "weight", "port", "target"), words, strict=True))
                return {"data": {**data, "target": target}}
            case "TLSA":
                names = ("usage", "selector", "matching_type", "certificate")
                return {"data": dict(zip(names, words, strict=True))}
        return {}

    def written(self, body: Any) -> Row:
        name = body["name"].removesuffix(ZONE).rstrip(".")
        text, data = body.get("content", ""), body.get("data", {})
        match body["type"]:
            case "MX":
                text = f"{body['priority']} {text.rstrip('.')}."
            case "CNAME":
                text = f"{text.rstrip('.')}."
            case "CAA":
                text = f'{data["flags"]} {data["tag"]} "{data["value"]}"'
            case "SRV":
                numbers = f"{data['priority']} {data['weight']} {data['port']}"
                text = f"{numbers} {data['target'].rstrip('.')}."
            case "TLSA":
                numbers = f"{data['usage']} {data['selector']} {data['matching_type']}"
                text = f"{numbers} {data['certificate']}"
        remarks = {key: body[key] for key in ("comment", "proxied") if key in body}
        return self.add(name, body["type"], body["ttl"], text, **remarks)

    def result(self, result: Any, size: int = 50) -> Reply:
        count = len(result) if isinstance(result, list) else 1
        info = {"count": count, "per_page": size}
        return Reply(200, {"success": True, "result": result, "result_info": info})

    def error(self, status: int, code: int) -> Reply:
        errors = [{"code": code, "message": "Authentication error"}]
        return Reply(status, {"success": False, "errors": errors, "result": None})

    def unknown(self) -> Reply:
        return self.error(400, 6003)

    def forbidden(self) -> Reply:
        return self.error(403, 10000)

    def throttled(self) -> Reply:
        return self.error(429, 10429)


class Desec(Emulated):
    """desec.readthedocs.io: RRsets, changed by one atomic PATCH."""

    panel = "desec"

    def served(self, request: Request) -> Reply:
        if request.path != f"/api/v1/domains/{ZONE}/rrsets/":
            return Reply(404, {"detail": "Not found."})
        if request.method == "PATCH":
            for each in request.json:
                self.remove(*self.of(each["subname"], each["type"]))
                for text in each["records"]:
                    self.add(each["subname"], each["type"], int(each["ttl"]), text)
        keys = sorted({(row.name, row.rdtype) for row in self.rows})
        return Reply(200, [self.rrset(*key) for key in keys])

    def rrset(self, name: str, rdtype: str) -> dict[str, Any]:
        rows = self.of(name, rdtype)
        about = {"domain": ZONE, "subname": name, "type": rdtype, "ttl": rows[0].ttl}
        return {**about, "records": [row.text for row in rows]}

    def unknown(self) -> Reply:
        return Reply(401, {"detail": "Invalid token."})

    def forbidden(self) -> Reply:
        return Reply(403, {"detail": "You do not have permission to perform this action."})

    def throttled(self) -> Reply:
        text = "Request was throttled. Expected available in 58 seconds."
        return Reply(429, {"detail": text}, {"Retry-After": "58"})


class Inwx(Emulated):
    """inwx.com/en/help/apidoc: XML-RPC, with a session, and texts and targets as they are typed."""

    panel = "inwx"

    def credentials(self, token: str) -> dict[str, str]:
        return {"username": "somebody", "api_password": token}

    def token_of(self, request: Request) -> str:
        method, params = called(request)
        if method == "account.login":
            return str(params["pass"])
        return request.headers.get("Cookie", "").partition("=")[2]

    def writes(self, request: Request) -> bool:
        return called(request)[0] in {"nameserver.createRecord", "nameserver.deleteRecord"}

    def served(self, request: Request) -> Reply:
        method, params = called(request)
        match method:
            case "account.login":
                return self.code(1000, {"tfa": "0"}, f"domrobot={params['pass']}")
            case "account.logout":
                return self.code(1500)
            case _ if params.get("domain", ZONE) != ZONE:
                return self.code(2303)
            case "nameserver.createRecord":
                return self.code(1000, {"id": self.written(params).id})
            case "nameserver.deleteRecord":
                self.remove(self.with_id(params["id"]))
                return self.code(1000)
        return self.code(1000, {"domain": ZONE, "record": list(map(self.record, self.rows))})

    def record(self, row: Row) -> dict[str, Any]:
        content, prio = row.text, 0
        if row.rdtype in {"MX", "SRV"}:
            prio, content = int(row.words[0]), " ".join(row.words[1:])
        if row.rdtype == "TXT":
            content = row.joined
        elif row.rdtype in {"CNAME", "MX", "NS", "SRV"}:
            content = content if content.endswith(" .") else content.rstrip(".")
        about = {"id": row.id, "name": f"{row.name}.{ZONE}".strip("."), "type": row.rdtype}
        return {**about, "content": content, "ttl": row.ttl, "prio": prio}

    def written(self, params: Any) -> Row:
        content, rdtype = params["content"], params["type"]
        if rdtype == "TXT":
            content = in_strings(content)
        elif rdtype in {"CNAME", "MX", "NS", "SRV"}:
            content = f"{content.rstrip('.')}."
        if rdtype in {"MX", "SRV"}:
            content = f"{params['prio']} {content}"
        return self.add(params["name"].strip("@"), rdtype, params["ttl"], content)

    def code(self, code: int, data: Any = None, cookie: str = "") -> Reply:
        answer = {"code": code, "msg": "as the code says", "resData": data or {}}
        body = xmlrpc.client.dumps((answer,), methodresponse=True).encode()
        return Reply(200, body, {"Set-Cookie": cookie} if cookie else {})

    def unknown(self) -> Reply:
        return self.code(2200)

    def forbidden(self) -> Reply:
        return self.code(2201)

    def throttled(self) -> Reply:
        return self.code(2400)


class Ovh(Emulated):
    """api.ovh.com/console: records one by one, which the name servers have after a refresh."""

    panel = "ovh"
    holds = "A AAAA CAA CNAME MX NS SRV SSHFP TXT"

    def credentials(self, token: str) -> dict[str, str]:
        keys = {"application_key": "key", "application_secret": "the-application's-secret"}
        return {**keys, "consumer_key": token}

    def token_of(self, request: Request) -> str:
        return request.headers.get("X-Ovh-Consumer", "")

    def answer(self, request: Request) -> Reply:
        if request.path == "/1.0/auth/time":
            return Reply(200, int(time.time()))
        return super().answer(request)

    def shown(self, request: Request) -> Counter[str]:
        return self.records if request.path.endswith("/refresh") else self.published[-1]

    def served(self, request: Request) -> Reply:
        match request.method, request.path.split("/")[4:]:
            case "GET", [str(zone), "record"] if zone == ZONE:
                return Reply(200, [row.id for row in self.rows if self.matches(row, request)])
            case "GET", [_, "record", number]:
                return Reply(200, self.record(self.with_id(number)))
            case "POST", [_, "record"]:
                return Reply(200, self.record(self.written(request.json)))
            case "DELETE", [_, "record", number]:
                self.remove(self.with_id(number))
                return Reply(200)
            case "POST", [_, "refresh"]:
                return Reply(200)
        return Reply(404, {"message": "This service does not exist"})

    def matches(self, row: Row, request: Request) -> bool:
        named = request.query.get("subDomain", row.name) == row.name
        rdtype = request.query.get("fieldType", row.rdtype)
        return named and rdtype.replace("DKIM", "TXT") == row.rdtype

    def record(self, row: Row) -> dict[str, Any]:
        target = f'"{row.joined}"' if row.rdtype == "TXT" else row.text
        about = {"id": row.id, "zone": ZONE, "subDomain": row.name, "ttl": row.ttl}
        return {**about, "fieldType": row.rdtype, "target": target}

    def written(self, body: Any) -> Row:
        rdtype = body["fieldType"].replace("DKIM", "TXT")
        text = in_strings(body["target"]) if rdtype == "TXT" else body["target"]
        return self.add(body["subDomain"], rdtype, body["ttl"], text)

    def error(self, status: int, code: str) -> Reply:
        return Reply(status, {"errorCode": code, "httpCode": str(status), "message": code})

    def unknown(self) -> Reply:
        return self.error(403, "INVALID_CREDENTIAL")

    def forbidden(self) -> Reply:
        return self.error(403, "NOT_GRANTED_CALL")

    def throttled(self) -> Reply:
        return self.error(429, "TOO_MANY_REQUESTS")


def remark(record: Any) -> dict[str, str]:
    """What somebody has noted on a record, if anything."""
    return {"comment": record["comment"]} if record.get("comment") else {}


def called(request: Request) -> tuple[str | None, Any]:
    """The method, and what it is called with."""
    params, method = xmlrpc.client.loads(request.body.decode())
    return method, params[0]


def in_strings(text: str) -> str:
    """A text as it is typed, in a zone file."""
    return " ".join(f'"{text[at : at + 255]}"' for at in range(0, len(text), 255))


PROVIDERS = (Hetzner, Cloudflare, Desec, Inwx, Ovh)
