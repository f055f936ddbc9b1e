"""Texts of mailcow.conf."""

from mailcow_dns_tui.mailcow.conf import Conf, read_conf
from mailcow_dns_tui.mailcow.env_file import parse_env

AS_GENERATED = """\
# ------------------------------
# mailcow web ui configuration
# ------------------------------
# example.org is _not_ a valid hostname, use a fqdn here.
MAILCOW_HOSTNAME=mail.example.org

DBNAME=mailcow
DBUSER=mailcow
# Please use long, random alphanumeric strings (A-Za-z0-9)
DBPASS=DbPass1
DBROOT=DbRoot1
REDISPASS=RedisPass1

HTTP_PORT=80
HTTP_BIND=
HTTPS_PORT=443
HTTPS_BIND=
HTTP_REDIRECT=y

SMTP_PORT=25
SMTPS_PORT=465
SUBMISSION_PORT=587
IMAP_PORT=143
IMAPS_PORT=993
POP_PORT=110
POPS_PORT=995
SIEVE_PORT=4190
DOVEADM_PORT=127.0.0.1:19991
SQL_PORT=127.0.0.1:13306
REDIS_PORT=127.0.0.1:7654

COMPOSE_PROJECT_NAME=mailcowdockerized
ADDITIONAL_SAN=
AUTODISCOVER_SAN=y
SKIP_LETS_ENCRYPT=n
ACME_DNS_CHALLENGE=n
SKIP_SOGO=n
IPV4_NETWORK=172.22.1
IPV6_NETWORK=fd4d:6169:6c63:6f77::/64
#SNAT_TO_SOURCE=
#SNAT6_TO_SOURCE=
#API_KEY=
#API_KEY_READ_ONLY=
#API_ALLOW_FROM=172.22.1.1,127.0.0.1
ENABLE_IPV6=true
"""


def conf_of(*lines: str) -> Conf:
    """A good hostname, and these lines."""
    return read_conf(parse_env("\n".join(["MAILCOW_HOSTNAME=mail.example.org", *lines])))
