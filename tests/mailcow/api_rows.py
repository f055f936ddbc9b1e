"""What mailcow's API has for a domain, an alias domain and a DKIM key."""

from typing import Any

Row = dict[str, Any]


def domain(name: str, **more: object) -> Row:
    """A domain as mailcow describes it."""
    return {
        "max_new_mailbox_quota": 10737418240,
        "quota_used_in_domain": "0",
        "bytes_total": 0,
        "mboxes_in_domain": 0,
        "domain_name": name,
        "domain_h_name": name,
        "description": "",
        "relayhost": "0",
        "backupmx": 0,
        "backupmx_int": 0,
        "rl": False,
        "active": 1,
        "active_int": 1,
        "created": "2025-01-01 00:00:00",
        "modified": None,
        "tags": [],
        **more,
    }


def alias(name: str, target: str, **more: object) -> Row:
    """An alias domain as mailcow describes it."""
    return {
        "alias_domain": name,
        "parent_is_backupmx": 0,
        "target_domain": target,
        "active": 1,
        "active_int": 1,
        "rl": False,
        "created": "2025-01-01 00:00:00",
        "modified": None,
        **more,
    }


def dkim(key: str, selector: str = "dkim", private: str = "") -> Row:
    """A DKIM key as mailcow describes it; the record comes in pieces, as it can be set up."""
    return {
        "pubkey": key,
        "length": "2048",
        "dkim_txt": f'"v=DKIM1;k=rsa;t=s;s=email;p={key[:200]}" "{key[200:]}"',
        "dkim_selector": selector,
        "privkey": private,
    }
