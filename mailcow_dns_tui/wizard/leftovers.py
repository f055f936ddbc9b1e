"""What is left to do by mail and by web when DNS is good."""

from textual.content import Content

ALL_GOOD = "✓ All records are good."
NOT_YET = "First let every record above turn good: broken DNS spoils these tests."

TEXT = """\
What DNS can't show is left to do by mail and by web.

Send a mail, and read what others think of it:
  Mail-tester         www.mail-tester.com
  MX Toolbox          mxtoolbox.com
  MultiRBL            multirbl.valli.org
  DMARC inspector     dmarcian.com/dmarc-inspector

Let somebody read the DMARC reports:
  Google Postmaster   postmaster.google.com
  parsedmarc          github.com/domainaware/parsedmarc
  or dmarcian, Postmark, URIports, EasyDMARC, …

Reports sent to a server whose own DNS is broken may be lost. Until all is good here, send \
them elsewhere: Mail policy, Reports (rua).

A service that wants the domain verified gives you a text: enter it under Domains, \
Verification. It becomes a TXT record of the domain."""


def content(all_good: bool) -> Content:
    first = Content.styled(ALL_GOOD, "bold $text-success") if all_good else Content(NOT_YET)
    return Content("\n\n").join([first, Content(TEXT)])
