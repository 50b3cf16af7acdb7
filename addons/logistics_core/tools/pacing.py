"""Arithmetic of rate limits and circuit breakers. Never imports odoo.

Times are naive UTC datetimes, rates are requests per second, intervals and
waits are seconds.
"""

from __future__ import annotations

from datetime import datetime, timedelta

# Share of an allowed rate that is used. What is left over lets requests arrive later
# at the partner than they were due here, and a little catching up; within these two
# no window of the partner ever holds more than it allows.
USED_SHARE = 0.96
CATCH_UP = 0.01
LATENESS = 1 / USED_SHARE - 1 - CATCH_UP
# Of the lateness, this share may pass here; the rest is for the network.
OWN_LATENESS = 0.5
# What is assumed of a partner that answers 429 and has documented no rate.
ASSUMED_RATE = 10.0
# What a 429 leaves of the rate. Within the limit that the partner documents, it says
# that someone else uses it too or that it counts otherwise: a smaller step will do.
REDUCED, REDUCED_WITHIN_LIMIT = 0.5, 0.9
RECOVERY_SECONDS = 10.0
RECOVERY_STEP = 0.05
LEAST_FACTOR = 0.05
FORGET_429 = timedelta(minutes=15)
RAMP_DOUBLING = 5.0
LONGEST_PROBE_INTERVAL = 300.0


def factor_at(factor: float, since: datetime | None, now: datetime) -> float:
    """Return the share of the rate in use: less after a 429, recovered in steps."""
    if since is None:
        return 1.0
    steps = int(max((now - since).total_seconds(), 0) / RECOVERY_SECONDS)
    return min(1.0, factor + RECOVERY_STEP * steps)


def reduced(factor: float, *, within_limit: bool) -> float:
    """Return the factor after another 429.

    :param within_limit: the partner documents a limit, and we kept to it
    """
    step = REDUCED_WITHIN_LIMIT if within_limit else REDUCED
    return max(LEAST_FACTOR, factor * step)


def own_lateness(seconds: float) -> float:
    """Return the seconds by which a request may leave late, of a window so long."""
    return seconds * LATENESS * OWN_LATENESS


def limit_rate(
    requests: int,
    seconds: float,
    factor: float,
    limited_at: datetime | None,
    now: datetime,
) -> float | None:
    """Return the rate of a configured or learned limit, None when there is none.

    :param requests: allowed per `seconds`; 0: the partner documents no limit
    :param limited_at: time of the latest 429
    """
    if requests:
        return USED_SHARE * requests / seconds * factor_at(factor, limited_at, now)
    if limited_at and now - limited_at < FORGET_429:
        return ASSUMED_RATE * factor_at(factor, limited_at, now)
    return None


def ramp_rate(
    first: float, started: datetime | None, seconds: float, now: datetime
) -> float | None:
    """Return the rate of a paced release, None when none is going on.

    Begins at `first` and doubles every five seconds for `seconds`.
    """
    if started is None:
        return None
    # The clock of the server that began it may be ahead of ours.
    age = max((now - started).total_seconds(), 0.0)
    if age >= seconds:
        return None
    return first * 2 ** (age / RAMP_DOUBLING)


def slowest(*rates: float | None) -> float | None:
    """Return the smallest of the rates that apply."""
    return min((rate for rate in rates if rate is not None), default=None)


def probe_wait(interval: float, reopened: int) -> float:
    """Return the seconds until the next probe, longer after each that failed."""
    longest = max(interval, LONGEST_PROBE_INTERVAL)
    return min(interval * 2 ** min(reopened, 10), longest)


def is_tripped(failures: int, successes: int, threshold: int, ratio: float) -> bool:
    """Return whether so many failures in the window open the breaker.

    :param ratio: least share of failures among all outcomes, 0 to 1
    """
    return failures >= threshold and failures >= ratio * (failures + successes)
