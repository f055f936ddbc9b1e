"""How much is read, asked and told at most, so that nobody who answers can make a check endless.

Whatever is left out for one of these is unknown, and a finding says so.
"""

LARGEST_ANSWER = 16 * 1024
"""Octets of one DNS answer. Forty long TXT records at one name take 10 KiB."""

MOST_RECORDS = 128
"""In one DNS answer. Thirty MX records and a host with a hundred addresses are the most that was
seen where nobody meant harm."""

MOST_PARTS = 2500
"""Labels of names and strings of TXT records in one DNS answer, those behind a compression pointer
each time they are pointed to: two octets may stand for 127 labels. 128 MX records have 900."""

MOST_STRAYS = 16
"""Messages that come in place of the answer to one question. A few late or made-up ones are usual,
and don't keep the answer from arriving."""

LONGEST_CHAIN = 8
"""CNAMEs, one after the other; as many as resolvers follow at least."""

MOST_FOLLOWED = 16
"""Names that CNAMEs lead to from one question: two servers that disagree, with chains of eight."""

MOST_QUESTIONS = 600
"""About one zone. One that lacks every record takes 130, since these are looked for wherever they
may have been put by mistake; thirty MX hosts and an SPF record at its limits take 70 more."""

MOST_QUESTIONS_FOR_ANOTHER = 100
"""About one zone, for each zone of the plan: where one is above the others, what these lack may
have been put into it by mistake."""

MOST_SERVERS = 16
"""Of a zone. Whoever serves it may name thousands; the root has 13."""

MOST_SERVERS_OF_TLD = 2
"""A registry's servers say of a name only that it is absent or delegated."""

MOST_HOSTS = 20
"""That DMARC reports go to. A record may name thousands, and receivers send to a few."""

MOST_FINDINGS = 10
"""About one record. What is wrong beyond that shows once these are mended."""

LONGEST_SAID = 4000
"""Characters that are told of what one server said. Forty usual TXT records take 3,000."""

MOST_CAUSES = 4
"""That a server gives for a failure; resolvers give one, or two."""

LONGEST_CAUSE = 100
"""Characters of a server's own words for each of them."""

LARGEST_API_ANSWER = 32 * 1024 * 1024
"""Octets of an answer of mailcow's API. 20,000 domains take 25 MiB."""

LEAST_TIME_LIMIT = 20.0
"""Seconds for a check. One of a zone whose servers take 0.8 s for each answer, by a resolver that
knows nothing yet, takes 15."""

LONGEST_KEPT = 7 * 24 * 3600
"""Seconds that a cache keeps an answer, whatever longer TTL it has (RFC 8767 4; Unbound keeps one a
day, BIND a week)."""
