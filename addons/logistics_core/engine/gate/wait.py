"""Why something waits, since when, and what ends it: one answer for all who ask."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """What keeps messages back now.

    :ivar kind: hold, paused, interrupted, probing, limited or paced; of one message
        also prerequisite, order and retry
    :ivar reason: a sentence that names the partner
    :ivar scope: what of the partner's work it keeps back, in a few words
    :ivar cause: the words of the person or partner that caused it, "" if none
    :ivar since: when it began (naive UTC), None when that is not known
    :ivar until: when it ends automatically (naive UTC), None when that is not known
    :ivar end: what ends it, in a few words
    :ivar is_partial: whether it keeps back some documents of its scope only
    """

    kind: str
    reason: str
    end: str
    scope: str = ""
    cause: str = ""
    since: datetime | None = None
    until: datetime | None = None
    is_partial: bool = False
