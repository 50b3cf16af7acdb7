"""Says whether what happened is what was promised. Knows nothing of the product.

Pure functions: what was sent (from the histories) against what is there (rows read
from the database or from the partner's ledger). Each gives a list of complaints.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from random import Random

SHOWN = 5
BOOTSTRAPS = 1000


def acknowledged(answers: Iterable[Mapping]) -> set[str]:
    """Ids that got a 2xx."""
    return {a["id"] for a in answers if 200 <= a["status"] < 300}


def never_lost(acknowledged_ids: set[str], stored_ids: set[str]) -> list[str]:
    """Every acknowledged event is in the inbox."""
    return _named("acknowledged but not stored", acknowledged_ids - stored_ids)


def exactly_once(wanted: Iterable[str], effects: Iterable[str]) -> list[str]:
    """Each wanted effect is there once, and no other."""
    counted, expected = Counter(effects), set(wanted)
    return [
        *_named("lost", expected - counted.keys()),
        *_named("double", {name for name, n in counted.items() if n > 1}),
        *_named("never asked for", counted.keys() - expected),
    ]


def monotonic(applied: Iterable[tuple[str, int]]) -> list[str]:
    """Versions only go up within each key; ``applied`` is in order of time."""
    last: dict[str, int] = {}
    bad = set()
    for key, version in applied:
        if version <= last.get(key, 0):
            bad.add(f"{key} v{version} after v{last[key]}")
        last[key] = version
    return _named("out of order", bad)


def stops_at_poison(
    applied: Iterable[tuple[str, int]],
    versions: Mapping[str, int],
    poison: Mapping[str, int],
) -> list[str]:
    """A poisoned key is applied up to its poison; every other key in full.

    :param versions: last version of each key
    :param poison: first poisoned version of each poisoned key
    """
    reached: dict[str, int] = defaultdict(int)
    for key, version in applied:
        reached[key] = max(reached[key], version)
    bad = set()
    for key, last in versions.items():
        wanted = poison[key] - 1 if key in poison else last
        if reached[key] != wanted:
            bad.add(f"{key} at v{reached[key]} instead of v{wanted}")
    return _named("wrong end", bad)


def sums(movements: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Total quantity per name."""
    total: dict[str, int] = defaultdict(int)
    for name, quantity in movements:
        total[name] += quantity
    return dict(total)


def same(what: str, wanted: Mapping, found: Mapping) -> list[str]:
    """Two tables of values agree."""
    names = wanted.keys() | found.keys()
    return _named(
        f"{what} differ",
        {
            f"{name}: wanted {wanted.get(name)}, found {found.get(name)}"
            for name in names
            if wanted.get(name) != found.get(name)
        },
    )


def most_at_once(spans: Iterable[tuple[object, float, float]]) -> int:
    """How many worked at the busiest moment, given (who, start, end) of their work."""
    moments = sorted(
        (m, change, str(who))
        for who, start, end in spans
        for m, change in ((start, 1), (end, -1))
    )
    most, working = 0, Counter[str]()
    for _time, change, who in moments:
        working[who] += change
        most = max(most, sum(count > 0 for count in working.values()))
    return most


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile; 0 of nothing."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def least_ratio(
    before: Sequence[float],
    after: Sequence[float],
    share: float,
    chance: Random,
    confidence: float = 0.95,
) -> float:
    """By how much a percentile grew at least, given so many samples of each.

    The lower end of a bootstrap interval: a high percentile of few samples is mostly
    chance, and a ratio of two of them more so.
    """
    ratios = []
    for _ in range(BOOTSTRAPS):
        first = percentile(chance.choices(before, k=len(before)), share)
        second = percentile(chance.choices(after, k=len(after)), share)
        ratios.append(second / first if first else float("inf"))
    return percentile(ratios, 1 - confidence)


def _named(what: str, names: Iterable[str]) -> list[str]:
    found = sorted(names)
    if not found:
        return []
    more = ", ..." if len(found) > SHOWN else ""
    return [f"{len(found)} {what}: {', '.join(found[:SHOWN])}{more}"]
