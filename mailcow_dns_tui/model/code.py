"""Codes: the names of all that a check can find, stable in the JSON of `check` and in mutes."""

from __future__ import annotations

from enum import Enum
from typing import Self


class Act(Enum):
    """What kind of thing there is to do."""

    PUBLISH = "publish"
    CHANGE = "change"
    REMOVE = "remove"
    ASK_AGAIN = "ask again"
    """It could not be asked."""
    OUTSIDE = "elsewhere"
    """Nothing to paste: reverse DNS at the hoster, a web server, a dead name server, the plan."""
    WAIT = "wait"
    """Published right; resolvers elsewhere, or some name servers, still give the old answer."""


class Code(str):
    """What was found, as a text in lower case with hyphens: `foreign-mx`.

    Declared by the topic that finds it; those of several topics stand in this module, or in the
    module that these topics share.

    Attributes:
        meaning: as the table in the README has it.
        act: what kind of thing is to be done about it; None where nothing is.
        unfinished: something of the plan is left to be done, even where the status is `info`.
        tolerable: a warning of this code is no reason to put off what builds on the record.
        symptom: it says what is wrong, and leaves open how it came about: a cause is looked for.
        told_by_fix: the finding's advice says more than what to publish.
        says_how: the finding's advice says how to enter a value that a panel has spoilt, which
            would be spoilt again if it were entered as before.
        waiting: what to wait for, in a sentence that takes the place of the finding's advice.
        place: where to go, as the end of a sentence; empty for the panel of the record's zone.
    """

    __slots__ = (
        "act",
        "meaning",
        "place",
        "says_how",
        "symptom",
        "told_by_fix",
        "tolerable",
        "unfinished",
        "waiting",
    )

    act: Act | None
    meaning: str
    place: str
    says_how: bool
    symptom: bool
    told_by_fix: bool
    tolerable: bool
    unfinished: bool
    waiting: str

    def __new__(  # noqa: PLR0913 - each is a word at the code's one declaration
        cls,
        text: str,
        meaning: str = "",
        act: Act | None = Act.OUTSIDE,
        *,
        unfinished: bool = False,
        tolerable: bool = False,
        symptom: bool = False,
        told_by_fix: bool = False,
        says_how: bool = False,
        waiting: str = "",
        place: str = "",
    ) -> Self:
        self = super().__new__(cls, text)
        self.meaning, self.act, self.waiting, self.place = meaning, act, waiting, place
        self.unfinished, self.tolerable, self.symptom = unfinished, tolerable, symptom
        self.told_by_fix, self.says_how = told_by_fix, says_how
        return self


AS_WANTED = Code("as-wanted", "published as wanted, or with the same meaning", None)
WORKS_DIFFERENTLY = Code("works-differently", "differs from the plan, and works", None)
MISSING = Code(
    "missing",
    "not published; all name servers that answered say so",
    Act.PUBLISH,
    unfinished=True,
    symptom=True,
)
MISPLACED = Code(
    "misplaced",
    "missing at its name, and published at another, such as one with the zone twice",
    Act.PUBLISH,
    unfinished=True,
    told_by_fix=True,
)
OTHER_TYPE = Code(
    "other-type",
    "missing at its name, where a record of another type was entered in its place",
    Act.PUBLISH,
    unfinished=True,
)
WILDCARD_ANSWERS = Code(
    "wildcard-answers",
    "the name has what a wildcard has for any name, not the wanted record",
    Act.PUBLISH,
    unfinished=True,
)
CNAME_IN_THE_WAY = Code(
    "cname-in-the-way", "a CNAME at the name hides the wanted record", Act.CHANGE
)
DIFFERENT = Code(
    "different", "something else is published than is wanted", Act.CHANGE, symptom=True
)
MALFORMED = Code(
    "malformed", "published data that is not valid for its type", Act.CHANGE, symptom=True
)
SEVERAL_RECORDS = Code(
    "several-records",
    "several records where only one may be; receivers ignore them all, or take any",
    Act.CHANGE,
    symptom=True,
)
NOT_VALID = Code(
    "not-valid", "the record breaks the rules of its kind", Act.CHANGE, symptom=True, says_how=True
)
CUT_OFF = Code(
    "cut-off",
    "a TXT is only the beginning of the wanted one, as of a long DKIM key",
    Act.CHANGE,
    symptom=True,
    says_how=True,
)
OTHER_KEY = Code("other-key", "DKIM, TLSA: another key than the server's", Act.CHANGE, symptom=True)
NOT_YET_VISIBLE = Code(
    "not-yet-visible",
    "published on the name servers; a resolver still has the old answer",
    Act.WAIT,
    unfinished=True,
    waiting="Just wait: it is published; elsewhere the old answer is kept for a while.",
)
SERVERS_DISAGREE = Code(
    "servers-disagree",
    "right on some name servers of the zone and not on others",
    Act.WAIT,
    waiting="Wait until all name servers of the zone have it; if that takes more than "
    "an hour, tell the DNS provider.",
)
RESOLVER_FAILS = Code(
    "resolver-fails", "on the name servers, but the resolver can't get it: often broken DNSSEC"
)
COULD_NOT_ASK = Code(
    "could-not-ask", "nobody who should know answered, or not in a usable way", Act.ASK_AGAIN
)
