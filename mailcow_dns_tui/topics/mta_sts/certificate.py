"""Whether the mail server has a certificate with which an MTA-STS policy lets senders deliver."""

from dns.name import Name

from mailcow_dns_tui.model.answer import Dns
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.names import unicode_form
from mailcow_dns_tui.model.policy_page import FetchFailure
from mailcow_dns_tui.model.setup import Server
from mailcow_dns_tui.topics.judge import Verdict
from mailcow_dns_tui.topics.mta_sts.policy import FIXES, MAIL_CERTIFICATE
from mailcow_dns_tui.topics.tlsa.match import presented_chain


async def certificate_verdict(domain: Name, host: Name, server: Server, dns: Dns) -> Verdict | None:
    """What is to be said of what the server shows; None also where nobody could be asked."""
    addresses = tuple(map(str, server.addresses))
    presented = await dns.present(host, addresses) if addresses else None
    chain = presented_chain(presented, host)
    if presented is None or chain is None:
        return None
    heeding = f"senders that heed the policy of {unicode_form(domain)} do not deliver"
    if not chain.is_of_host:
        fix = (
            "Check again from another network; if it stays so, give the mail server a certificate "
            f"for {unicode_form(host)}."
        )
        message = f"{chain.doubt} If it is the server's own, {heeding}."
        return Verdict(Status.UNKNOWN, MAIL_CERTIFICATE, message, fix)
    if not chain.is_current:
        why = FetchFailure.EXPIRED
    elif presented.trusted is False:
        why = FetchFailure.UNTRUSTED
    else:
        return None
    message = f"By what {chain.source} shows, {heeding}: {why.value}."
    fix = FIXES[why].format(host=unicode_form(host))
    return Verdict(Status.ERROR, MAIL_CERTIFICATE, message, fix)
